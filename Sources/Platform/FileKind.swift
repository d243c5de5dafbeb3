extension POSIX {
    /// The kind of file at a path.
    package enum FileKind: Sendable, CustomStringConvertible {
        case regular, directory, symbolicLink, pipe, socket, device

        /// The kind with its article, for messages.
        package var description: String {
            switch self {
            case .regular: "a regular file"
            case .directory: "a directory"
            case .symbolicLink: "a symbolic link"
            case .pipe: "a FIFO"
            case .socket: "a socket"
            case .device: "a device"
            }
        }

        /// Whether bytes written to it go to another process or a device.
        package var isStream: Bool { self == .pipe || self == .socket || self == .device }
    }
}

extension FileError {
    /// The error that a file has another kind than the expected one.
    package struct Misfit: Hashable, Sendable {
        package let expected, found: POSIX.FileKind
        /// Whether the user named the file, rather than this program.
        package let isInput: Bool

        var description: String { "expected \(expected), found \(found); \(advice)" }

        /// An instruction for the user.
        package var advice: String {
            switch found {
            case .symbolicLink where expected == .directory: "put the directory itself in its place"
            case .symbolicLink: "put the file itself in its place"
            case _ where isInput && expected == .directory: "give the path of a directory"
            case .directory where isInput: "give the path of a file"
            case .pipe where isInput, .socket where isInput, .device where isInput:
                "save its content in a file, and give that"
            default: "move it to another place"
            }
        }

        /// The system's error number (`errno`) for it.
        var code: Int32 {
            switch found {
            case .symbolicLink: POSIX.tooManyLinks
            case .directory: POSIX.isDirectory
            default: expected == .directory ? POSIX.notDirectory : POSIX.notSupported
            }
        }
    }

    init(path: String, operation: Operation, _ misfit: Misfit) {
        self.init(path: path, operation: operation, code: misfit.code, misfit: misfit)
    }
}
