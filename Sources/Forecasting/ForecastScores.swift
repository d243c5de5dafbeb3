import Console
import Prices

/// How good the forecasts of a record are, beside those of a baseline.
package struct ForecastScores: Codable, Hashable, Sendable {
    /// What needs no network to forecast it.
    package enum Baseline: String, Codable, Sendable {
        /// That the next day is like today.
        case lastValue = "last-value"
        /// Of a target that is itself a change: that there is none.
        case noChange = "no-change"

        init(target: String) { self = PriceHistory.isSame(target, as: "Change") ? .noChange : .lastValue }

        /// In a table.
        package var title: String { self == .lastValue ? "Last value" : "No change" }
        /// In a sentence.
        var phrase: String { self == .lastValue ? "the last value" : "no change" }
        var saying: String { self == .lastValue ? "tomorrow is like today" : "nothing changes" }
    }

    package var baseline: Baseline { Baseline(target: target) }

    /// The column that is forecast, whose unit the errors have.
    package var target: String
    /// On the days that were trained on; nil if there are none.
    package var train: Split?
    /// On the days after them; nil if there are none.
    package var test: Split?

    package struct Split: Codable, Hashable, Sendable {
        package var days: Int
        package var baseline: ForecastErrors
        /// In the record's order.
        package var models: [Model]
    }

    package struct Model: Codable, Hashable, Sendable {
        package var model: ForecastModel
        /// One for each seed, at least one.
        package var members: [Member]

        package var mse: Spread { Spread(members.map(\.errors.mse)) }
        package var rmse: Spread { Spread(members.map(\.errors.rmse)) }
        package var mae: Spread { Spread(members.map(\.errors.mae)) }
        /// Nil where no member has one: the days are the same for all.
        package var direction: Spread? {
            let shares = members.compactMap(\.errors.direction)
            return shares.isEmpty ? nil : Spread(shares)
        }
    }

    package struct Member: Codable, Hashable, Sendable {
        package var seed: UInt64
        package var errors: ForecastErrors
    }

    /// Sizes that do not fit together, and a model without members, trap.
    package init(_ record: ForecastRecord) {
        let count = record.dates.count
        precondition(
            record.trainCount >= 0 && record.trainCount <= count,
            "trainCount: expected 0 to \(count) as there are days, received \(record.trainCount)")
        target = record.target
        train = Split(record, 0..<record.trainCount)
        test = Split(record, record.trainCount..<count)
    }
}

extension ForecastScores.Split {
    /// Nil if there are no days.
    fileprivate init?(_ record: ForecastRecord, _ range: Range<Int>) {
        guard !range.isEmpty else { return nil }
        func days(_ values: [Double], _ name: String) -> [Double] {
            precondition(
                values.count == record.dates.count,
                "\(name): expected \(record.dates.count) values as there are days, received \(values.count)")
            return Array(values[range])
        }
        let actual = days(record.actual, "actual")
        let previous = days(record.previous, "previous")
        self.days = range.count
        baseline = ForecastErrors(forecasts: previous, actual: actual)
        models = record.models.map { model in
            precondition(
                !model.members.isEmpty, "\(model.model): expected at least one member, received none")
            return ForecastScores.Model(
                model: model.model,
                members: model.members.map { member in
                    let forecasts = days(member.forecasts, "forecasts of \(model.model), seed \(member.seed)")
                    var errors = ForecastErrors(forecasts: forecasts, actual: actual)
                    errors.direction = ForecastErrors.direction(
                        forecasts: forecasts, actual: actual, previous: previous)
                    return ForecastScores.Member(seed: member.seed, errors: errors)
                })
        }
    }
}

/// How far forecasts are from what came. A forecast that is not a finite number makes every figure not
/// finite.
package struct ForecastErrors: Codable, Hashable, Sendable {
    /// The mean of the squared errors, in the square of the target's unit.
    package var mse: Double
    /// The root of the mean of the squared errors, in the target's unit.
    package var rmse: Double
    /// The mean of the errors' magnitudes, in the target's unit.
    package var mae: Double
    /// The percentage of the days, of those on which the target rises or falls, for which the forecast does
    /// the same from the day before. Nil where the target never moves, and for the baseline, which names
    /// no direction.
    package var direction: Double?

    /// Without a direction. One forecast for each day, at least one day.
    init(forecasts: [Double], actual: [Double]) {
        let errors = zip(forecasts, actual).map { $0 - $1 }
        mse = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
        rmse = mse.squareRoot()
        mae = errors.reduce(0) { $0 + $1.magnitude } / Double(errors.count)
    }

    /// A forecast that equals the day before is a miss.
    package static func direction(forecasts: [Double], actual: [Double], previous: [Double]) -> Double? {
        let moving = actual.indices.filter { actual[$0] != previous[$0] }
        guard !moving.isEmpty else { return nil }
        guard forecasts.allSatisfy(\.isFinite) else { return .nan }
        let hits = moving.count { day in
            actual[day] > previous[day] ? forecasts[day] > previous[day] : forecasts[day] < previous[day]
        }
        return 100 * Double(hits) / Double(moving.count)
    }
}
