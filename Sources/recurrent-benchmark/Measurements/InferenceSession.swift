import Datasets
import NeuralNetworks

/// Classifies all images repeatedly.
final class InferenceSession {
    private let engine: SequenceEngine
    private let images: LabeledImages

    init(_ setup: ModelSetup, on images: LabeledImages) {
        engine = setup.engine(for: images)
        self.images = images
    }

    /// Runs whole passes, at least one, until the time is up.
    func run(seconds: Double) -> Slice {
        var slice = Slice()
        let watch = Stopwatch()
        repeat {
            slice.images += engine.evaluate(SequenceSamples(images)).count
            slice.seconds = watch.seconds
        } while slice.seconds < seconds
        return slice
    }
}
