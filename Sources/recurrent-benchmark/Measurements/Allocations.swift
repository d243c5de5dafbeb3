import CAllocations
import Datasets

/// How often training steps ask for memory, on all threads.
struct AllocationFigures: Codable {
    var steps: Int
    /// Nil where the C library does not let them be counted.
    var count: Int?

    private static let warmUpSteps = 20

    /// - Parameter steps: with those of the warm-up fewer than an epoch has, whose order is an array made anew.
    init(_ setup: ModelSetup, on images: LabeledImages, steps: Int) throws(LossNotFinite) {
        let session = TrainingSession(setup, on: images)
        precondition(Self.warmUpSteps + steps < session.stepsPerEpoch, "\(steps) steps in one epoch")
        for _ in 0..<Self.warmUpSteps { _ = try session.step() }
        count = try Self.count { () throws(LossNotFinite) in
            for _ in 0..<steps { _ = try session.step() }
        }
        self.steps = steps
    }

    /// Allocations of all threads while `body` runs.
    static func count(during body: () throws(LossNotFinite) -> Void) throws(LossNotFinite) -> Int? {
        let before = allocation_count()
        try body()
        let after = allocation_count()
        return before < 0 ? nil : after - before
    }
}
