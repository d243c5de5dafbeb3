import Console
import Platform

/// The result of repeating the training of a receipt.
package enum VerificationResult: Hashable, Sendable, CustomStringConvertible {
    /// All that was compared is equal.
    case reproduced(epochs: Int, count: Int, scores: ComparedScores)
    /// The weights after an epoch differ.
    case otherWeights(epoch: Int, expected: String, found: String, checkpoints: ComparedCheckpoints?)
    /// The weights after all epochs are equal, but a checkpoint of the run is not.
    case otherCheckpoint(ComparedCheckpoints)
    /// Training ended after another number of epochs than the receipt has.
    case otherEnd(expected: Int, found: Int)
    /// Final scores differ, each in words.
    case otherScores([String])

    /// The final scores of a training that was repeated.
    package enum ComparedScores: Hashable, Sendable {
        /// They are equal; in words.
        case equal(String)
        /// The training was repeated in part.
        case notCompared
        /// The training of the receipt was not complete.
        case absent
    }

    /// The checkpoints of the run that were compared with the repeated training.
    package struct ComparedCheckpoints: Hashable, Sendable {
        /// The step of the last one that is equal; nil if there is none.
        package var equal: Int?
        /// The first one that differs; nil if there is none.
        package var different: Different?

        package struct Different: Hashable, Sendable {
            package let step: Int
            package let difference: StateDifference
        }

        package init() {}
    }

    package var isReproduced: Bool { if case .reproduced = self { true } else { false } }

    package var description: String {
        switch self {
        case .reproduced(let epochs, _, .equal(let scores)):
            "Reproduced to the last bit: \(TextFormat.count(epochs, "epoch")), \(scores)"
        case .reproduced(let epochs, let count, .notCompared):
            "Reproduced to the last bit: \(TextFormat.grouped(epochs)) of \(TextFormat.count(count, "epoch")). The final "
                + "scores were not compared."
        case .reproduced(let epochs, _, .absent):
            "Reproduced to the last bit: \(TextFormat.count(epochs, "epoch")). The receipt has no final scores, because its "
                + "training is not complete."
        case .otherWeights(let epoch, let expected, let found, let checkpoints):
            "Not reproduced: the weights after epoch \(epoch), counted from 0, differ: expected SHA-256 \(expected), found "
                + "\(found).\n"
                + (checkpoints?.description
                    ?? "For the step and the parameter, verify the run, whose checkpoints are compared.")
                + "\n" + Self.causes
        case .otherCheckpoint(let checkpoints):
            "Not reproduced: the weights after each epoch are those of the receipt, but a checkpoint of the run differs.\n"
                + checkpoints.description + "\nRestore the original checkpoint, or remove this one."
        case .otherEnd(let expected, let found):
            "Not reproduced: expected an end after \(TextFormat.count(expected, "epoch")), found one after "
                + "\(TextFormat.count(found, "epoch")), as the options decide.\n" + Self.causes
        case .otherScores(let differences):
            "Not reproduced: the weights are equal, but final scores differ:"
                + differences.map { "\n  \($0)" }.joined() + "\n" + Self.causes
        }
    }

    private static let causes =
        "Possible causes: the receipt or the run was changed, another version of the program trained, or one of the two "
        + "processors has no fused multiply-add."
}

extension VerificationResult.ComparedCheckpoints: CustomStringConvertible {
    package var description: String {
        switch (equal, different) {
        case (nil, nil): "The run has no checkpoint up to this step with which the step could be found."
        case (let equal?, nil):
            "Every checkpoint of the run up to this step is equal to the repeated training, the last at step \(equal)."
        case (nil, let different?):
            "The first checkpoint of the run, of step \(different.step), differs: the first different step is 1 to "
                + "\(different.step). \(different.text)"
        case (let equal?, let different?) where equal + 1 == different.step:
            "The first different step is \(different.step). \(different.text)"
        case (let equal?, let different?):
            "The checkpoint of step \(equal) is equal, that of step \(different.step) differs: the first different step is "
                + "\(equal + 1) to \(different.step). \(different.text)"
        }
    }
}

extension VerificationResult.ComparedCheckpoints.Different {
    fileprivate var text: String {
        "First different number: \(difference.place), \(difference.values[0]) in the run, \(difference.values[1]) in the "
            + "repeated training."
    }
}
