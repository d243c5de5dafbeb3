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
    /// A file in the directory of results that cannot be read.
    case unusableResult(file: String, reason: String)
    /// A file in the directory of results whose content is not the one that was written.
    case changedResult(file: String, expected: String, found: String)
    /// A file in the directory of results that has the result of another training.
    case foreignResult(file: String, expected: String, found: String)
    /// An entry that was computed before came out different when it was trained again.
    case otherResult(entry: String, difference: KnownResult.Difference, file: String, verify: String)
    /// The winner's entry was computed before, so there are no weights to evaluate.
    case withoutRun(entry: String, sweep: String, program: String)
    /// Another error probability for a sweep that cannot have it.
    case otherUntil(sweep: String, complaint: String)

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
        case .unusableResult(let file, let reason):
            "\(file.printableLine): \(reason); \(Self.withoutResult)"
        case .changedResult(let file, let expected, let found):
            "\(file.printableLine): expected content of SHA-256 \(expected), as the file itself says, found \(found): it was "
                + "changed after it was written; \(Self.withoutResult)"
        case .foreignResult(let file, let expected, let found):
            "\(file.printableLine): expected a training of identity \(expected), as the name says, found one of \(found); "
                + Self.withoutResult
        case .otherResult(let entry, let difference, let file, let verify):
            "\(entry.printableLine) was computed before, and trained again with another result: \(difference). The stored "
                + "result is not used. Train the entry once more and compare: \(verify). If it is reproduced, remove "
                + "\(file.printableLine)"
        case .withoutRun(let entry, let sweep, let program):
            "\(entry.printableLine) was computed before, and there is no run with its weights; train it: "
                + ShellWords.quoted([program, "sweep", "--resume", sweep])
        case .otherUntil(let sweep, let complaint):
            "--until: \(complaint), for the sweep \(sweep.printableLine)"
        }
    }
}

extension SweepError {
    private static let withoutResult =
        "the result is not used. Remove the file, give another directory with --results, or train without it: --no-lookup"
}

extension SweepError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .notFound, .withoutRun: .missingInput
        case .otherPlan, .otherProgram, .noSuchEntry, .otherUntil: .usage
        case .unusableResult, .changedResult, .foreignResult, .otherResult: .badData
        case .planInUse, .entryInUse: .inUse
        case .entryFailed(_, _, let exitStatus, _): exitStatus
        }
    }
}
