import Datasets
import NeuralNetworks

/// Trains as `Trainer` does, one shuffled epoch after the other. It can be paused after any step and continued.
final class TrainingSession {
    let engine: SequenceEngine

    private let images: LabeledImages
    private let loader: DataLoader<LabeledImages>
    private var epoch: [Batch<LabeledImages>]
    private var epochNumber = 0
    private var nextBatch = 0

    init(_ setup: ModelSetup, on images: LabeledImages) {
        engine = setup.engine(for: images)
        self.images = images
        loader = DataLoader(images, batchSize: ModelSetup.batchSize, shuffle: true)
        epoch = loader.epoch(0)
    }

    var stepsPerEpoch: Int { loader.batchCount }

    /// Runs one optimizer step and returns the number of its images.
    func step() throws(LossNotFinite) -> Int {
        if nextBatch == epoch.count {
            epochNumber += 1
            nextBatch = 0
            epoch = loader.epoch(epochNumber)
        }
        let score = epoch[nextBatch].sampleIndices.withUnsafeBufferPointer {
            engine.train(SequenceSamples(images), batch: $0).score
        }
        guard score.lossSum.isFinite else {
            throw LossNotFinite(stack: engine.model.stack)
        }
        nextBatch += 1
        return score.count
    }

    /// Runs whole steps, at least one, until the time is up.
    func run(seconds: Double) throws(LossNotFinite) -> Slice {
        let before = engine.times
        var slice = Slice()
        let watch = Stopwatch()
        repeat {
            slice.images += try step()
            slice.seconds = watch.seconds
        } while slice.seconds < seconds
        let after = engine.times
        for phase in Phase.allCases { slice.times[phase] = after[phase] - before[phase] }
        return slice
    }

    /// Returns the mean multiply-adds of training on one image in this epoch: according to the model, and without those
    /// that the engine skips.
    func multiplyAdds() -> (model: Double, done: Double) {
        var skipped = 0
        for batch in epoch {
            skipped += batch.sampleIndices.withUnsafeBufferPointer {
                engine.model.skippedMultiplyAdds(
                    SequenceSamples(images), batch: $0, instructionSet: engine.instructionSet)
            }
        }
        let model = Double(engine.model.trainingMultiplyAdds(steps: images.rows))
        return (model, model - Double(skipped) / Double(images.count))
    }

    func evaluate(_ images: LabeledImages) -> Score {
        withExtendedLifetime(images) { engine.evaluate(SequenceSamples(images)) }
    }
}

/// The error that a loss was not finite, which ended measuring.
struct LossNotFinite: Error, CustomStringConvertible {
    let stack: RecurrentStack

    var description: String {
        "training \(stack.cell.rawValue) at hidden \(stack.hiddenSize): expected a finite loss, found none; no figure of it would mean anything"
    }
}
