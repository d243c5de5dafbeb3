import Console
import Datasets
import NeuralNetworks
import Platform
import Prices
import Runs
import Training

extension ForecastTraining {
    /// All options of a training.
    package struct Options: TrainingOptions {
        /// The models to train, one after the other.
        package var model = ModelChoice.all
        package var epochs = 301
        package var batchSize = 20
        package var learningRate = 1e-3
        package var hiddenSize = 8
        package var layers = 2
        /// Whether the RNN has a sigmoid at its output.
        package var sigmoid = true
        /// The number of networks of each model.
        package var seeds = 1
        /// The first network's seed; each further network takes the next number.
        package var seed: UInt64 = 0
        /// The path of the CSV file.
        package var data = Self.embeddedData
        /// Options for reading the file.
        package var reading = PriceFileOptions()
        package var from: CalendarDate?
        package var to: CalendarDate?
        /// The number of rows. If nil, ``embeddedRows`` of the embedded data without a span, otherwise all rows.
        package var rows: Int?
        package var features = ["Open", "High", "Low", "Volume"]
        package var target = "Close"
        package var scaler = Scaler.Kind.minMax
        package var scaleOn = ScaleOn.train
        /// The number of days in a window, from which a forecast is made.
        package var sequenceLength = 5
        /// The number of training windows: the first ones.
        package var trainWindows = 200
        /// The number of days to forecast after the last day.
        package var horizon = 0
        /// The interval in epochs at which the loss is printed; 0 prints none.
        package var printEvery = 100
        package var progress = EpochPrinter.Progress.auto
        package var quiet = false
        /// The language of the report and the charts.
        package var language = Language.english
        package var threads = UsableCores.count
        package var runs = "runs"
        package var name = "stock-forecast"

        package init() {}

        /// The path of the embedded data: the S&P 500 from 1999 to 2018.
        package static let embeddedData = "datasets/sp500/sp500.csv.gz"
        /// The number of rows in the tutorials: the newest ones.
        package static let embeddedRows = 431
    }

    package enum ModelChoice: String, Codable, OptionChoice {
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

    /// The rows to which scalers are fitted.
    package enum ScaleOn: String, Codable, OptionChoice {
        /// The training rows.
        case train
        /// All rows, as in the tutorials. This is look-ahead bias.
        case all
    }
}

extension ForecastTraining.Options {
    /// The number of compute threads; a batch has only a few shards.
    var usedThreads: Int {
        min(UsableCores.threads(of: threads), SequenceEngine.shardCount(ofBatch: batchSize))
    }

    /// The maximum number of rows to read; nil for all.
    var wantedRows: Int? {
        rows ?? (data == Self.embeddedData && from == nil && to == nil ? Self.embeddedRows : nil)
    }

    /// The options with the default number of rows filled in, so that the path of the data may change later.
    var resolved: Self {
        var options = self
        options.rows = wantedRows
        return options
    }

    /// Returns the networks that the other options leave out, in words.
    package func lacks(in others: Self) -> [String] {
        var lacks: [String] = []
        if !Set(models).isSubset(of: others.models) {
            lacks.append(
                "--model: the run has \(model.rawValue), the command line gives \(others.model.rawValue); a resume can "
                    + "add networks but not remove them")
        }
        if others.seeds < seeds {
            lacks.append(
                "--seeds: the run has \(seeds), the command line gives \(others.seeds); a resume can add seeds but not remove them"
            )
        }
        return lacks
    }

    /// Returns the differences in options that a resume must not change.
    func fixedDifferences(to others: Self) -> [String] {
        differences(
            to: others, among: Set(Self.fields.map(\.key)).subtracting(ForecastResumption.changeable))
    }

    package var models: [ForecastModel] { model.models }

    /// The networks, in the order in which they are trained.
    package var members: [(model: ForecastModel, seed: UInt64)] {
        models.flatMap { model in (0..<UInt64(seeds)).map { (model, seed &+ $0) } }
    }

    /// Returns the options that train one network alone.
    func alone(_ model: ForecastModel, seed: UInt64) -> Self {
        var options = self
        options.model = ForecastTraining.ModelChoice(rawValue: model.rawValue)!
        (options.seed, options.seeds) = (seed, 1)
        return options
    }

    /// Returns the trainer of an untrained network.
    func trainer(_ model: ForecastModel, seed: UInt64) -> Trainer {
        Trainer(
            model: network(model), optimizer: Adam(learningRate: learningRate),
            metrics: Program.stockForecast.metrics, seed: seed, threads: usedThreads)
    }

    /// Returns the network of a model. By default it has 2 layers of 8 units on windows of 5 × 4, and a linear layer
    /// from 40 outputs to one number.
    package func network(_ model: ForecastModel) -> SequenceModel {
        SequenceModel(
            RecurrentStack(
                model.cell, inputSize: features.count, hiddenSize: hiddenSize, numLayers: layers),
            sequenceLength: sequenceLength, valueCount: 1, activation: sigmoid ? model.activation : .none)
    }
}
