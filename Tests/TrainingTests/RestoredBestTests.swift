import Datasets
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Early stopping that restores the best parameters")
struct RestoredBestTests {
    /// A model that overfits: the labels are random.
    private static func data() throws -> (train: LabeledSequences, validation: LabeledSequences) {
        let values = (0..<60).map { index in
            (0..<(2 + index % 5)).map { Float(($0 * 53 + index * 37) % 64) / 32 - 1 }
        }
        let sequences = try LabeledSequences(values, channels: 1, labels: (0..<60).map { $0 * 7 % 5 % 2 })
        let (train, validation) = sequences.split(test: 0.4, seed: 3)
        return (train, validation)
    }

    private static func trainer() -> Trainer {
        Trainer(
            model: SequenceModel(RecurrentStack(.gru, inputSize: 1, hiddenSize: 8), classCount: 2),
            optimizer: Adam(learningRate: 2e-2), seed: 1)
    }

    @discardableResult
    private static func fit(
        _ trainer: Trainer, epochs: Int, restoresBest: Bool, _ journal: Journal = Journal()
    ) throws -> Trainer.Ending {
        let (train, validation) = try data()
        return try trainer.fit(
            train, epochs: epochs - trainer.state.epoch, batchSize: 16, validation: validation,
            callbacks: [EarlyStopping(patience: 5, restoresBest: restoresBest), journal])
    }

    private static func loss(_ trainer: Trainer) throws -> Double {
        try trainer.evaluate(data().validation).loss
    }

    @Test(arguments: [true, false])
    func `the parameters are the parameters of the best epoch`(stopsEarly: Bool) throws {
        let (first, kept, best) = (Self.trainer(), Self.trainer(), Self.trainer())
        try Self.fit(first, epochs: 100, restoresBest: false)
        let epochs = stopsEarly ? 100 : try #require(first.state.best).epoch + 3
        let ending = try Self.fit(kept, epochs: epochs, restoresBest: false)
        #expect(ending == (stopsEarly ? .noProgress : .finished))
        try Self.fit(best, epochs: epochs, restoresBest: true)
        #expect(best.state == kept.state)
        let lowest = try #require(kept.state.best)
        #expect(lowest.epoch < kept.state.epoch - 1, "the best epoch must not be the last")
        #expect(try Self.loss(best) == lowest.loss)
        #expect(try Self.loss(kept) > lowest.loss)
        let again = Self.trainer()
        try Self.fit(again, epochs: lowest.epoch + 1, restoresBest: false)
        #expect(best.engine.parameters.elements == again.engine.parameters.elements)
    }

    @Test func `a training resumed after any epoch ends with the same parameters`() throws {
        let whole = Self.trainer()
        try Self.fit(whole, epochs: 100, restoresBest: true)
        for step in 1..<whole.engine.optimizerState.stepCount {
            let (first, second) = (Self.trainer(), Self.trainer())
            let journal = Journal()
            journal.stopAfterStep = step
            try Self.fit(first, epochs: 100, restoresBest: true, journal)
            let checkpoint = try Checkpoint(bytes: Checkpoint(of: first).serialized(), path: "x")
            #expect((checkpoint.bestParameters != nil) == (first.state.best != nil))
            second.restore(checkpoint)
            let ending = try Self.fit(second, epochs: 100, restoresBest: true)
            #expect(ending == .noProgress)
            #expect(second.engine.parameters.elements == whole.engine.parameters.elements)
            #expect(second.state == whole.state, "stopped after step \(step)")
        }
    }

    @Test func `a checkpoint without them is as before, and an interrupted training restores nothing`() throws
    {
        let (plain, kept) = (Self.trainer(), Self.trainer())
        let journal = Journal()
        journal.stopAfterStep = 15
        try Self.fit(plain, epochs: 100, restoresBest: false, journal)
        let second = Journal()
        second.stopAfterStep = 15
        try Self.fit(kept, epochs: 100, restoresBest: true, second)
        #expect(kept.engine.parameters.elements == plain.engine.parameters.elements)
        #expect(Checkpoint(of: plain).bestParameters == nil && Checkpoint(of: kept).bestParameters != nil)
        let names = try Checkpoint(of: kept).serialized().count - Checkpoint(of: plain).serialized().count
        #expect(names > 4 * kept.engine.parameters.count)
    }
}
