import Datasets
import Platform
import Testing

@testable import Forecasting

@Suite("Preparation of prices for a network")
struct ForecastPreparationTests {
    private func preparation(_ scaler: Scaler.Kind) throws -> ForecastPreparation {
        ForecastPreparation(
            features: ["Open", "High", "Low", "Volume"], target: "Close", sequenceLength: 4, scaler: scaler,
            fitting: try SamplePrices(25).history(), trainedUpTo: CalendarDate(daysSinceEpoch: 10_991))
    }

    @Test(arguments: Scaler.Kind.allCases)
    func `it is read back from JSON bit-identically`(scaler: Scaler.Kind) throws {
        let preparation = try preparation(scaler)
        let text = try JSON.text(preparation, pretty: false)
        #expect(try JSON.value(ForecastPreparation.self, from: text) == preparation)
        #expect(text.contains(#""trained_up_to":"2000-02-04""#))
        #expect(preparation.columns == ["Open", "High", "Low", "Volume", "Close"])
    }

    @Test(
        arguments: [
            (#""features":["Open","High","Low","Volume"]"#, #""features":["Open"]"#),
            (#""features":["Open","High","Low","Volume"]"#, #""features":[]"#),
            (#""sequence_length":4"#, #""sequence_length":0"#),
            (#""sequence_length":4"#, #""sequence_length":65537"#),
            (#""trained_up_to":"2000-02-04""#, #""trained_up_to":"2000-02-30""#),
            (#""target":"Close""#, #""goal":"Close""#),
        ])
    func `inconsistent parts are rejected`(part: String, other: String) throws {
        let text = try JSON.text(preparation(.minMax), pretty: false)
        #expect(text.contains(part))
        #expect(throws: DecodingError.self) {
            try JSON.value(ForecastPreparation.self, from: text.replacing(part, with: other))
        }
    }

    @Test(arguments: Scaler.Kind.allCases)
    func `a single window equals the one among all windows`(scaler: Scaler.Kind) throws {
        let preparation = try preparation(scaler)
        let history = try SamplePrices().history()
        let windows = preparation.windows(of: history)
        let columns = history[preparation.features]
        #expect(windows.count == 36)
        for place in 0..<windows.count {
            let rows = (place..<place + 4).map { row in columns.map { $0[row] } }
            #expect(preparation.window(of: rows) == windows[place].values)
        }
    }

    @Test(arguments: Scaler.Kind.allCases)
    func `an output in units is scaled back to itself`(scaler: Scaler.Kind) throws {
        let preparation = try preparation(scaler)
        let history = try SamplePrices().history()
        let targets = (0..<36).map { preparation.windows(of: history)[$0].target }
        for (value, expected) in zip(preparation.inUnits(targets), history["Close"].dropFirst(4)) {
            #expect(abs(value - expected) < 1e-5)
        }
        #expect(preparation.inUnits([0]) == [preparation.floor])
        #expect(preparation.inUnits([1]) == [preparation.ceiling])
        #expect(preparation.floor < preparation.ceiling)
    }
}
