import Platform
import Training

/// The checkpoints of a run: `step-0000469.safetensors` and so on, and links to the newest and the best of them.
package struct CheckpointStore: Sendable {
    package let run: RunDirectory
    /// How many of the newest are kept, besides the best.
    package let kept: Int

    /// - Parameters:
    ///   - run: whose checkpoints these are.
    ///   - kept: at least one; two, so that there is another if the newest is found damaged.
    package init(_ run: RunDirectory, kept: Int = 2) {
        precondition(kept >= 1, "kept: expected at least 1, received \(kept)")
        self.run = run
        self.kept = kept
    }

    /// Writes a checkpoint, which is on the disk on return, and removes those that are too many. On an error the
    /// former ones are as they were.
    package func save(_ checkpoint: Checkpoint, isBest: Bool) throws {
        let name = Self.name(step: checkpoint.stepCount)
        try AtomicFile.write(checkpoint.serialized(), to: FilePath.join(run.checkpoints, name), .content)
        try RunDirectory.point(run.lastCheckpoint, to: name)
        if isBest { try RunDirectory.point(run.bestCheckpoint, to: name) }
        try synchronize()
        try prune()
    }

    /// A power cut may bring back what was removed; then the next to be saved, or a resume, removes it again. After
    /// the last one ``synchronize()`` does.
    private func prune() throws(FileError) {
        for surplus in try names().dropLast(kept) where surplus != best {
            try POSIX.discardFile(FilePath.join(run.checkpoints, surplus))
        }
    }

    /// Returns when names and removals have reached the disk.
    package func synchronize() throws(FileError) {
        try OpenFile(run.checkpoints, .readingDirectory).synchronizeDirectory()
    }

    private var best: String? { POSIX.target(ofLink: run.bestCheckpoint) }

    /// The checkpoints' names, the oldest first.
    package func names() throws(FileError) -> [String] {
        try POSIX.names(in: run.checkpoints).compactMap { name in Self.step(of: name).map { ($0, name) } }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The newest checkpoint that is whole, and what is wrong with those after it.
    ///
    /// - Returns: nil if there is none at all, or no directory of them.
    /// - Throws: ``RunError/noUsableCheckpoint(run:problems:)`` if there are some, and none of them whole; a
    ///   ``FileError`` or ``MemoryShortage`` for one that cannot be read: it may be whole, and ``rewind(to:)`` would remove
    ///   it.
    package func newest() throws -> (path: String, checkpoint: Checkpoint, problems: [String])? {
        guard try POSIX.kind(at: run.checkpoints) != nil else { return nil }
        var problems: [String] = []
        for name in try names().reversed() {
            let path = FilePath.join(run.checkpoints, name)
            do {
                return (path, try Checkpoint(path: path), problems)
            } catch let error as FileError where !error.isMissing {
                throw error
            } catch let error as MemoryShortage {
                throw error
            } catch {
                problems.append("\(error)")
            }
        }
        if problems.isEmpty { return nil }
        throw RunError.noUsableCheckpoint(run: run.path, problems: problems)
    }

    /// Removes what was made after a checkpoint, damaged or not, and what a killed process left half-written,
    /// before training goes on from there; from the beginning if nil.
    package func rewind(to checkpoint: Checkpoint?) throws {
        let last = checkpoint?.stepCount ?? -1
        for directory in [run.path, run.checkpoints] {
            for name in try POSIX.names(in: directory)
            where (Self.step(of: name) ?? last) > last || TemporaryName.isOne(name) {
                let path = FilePath.join(directory, name)
                if try POSIX.kind(at: path) != .directory { try POSIX.discardFile(path) }
            }
        }
        if let checkpoint {
            let name = Self.name(step: checkpoint.stepCount)
            try RunDirectory.point(run.lastCheckpoint, to: name)
            if checkpoint.isOfBestEpoch { try RunDirectory.point(run.bestCheckpoint, to: name) }
        } else {
            try POSIX.discardFile(run.lastCheckpoint)
        }
        if let best = best.flatMap(Self.step), best > last { try POSIX.discardFile(run.bestCheckpoint) }
        try synchronize()
        try prune()
    }

    package static func name(step: Int) -> String {
        "step-\(step.padded(to: 7)).safetensors"
    }

    private static func step(of name: String) -> Int? {
        guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
        return Int(name.dropFirst(5).dropLast(12))
    }
}

extension Checkpoint {
    /// Options with those that it keeps.
    ///
    /// - Throws: ``CheckpointError`` if they are no options of these.
    package func options<Options: RunOptions>(on base: Options, in run: RunDirectory) throws -> Options {
        do {
            return try base.with(decisive: details.options)
        } catch let error as DecodingError {
            throw CheckpointError(
                path: FilePath.join(run.checkpoints, CheckpointStore.name(step: stepCount)),
                problem: .invalid("options", JSON.reason(error)))
        }
    }
}
