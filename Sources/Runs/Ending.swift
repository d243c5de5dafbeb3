import Console
import Platform
import Training

// The reasons for the end of training, in the words of runs.

extension Trainer.Ending {
    /// Whether training is complete.
    package var isComplete: Bool { self == .finished || self == .noProgress }

    package var state: RunState {
        switch self {
        case .finished, .noProgress: .finished
        case .interrupted, .outOfTime, .requested: .stopped
        case .diverged: .failed
        }
    }

    package var reason: String? {
        func text(_ key: ReasonText, _ values: [String: String] = [:]) -> String {
            Language.english.text(key, values)
        }
        switch self {
        case .finished: return nil
        case .noProgress: return text(.earlyStopping)
        case .interrupted(let signal):
            switch signal {
            case 1: return text(.closedTerminal)
            case 2: return text(.interrupt)
            case InterruptSignal.processorTime: return text(.processorTime)
            default: return text(.signal, ["number": "\(signal)"])
            }
        case .outOfTime: return text(.timeLimit)
        case .requested: return text(.requested)
        case .diverged(let epoch, let step):
            return text(.diverged, ["epoch": "\(epoch)", "step": "\(step)"])
        }
    }
}
