import Datasets
import Foundation
import Platform
import TestSupport
import Testing

@testable import Prices

/// The prices that are part of this repository.
@Suite struct EmbeddedPricesTests {
    private static let path = Repository.path("datasets/sp500/sp500.csv.gz")

    @Test func `the content is the original`() throws {
        var (packed, unpacked) = (SHA256(), SHA256())
        packed.update([UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.path))))
        #expect(packed.hexDigest == "1e028cbb9c400cc018c816ccc439b33c919387e726c3ed5ca2c05c82746059de")
        let text = try GzipReader(InputFile(path: Self.path)).readText()
        unpacked.update(text)
        #expect(text.count == 400_462)
        #expect(unpacked.hexDigest == "1c4d0aeed8db9284de8ad71e4063c97f645ad6dd13507f8e305338e96c396ba7")
    }

    @Test func `rows, columns and span are the index's`() throws {
        let prices = try PriceHistory(path: Self.path)
        #expect(prices.count == 5031 && prices.skipped == nil)
        #expect(prices.columns == ["Open", "High", "Low", "Close", "Adj Close", "Volume"])
        #expect(
            prices.dates.first?.description == "1999-01-04" && prices.dates.last?.description == "2018-12-31")
        #expect(prices.dates.allSatisfy { !$0.isWeekend })
        #expect(
            prices.columns.map { prices[$0][0] }
                == [1229.22998, 1248.810059, 1219.099976, 1228.099976, 1228.099976, 877_000_000])
        #expect(
            prices.columns.map { prices[$0][5030] }
                == [2498.939941, 2509.23999, 2482.820068, 2506.850098, 2506.850098, 3_442_870_000])
        let (open, high, low, close) = (prices["Open"], prices["High"], prices["Low"], prices["Close"])
        #expect(open.indices.allSatisfy { low[$0] <= min(open[$0], close[$0]) })
        #expect(open.indices.allSatisfy { high[$0] >= max(open[$0], close[$0]) })
    }

    /// The expected numbers are scikit-learn's; see Scripts/scaler_fixture.py.
    @Test func `scaled values equal scikit-learn's`() throws {
        let names = ["Open", "High", "Low", "Volume", "Close"]
        let columns = try PriceHistory(path: Self.path, columns: names)[names]
        let standard = StandardScaler(fitting: columns)
        let mean = [
            1495.4195800608231, 1504.2073472522384, 1485.8969335028796, 2954811538.4615383, 1495.566086318426,
        ]
        let scale = [
            499.4131504512051, 499.8447551230535, 498.7516459702863, 1545650378.4721498, 499.32873582261493,
        ]
        for column in 0..<5 {
            #expect(abs(standard.mean[column] / mean[column] - 1) <= 1e-12)
            #expect(abs(standard.scale[column] / scale[column] - 1) <= 1e-12)
        }
        let scaled = MinMaxScaler(fitting: columns).transform(columns)
        #expect(
            scaled.map { $0[5030] } == [
                0.8060580502662716, 0.8077742012253137, 0.8034393299870489, 0.2809331566181597,
                0.811952734225865,
            ])
    }

    @Test func `windows equal the tutorials'`() throws {
        let names = ["Open", "High", "Low", "Volume"]
        let prices = try PriceHistory(path: Self.path, columns: names + ["Close"])
            .span(from: CalendarDate("2017-01-30"), rows: 431)
        let scaled = MinMaxScaler(fitting: prices[names + ["Close"]]).transform(prices[names + ["Close"]])
        let windows = SequenceWindows(
            features: Array(scaled[..<4]), target: scaled[4], dates: prices.dates, length: 5)
        #expect((windows.count, windows.length, windows.featureCount) == (426, 5, 4))
        #expect(windows[0].targetDate.description == "2017-02-06")
        #expect((0..<426).allSatisfy { windows[$0].values.allSatisfy { (0...1).contains($0) } })
    }
}
