import Datasets
import Testing

@testable import Training

@Suite("Scores of forecasts as text")
struct ForecastTextTests {
    @Test("three models, two seeds")
    func tables() {
        let record = forecastRecord(
            actual: [2101, 2090, 2150], previous: [2099, 2101, 2090], trainCount: 2,
            [
                .rnn: [[2100, 2102, 2000], [2104, 2095, 2010]],
                .lstm: [[2101, 2099, 2120], [2101.5, 2091, 2125]],
                .gru: [[2110, 2080, 2070], [2090, 2100, 2085]],
            ])
        #expect(
            ForecastScores(record).text() == """
                """)
    }
}
