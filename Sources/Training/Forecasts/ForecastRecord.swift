import Datasets

/// `forecast.json`: what the models of a run forecast, in the units of the target. Scores, tables and pictures
/// follow from it.
public struct ForecastRecord: Codable, Hashable, Sendable {
    /// The column that is forecast.
    public var target: String
    /// The days that are forecast, each from those before it.
    public var dates: [CalendarDate]
    /// The target on each of them.
    public var actual: [Double]
    /// The target on the day of trading before each of them, which the baseline forecasts; zero where the target is
    /// itself a change.
    public var previous: [Double]
    /// How many of the days, the first ones, were trained on.
    public var trainCount: Int
    /// The days after the last one, forecast from forecasts.
    public var futureDates: [CalendarDate]
    public var models: [Model]

    public struct Model: Codable, Hashable, Sendable {
        public var model: ForecastModel
        /// One for each seed.
        public var members: [Member]

        public init(_ model: ForecastModel, members: [Member]) {
            self.model = model
            self.members = members
        }
    }

    /// One network, trained from one seed.
    public struct Member: Codable, Hashable, Sendable {
        public var seed: UInt64
        /// One for each of the days.
        public var forecasts: [Double]
        /// One for each of the days after.
        public var future: [Double]

        public init(seed: UInt64, forecasts: [Double], future: [Double] = []) {
            self.seed = seed
            self.forecasts = forecasts
            self.future = future
        }
    }

    public init(
        target: String, dates: [CalendarDate], actual: [Double], previous: [Double], trainCount: Int,
        futureDates: [CalendarDate] = [], models: [Model]
    ) {
        self.target = target
        self.dates = dates
        self.actual = actual
        self.previous = previous
        self.trainCount = trainCount
        self.futureDates = futureDates
        self.models = models
    }
}
