import Datasets
import Runs
import TestSupport
import Prices
import Testing

@testable import Forecasting

/// The expected rows after two forecasts.
private struct FeedbackCase: CustomTestStringConvertible, Sendable {
    let features: [String]
    let target: String
    let last: [Double]
    let lastTarget: Double
    let forecasts: [Double]
    let rows: [[Double]]
    let rule: String

    var testDescription: String { "\(features) → \(target)" }
}

private let cases = [
    FeedbackCase(
        features: ["Open", "High", "Low", "Volume"], target: "Close", last: [10, 12, 9, 700], lastTarget: 11,
        forecasts: [11.5, 12.5], rows: [[11.5, 11.5, 11.5, 700], [12.5, 12.5, 12.5, 700]],
        rule:
            "Open, High and Low are the forecast of Close; Volume keeps its last value."
    ),
    FeedbackCase(
        features: ["Change", "Adj. Close", "Dividends", "close/last", "Volume"], target: "Close",
        last: [0.3, 7, 2, 8, 900], lastTarget: 8, forecasts: [10, 5],
        rows: [[0.25, 10, 2, 10, 900], [-0.5, 5, 2, 5, 900]],
        rule:
            "Adj. Close and close/last are the forecast of Close; Change is the relative "
            + "change from one forecast of Close to the next; Dividends and Volume keep their last values."),
    FeedbackCase(
        features: ["Open", "Volume", "change", "Close"], target: "Change %", last: [10, 500, 0.1, 20],
        lastTarget: 0.1, forecasts: [0.5, -0.5], rows: [[15, 500, 0.5, 30], [7.5, 500, -0.5, 15]],
        rule:
            "change is the forecast of Change %; Open and Close move by the forecast of "
            + "Change %; Volume keeps its last value."),
    FeedbackCase(
        features: ["High"], target: "Change", last: [8], lastTarget: 0, forecasts: [0.25, 0.5],
        rows: [[10], [15]], rule: "High moves by the forecast of Change."),
    FeedbackCase(
        features: ["Close", "Change", "Vol."], target: "volume", last: [8, 0.5, 70], lastTarget: 70,
        forecasts: [80, 90], rows: [[8, 0.5, 80], [8, 0.5, 90]],
        rule:
            "Vol. is the forecast of volume; Close and Change keep their last values."
    ),
    FeedbackCase(
        features: ["Volume"], target: "Open", last: [70], lastTarget: 5, forecasts: [6, 7],
        rows: [[70], [70]],
        rule: "Volume keeps its last value."),
    FeedbackCase(
        features: ["RATE", "Close", "Rates"], target: " rate ", last: [1, 2, 3], lastTarget: 1,
        forecasts: [4, 5],
        rows: [[4, 2, 3], [5, 2, 3]],
        rule:
            "RATE is the forecast of  rate ; Close and Rates keep their last values."
    ),
    FeedbackCase(
        features: ["Open", "Change"], target: "Close", last: [4, 0], lastTarget: 4, forecasts: [.nan, 5],
        rows: [[.nan, .nan], [5, .nan]],
        rule:
            "Open is the forecast of Close; Change is the relative change from one "
            + "forecast of Close to the next."),
]

@Suite("Forecasts from forecasts")
struct ForecastFeedbackTests {
    @Test(arguments: cases)
    private func `rows are made from forecasts and the oldest are dropped`(one: FeedbackCase) {
        let feedback = ForecastFeedback(features: one.features, target: one.target)
        let older = one.last.map { $0 * 2 + 1 }
        var seen: [[[Double]]] = []
        let forecasts = feedback.forecasts(3, rows: [older, one.last], lastTarget: one.lastTarget) { rows in
            seen.append(rows)
            return seen.count < 3 ? one.forecasts[seen.count - 1] : -1
        }
        // The texts are compared, because NaN differs from itself.
        #expect("\(forecasts)" == "\(one.forecasts + [-1])")
        #expect(
            "\(seen)"
                == "\([[older, one.last], [one.last, one.rows[0]], one.rows])")
        #expect(feedback.rule() == "On the days after the last, " + one.rule)
    }

    @Test(arguments: [1, 2, 5], [0, 1, 30])
    func `a random walk with drift is followed, for any window length`(length: Int, count: Int) {
        let feedback = ForecastFeedback(features: ["Close"], target: "Close")
        let rows = (0..<length).map { [Double($0)] }
        let forecasts = feedback.forecasts(count, rows: rows, lastTarget: Double(length - 1)) { rows in
            #expect(rows.count == length)
            return rows[0][0] + Double(length)
        }
        #expect(forecasts == (0..<count).map { Double(length + $0) })
    }

    private struct Refusal: Error {}

    @Test
    func `an error of the forecast is rethrown`() {
        let feedback = ForecastFeedback(features: ["Close"], target: "Close")
        #expect(throws: Refusal.self) {
            try feedback.forecasts(1, rows: [[1]], lastTarget: 1) { _ in throw Refusal() }
        }
    }

    @Test
    func `sizes that do not match trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = ForecastFeedback(features: ["Close"], target: "Close").forecasts(1, rows: [], lastTarget: 1) {
                _ in 1
            }
        }
        await #expect(processExitsWith: .failure) {
            _ = ForecastFeedback(features: ["Close"], target: "Close")
                .forecasts(1, rows: [[1], [1, 2]], lastTarget: 1) { _ in 1 }
        }
        await #expect(processExitsWith: .failure) {
            _ = ForecastFeedback(features: ["Close"], target: "Close")
                .forecasts(-1, rows: [[1]], lastTarget: 1) { _ in 1 }
        }
    }

    @Test
    func `days ahead without a date are an error`() throws {
        let last = CalendarDate(year: 9999, month: 12, day: 20)!
        for horizon in 0...9 { try ForecastFeedback.check(horizon: horizon, .mondayToFriday, after: last) }
        let failure = #expect(throws: OptionError.self) {
            try ForecastFeedback.check(horizon: 10, .mondayToFriday, after: last)
        }
        #expect(
            failure?.description
                == "--horizon must be less than 10: the last row is of 9999-12-20, and there are no dates after 9999-12-31."
        )
        // Days that pass the check do not trap.
        for day in 2_932_800...2_932_896 {
            let date = CalendarDate(daysSinceEpoch: day)
            for horizon in 0...40
            where (try? ForecastFeedback.check(horizon: horizon, .mondayToFriday, after: date)) != nil {
                #expect(RowAhead.rows(.mondayToFriday, after: date, count: horizon).count == horizon)
            }
        }
        try ForecastFeedback.check(
            horizon: 1000, .mondayToFriday, after: CalendarDate(year: 2018, month: 12, day: 31)!)
    }
}
