import Console
import Forecasting
import Platform
import Runs

/// The content of the view of a forecast run: what `forecast.json` has, with the mean and the range of the seeds.
struct ForecastContent: Encodable {
    let target: String
    let dates: [String]
    let actual, previous: [Double]
    /// The number of training days, which come first.
    let trainCount: Int
    let models: [Model]
    let futureDates: [String]
    /// The errors of each split and model, and of the baseline.
    let scores: [Score]

    struct Model: Encodable {
        let name, title: String
        let seeds: [UInt64]
        /// The mean forecast of the seeds on each day, and the lowest and the highest one.
        let mean, low, high: [Double]
        /// The same for the days after the last.
        let future, futureLow, futureHigh: [Double]

        init(_ model: ForecastRecord.Model) {
            (name, title) = (model.model.rawValue, model.model.title)
            seeds = model.members.map(\.seed)
            (mean, low, high) = Self.range(model.members.map(\.forecasts))
            (future, futureLow, futureHigh) = Self.range(model.members.map(\.future))
        }

        private static func range(_ forecasts: [[Double]]) -> (mean: [Double], low: [Double], high: [Double])
        {
            let days = forecasts.first?.indices ?? 0..<0
            let values = days.map { day in forecasts.map { $0[day] } }
            return (
                values.map { Spread($0).mean }, values.map { $0.min() ?? .nan },
                values.map { $0.max() ?? .nan }
            )
        }
    }

    struct Score: Encodable {
        let split: String
        let days: Int
        /// "rnn", "lstm", "gru", or the name of the baseline, "last-value" or "no-change".
        let model: String
        let mse, rmse, mae: Spread
        /// The direction accuracy in percent; nil for the baseline, and if the target never changes.
        let direction: Spread?
    }

    init(_ record: ForecastRecord) {
        target = record.target
        dates = record.dates.map(\.description)
        (actual, previous, trainCount) = (record.actual, record.previous, record.trainCount)
        futureDates = record.futureDates.map(\.description)
        models = record.models.map(Model.init)
        let scores = ForecastScores(record)
        let baseline = scores.baseline
        self.scores = [("train", scores.train), ("test", scores.test)].flatMap { name, split -> [Score] in
            guard let split else { return [] }
            return split.models.map {
                Score(
                    split: name, days: split.days, model: $0.model.rawValue, mse: $0.mse, rmse: $0.rmse,
                    mae: $0.mae, direction: $0.direction)
            } + [
                Score(
                    split: name, days: split.days, model: baseline.rawValue,
                    mse: Spread([split.baseline.mse]),
                    rmse: Spread([split.baseline.rmse]), mae: Spread([split.baseline.mae]), direction: nil)
            ]
        }
    }
}

extension RunsPage {
    /// Answers `/api/forecast`.
    func forecast(_ request: PageRequest) throws -> PageAnswer {
        let run = try run(request).directory
        do {
            let record: ForecastRecord = try RunFile.read(from: run.forecast, ForecastRecord.fileLimits)
            if let mismatch = record.mismatch {
                throw PageError(
                    .failed, .mismatch, ["path": run.forecast.printableLine, "reason": "\(mismatch)"])
            }
            return try .json(ForecastContent(record))
        } catch let error as FileError where error.isMissing {
            throw PageError(.notFound, .noForecasts, ["run": run.name.quotedInAnswer])
        }
    }
}
