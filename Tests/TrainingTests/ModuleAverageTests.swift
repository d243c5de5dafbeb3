import Datasets
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Averaged parameters of models made of modules")
struct ModuleAverageTests {
    /// A callback that averages a parameter by the definition, in double precision.
    private final class Reference: Callback {
        let model: HandWritten
        let decay: Double
        var average: [Double]

        init(_ model: HandWritten, decay: Double) {
            (self.model, self.decay) = (model, decay)
            average = model.linear.parameters.elements.map(Double.init)
        }

        func batchEnded(_ record: StepRecord, trainer: Trainer) {
            let step = Double(record.step)
            let kept = min(decay, (1 + step) / (10 + step))
            for (index, value) in model.linear.parameters.elements.enumerated() {
                average[index] += (1 - kept) * (Double(value) - average[index])
            }
        }
    }

    @Test(arguments: [0.05, 0.9])
    func `the average is the definition's, and is evaluated, saved and restored`(_ decay: Double) throws {
        let samples = try unequalSequences(50)
        func make(_ model: HandWritten, averageDecay: Double? = decay) -> Trainer {
            Trainer(
                model: model, loss: CrossEntropyLoss(), optimizer: SGD(learningRate: 0.5),
                averageDecay: averageDecay)
        }
        let model = HandWritten()
        let trainer = make(model)
        let (reference, journal) = (Reference(model, decay: decay), Journal())
        try trainer.fit(
            samples, epochs: 3, batchSize: 20, validation: samples, callbacks: [reference, journal])
        let checkpoint = try ModuleCheckpoint(bytes: ModuleCheckpoint(of: trainer).serialized(), path: "a")
        let averaged = HandWritten()
        try checkpoint.load(into: averaged, averaged: true)
        expectClose(averaged.linear.parameters.elements, reference.average.map { Float($0) }, relative: 1e-5)
        #expect(averaged.linear.parameters.elements != model.linear.parameters.elements)
        let score = make(averaged).evaluate(samples)
        #expect(journal.records.last?.averagedValidation == score)
        #expect(journal.records.last?.validation == trainer.evaluate(samples))

        let without = make(HandWritten(), averageDecay: nil)
        let refused = #expect(throws: CheckpointError.self) { try without.restore(checkpoint) }
        #expect(
            refused?.description.contains(
                "expected one without averaged parameters (averageDecay), found one with them") == true)
        let plain = try ModuleCheckpoint(bytes: ModuleCheckpoint(of: without).serialized(), path: "b")
        #expect(throws: CheckpointError.self) { try plain.load(into: averaged, averaged: true) }
        #expect(throws: CheckpointError.self) { try trainer.restore(plain) }
    }
}
