import Datasets
import NeuralNetworks
import Platform
import Prices
import Runs
import Training

extension ForecastTraining {
    /// Everything a user can choose.
    package struct Options: RunOptions {
        /// The models to train, one after the other.
        package var model = ModelChoice.all
        package var epochs = 301
        package var batchSize = 20
        package var learningRate = 1e-3
        package var hiddenSize = 8
        package var layers = 2
        /// Whether the RNN ends in a sigmoid.
        package var sigmoid = true
        /// How many networks of each model.
        package var seeds = 1
        /// The first network's seed; each further network takes the next number.
        package var seed: UInt64 = 0
        /// A CSV file.
        package var data = Self.embeddedData
        /// How the file is read where it does not tell.
        package var reading = PriceFileOptions()
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

        /// The S&P 500 from 1999 to 2018.
        package static let embeddedData = "datasets/sp500/sp500.csv.gz"
        /// As many as the tutorials have, the newest ones.
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

    /// Which rows scalers are fitted to.
    package enum ScaleOn: String, Codable, OptionChoice {
        /// The rows that training sees.
        case train
        /// All of them, as the tutorials do, which look into the future thereby.
        case all
    }
}

extension ForecastTraining.Options {
    /// The number of threads that compute: a batch has few shards.
    var usedThreads: Int {
        min(UsableCores.threads(of: threads), SequenceEngine.shardCount(ofBatch: batchSize))
    }

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

    /// The differences in options that no resume may change.
    func fixedDifferences(to others: Self) -> [String] {
        differences(
            to: others, among: Set(Self.fields.map(\.key)).subtracting(ForecastResumption.changeable))
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
            sequenceLength: sequenceLength, valueCount: 1, activation: sigmoid ? model.activation : .none)
    }
}
