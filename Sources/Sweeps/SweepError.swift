import Platform

/// A reason why a sweep, or an entry of one, cannot be started or continued.
package enum SweepError: Error, Hashable, Sendable, CustomStringConvertible {
    case notFound(name: String, root: String)
    case otherPlan(sweep: String)
    case noSuchEntry(index: Int, count: Int)
    /// Another process is training the entry.
    case entryInUse(entry: String)
    /// The child process of an entry failed.
    case entryFailed(entry: String, ending: String, exitStatus: ExitStatus, message: String)

    package var description: String {
        switch self {
        case .notFound(let name, let root):
            "no sweep \(name.quoted): there is no plan.json in \(FilePath.join(SweepDirectory.root(root), name)) or \(name)"
        case .otherPlan(let sweep):
            "\(sweep) has a different plan; give the same options to resume it, or choose another --name"
        case .noSuchEntry(let index, let count): "--index must be 0 to \(count - 1), not \(index)"
        case .entryInUse(let entry): "\(entry): another process is training this entry"
        case .entryFailed(let entry, let ending, _, let message):
            "\(entry): \(ending)\(message.isEmpty ? "" : ": \(message)")"
        }
    }
}

extension SweepError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .notFound: .missingInput
        case .otherPlan, .noSuchEntry: .usage
        case .entryInUse: .inUse
        case .entryFailed(_, _, let exitStatus, _): exitStatus
        }
    }
}
