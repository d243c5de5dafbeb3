import Console
import Platform
import Runs

/// A reason why a sweep, or an entry of one, cannot be started or continued.
package enum SweepError: Error, Hashable, Sendable, CustomStringConvertible {
    case notFound(name: String, root: String, program: String)
    /// The sweep has another plan; the differences have a line each.
    case otherPlan(sweep: String, differences: [String], program: String)
    /// A sweep of another tool.
    case otherProgram(sweep: String, program: String)
    case noSuchEntry(index: Int, count: Int)
    /// Another process has been writing the plan for a long time.
    case planInUse(lock: String)
    /// Another process is training the entry.
    case entryInUse(entry: String)
    /// The child process of an entry failed.
    case entryFailed(entry: String, ending: String, exitStatus: ExitStatus, message: String)

    package var description: String {
        switch self {
        case .notFound(let name, let root, let program):
            "no sweep \(name.quoted): neither \(FilePath.join(RunDirectory.sweeps(in: root), name).printableLine) nor "
                + "\(name.printableLine) has plan.json and the directory entries; list the sweeps: "
                + ShellWords.quoted([program, "runs"] + (root == "runs" ? [] : ["--runs", root]))
        case .otherPlan(let sweep, let differences, let program):
            "\(sweep.printableLine) has a different plan:" + differences.map { "\n  \($0)" }.joined()
                + "\nTo resume it, run: " + ShellWords.quoted([program, "sweep", "--resume", sweep])
                + "\nTo train the new plan, choose another --name."
        case .otherProgram(let sweep, let program):
            "\(sweep.printableLine) is a sweep of \(program); use \(program) for it, or name another sweep"
        case .noSuchEntry(let index, let count): "--index must be 0 to \(count - 1), not \(index)"
        case .planInUse(let lock):
            "\(lock.printableLine): another process has held this lock for more than 10 seconds to write the plan; wait until it ends, or "
                + "end it if it is suspended"
        case .entryInUse(let entry):
            "\(entry.printableLine): another process is training this entry; wait until it ends"
        case .entryFailed(let entry, let ending, _, let message):
            "\(entry.printableLine): \(ending)\(message.isEmpty ? "" : ": \(message)")"
        }
    }
}

extension SweepError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .notFound: .missingInput
        case .otherPlan, .otherProgram, .noSuchEntry: .usage
        case .planInUse, .entryInUse: .inUse
        case .entryFailed(_, _, let exitStatus, _): exitStatus
        }
    }
}
