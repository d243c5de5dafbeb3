import Datasets

@testable import Forecasting

/// A record made by rule, in which every number is another.
func sampleForecast(
    days: Int = 12, train: Int = 5, ahead: Int = 3, models: [ForecastModel] = ForecastModel.allCases,
    seeds: Int = 2
) -> ForecastRecord {
    let first = 17_900  // a Friday, 2019-01-04
    let actual = (0..<days).map { 100 + Double($0 * $0 % 7) }
    return ForecastRecord(
        target: "Close", dates: (0..<days).map { CalendarDate(daysSinceEpoch: first + $0) }, actual: actual,
        previous: Array(([99] + actual).prefix(days)), trainCount: train,
        futureDates: (0..<ahead).map { .date(CalendarDate(daysSinceEpoch: first + days + $0)) },
        models: models.enumerated().map { place, model in
            .init(
                model,
                members: (0..<seeds).map { seed in
                    let shift = Double(10 * place + 2 * seed)
                    return .init(
                        seed: UInt64(seed), forecasts: actual.map { $0 + shift },
                        future: (0..<ahead).map { 200 + Double($0) + shift })
                })
        })
}

extension ForecastRecord {
    /// The record with one part of it changed.
    func changed(_ change: (inout ForecastRecord) -> Void) -> ForecastRecord {
        var record = self
        change(&record)
        return record
    }
}
