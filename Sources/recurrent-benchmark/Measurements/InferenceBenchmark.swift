import Datasets

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
