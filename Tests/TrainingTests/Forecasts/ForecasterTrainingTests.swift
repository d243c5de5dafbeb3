import Datasets
import NeuralNetworks
import Testing

@testable import Training

/// Training ends where PyTorch's ended.
@Suite("Forecasters train as in PyTorch")
struct ForecasterTrainingTests {
    /// Notes the loss of every epoch.
    private final class Losses: Callback {
        var list: [Double] = []

        func epochEnded(_ record: EpochRecord, trainer: Trainer) { list.append(record.loss) }
    }

    /// The issue asks for 2 %; PyTorch's own single precision is within 3e-6 of its double precision.
    static let tolerance = 1e-4

    @Test(
        "losses and forecasts of 301 epochs", arguments: try ForecasterFixture.stored.get().runs)
    func training(run: ForecasterFixture.Run) throws {
        let fixture = try ForecasterFixture.stored.get()
        let scaling = try #require(fixture.scalings[run.scaling])
        let (train, test) = try TutorialForecast.windows(fittedRows: scaling.fittedRows).windows
            .split(train: TutorialForecast.trainCount)
        let trainer = Trainer(
            model: TutorialForecast.model(run.model), optimizer: Adam(learningRate: 1e-3), seed: 0, threads: 1)
        let losses = Losses()
        try trainer.fit(train, epochs: 301, batchSize: 20, callbacks: [losses])
        try #require(losses.list.count == 301)
        for (epoch, expected) in zip(fixture.lossEpochs, run.losses) {
            let ratio = losses.list[epoch] / expected
            #expect(abs(ratio - 1) <= Self.tolerance, "epoch \(epoch): \(ratio) of PyTorch's \(expected)")
        }
        let forecasts = trainer.engine.outputs(
            SequenceSamples(test), indices: (0..<Int32(test.count)).map { $0 })
        try #require(forecasts.count == run.forecasts.count)
        let worst = zip(forecasts, run.forecasts).map { abs(Double($0) - $1) }
            .reduce(0) { $0 >= $1 ? $0 : $1 }
        #expect(worst <= Self.tolerance, "forecasts differ by \(worst)")
    }
}
