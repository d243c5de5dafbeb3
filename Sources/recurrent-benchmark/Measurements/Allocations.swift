import CAllocations
import Datasets

/// The number of memory allocations during training steps, on all threads.
struct AllocationFigures: Codable {
    var steps: Int
    /// The number of allocations; nil if the C library does not allow counting.
    var count: Int?

    private static let warmUpSteps = 20

    /// - Parameter steps: The number of steps. Together with the warm-up they must be fewer than an epoch has, because
    ///   the order of an epoch is a new array.
    init(_ setup: ModelSetup, on images: LabeledImages, steps: Int) throws(LossNotFinite) {
        let session = TrainingSession(setup, on: images)
        precondition(Self.warmUpSteps + steps < session.stepsPerEpoch, "\(steps) steps in one epoch")
        for _ in 0..<Self.warmUpSteps { _ = try session.step() }
        count = try Self.count { () throws(LossNotFinite) in
            for _ in 0..<steps { _ = try session.step() }
        }
        self.steps = steps
    }

    /// Returns the number of allocations of all threads while `body` runs.
    static func count(during body: () throws(LossNotFinite) -> Void) throws(LossNotFinite) -> Int? {
        let before = allocation_count()
        try body()
        let after = allocation_count()
        return before < 0 ? nil : after - before
    }
}
