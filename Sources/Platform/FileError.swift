/// A file operation that the system refused.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Operation: String, Sendable {
        case open, create, read, write, truncate, inspect, remove, start, lock
        case synchronize = "write to disk"
        case rename = "move into place"
        case link = "create the symbolic link"
        case createDirectory = "create the directory"
        /// Writing to a FIFO that no process reads.
        case writeToReader = "write to it"
    }

    public let path: String
    public let operation: Operation
    /// The system's `errno`.
    public let code: Int32
    /// The expected and the found kind of file; nil if the error has another reason.
    package let misfit: Misfit?

    package init(path: String, operation: Operation, code: Int32) {
        self.init(path: path, operation: operation, code: code, misfit: nil)
    }

    init(path: String, operation: Operation, code: Int32, misfit: Misfit?) {
        self.path = path
        self.operation = operation
        self.code = code
        self.misfit = misfit
    }

    /// The system's message for `code`: "No space left on device"; with advice where the message does not suggest any.
    public var reason: String {
        if let misfit { return misfit.description }
        switch operation {
        case .lock where POSIX.meansNoLocks(code):
            return
                "its file system does not support file locks (\(POSIX.message(of: code))), which keep two processes from "
                + "writing the same files; use a directory on a local disk, or mount the file system with locks"
        case .create where POSIX.meansNoDirectory(code):
            return
                "the directory \(FilePath.directory(of: path).quoted) does not exist; create it, or give a path in another "
                + "directory"
        case .writeToReader: return "no process reads this FIFO; start its reader first"
        default: return POSIX.message(of: code)
        }
    }

    /// Whether the file, or a directory on the way to it, does not exist.
    public var isMissing: Bool { misfit == nil && POSIX.meansMissing(code) }

    public var description: String { "\(path.printableLine): cannot \(operation.rawValue): \(reason)" }
}
