import Platform
import Training

/// The checkpoint from which a run can be resumed, according to its files.
package enum KeptCheckpoint: Hashable, Sendable {
    /// The newest undamaged checkpoint.
    case whole(String)
    /// No checkpoint has been saved yet.
    case none
    /// The last saved checkpoint is missing or damaged, and there is no other.
    case lost(String)
    /// The last saved checkpoint cannot be read at the moment, because of too little memory or a disk error.
    case unreadable(String)
    case runIsGone

    /// Examines the files of a run.
    ///
    /// - Parameters:
    ///   - path: The last saved checkpoint; nil if none was saved.
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
            self = try store.newest(CheckpointFile.read).map { .whole($0.path) } ?? .lost(path)
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
        return file.map { (try? CheckpointFile.read($0)) != nil } ?? false
    }

    /// The state as a whole sentence: "The last checkpoint is …."
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
