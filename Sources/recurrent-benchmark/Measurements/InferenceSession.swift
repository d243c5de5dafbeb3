import Datasets
import NeuralNetworks

/// Classifies all images again and again.
final class InferenceSession {
    private let engine: ClassifierEngine
    private let images: LabeledImages

    init(_ setup: ModelSetup, on images: LabeledImages) {
        engine = setup.engine(for: images)
        self.images = images
    }

    /// Whole passes, at least one, until the time is up.
    func run(seconds: Double) -> Slice {
        var slice = Slice()
        let watch = Stopwatch()
        repeat {
            slice.images += engine.evaluate(LabeledSequences(images)).count
            slice.seconds = watch.seconds
        } while slice.seconds < seconds
        return slice
    }
}

/// Inference with some threads, in images a second of each slice.
struct InferenceFigures: Codable {
    var hiddenSize: Int
    var threads: Int
    /// In one pass.
    var images: Int
    var imagesPerSecond: [Double]
}

enum InferenceBenchmark {
    /// All numbers of threads take turns.
    static func run(threadCounts: [Int], rounds: Rounds, on images: LabeledImages) -> [InferenceFigures] {
        let sessions = threadCounts.map { InferenceSession(ModelSetup(threads: $0), on: images) }
        var figures = threadCounts.map {
            InferenceFigures(
                hiddenSize: ModelSetup().hiddenSize, threads: $0, images: images.count, imagesPerSecond: [])
        }
        for session in sessions { _ = session.run(seconds: rounds.warmUpSeconds) }
        for _ in 0..<rounds.count {
            for (index, session) in sessions.enumerated() {
                figures[index].imagesPerSecond.append(session.run(seconds: rounds.seconds).imagesPerSecond)
            }
        }
        return figures
    }
}
