/// A sweep that cannot be gone on with as it is.
public enum SweepError: Error, Hashable, Sendable, CustomStringConvertible {
    case notFound(name: String, root: String)
    case otherPlan(sweep: String)
    case noSuchEntry(index: Int, count: Int)
    /// Another process is doing it.
    case entryInUse(entry: String)
    /// A child process that did not do its entry.
    case entryFailed(entry: String, ending: String, exitCode: Int32, message: String)

    public var description: String {
        switch self {
        case .notFound(let name, let root):
            "no sweep \(quoted(name)): there is no plan.json in \(FilePath.join(root, "sweeps/\(name)")) or \(name)"
        case .otherPlan(let sweep):
            "\(sweep) has another plan; give its options to go on with it, or another --name"
        case .noSuchEntry(let index, let count): "--index must be 0 to \(count - 1), not \(index)"
        case .entryInUse(let entry): "\(entry): another process is doing this entry"
        case .entryFailed(let entry, let ending, _, let message):
            "\(entry): \(ending)\(message.isEmpty ? "" : ": \(message)")"
        }
    }

    /// Of a tool that stops for this error, as in `sysexits.h`.
    public var exitCode: Int32 {
        switch self {
        case .notFound: 66
        case .otherPlan, .noSuchEntry: 64
        case .entryInUse: 73
        case .entryFailed(_, _, let exitCode, _): exitCode
        }
    }
}
