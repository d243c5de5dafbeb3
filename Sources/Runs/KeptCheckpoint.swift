import Platform
import Training

/// The checkpoint that is left of a run to resume from, as its files show, not as the training that wrote them
/// remembers.
package enum KeptCheckpoint: Hashable, Sendable {
    /// The newest that is whole.
    case whole(String)
    /// None has been saved yet.
    case none
    /// The last that was saved is gone or damaged, and there is no other.
    case lost(String)
    /// The last that was saved cannot be read at the moment: of too little memory, or because the disk does not answer.
    case unreadable(String)
    case runIsGone

    /// Looks at the files.
    ///
    /// - Parameters:
    ///   - path: The last checkpoint that was saved; nil if none was.
    ///   - run: The run's directory.
    package init(_ path: String?, in run: RunDirectory) {
        guard POSIX.exists(run.path) else {
            self = .runIsGone
            return
        }
        guard let path else {
            self = .none
            return
        }
        let checkpoints = FilePath.directory(of: path)
        if Self.isWhole(path) {
            self = .whole(path)
            return
        }
        do {
            let store = CheckpointStore(RunDirectory(path: FilePath.directory(of: checkpoints)))
            self = try store.newest().map { .whole($0.path) } ?? .lost(path)
        } catch is RunError {
            self = .lost(path)
        } catch let error as FileError where !error.mayBeWhole {
            self = .lost(path)
        } catch {
            self = .unreadable(path)
        }
    }

    private static func isWhole(_ path: String) -> Bool {
        let directory = try? OpenDirectory(FilePath.directory(of: path), followsLink: false)
        let file = try? directory?.open(FilePath.name(of: path), .reading)
        return file.map { (try? Checkpoint($0)) != nil } ?? false
    }

    /// A whole sentence: "The last checkpoint is …."
    package var description: String {
        switch self {
        case .whole(let path): "The last checkpoint is \(path)."
        case .none: "No checkpoint has been saved yet."
        case .lost(let path): "The last checkpoint, \(path), is missing or damaged, and there is no other."
        case .unreadable(let path): "The last checkpoint, \(path), cannot be read now."
        case .runIsGone: "The run's directory is missing, with all its checkpoints."
        }
    }
}
