/// A file operation that the system refused.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Operation: String, Sendable {
        case open, create, read, write, truncate, inspect, remove, start
        /// Of something else than a regular file, whatever the system would say.
        case readRegularFile = "read it"
        case synchronize = "write to disk"
        case rename = "move into place"
        case link = "create the symbolic link"
        case createDirectory = "create the directory"
    }

    public let path: String
    public let operation: Operation
    /// The system's `errno`.
    public let code: Int32

    package init(path: String, operation: Operation, code: Int32) {
        self.path = path
        self.operation = operation
        self.code = code
    }

    /// What the system says about `code`: "No space left on device".
    public var reason: String {
        operation == .readRegularFile ? "it is no regular file" : POSIX.message(of: code)
    }

    /// Whether the file, or a directory on the way to it, does not exist.
    public var isMissing: Bool { POSIX.meansMissing(code) }

    public var description: String { "\(path.printableLine): cannot \(operation.rawValue): \(reason)" }
}
