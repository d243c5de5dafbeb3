import Testing

@testable import Forecasting

private let oneSeed = "One seed is not enough to tell whether this is chance."
private let theseNetworks = "these networks do not forecast better than \"tomorrow is like today\"."

/// The RMSE of the last value and of the seeds of models, and the expected verdict.
private let verdicts: [(Double, [ForecastModel: [Double]], [String])] = [
    (
        21.3, [.rnn: [30], .lstm: [25], .gru: [26]],
        [
            "The last value is better than every model on the test days (RMSE 21.30 against 25.00 of "
                + "the best, LSTM):",
            theseNetworks,
            oneSeed,
        ]
    ),
    (
        21.3, [.lstm: [25]],
        [
            "The last value is better than LSTM on the test days (RMSE 21.30 against 25.00):",
            "this network does not forecast better than \"tomorrow is like today\".",
            oneSeed,
        ]
    ),
    (
        25, [.lstm: [25], .gru: [26]],
        [
            "The last value is at least as good as every model on the test days (RMSE 25.00 against "
                + "25.00 of the best, LSTM):",
            theseNetworks,
            oneSeed,
        ]
    ),
    (
        21.3, [.lstm: [19]],
        [
            "LSTM is better than the last value on the test days (RMSE 19.00 against 21.30).",
            oneSeed,
        ]
    ),
    (
        21.3, [.rnn: [25], .lstm: [20], .gru: [19]],
        [
            "GRU has the lowest RMSE on the test days: 19.00, against 21.30 for the last value.",
            "RNN does not beat it.",
            oneSeed,
        ]
    ),
    (
        21.3, [.rnn: [25], .lstm: [22], .gru: [19]],
        [
            "GRU has the lowest RMSE on the test days: 19.00, against 21.30 for the last value.",
            "LSTM and RNN do not beat it.",
            oneSeed,
        ]
    ),
    (
        0.0213, [.rnn: [0.02], .lstm: [0.0205], .gru: [0.009]],
        [
            "GRU has the lowest RMSE on the test days: 0.009000, against 0.021300 for the last value.",
            "RNN and LSTM also beat it.",
            oneSeed,
        ]
    ),
    (
        21.3, [.rnn: [20], .gru: [21.3]],
        [
            "RNN has the lowest RMSE on the test days: 20.00, against 21.30 for the last value.",
            "GRU does not beat it.",
            oneSeed,
        ]
    ),
    (
        21.3, [.rnn: [20], .gru: [19.1]],
        [
            "GRU has the lowest RMSE on the test days: 19.10, against 21.30 for the last value.",
            "RNN also beats it.",
            oneSeed,
        ]
    ),
    (
        21.3, [.rnn: [.nan], .lstm: [20], .gru: [.infinity]],
        [
            "Forecasts of RNN and GRU are not finite numbers.",
            "LSTM is better than the last value on the test days (RMSE 20.00 against 21.30).",
            oneSeed,
        ]
    ),
    (
        21.3, [.rnn: [.nan, 20]],
        [
            "Forecasts of RNN are not finite numbers."
        ]
    ),
    (
        21.3, [.rnn: [40, 40.2], .lstm: [25, 25.2], .gru: [30, 30.2]],
        [
            "The last value is better than every model on the test days (RMSE 21.30 against 25.10 of "
                + "the best, LSTM):",
            theseNetworks,
        ]
    ),
    (
        21.3, [.lstm: [21, 25], .gru: [25, 25.2]],
        [
            "The last value is better than every model on the test days (RMSE 21.30 against 23.00 of "
                + "the best, LSTM):",
            theseNetworks,
            "LSTM differs from the last value by less than the standard deviation over the seeds; this "
                + "may be chance.",
            "LSTM is better than GRU by less than the standard deviation over the seeds; this may be "
                + "chance.",
        ]
    ),
    (
        21.3, [.lstm: [18, 22], .gru: [25, 25.2]],
        [
            "LSTM has the lowest RMSE on the test days: 20.00, against 21.30 for the last value.",
            "GRU does not beat it.",
            "LSTM differs from the last value by less than the standard deviation over the seeds; this "
                + "may be chance.",
        ]
    ),
    (
        21.3, [.rnn: [19, 19.1], .lstm: [18, 18.2], .gru: [18.2, 18.3]],
        [
            "LSTM has the lowest RMSE on the test days: 18.10, against 21.30 for the last value.",
            "GRU and RNN also beat it.",
        ]
    ),
    (
        21.3, [.rnn: [18, 23], .gru: [20, 23], .lstm: [40, 41]],
        [
            "RNN has the lowest RMSE on the test days: 20.50, against 21.30 for the last value.",
            "GRU and LSTM do not beat it.",
            "RNN and GRU differ from the last value by less than the standard deviation over the "
                + "seeds; this may be chance.",
            "RNN is better than GRU by less than the standard deviation over the seeds; this may be "
                + "chance.",
        ]
    ),
    (
        21.3, [.rnn: [18, 18.1], .gru: [20]],
        [
            "RNN has the lowest RMSE on the test days: 18.05, against 21.30 for the last value.",
            "GRU also beats it.",
            oneSeed,
        ]
    ),
    (
        21.3, [:],
        [
            "There is no model to compare with the last value."
        ]
    ),
]

@Suite("Verdicts about forecasts")
struct ForecastVerdictTests {
    /// Returns the verdict for one test day on which all values but the forecasts are zero, so that the RMSEs are the
    /// given ones.
    private func verdict(_ lastValue: Double, _ models: [ForecastModel: [Double]]) -> String {
        ForecastScores(
            forecastRecord(
                actual: [0], previous: [lastValue], trainCount: 0, models.mapValues { $0.map { [$0] } })
        ).verdict()
    }

    @Test
    func `the baseline of a change is no change`() {
        var record = forecastRecord(actual: [0], previous: [3], trainCount: 0, [.gru: [[4], [4.5]]])
        record.target = "change"
        let scores = ForecastScores(record)
        #expect(
            scores.verdict()
                == "No change is better than GRU on the test days (RMSE 3.000 against 4.250): this network does not "
                + "forecast better than \"nothing changes\".")
        #expect(scores.text().contains("\nNo change  "))
        #expect(scores.csv().contains("\nno-change,,test,1,"))
    }

    @Test(arguments: verdicts)
    func `the verdict describes the test days`(
        lastValue: Double, models: [ForecastModel: [Double]], sentences: [String]
    ) {
        #expect(verdict(lastValue, models) == sentences.joined(separator: " "))
    }
}
