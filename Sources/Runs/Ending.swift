import Platform
import Training

// The reasons for the end of training, in the words of runs.

extension Trainer.Ending {
    /// Whether training is complete.
    package var isComplete: Bool { self == .finished || self == .noProgress }

    package var state: RunState {
        switch self {
        case .finished, .noProgress: .finished
        case .interrupted, .outOfTime: .stopped
        case .diverged: .failed
        }
    }

    package var reason: String? {
        switch self {
        case .finished: nil
        case .noProgress: "early stopping"
        case .interrupted(let signal):
            switch signal {
            case 1: "the terminal was closed"
            case 2: "Ctrl-C"
            case InterruptSignal.processorTime: "the limit of processor time (ulimit -t)"
            default: "signal \(signal)"
            }
        case .outOfTime: "time limit"
        case .diverged(let epoch, let step): "loss or gradient not finite at step \(step) of epoch \(epoch)"
        }
    }
}
