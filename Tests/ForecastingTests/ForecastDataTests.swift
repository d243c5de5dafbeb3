import Console
import Datasets
import TestSupport
import Testing

@testable import Forecasting

@Suite("Data of a forecast training")
struct ForecastDataTests {
    private func tutorial(_ change: (inout ForecastTraining.Options) -> Void = { _ in }) throws
        -> ForecastData
    {
        var options = ForecastTraining.Options()
        (options.data, options.rows) = (embeddedPrices, ForecastTraining.Options.embeddedRows)
        change(&options)
        return try ForecastData(options)
    }

    @Test
    func `431 rows give 426 windows of 5 × 4, of which 200 train and 226 test`() throws {
        let data = try tutorial()
        #expect(data.history.count == 431)
        #expect(data.windows.count == 426 && data.windows.length == 5 && data.windows.featureCount == 4)
        #expect(data.train.count == 200 && data.windows.count - data.train.count == 226)
        #expect(data.windows[0].values.count == 20)
        #expect(data.history.dates.last == CalendarDate("2018-12-31"))
        #expect(data.preparation.trainedUpTo == data.history.dates[204])
        #expect(data.preparation.trainedUpTo == data.train[199].targetDate)
        #expect(data.description[0].contains("431 rows from 2017-04-17 to 2018-12-31"))
        #expect(data.description[0].hasSuffix("Open, High, Low and Volume to forecast the next Close"))
        let from = data.windows[200].targetDate
        #expect(
            data.description[1]
                == "426 windows of 5 rows: the first 200 for training, 226 for testing from \(from)")
    }

    @Test
    func `the embedded data are limited to the newest 431 rows unless a span is given`() {
        #expect(ForecastTraining.Options().wantedRows == 431)
        let day = CalendarDate(year: 2010, month: 1, day: 1)
        #expect(smallForecast { $0.from = day }.wantedRows == nil)
        #expect(smallForecast { $0.to = day }.wantedRows == nil)
        #expect(smallForecast { $0.data = "other.csv" }.wantedRows == nil)
        #expect(smallForecast { ($0.from, $0.rows) = (day, 7) }.wantedRows == 7)
        #expect(smallForecast { ($0.data, $0.rows) = ("other.csv", 7) }.wantedRows == 7)
    }

    /// 205 rows: up to the last training window, and its target.
    @Test(arguments: Scaler.Kind.allCases)
    func `scalers are fitted to the training rows or to all rows`(scaler: Scaler.Kind) throws {
        for (scaleOn, count) in [(ForecastTraining.ScaleOn.train, 205), (.all, 431)] {
            let data = try tutorial { ($0.scaler, $0.scaleOn) = (scaler, scaleOn) }
            let expected = Scaler(
                scaler, fitting: data.history.rows(0..<count)[["Open", "High", "Low", "Volume", "Close"]])
            #expect(data.preparation.scaler == expected)
            #expect(data.scaling.contains(scaleOn == .all ? "all 431 rows" : "the 205 rows"))
            #expect(data.scaling.contains("look-ahead bias") == (scaleOn == .all))
            #expect(data.scaling.hasPrefix(scaler == .minMax ? "min-max" : "standard"))
        }
    }

    @Test
    func `training values are in 0...1, and each target is the day after its window`() throws {
        let data = try tutorial()
        let close = data.history["Close"]
        for place in 0..<data.windows.count {
            let window = data.windows[place]
            let target = data.preparation.inUnits([window.target])[0]
            #expect(abs(target - close[place + 5]) < 1e-3)
            #expect(window.targetDate == data.history.dates[place + 5])
            if place < 200 {
                #expect((window.values + [window.target]).allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 })
            }
        }
    }

    @Test
    func `too few rows are an error with file and numbers, and just enough rows leave no test set`() throws {
        let directory = try TemporaryDirectory()
        func data(_ rows: Int) throws -> ForecastData {
            let path = try directory.add("p.csv", SamplePrices(rows).text)
            return try ForecastData(smallForecast { $0.data = path })
        }
        let message = error(DatasetError.self) { _ = try data(23) }?.description ?? ""
        #expect(
            message.hasPrefix(
                "\(directory.file("p.csv")): too few rows: expected at least 24 rows for 20 training windows of "
                    + "4 days, found 23 rows from 2000-01-03 to "))
        let enough = try data(24)
        #expect(enough.windows.count == 20 && enough.train.count == 20)
        #expect(enough.description[1].hasSuffix("the first 20 for training, 0 for testing"))
        #expect(try data(25).description[1].contains("1 for testing from 2000-02-04"))
    }

    @Test(
        arguments: [
            (
                "5", "7", Scaler.Kind.minMax,
                [
                    "Open, High and Low are the same in all 24 rows that the scaler is fitted to; the networks cannot learn from "
                        + "them.",
                    "Close is the same in all 24 rows that the scaler is fitted to; forecasts of it are meaningless.",
                ]
            ),
            (
                "1e-16", "2e-16", .minMax,
                [
                    "Open, High, Low and Close: less than 2.2e-15 between the least and the greatest number, which min-max "
                        + "scaling treats as constant; forecasts are meaningless. Give --scaler standard, or a file with "
                        + "larger numbers."
                ]
            ),
            ("1e-16", "2e-16", .standard, []), ("1", "2", .minMax, []),
        ])
    func `prices that never change, or too little for the scaler, are noted`(
        price: String, other: String, scaler: Scaler.Kind, notes: [String]
    ) throws {
        let directory = try TemporaryDirectory()
        let days = (0..<24).map { CalendarDate(daysSinceEpoch: 18_000 + $0) }
        let rows = days.enumerated().map { row, day in
            let price = notes.count != 2 && row % 2 == 1 ? other : price
            return "\(day),\(price),\(price),\(price),\(price),\(row)\n"
        }
        let path = try directory.add("p.csv", "Date,Open,High,Low,Close,Volume\n" + rows.joined())
        let data = try ForecastData(smallForecast { ($0.data, $0.scaler) = (path, scaler) })
        #expect(data.notes.filter { !$0.contains("jump") } == notes)
    }

    /// The scaler fitted to all rows maps their greatest close to 1, so no day is out of reach.
    @Test
    func `days beyond the range of the sigmoid are noted`() throws {
        #expect(try tutorial { $0.scaleOn = .all }.sigmoidNotice == nil)
        let directory = try TemporaryDirectory()
        for count in 25...60 {
            let path = try directory.add("p.csv", SamplePrices(count).text)
            #expect(
                try ForecastData(smallForecast { ($0.data, $0.scaleOn) = (path, .all) }).sigmoidNotice == nil)
        }
        let data = try tutorial()
        let close = data.history["Close"]
        let (least, greatest) = (close.prefix(205).min() ?? 0, close.prefix(205).max() ?? 0)
        #expect(abs(data.preparation.floor - least) < 1e-9 && abs(data.preparation.ceiling - greatest) < 1e-9)
        let outside = close.dropFirst(5).count { $0 < least || $0 > greatest }
        #expect(outside > 0)
        #expect(
            data.sigmoidNotice
                == "The RNN ends in a sigmoid, so it forecasts no Close below \(TextFormat.significant(least, digits: 6)) "
                + "or above \(TextFormat.significant(greatest, digits: 6)); \(outside) of 426 days are out of its reach; "
                + "--no-sigmoid removes the sigmoid"
        )
    }

    @Test
    func `a fingerprint depends on the used values and days, not on the path`() throws {
        let directory = try TemporaryDirectory()
        func print(_ name: String, _ prices: SamplePrices, _ features: [String] = ["Open"]) throws -> String {
            let path = try directory.add(name, prices.text)
            return try ForecastData(smallForecast { ($0.data, $0.features) = (path, features) }).fingerprint
        }
        let first = try print("a.csv", SamplePrices())
        #expect(first.hasPrefix("40 rows from 2000-01-03 to 2000-02-25, SHA-256 "))
        #expect(try print("b.csv", SamplePrices()) == first)
        #expect(try print("a.csv", SamplePrices(), ["High"]) != first)
        #expect(try print("a.csv", SamplePrices(41)) != first)
        var others = SamplePrices()
        others.rows[39].append("9")
        #expect(try print("a.csv", others) == first, "Volume is not used")
        #expect(try print("a.csv", others, ["Volume"]) != print("b.csv", SamplePrices(), ["Volume"]))
    }

    @Test(
        arguments: [
            (9, 5, 200, "give a smaller --train-windows, for example 3, or "),
            (5, 5, 200, "or --sequence-length 2 --train-windows 2"),
            (2, 5, 200, "or --sequence-length 1 --train-windows 1"),
        ])
    func `the remedy for too few rows works`(
        rows: Int, length: Int, windows: Int, expected: String
    ) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("prices.csv", SamplePrices(rows).text)
        func data(_ length: Int, _ windows: Int) throws -> ForecastData {
            try ForecastData(
                smallForecast { ($0.data, $0.sequenceLength, $0.trainWindows) = (path, length, windows) })
        }
        let error = #expect(throws: DatasetError.self) { try data(length, windows) }
        #expect(error?.description.contains(expected) ?? false, "\(String(describing: error))")
        let numbers = expected.split { " ,".contains($0) }.compactMap { Int($0) }
        #expect(try data(numbers.count == 2 ? numbers[0] : length, numbers.last!).train.count == numbers.last)
    }

    @Test(
        arguments: [
            (["Open", "High", "Low", "Volume"], "Close", "--features Open,High,Low"),
            (["Volume"], "Close", "--features Open,High,Low,Close"),
            (["Open", "Ask"], "Close", "--features Open"), (["Open"], "Volume", "--target Close"),
            (["Ask", "Low"], "Bid", "--features Low --target Close"),
        ])
    func `missing or empty columns are an error with the options that work without them`(
        features: [String], target: String, expected: String
    ) throws {
        let directory = try TemporaryDirectory()
        let rows = SamplePrices(40).rows.map { String($0[...$0.lastIndex(of: ",")!]) }
        let path = try directory.add(
            "prices.csv", ([SamplePrices.header] + rows).joined(separator: "\n"))
        let options = smallForecast { ($0.data, $0.features, $0.target) = (path, features, target) }
        let error = #expect(throws: DatasetError.self) { try ForecastData(options) }
        #expect(error?.description.hasSuffix("; give \(expected)") ?? false, "\(String(describing: error))")
    }

    @Test
    func `a jump of a price is noted with its rows and factor`() throws {
        let directory = try TemporaryDirectory()
        var rows = SamplePrices(40).rows
        for row in 30..<40 {
            var cells = rows[row].split(separator: ",").map(String.init)
            for column in 1...4 { cells[column] = "\(Double(cells[column])! * 100)" }
            rows[row] = cells.joined(separator: ",")
        }
        let text = ([SamplePrices.header] + rows).joined(separator: "\n")
        let path = try directory.add("prices.csv", text)
        let notes = try ForecastData(smallForecast { $0.data = path }).notes
        try #require(notes.count == 1)
        #expect(notes[0].hasPrefix("Close jumps from "))
        #expect(
            notes[0].contains(" on 2000-02-11 (line 31) to ")
                && notes[0].contains(" on 2000-02-14 (line 32), "))
        #expect(notes[0].hasSuffix(" times the price before: a split, or an error in the file?"))
    }
}
