import NeuralNetworks
import Platform
import Training

/// Computes the states that a run had after its steps. ``RunReplay`` does it for a program.
package protocol RunReplaying: AnyObject {
    var run: RunDirectory { get }

    /// Returns the state after a step; takes the time of the training since the nearest earlier checkpoint.
    ///
    /// - Parameters:
    ///   - step: The number of steps since the beginning of training, at most the step of the newest checkpoint; 0 for the initial
    ///     weights.
    ///   - isCancelled: Returns whether to end early. It is called after each step.
    ///   - progress: Called after each step with the fraction that is done, 0...1.
    /// - Throws: `CancellationError`; ``RunError`` for a run without checkpoints, for a step that it does not have, for other
    ///   data, and if the training cannot be repeated to the same bytes; `DatasetError` for missing data.
    func state(
        after step: Int, isCancelled: @escaping () -> Bool, progress: @escaping (Double) -> Void
    ) throws -> ReplayedState
}

extension RunReplaying {
    package func state(after step: Int) throws -> ReplayedState {
        try state(after: step, isCancelled: { false }, progress: { _ in })
    }
}

/// The state that a run had after one of its steps.
package struct ReplayedState: Sendable {
    /// The parameters, the average, the optimizer's buffers and the progress.
    package let checkpoint: Checkpoint
    /// The step of the run's checkpoint from which the state was computed, or which it is; 0 for the initial weights.
    package let origin: Int
    /// The SHA-256 of the parameters: 32-bit numbers, little-endian, in the order of the model's layout.
    package let sha256: String

    package init(_ checkpoint: Checkpoint, origin: Int) {
        self.checkpoint = checkpoint
        self.origin = origin
        sha256 = Self.sha256(of: checkpoint.parameters)
    }

    package var step: Int { checkpoint.stepCount }
    /// The number of steps that were repeated after ``origin``.
    package var computedSteps: Int { step - origin }

    package static func sha256(of parameters: [Float]) -> String { WeightDigest.sha256(of: parameters) }
}

/// States of a repeated training at the ends of epochs, in a limited amount of memory. When it is full, every second state
/// is removed, so that those that are left are spread evenly.
package final class ReplaySnapshots {
    private let capacity: Int
    private var states: [(state: Checkpoint, origin: Int)] = []
    /// The minimum number of steps between two states.
    private var distance = 1

    /// - Parameter capacity: The maximum number of bytes; the initial state is kept in any case.
    package init(capacity: Int) { self.capacity = capacity }

    /// The steps of the states, in increasing order.
    package var steps: [Int] { states.map(\.state.stepCount) }

    /// Adds a state, unless there is one near it.
    package func add(_ state: Checkpoint, origin: Int) {
        let step = state.stepCount
        let place = states.firstIndex { $0.state.stepCount >= step } ?? states.count
        let isNear =
            place < states.count && states[place].state.stepCount - step < distance
            || place > 0 && step - states[place - 1].state.stepCount < distance
        guard !isNear else { return }
        states.insert((state, origin), at: place)
        while states.count > 1, states.count * state.bytesInMemory > capacity {
            let kept = stride(from: 0, to: states.count, by: 2).map { states[$0] }
            states = kept
            let gaps = zip(kept.dropFirst(), kept).map { $0.state.stepCount - $1.state.stepCount }
            distance = max(distance, gaps.min() ?? distance)
        }
    }

    /// Returns the last state at or before a step.
    package func last(before step: Int) -> (state: Checkpoint, origin: Int)? {
        states.last { $0.state.stepCount <= step }
    }

    package func removeAll() {
        states = []
        distance = 1
    }
}

extension Checkpoint {
    fileprivate var bytesInMemory: Int {
        4
            * (parameters.count * (1 + optimizerBuffers.count + (average == nil ? 0 : 1))
                + (carriedStates.map { $0.hidden.count + $0.cell.count } ?? 0))
    }
}
