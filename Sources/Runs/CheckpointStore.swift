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

    /// The directory, which must not be a symbolic link: what is written and removed in it is the run's.
    private func open() throws(FileError) -> OpenDirectory {
        try OpenDirectory(run.checkpoints, followsLink: false)
    }

    /// Writes a checkpoint, which is on the disk on return, and removes those that are too many. On an error the
    /// former ones are as they were.
    package func save(_ checkpoint: Checkpoint, isBest: Bool) throws {
        let directory = try open()
        let name = Self.name(step: checkpoint.stepCount)
        try AtomicFile.write(checkpoint.serialized(), to: name, in: directory, .content)
        try directory.point(Self.last, to: name)
        if isBest { try directory.point(Self.best, to: name) }
        try directory.synchronize()
        try prune(directory)
    }

    /// A power cut may bring back what was removed; then the next to be saved, or a resume, removes it again. After
    /// the last one ``synchronize()`` does.
    private func prune(_ directory: OpenDirectory) throws(FileError) {
        let best = directory.target(ofLink: Self.best)
        for surplus in try Self.files(in: directory).dropLast(kept) where surplus != best {
            try directory.discard(surplus)
        }
    }

    /// The checkpoints that are files, the oldest first. What else has such a name is not this program's, and is neither
    /// counted nor removed.
    private static func files(in directory: OpenDirectory) throws(FileError) -> [String] {
        var files: [String] = []
        for name in try names(in: directory) where try directory.kind(of: name) == .regular {
            files.append(name)
        }
        return files
    }

    /// Returns when names and removals have reached the disk.
    package func synchronize() throws(FileError) { try open().synchronize() }

    /// The checkpoints' names, the oldest first.
    package func names() throws(FileError) -> [String] { try Self.names(in: open()) }

    private static func names(in directory: OpenDirectory) throws(FileError) -> [String] {
        try directory.names().compactMap { name in step(of: name).map { ($0, name) } }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The newest checkpoint that is whole, and what is wrong with those after it.
    ///
    /// - Returns: nil if there is none at all, or no directory of them.
    /// - Throws: ``RunError/noUsableCheckpoint(run:problems:)`` if there are some, and none of them whole; a
    ///   ``FileError`` or ``MemoryShortage`` for one that cannot be read, or is a symbolic link: it may be whole, and
    ///   ``rewind(to:)`` would begin before it.
    package func newest() throws -> (path: String, checkpoint: Checkpoint, problems: [String])? {
        guard try POSIX.kind(at: run.checkpoints) != nil else { return nil }
        let directory = try open()
        var problems: [String] = []
        for name in try Self.names(in: directory).reversed() {
            do {
                let file = try directory.open(name, .reading)
                return (file.path, try Checkpoint(file), problems)
            } catch let error as FileError where error.mayBeWhole {
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

    /// The checkpoint of the best epoch; nil if there is none. A copy of a run may hold it in place of the link to it.
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

    /// Removes what was made after a checkpoint, damaged or not, and what a killed process left half-written,
    /// before training goes on from there; from the beginning if nil.
    package func rewind(to checkpoint: Checkpoint?) throws {
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

    private static func step(of name: String) -> Int? {
        guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
        return Int(name.dropFirst(5).dropLast(12))
    }
}

extension FileError {
    /// Whether it says nothing about the content of a file.
    var mayBeWhole: Bool { misfit.map { $0.found == .symbolicLink } ?? !isMissing }
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
