import Datasets
import Forecasting
import NeuralNetworks
import Prices
import Training

/// The duration of the tutorials' forecaster training on one thread.
struct ForecastFigures: Codable {
    var model: ForecastModel
    var epochs: Int
    /// The number of training windows in an epoch.
    var windows: Int
    /// The duration of each training, without reading the data.
    var seconds: [Double]

    var windowsPerSecond: [Double] { seconds.map { Double(epochs * windows) / $0 } }
}

/// The tutorials' forecast of the embedded prices.
struct ForecastBenchmark {
    let epochs: Int
    private let options = ForecastTraining.Options()
    private let windows: SequenceWindows

    init(epochs: Int = ForecastTraining.Options().epochs) throws(DatasetError) {
        self.epochs = epochs
        let history = try PriceHistory(path: options.data, columns: options.features + [options.target])
            .span(rows: ForecastTraining.Options.embeddedRows)
            .rows(0..<options.trainWindows + options.sequenceLength)
        windows = ForecastPreparation(
            features: options.features, target: options.target, sequenceLength: options.sequenceLength,
            scaler: options.scaler, fitting: history, trainedUpTo: history.dates[history.count - 1]
        ).windows(of: history)
    }

    /// Runs whole trainings of one model, at least one, until the time is up.
    func run(_ model: ForecastModel, seconds: Double) throws -> ForecastFigures {
        let watch = Stopwatch()
        var figures = ForecastFigures(model: model, epochs: epochs, windows: windows.count, seconds: [])
        repeat { figures.seconds.append(try train(model)) } while watch.seconds < seconds
        return figures
    }

    /// Measures all models in turns.
    func run(rounds: Rounds) throws -> [ForecastFigures] {
        let models = ForecastModel.allCases
        var all = models.map {
            ForecastFigures(model: $0, epochs: epochs, windows: windows.count, seconds: [])
        }
        for model in models { _ = try train(model) }
        for _ in 0..<rounds.count {
            for (index, model) in models.enumerated() { all[index].seconds.append(try train(model)) }
        }
        return all
    }

    private func train(_ model: ForecastModel) throws -> Double {
        let trainer = Trainer(
            model: options.network(model), optimizer: Adam(learningRate: options.learningRate),
            seed: options.seed, threads: 1)
        let watch = Stopwatch()
        let ending = try trainer.fit(windows, epochs: epochs, batchSize: options.batchSize)
        let seconds = watch.seconds
        precondition(ending == .finished, "\(model): expected to finish, received \(ending)")
        return seconds
    }
}
