import Console
import NeuralNetworks
import Platform
import Training

/// Finds the first step after which two runs have different weights. Epochs with equal digests are passed over; both
/// trainings are then repeated step by step.
package struct RunDivergence {
    private let first: any RunReplaying
    private let second: any RunReplaying

    package init(_ first: any RunReplaying, _ second: any RunReplaying) {
        (self.first, self.second) = (first, second)
    }

    /// The place at which two runs part.
    package enum Result: Hashable, Sendable {
        /// The weights are equal after all steps that both have.
        case never(steps: Int)
        /// The models have other parameters; both in words.
        case otherModels(String, String)
        /// The weights differ after a step; 0 for the initial weights.
        case parted(step: Int, StateDifference)
        /// The weights are equal after one step and differ after another one, and the steps between cannot be repeated for a
        /// reason.
        case between(equal: Int, different: Int, reason: String)
    }

    /// - Parameter progress: Called with the step that is compared, and the last one.
    /// - Throws: As ``RunReplaying/state(after:isCancelled:progress:)``.
    package func find(progress: (Int, Int) -> Void = { _, _ in }) throws -> Result {
        let (own, other) = (try first.state(after: 0).checkpoint, try second.state(after: 0).checkpoint)
        guard own.model.layout == other.model.layout else {
            return .otherModels(Self.text(own.model), Self.text(other.model))
        }
        if let difference = StateDifference(between: own, and: other, onlyWeights: true) {
            return .parted(step: 0, difference)
        }
        let last = try min(Self.lastStep(first.run), Self.lastStep(second.run))
        var (equal, different) = try Self.epochs(first.run, second.run, upTo: last)
        if different == nil {
            if try difference(after: last) == nil { return .never(steps: last) }
            different = last
        }
        let end = different ?? last
        while equal < end {
            let step = equal + 1
            progress(step, end)
            do {
                if let difference = try difference(after: step) { return .parted(step: step, difference) }
            } catch let error as RunError {
                guard case .notReproduced = error else { throw error }
                return .between(equal: equal, different: end, reason: error.description)
            }
            equal = step
        }
        return .between(
            equal: try Self.epochs(first.run, second.run, upTo: last).equal, different: end,
            reason: "repeated, both trainings have the same weights there, other than metrics.jsonl says")
    }

    private func difference(after step: Int) throws -> StateDifference? {
        try StateDifference(
            between: first.state(after: step).checkpoint, and: second.state(after: step).checkpoint,
            onlyWeights: true)
    }

    private static func lastStep(_ run: RunDirectory) throws -> Int {
        try CheckpointStore(run).steps().last ?? 0
    }

    /// Returns the step of the last epoch after which the digests in the logs are equal, 0 if there is none, and the step of
    /// the first epoch after which they differ.
    private static func epochs(
        _ first: RunDirectory, _ second: RunDirectory, upTo last: Int
    ) throws -> (equal: Int, different: Int?) {
        var equal = 0
        for (own, other) in zip(try EpochDigests(of: first).epochs, try EpochDigests(of: second).epochs) {
            guard own.step == other.step, own.step <= last else { break }
            guard own.sha256 == other.sha256 else { return (equal, own.step) }
            equal = own.step
        }
        return (equal, nil)
    }

    private static func text(_ model: SequenceModel) -> String {
        let stack = model.stack
        return "\(stack.numLayers) \(stack.bidirectional ? "bidirectional " : "")\(stack.cell.rawValue) "
            + "\(stack.numLayers == 1 ? "layer" : "layers") of \(stack.hiddenSize) units, "
            + TextFormat.count(model.layout.count, "parameter")
    }
}

extension RunDivergence.Result {
    package var isNever: Bool { if case .never = self { true } else { false } }

    /// The result in words.
    ///
    /// - Parameter names: The names of the runs.
    package func text(_ names: [String]) -> String {
        switch self {
        case .never(let steps):
            "Never: equal to the last bit for all \(TextFormat.grouped(steps)) steps that both have."
        case .otherModels(let own, let other):
            "The models differ, so their parameters cannot be compared:\n  \(names[0]): \(own)\n  \(names[1]): \(other)"
        case .parted(0, let difference):
            "The runs differ before the first step, in \(difference.place):\n"
                + Self.values(difference, names)
        case .parted(let step, let difference):
            "The runs part at step \(TextFormat.grouped(step)), in \(difference.place):\n"
                + Self.values(difference, names)
        case .between(let equal, let different, let reason):
            "The runs are equal after step \(TextFormat.grouped(equal)) and differ after step "
                + "\(TextFormat.grouped(different)). The steps between cannot be repeated: \(reason)"
        }
    }

    private static func values(_ difference: StateDifference, _ names: [String]) -> String {
        zip(names, difference.values).map { "  \($0): \($1)" }.joined(separator: "\n")
    }
}

extension ClassifierOptions {
    /// Returns the options that decide the weights and differ, each in words with the names of both runs.
    package func divergences(from others: Self, names: [String]) -> [String] {
        changes(to: others).filter { Self.field($0.key)?.scope.affectsWeights ?? false }.map {
            "\($0.name): \(names[0]) has \($0.own.description), \(names[1]) has \($0.other.description)"
        }
    }
}
