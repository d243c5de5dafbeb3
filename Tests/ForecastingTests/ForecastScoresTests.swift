import Console
import Datasets
import Foundation
import Platform
import Testing

@testable import Forecasting

/// Returns consecutive days from a Friday.
func someDays(_ count: Int) -> [CalendarDate] {
    (0..<count).map { CalendarDate(daysSinceEpoch: 17_900 + $0) }
}

/// Returns a record of one or more models from their forecasts: [model][seed][day].
func forecastRecord(
    actual: [Double], previous: [Double], trainCount: Int, _ models: [ForecastModel: [[Double]]]
) -> ForecastRecord {
    ForecastRecord(
        target: "Close", dates: someDays(actual.count), actual: actual, previous: previous,
        trainCount: trainCount,
        models: ForecastModel.allCases.compactMap { model in
            models[model].map { members in
                .init(model, members: members.enumerated().map { .init(seed: UInt64($0), forecasts: $1) })
            }
        })
}

@Suite("Errors of forecasts")
struct ForecastScoresTests {
    @Test
    func `errors equal those computed by hand`() throws {
        let record = forecastRecord(
            actual: [11, 9, 9, 12, 8], previous: [10, 11, 9, 9, 12], trainCount: 3,
            [.lstm: [[12, 12, 8, 10, 12], [14, 9, 9, 13, 11]]])
        let scores = ForecastScores(record)
        let train = try #require(scores.train)
        #expect(scores.target == "Close")
        #expect(train.days == 3)
        #expect(train.models.map(\.model) == [.lstm])
        // The errors are 1, 3, −1 and 3, 0, 0. The third day does not change, and the first seed has one of two
        // directions right.
        let members = train.models[0].members
        #expect(members.map(\.seed) == [0, 1])
        let (third, mean): (Double, Double) = (5 / 3, (5 / 3 + 1) / 2)
        #expect(members[0].errors == errors(11 / 3, sqrt(11 / 3), third, direction: 50))
        #expect(members[1].errors == errors(3, sqrt(3), 1, direction: 100))
        #expect(train.models[0].mae.mean == mean)
        #expect(train.baseline == errors(third, sqrt(third), 1, direction: nil))

        let test = try #require(scores.test)
        #expect(test.days == 2)
        // The errors are −2, 4 and 1, 3. The first seed forecasts 12 after 12, which is no direction.
        let (first, second) = (test.models[0].members[0].errors, test.models[0].members[1].errors)
        #expect(first == errors(10, sqrt(10), 3, direction: 50))
        #expect(second == errors(5, sqrt(5), 2, direction: 100))
        #expect(test.baseline == errors(12.5, sqrt(12.5), 3.5, direction: nil))
        #expect(test.models[0].mse.mean == 7.5)
        #expect(test.models[0].direction?.mean == 75)
        #expect(test.models[0].direction?.deviation == sqrt(1250))
    }

    private func errors(_ mse: Double, _ rmse: Double, _ mae: Double, direction: Double?) -> ForecastErrors {
        var errors = ForecastErrors(forecasts: [0], actual: [0])
        (errors.mse, errors.rmse, errors.mae, errors.direction) = (mse, rmse, mae, direction)
        return errors
    }

