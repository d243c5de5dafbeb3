import Console
import Foundation
import Testing

@testable import Forecasting

@Suite("Errors of forecasts as text")
struct ForecastTextTests {
    private let twoSeeds = forecastRecord(
        actual: [2101, 2090, 2150], previous: [2099, 2101, 2090], trainCount: 2,
        [
            .rnn: [[2100, 2102, 2000], [2104, 2095, 2010]],
            .lstm: [[2101, 2099, 2120], [2101.5, 2091, 2125]],
            .gru: [[2110, 2080, 2070], [2090, 2100, 2085]],
        ])

    @Test
    func `three models with two seeds have a table`() {
        let text = ForecastScores(twoSeeds).text()
        #expect(
            text == """
                Train: 2 days, errors in units of Close (MSE: squared), mean ± standard deviation over 2 seeds
                                       MSE            RMSE             MAE  Direction %
                ──────────  ──────────────  ──────────────  ──────────────  ───────────
                RNN          44.75 ± 39.24   6.319 ± 3.105   5.250 ± 1.768  75.0 ± 35.4
                LSTM         20.56 ± 28.20   3.577 ± 3.941   2.625 ± 2.652  100.0 ± 0.0
                GRU         100.50 ± 14.14  10.013 ± 0.706  10.000 ± 0.707  75.0 ± 35.4
                Last value           62.50           7.906           6.500            –

                Test: 1 day, errors in units of Close (MSE: squared), mean ± standard deviation over 2 seeds
                                         MSE           RMSE            MAE  Direction %
                ──────────  ────────────────  ─────────────  ─────────────  ───────────
                RNN         21050.0 ± 2050.6  145.00 ± 7.07  145.00 ± 7.07    0.0 ± 0.0
                LSTM           762.5 ± 194.5   27.50 ± 3.54   27.50 ± 3.54  100.0 ± 0.0
                GRU          5312.5 ± 1538.0  72.50 ± 10.61  72.50 ± 10.61    0.0 ± 0.0
                Last value            3600.0          60.00          60.00            –

                LSTM has the lowest RMSE on the test days, 27.50 against 60.00 of the last value, \
                which GRU and RNN do not beat.
                """)
        #expect(text.components(separatedBy: "\n").dropLast().allSatisfy { $0.count <= 100 })
    }

    @Test
    func `one seed without test days has a table`() {
        let record = forecastRecord(
            actual: [0.01, -0.02], previous: [0.03, 0.01], trainCount: 2,
            [.gru: [[0.011, .nan]], .rnn: [[0.01, -0.021]]])
        #expect(
            ForecastScores(record).text() == """
                Train: 2 days, errors in units of Close (MSE: squared)
                                    MSE       RMSE        MAE  Direction %
                ──────────  ───────────  ─────────  ─────────  ───────────
                RNN         0.000000500  0.0007071  0.0005000        100.0
                GRU                 nan        nan        nan          nan
                Last value  0.000650000  0.0254951  0.0250000            –

                Without test days nothing tells how good these forecasts are.
                """)
    }

    @Test(arguments: [Double.nan, .infinity])
    func `errors that are not finite have no spread`(forecast: Double) {
        let record = forecastRecord(
            actual: [1, 2], previous: [0, 1], trainCount: 2, [.gru: [[1, 2], [1, forecast]]])
        let row = ForecastScores(record).text().components(separatedBy: "\n").first { $0.hasPrefix("GRU") }
        let cells = row?.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(cells == ["GRU"] + Array(repeating: "\(forecast)", count: 3) + ["nan"])
    }

    @Test(arguments: [(3, 5000, true), (900, 4000, true), (900, 5000, false), (1, 3_000_000, false)])
    func `the number of a run's forecasts is limited before it starts`(networks: Int, days: Int, fits: Bool) {
        #expect(((try? ForecastRecord.check(networks: networks, days: days)) != nil) == fits)
    }

    @Test
    func `the CSV file is in full precision`() {
        let record = forecastRecord(
            actual: [1, 2.5, 0], previous: [1, 2, 0], trainCount: 2,
            [.gru: [[1.1, .nan, 3], [2, 2.25, -4]]])
        #expect(
            ForecastScores(record).csv() == """
                model,seed,split,days,mse,rmse,mae,direction
                gru,0,train,2,nan,nan,nan,nan
                gru,1,train,2,0.53125,0.7288689868556626,0.625,100.0
                last-value,,train,2,0.125,0.3535533905932738,0.25,
                gru,0,test,1,9.0,3.0,3.0,
                gru,1,test,1,16.0,4.0,4.0,
                last-value,,test,1,0.0,0.0,0.0,

                """)
    }

    @Test(
        arguments: [
            ([1234.5], 0), ([999], 1), ([1000], 0), ([1], 3), ([0.999], 4), ([0.1], 4), ([0.00012], 7),
            ([1e-12], 9), ([1e300], 0),
            ([0, .nan, .infinity], 3), ([500, 21.3, .nan], 2), ([], 3),
        ] as [([Double], Int)])
    func `the smallest number has enough digits`(values: [Double], expected: Int) {
        #expect(TextFormat.decimals(of: values, digits: 4) == expected)
    }

    @Test(
        arguments: [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
    func `lists have commas and "and"`(words: [String], expected: String) {
        #expect(TextFormat.list(words) == expected)
    }
}
