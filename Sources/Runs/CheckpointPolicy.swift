import Console
import Training

/// When checkpoints are saved, how many are kept, and what happens if one cannot be saved.
package struct CheckpointPolicy: Hashable, Sendable {
    package var every = Interval.epochs(1)
    /// The number of newest checkpoints that are kept, in addition to the best.
    package var kept = 2
    package var onSaveError = SaveErrorAction.stop

    package init() {}

    package enum SaveErrorAction: String, OptionChoice {
        /// End training, which can be resumed from the last checkpoint.
        case stop
        /// Report the error and continue training; the next save may succeed.
        case `continue`
    }

    package enum Interval: Hashable, Sendable {
        case epochs(Int)
        case steps(Int)
        case seconds(Double)
    }
}

extension CheckpointPolicy.Interval: OptionText {
    package static var expectation: String { "5, 200steps or 10m" }

    /// Reads an interval: "5" or "5epochs", "200steps", or a time as ``TextFormat/seconds(_:)`` reads it: "30s", "10m",
    /// "1.5h".
    package init?(_ text: String) {
        func count(_ suffix: String) -> Int? {
            text.hasSuffix(suffix) ? Int(text.dropLast(suffix.count)).flatMap { $0 > 0 ? $0 : nil } : nil
        }
        if let epochs = count("epochs") ?? count("epoch") ?? count("") {
            self = .epochs(epochs)
        } else if let steps = count("steps") ?? count("step") {
            self = .steps(steps)
        } else if let seconds = TextFormat.seconds(text) {
            self = .seconds(seconds)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .epochs(let count): "\(count)"
        case .steps(let count): "\(count)steps"
        case .seconds(let seconds): "\(seconds)s"
        }
    }
}
