import Platform
import Training

/// The checkpoints of a run: `step-0000469.safetensors` and so on, and links to the newest and the best of them.
package struct CheckpointStore: Sendable {
    package let run: RunDirectory
    /// The number of newest checkpoints that are kept, in addition to the best.
    package let kept: Int

    /// - Parameters:
    ///   - run: The run to which the checkpoints belong.
    ///   - kept: The number of checkpoints to keep, at least 1; with 2 there is another one if the newest is damaged.
    package init(_ run: RunDirectory, kept: Int = 2) {
        precondition(kept >= 1, "kept: expected at least 1, received \(kept)")
        self.run = run
        self.kept = kept
    }

    /// Opens the directory, which must not be a symbolic link, so that only the run's own files are written and
    /// removed.
    private func open() throws(FileError) -> OpenDirectory {
        try OpenDirectory(run.checkpoints, followsLink: false)
    }

    /// Writes a checkpoint, which is on the disk when this returns, and removes checkpoints beyond the number to keep.
    /// On an error the earlier checkpoints are unchanged.
    package func save(_ checkpoint: any TrainerCheckpoint, isBest: Bool) throws {
        let directory = try open()
        let name = Self.name(step: checkpoint.stepCount)
        try AtomicFile.write(checkpoint.serialized(), to: name, in: directory, .content)
        try directory.point(Self.last, to: name)
        if isBest { try directory.point(Self.best, to: name) }
        try directory.synchronize()
        try prune(directory)
    }

    /// Removes checkpoints beyond the number to keep. A power cut may bring back removed files; then the next save, or
    /// a resume, removes them again. After the last one, call ``synchronize()``.
    private func prune(_ directory: OpenDirectory) throws(FileError) {
        let best = directory.target(ofLink: Self.best)
        for surplus in try Self.files(in: directory).dropLast(kept) where surplus != best {
            try directory.discard(surplus)
        }
    }

    /// Returns the names of the checkpoints that are regular files, the oldest first. Other entries with such a name
    /// were not made by this program; they are neither counted nor removed.
    private static func files(in directory: OpenDirectory) throws(FileError) -> [String] {
        var files: [String] = []
        for name in try names(in: directory) where try directory.kind(of: name) == .regular {
            files.append(name)
        }
        return files
    }

    /// Waits until created and removed names are on the disk.
    package func synchronize() throws(FileError) { try open().synchronize() }

    /// Returns the names of the checkpoints, the oldest first.
    package func names() throws(FileError) -> [String] { try Self.names(in: open()) }

    private static func names(in directory: OpenDirectory) throws(FileError) -> [String] {
        try directory.names().compactMap { name in step(of: name).map { ($0, name) } }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Returns the steps of the checkpoints in increasing order; empty without a directory of them.
    package func steps() throws(FileError) -> [Int] {
        guard try POSIX.kind(at: run.checkpoints) != nil else { return [] }
        return try names().compactMap(Self.step)
    }

    /// Returns the checkpoint of a step; nil if there is none, or if it is damaged.
    ///
    /// - Throws: A ``FileError`` or ``MemoryShortage`` if it cannot be read and may be undamaged.
    package func undamaged(atStep step: Int) throws -> Checkpoint? {
        do {
            let checkpoint = try Checkpoint(open().open(Self.name(step: step), .reading))
            return checkpoint.stepCount == step ? checkpoint : nil
        } catch let error as FileError where error.mayBeWhole {
            throw error
        } catch let error as MemoryShortage {
            throw error
        } catch {
            return nil
        }
    }

    /// Returns the newest undamaged checkpoint, and the problems of the newer ones.
    ///
    /// - Parameter read: Reads a file: by default a checkpoint of a `SequenceModel`; `CheckpointFile.read` reads one of any
    ///   model.
    /// - Returns: Nil if there are no checkpoints, or no directory of them.
    /// - Throws: ``RunError/noUsableCheckpoint(run:problems:)`` if all checkpoints are damaged. Throws a ``FileError``
    ///   or ``MemoryShortage`` if a checkpoint cannot be read or is a symbolic link: it may be undamaged, and
    ///   ``rewind(to:)`` would remove it.
    package func newest<Content>(
        _ read: (OpenFile) throws -> Content = Checkpoint.init
    ) throws -> (path: String, checkpoint: Content, problems: [String])? {
        guard try POSIX.kind(at: run.checkpoints) != nil else { return nil }
        let directory = try open()
        var problems: [String] = []
        for name in try Self.names(in: directory).reversed() {
            do {
                let file = try directory.open(name, .reading)
                return (file.path, try read(file), problems)
            } catch let error as FileError where error.mayBeWhole {
                throw error
            } catch let error as MemoryShortage {
                throw error
            } catch {
                problems.append(Checkpoint.fault(of: error))
            }
        }
        if problems.isEmpty { return nil }
        throw RunError.noUsableCheckpoint(run: run.path, problems: problems)
    }

    /// Returns the checkpoint of the best epoch; nil if there is none. In a copy of a run it may be a file in place of
    /// the link.
    package func best() throws -> (path: String, checkpoint: Checkpoint)? {
        guard try POSIX.kind(at: run.checkpoints) != nil else { return nil }
        let directory = try open()
        guard let kind = try directory.kind(of: Self.best) else { return nil }
        let name = kind == .symbolicLink ? directory.target(ofLink: Self.best) : Self.best
        guard let name, name == Self.best || Self.step(of: name) != nil else {
            throw RunError.invalidFile(
                path: run.bestCheckpoint,
                reason: "expected a link to a checkpoint in the same directory, found another link")
        }
        let file = try directory.open(name, .reading)
        return (file.path, try Checkpoint(file))
    }

    /// Removes everything made after a checkpoint, damaged or not, and partially written files of a killed process,
    /// before training resumes from the checkpoint; from the beginning if nil.
    package func rewind(to checkpoint: (any TrainerCheckpoint)?) throws {
        let last = checkpoint?.stepCount ?? -1
        try OpenDirectory(run.path).discardTemporaries()
        let directory = try open()
        try directory.discardTemporaries()
        for name in try Self.files(in: directory) where Self.step(of: name) ?? last > last {
            try directory.discard(name)
        }
        if let checkpoint {
            let name = Self.name(step: checkpoint.stepCount)
            try directory.point(Self.last, to: name)
            if checkpoint.isOfBestEpoch { try directory.point(Self.best, to: name) }
        } else {
            try directory.discard(Self.last)
        }
        if let best = directory.target(ofLink: Self.best).flatMap(Self.step), best > last {
            try directory.discard(Self.best)
        }
        try directory.synchronize()
        try prune(directory)
    }

    private static let last = "last.safetensors"
    private static let best = "best.safetensors"

    package static func name(step: Int) -> String {
        "step-\(step.padded(to: 7)).safetensors"
    }

    package static func step(of name: String) -> Int? {
        guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
        return Int(name.dropFirst(5).dropLast(12))
    }
}

extension FileError {
    /// Whether the error leaves open what the file contains, so that the file may be undamaged.
    var mayBeWhole: Bool { misfit.map { $0.found == .symbolicLink } ?? !isMissing }
}

extension Checkpoint {
    /// Returns options with the values that the checkpoint stores.
    ///
    /// - Throws: ``CheckpointError`` if the stored values are not options of this type.
    package func options<Options: TrainingOptions>(on base: Options, in run: RunDirectory) throws -> Options {
        do {
            return try base.with(decisive: details.options)
        } catch let error as DecodingError {
            throw CheckpointError(
                path: FilePath.join(run.checkpoints, CheckpointStore.name(step: stepCount)),
                problem: .invalid("options", JSON.reason(error)))
        }
    }
}
