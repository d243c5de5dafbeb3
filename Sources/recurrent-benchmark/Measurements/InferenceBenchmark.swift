import Datasets

/// The speed of inference with a number of threads, in images per second for each slice of time.
struct InferenceFigures: Codable {
    var hiddenSize: Int
    var threads: Int
    /// The number of images in one pass.
    var images: Int
    var imagesPerSecond: [Double]
}

enum InferenceBenchmark {
    /// Measures all numbers of threads in turns.
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