    @Test(
        arguments: [(1, 1, 1), (5, 2, 1), (40, 20, 3), (120, 0, 4), (33, 33, 2)])
    func `errors equal a reference's`(days: Int, trainCount: Int, seeds: Int) throws {
        var state = UInt64(days)
        func number() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        // Prices change in steps of a quarter, so that prices and forecasts often stay the same.
        func price() -> Double { 100 + (number() * 12).rounded() / 4 }
        let (actual, previous) = ((0..<days).map { _ in price() }, (0..<days).map { _ in price() })
        let forecasts = ForecastModel.allCases.map { _ in
            (0..<seeds).map { _ in (0..<days).map { _ in price() } }
        }
        let record = forecastRecord(
            actual: actual, previous: previous, trainCount: trainCount,
            Dictionary(uniqueKeysWithValues: zip(ForecastModel.allCases, forecasts)))
        let scores = ForecastScores(record)
        for (split, range) in [(scores.train, 0..<trainCount), (scores.test, trainCount..<days)] {
            #expect((split == nil) == range.isEmpty)
            guard let split else { continue }
            #expect(split.days == range.count)
            for (model, members) in zip(split.models, forecasts) {
                func means(_ spread: Spread, _ value: ([Double]) -> Double) {
                    let values = members.map(value)
                    let mean = values.reduce(0) { $0 + $1 / Double(seeds) }
                    #expect(abs(spread.mean - mean) <= 1e-12 * mean)
                    // This is half the mean square of the differences of all pairs.
                    var squares = 0.0
                    for a in values { for b in values { squares += pow(a - b, 2) } }
                    let deviation = sqrt(squares / Double(2 * seeds * (seeds - 1)))
                    #expect((spread.deviation == nil) == (seeds == 1))
                    if seeds > 1 { #expect(abs((spread.deviation ?? .nan) - deviation) <= 1e-9) }
                }
                means(model.mse) { reference($0, actual, range, power: 2) }
                means(model.rmse) { sqrt(reference($0, actual, range, power: 2)) }
                means(model.mae) { reference($0, actual, range, power: 1) }
                guard range.contains(where: { actual[$0] != previous[$0] }) else {
                    #expect(model.direction == nil)
                    continue
                }
                means(try #require(model.direction)) { forecasts in
                    var (hits, days) = (0.0, 0.0)
                    for day in range where actual[day] != previous[day] {
                        days += 1
                        if (forecasts[day] - previous[day]) * (actual[day] - previous[day]) > 0 { hits += 1 }
                    }
                    return hits / days * 100
                }
            }
            #expect(split.baseline.direction == nil)
            #expect(abs(split.baseline.mse - reference(previous, actual, range, power: 2)) <= 1e-12)
        }
    }

    private func reference(
        _ forecasts: [Double], _ actual: [Double], _ range: Range<Int>, power: Double
    ) -> Double {
        range.reduce(0) { $0 + pow(abs(forecasts[$1] - actual[$1]), power) / Double(range.count) }
    }

    @Test
    func `days without a change have no direction`() throws {
        let record = forecastRecord(
            actual: [5, 5], previous: [5, 5], trainCount: 1, [.rnn: [[4, 6], [5, 5]]])
        let test = try #require(ForecastScores(record).test)
        #expect(test.models[0].members.allSatisfy { $0.errors.direction == nil })
        #expect(test.models[0].direction == nil)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `forecasts that are not finite make the errors not finite`(forecast: Double) throws {
        let record = forecastRecord(
            actual: [1, 2, 3], previous: [0, 1, 2], trainCount: 1, [.gru: [[1, 2, forecast], [1, 2, 3]]])
        let scores = ForecastScores(record)
        let (train, test) = (try #require(scores.train?.models[0]), try #require(scores.test?.models[0]))
        #expect(train.members.allSatisfy { $0.errors == errors(0, 0, 0, direction: 100) })
        for spread in [test.mse, test.rmse, test.mae, try #require(test.direction)] {
            #expect(!spread.mean.isFinite)
        }
        #expect(test.members[0].errors.direction?.isNaN == true)
        #expect(test.members[1].errors == errors(0, 0, 0, direction: 100))
        // The scores are encoded and decoded.
        let text = try JSON.text(scores)
        #expect(try JSON.text(JSON.value(ForecastScores.self, from: text)) == text)
    }

    @Test(
        arguments: [
            ([3], 3, nil), ([2, 4, 4, 4, 5, 5, 7, 9], 5, sqrt(32.0 / 7)),
            ([1e9, 1e9 + 2], 1e9 + 1, sqrt(2)),
            ([-1, -1], -1, 0),
        ] as [([Double], Double, Double?)])
    func `the spread of the seeds is computed`(values: [Double], mean: Double, deviation: Double?) {
        #expect(Spread(values).mean == mean)
        #expect(Spread(values).deviation == deviation)
    }

    @Test
    func `sizes that do not match trap`() async {
        await #expect(processExitsWith: .failure) { _ = Spread([]) }
        await #expect(processExitsWith: .failure) {
            _ = ForecastScores(forecastRecord(actual: [1, 2], previous: [1], trainCount: 1, [:]))
        }
        await #expect(processExitsWith: .failure) {
            _ = ForecastScores(forecastRecord(actual: [1, 2], previous: [1, 2], trainCount: 3, [:]))
        }
        await #expect(processExitsWith: .failure) {
            _ = ForecastScores(
                forecastRecord(actual: [1, 2], previous: [1, 2], trainCount: 1, [.rnn: [[1]]]))
        }
        await #expect(processExitsWith: .failure) {
            _ = ForecastScores(forecastRecord(actual: [1, 2], previous: [1, 2], trainCount: 1, [.rnn: []]))
        }
    }
}
