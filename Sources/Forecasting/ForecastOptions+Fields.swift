import Datasets
import NeuralNetworks
import Prices
import Runs

extension ForecastTraining.Options {
    package static var program: Program { .stockForecast }

    package static let fields: [OptionField<Self>] = [
        .init("model", \.model, .any, .networks),
        .init("seeds", \.seeds, .range(1...1000), .free),
        .init("seed", \.seed),
        .init("epochs", \.epochs, .range(1...1_000_000)),
        .init("batch_size", \.batchSize, .range(1...1_000_000)),
        .init("learning_rate", \.learningRate, .positive),
        .init("hidden_size", \.hiddenSize, .range(1...2048)),
        .init("layers", \.layers, .range(1...16)),
        .init(
            "sigmoid", \.sigmoid, use: .with("--model rnn or all") { $0.models.contains(.rnn) }),
        .init("data", \.data, .named("a file"), .place),
        .init("date_column", \.reading.dateColumn, .named("a column")),
        .init("date_order", \.reading.dateOrder),
        .init("ticker", \.reading.ticker, .named("a ticker")),
        .init("skip_no_trade", \.reading.skipsDaysWithoutTrade),
        .init("from", \.from),
        .init("to", \.to),
        .init("rows", \.rows, .range(1...1_000_000)),
        .init("features", \.features, .columns),
        .init("target", \.target, .named("a column")),
        .init("scaler", \.scaler),
        .init("scale_on", \.scaleOn),
        .init("sequence_length", \.sequenceLength, .range(ModelLimits.steps)),
        .init("train_windows", \.trainWindows, .range(1...1_000_000)),
        .init("horizon", \.horizon, .range(0...1000), .free),
        .init("print_every", \.printEvery, .range(0...1_000_000), .passing),
        .init("progress", \.progress, .any, .display),
        .init("quiet", \.quiet, .any, .display, isInherited: false),
        .init("language", \.language, .any, .display),
        .init("threads", \.threads, .range(1...1024), .machine, isInherited: false),
        .init("runs", \.runs, .named("a directory"), .display),
        .init("name", \.name, .runName, .display),
    ]

    package func conflict(among given: Set<String>) -> String? {
        guard let from, let to, to < from else { return nil }
        return "--to must not be before --from: \(to) is before \(from)"
    }
}

extension OptionBounds<[String]> {
    /// The bounds of a list of columns: each name at most once.
    fileprivate static var columns: Self {
        Self { names in
            if names.isEmpty || names.contains("") {
                return " must name columns, separated by commas; one name is empty"
            }
            for (place, name) in names.enumerated()
            where names[..<place].contains(where: { PriceHistory.isSame($0, as: name) }) {
                return " must name each column once; \(name) is named twice"
            }
            return nil
        }
    }
}

extension Program {
    /// The program whose runs are forecasts.
    package static let stockForecast = Program(
        name: "stock-forecast", options: ForecastTraining.Options.self, metrics: [.squaredError])
}

extension Scaler.Kind: OptionChoice {}
extension DateOrder: OptionChoice {}

extension CalendarDate: OptionText {
    package static var expectation: String { "a date such as 2019-01-30" }
}
