import Datasets
import Platform
import Runs

/// `forecast.json`: what the models of a run forecast, in the units of the target. Scores, tables and pictures
/// follow from it.
package struct ForecastRecord: Codable, Hashable, Sendable {
    /// The bounds of the file. A value takes 40 bytes at most, its indentation included.
    static let fileLimits = JSON.Limits(bytes: 160 << 20, values: 4_000_000)

    /// Checks that the file of a run can be read again, before the run starts.
    ///
    /// - Parameters:
    ///   - networks: The number of networks.
    ///   - days: The number of days that each forecasts.
    /// - Throws: ``OptionError``
    static func check(networks: Int, days: Int) throws(OptionError) {
        // Three values a day and a few for each network stand beside the forecasts.
        let count = (networks + 3) * (days + 10)
        guard count > fileLimits.values else { return }
        throw OptionError(
            "\(networks) networks × \(days) days: expected at most \(fileLimits.values) forecasts, found \(count); take "
                + "fewer --seeds or fewer --rows")
    }

    /// The column that is forecast.
    package var target: String
    /// The days that are forecast, each from those before it.
    package var dates: [CalendarDate]
    /// The target on each of them.
    package var actual: [Double]
    /// The target on the day of trading before each of them, which the baseline forecasts; zero where the target is
    /// itself a change.
    package var previous: [Double]
    /// How many of the days, the first ones, were trained on.
    package var trainCount: Int
    /// The rows after the last one, forecast from forecasts.
    package var futureDates: [RowAhead]
    /// The frequency of their dates, in a sentence; nil if there are none.
    package var frequency: String?
    package var models: [Model]

    package struct Model: Codable, Hashable, Sendable {
        package var model: ForecastModel
        /// One for each seed.
        package var members: [Member]

        package init(_ model: ForecastModel, members: [Member]) {
            self.model = model
            self.members = members
        }
    }

    /// One network, trained from one seed.
    package struct Member: Codable, Hashable, Sendable {
        package var seed: UInt64
        /// One for each of the days.
        package var forecasts: [Double]
        /// One for each of the days after.
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
