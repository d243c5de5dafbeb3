import Console
import Prices

/// The errors of a record's forecasts, compared with a baseline.
package struct ForecastScores: Codable, Hashable, Sendable {
    /// A forecast that needs no network.
    package enum Baseline: String, Codable, Sendable {
        /// The next day's value equals today's.
        case lastValue = "last-value"
        /// There is no change; for a target that is itself a change.
        case noChange = "no-change"

        init(target: String) { self = PriceHistory.isSame(target, as: "Change") ? .noChange : .lastValue }

        /// Returns the name in a table.
        func title(in language: Language) -> String {
            language.text(self == .lastValue ? ForecastText.lastValue : .noChange)
        }

        /// Returns the name at the beginning of a sentence.
        func beginning(in language: Language) -> String {
            language.text(self == .lastValue ? ForecastText.lastValueAtBeginning : .noChange)
        }

        /// Returns the name in a sentence.
        func phrase(in language: Language) -> String {
            language.text(self == .lastValue ? ForecastText.lastValueInSentence : .noChangeInSentence)
        }

        /// Returns the forecast in words.
        func saying(in language: Language) -> String {
            language.text(self == .lastValue ? ForecastText.lastValueSaying : .noChangeSaying)
        }
    }

    package var baseline: Baseline { Baseline(target: target) }

    /// The column to forecast; the errors are in its unit.
    package var target: String
    /// The errors on the training days; nil if there are none.
    package var train: Split?
    /// The errors on the test days; nil if there are none.
    package var test: Split?

    package struct Split: Codable, Hashable, Sendable {
        package var days: Int
        package var baseline: ForecastErrors
        /// The models, in the record's order.
        package var models: [Model]
    }

    package struct Model: Codable, Hashable, Sendable {
        package var model: ForecastModel
        /// The networks, one for each seed, at least one.
        package var members: [Member]

        package var mse: Spread { Spread(members.map(\.errors.mse)) }
        package var rmse: Spread { Spread(members.map(\.errors.rmse)) }
        package var mae: Spread { Spread(members.map(\.errors.mae)) }
        /// The direction accuracy; nil if no member has one, because the days are the same for all.
        package var direction: Spread? {
            let shares = members.compactMap(\.errors.direction)
            return shares.isEmpty ? nil : Spread(shares)
        }
    }

    package struct Member: Codable, Hashable, Sendable {
        package var seed: UInt64
        package var errors: ForecastErrors
    }

    /// Computes the errors of a record. Sizes that do not match, and a model without members, trap.
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
    /// Computes the errors on some of the days; nil if there are none.
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

/// The errors of forecasts. A forecast that is not finite makes every figure not finite.
package struct ForecastErrors: Codable, Hashable, Sendable {
    /// The mean squared error (MSE), in the square of the target's unit.
    package var mse: Double
    /// The root mean squared error (RMSE), in the target's unit.
    package var rmse: Double
    /// The mean absolute error (MAE), in the target's unit.
    package var mae: Double
    /// The direction accuracy: among the days on which the target rises or falls, the percentage for which the forecast
    /// does the same, relative to the previous day. Nil if the target never changes, and for the baseline, which
    /// forecasts no direction.
    package var direction: Double?

    /// Computes the errors without the direction accuracy. There must be one forecast for each day, and at least one
    /// day.
    init(forecasts: [Double], actual: [Double]) {
        let errors = zip(forecasts, actual).map { $0 - $1 }
        mse = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
        rmse = mse.squareRoot()
        mae = errors.reduce(0) { $0 + $1.magnitude } / Double(errors.count)
    }

    /// Returns the direction accuracy. A forecast that equals the previous day's value is wrong.
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
