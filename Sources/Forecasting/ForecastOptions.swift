import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

extension ForecastTraining {
    /// Everything a user can choose.
    package struct Options: Codable, Hashable, Sendable {
        /// What is trained, one after the other.
        package var model = ModelChoice.all
        package var epochs = 301
        package var batchSize = 20
        package var learningRate = 1e-3
        package var hiddenSize = 8
        package var layers = 2
        /// How many networks of each model.
        package var seeds = 1
        /// Of the first; the next ones follow.
        package var seed: UInt64 = 0
        /// A CSV file.
        package var data = Self.embeddedData
        package var from: CalendarDate?
        package var to: CalendarDate?
        /// How many rows; if nil ``embeddedRows`` of the embedded data without a span, else all.
        package var rows: Int?
        package var features = ["Open", "High", "Low", "Volume"]
        package var target = "Close"
        package var scaler = Scaler.Kind.minMax
        package var scaleOn = ScaleOn.train
        /// The days that a forecast is made from.
        package var sequenceLength = 5
        /// The first windows, which are trained on.
        package var trainWindows = 200
        /// How many days after the last are forecast, too.
        package var horizon = 0
        /// Epochs of one line on the screen; 0 for none.
        package var printEvery = 100
        package var progress = EpochPrinter.Progress.auto
        package var quiet = false
        package var threads = UsableCores.count
        package var runs = "runs"
        package var name = "stock-forecast"

        package init() {}

        package static let hiddenSizes = 1...2048
        package static let layerCounts = 1...16

        /// The S&P 500 from 1999 to 2018.
        package static let embeddedData = "datasets/sp500/sp500.csv.gz"
        /// As many as the tutorials have, the newest ones.
        package static let embeddedRows = 431
    }

    package enum ModelChoice: String, Codable, CaseIterable, Sendable {
        case rnn, lstm, gru, all

        package var models: [ForecastModel] {
            switch self {
            case .rnn: [.rnn]
            case .lstm: [.lstm]
            case .gru: [.gru]
            case .all: ForecastModel.allCases
            }
        }
    }

    /// Which rows scalers are fitted to.
    package enum ScaleOn: String, Codable, CaseIterable, Sendable {
        /// Those that training sees.
        case train
        /// All of them, as the tutorials do, which look into the future thereby.
        case all
    }
}

extension ForecastTraining.Options: RunOptions {
    package static var program: Program { .stockForecast }

    package static let free: Set<String> = [
        "model", "seeds", "data", "horizon", "print_every", "progress", "quiet", "threads", "runs", "name",
    ]

    package static let order = [
        "model", "seeds", "seed", "epochs", "batch_size", "learning_rate", "hidden_size", "layers", "data",
        "from", "to", "rows", "features", "target", "scaler", "scale_on", "sequence_length", "train_windows",
        "horizon", "print_every", "progress", "quiet", "threads", "runs", "name",
    ]

    /// How many rows are read, at most; nil for all.
    var wantedRows: Int? {
        rows ?? (data == Self.embeddedData && from == nil && to == nil ? Self.embeddedRows : nil)
    }

    /// With the number of rows that is meant if none is given, so that the data may be called otherwise later.
    var resolved: Self {
        var options = self
        options.rows = wantedRows
        return options
    }

    /// Networks that others leave out, in words.
    package func lacks(in others: Self) -> [String] {
        var lacks: [String] = []
        if !Set(models).isSubset(of: others.models) {
            lacks.append(
                "--model: the run has \(model.rawValue), asked for \(others.model.rawValue); it may become all, "
                    + "but lose none")
        }
        if others.seeds < seeds {
            lacks.append(
                "--seeds: the run has \(seeds), asked for \(others.seeds); it may become more, not fewer")
        }
        return lacks
    }

    package var models: [ForecastModel] { model.models }

    /// The networks, in the order in which they are trained.
    package var members: [(model: ForecastModel, seed: UInt64)] {
        models.flatMap { model in (0..<UInt64(seeds)).map { (model, seed &+ $0) } }
    }

    /// The network of a model: 2 layers of 8 on windows of 5 × 4, 40 outputs to one number, unless told otherwise.
    package func network(_ model: ForecastModel) -> SequenceModel {
        SequenceModel(
            RecurrentStack(
                model.cell, inputSize: features.count, hiddenSize: hiddenSize, numLayers: layers),
            sequenceLength: sequenceLength, valueCount: 1, activation: model.activation)
    }

    /// What cannot be, as options read from a file may be: they must not end in a trap.
    package var impossible: String? {
        let sizes = 1...1_000_000
        let checks: [(String, Bool)] = [
            ("epochs", sizes.contains(epochs)), ("batch_size", sizes.contains(batchSize)),
            ("learning_rate", learningRate > 0 && learningRate.isFinite),
            ("hidden_size", Self.hiddenSizes.contains(hiddenSize)),
            ("layers", Self.layerCounts.contains(layers)),
            ("seeds", (1...1000).contains(seeds)), ("rows", sizes.contains(rows ?? 1)),
            ("features", !features.isEmpty), ("sequence_length", (1...65_536).contains(sequenceLength)),
            ("train_windows", sizes.contains(trainWindows)), ("horizon", (0...1000).contains(horizon)),
            ("print_every", printEvery >= 0), ("threads", (1...1024).contains(threads)),
        ]
        return checks.first { !$0.1 }.map { "impossible \($0.0.quoted)" }
    }
}

extension Program {
    /// The tool whose runs are forecasts.
    package static let stockForecast = Program(name: "stock-forecast", options: ForecastTraining.Options.self)
}
