import Platform
import Training

/// A copy of another model that a run keeps, as the bytes of a checkpoint, so that the run can be resumed even if the
/// original file changes.
package struct RunCopy: Sendable {
    /// The name of the file in a run's directory.
    package let name: String
    package let bytes: [UInt8]

    init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    /// - Parameter place: The place of the file in a run.
    package init(_ place: KeyPath<RunDirectory, String>, bytes: [UInt8]) {
        self.init(name: RunDirectory(path: "")[keyPath: place], bytes: bytes)
    }

    package func write(to run: RunDirectory) throws {
        try AtomicFile.write(bytes, to: FilePath.join(run.path, name))
    }
}

/// The place of the copies of other models that a training reads.
package enum RunCopies: Sendable {
    /// In the directory of a run.
    case of(RunDirectory)
    /// In memory, as another process has sent them.
    case received([RunCopy])

    /// Reads the copy at a place of a run.
    ///
    /// - Throws: ``FileError``; `CheckpointError`
    package func checkpoint(_ place: KeyPath<RunDirectory, String>) throws -> Checkpoint {
        switch self {
        case .of(let run): return try Checkpoint(OpenFile(run[keyPath: place], .reading))
        case .received(let copies):
            let name = RunDirectory(path: "")[keyPath: place]
            let copy = copies.first { $0.name == name }
            return try Checkpoint(bytes: copy?.bytes ?? [], path: name)
        }
    }
}
