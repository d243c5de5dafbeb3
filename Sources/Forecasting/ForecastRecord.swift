import Datasets
import Platform
import Runs

/// The content of `forecast.json`: the forecasts of a run's models, in the unit of the target. Scores, tables and
/// charts are computed from it.
package struct ForecastRecord: Codable, Hashable, Sendable {
    /// The limits of the file. A value needs at most 40 bytes, including indentation.
    package static let fileLimits = JSON.Limits(bytes: 160 << 20, values: 4_000_000)

    /// Checks that the file of a run can be read again, before the run starts.
    ///
    /// - Parameters:
    ///   - networks: The number of networks.
    ///   - days: The number of days for which each network makes a forecast.
    /// - Throws: ``OptionError``
    static func check(networks: Int, days: Int) throws(OptionError) {
        // In addition to the forecasts, there are three values per day and a few per network.
        let count = (networks + 3) * (days + 10)
        guard count > fileLimits.values else { return }
        throw OptionError(
            "\(networks) networks × \(days) days: expected at most \(fileLimits.values) forecasts, found \(count); take "
                + "fewer --seeds or fewer --rows")
    }

    /// The column to forecast.
    package var target: String
    /// The forecast days. Each forecast is made from the previous days.
    package var dates: [CalendarDate]
    /// The actual target on each day.
    package var actual: [Double]
    /// The target on the previous trading day, which is the baseline's forecast. It is zero if the target is itself a
    /// change.
    package var previous: [Double]
    /// The number of training days, which come first.
    package var trainCount: Int
    /// The days after the last, which are forecast from forecasts.
    package var futureDates: [RowAhead]
    /// A sentence about the frequency of these dates; nil if there are none.
    package var frequency: String?
    package var models: [Model]

    package struct Model: Codable, Hashable, Sendable {
        package var model: ForecastModel
        /// One network for each seed.
        package var members: [Member]

        package init(_ model: ForecastModel, members: [Member]) {
            self.model = model
            self.members = members
        }
    }

    /// One network, trained with one seed.
    package struct Member: Codable, Hashable, Sendable {
        package var seed: UInt64
        /// One forecast for each day.
        package var forecasts: [Double]
        /// One forecast for each day after the last.
        package var future: [Double]

        package init(seed: UInt64, forecasts: [Double], future: [Double] = []) {
            self.seed = seed
            self.forecasts = forecasts
            self.future = future
        }
    }

    package init(
        target: String, dates: [CalendarDate], actual: [Double], previous: [Double], trainCount: Int,
        futureDates: [RowAhead] = [], frequency: String? = nil, models: [Model]
    ) {
        self.target = target
        self.dates = dates
        self.actual = actual
        self.previous = previous
        self.trainCount = trainCount
        self.futureDates = futureDates
        self.frequency = frequency
        self.models = models
    }
}
