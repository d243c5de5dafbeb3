import NeuralNetworks
import Testing
import Training

@testable import Forecasting

/// Training ends with the same results as in PyTorch.
@Suite("Forecasters train as in PyTorch")
struct ForecasterTrainingTests {
    /// Records the loss of every epoch.
    private final class Losses: Callback {
        var list: [Double] = []

        func epochEnded(_ record: EpochRecord, trainer: Trainer) { list.append(record.loss) }
    }

    /// PyTorch's single precision differs from its double precision by up to 3e-6.
    static let tolerance = 2e-5

    @Test(arguments: try ForecasterFixture.stored.get().runs)
    func `losses and forecasts of 301 epochs are the same`(run: ForecasterFixture.Run) throws {
        let lossEpochs = try ForecasterFixture.stored.get().lossEpochs
        let options = TutorialForecast.options(run.scaling)
        let data = try ForecastData(options)
        let trainer = Trainer(
            model: options.network(run.model), optimizer: Adam(learningRate: options.learningRate),
            seed: options.seed, threads: 1)
        let losses = Losses()
        try trainer.fit(
            data.train, epochs: options.epochs, batchSize: options.batchSize, callbacks: [losses])
        try #require(losses.list.count == 301)
        for (epoch, expected) in zip(lossEpochs + lossEpochs, run.losses + run.referenceLosses) {
            let ratio = losses.list[epoch] / expected
            #expect(abs(ratio - 1) <= Self.tolerance, "epoch \(epoch): \(ratio) of PyTorch's \(expected)")
        }
        let test = data.windows.split(train: options.trainWindows).test
        let forecasts = withExtendedLifetime(test) {
            trainer.engine.outputs(test.sequences, indices: (0..<test.count).map(Int32.init))
        }
        try #require(forecasts.count == run.forecasts.count)
        for (day, (found, expected)) in zip(forecasts, run.forecasts).enumerated() {
            #expect(abs(Double(found) - expected) <= Self.tolerance, "day \(day): \(found), \(expected)")
        }
    }
}
