import CAllocations
import Datasets

/// How often training steps ask for memory, on all threads.
struct AllocationFigures: Codable {
    var steps: Int
    /// Nil where the C library does not let them be counted.
    var count: Int?

    /// - Parameter steps: fewer than an epoch has, less `warmUpSteps`: the order of an epoch is an array.
    init(_ setup: ModelSetup, on images: LabeledImages, steps: Int) throws(BenchmarkError) {
        let session = TrainingSession(setup, on: images)
        precondition(Self.warmUpSteps + steps < session.stepsPerEpoch, "\(steps) steps in one epoch")
        for _ in 0..<Self.warmUpSteps { _ = try session.step() }
        let before = allocation_count()
        for _ in 0..<steps { _ = try session.step() }
        let after = allocation_count()
        self.steps = steps
        count = before < 0 ? nil : after - before
    }

    private static let warmUpSteps = 20
}
