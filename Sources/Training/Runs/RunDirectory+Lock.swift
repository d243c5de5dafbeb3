extension RunDirectory {
    /// The right to write to a run: one process has it at a time, for as long as this lives. The system takes it
    /// back when the process ends, however it does.
    public final class Lock: Sendable {
        public let run: RunDirectory
        private let directory: OpenFile

        /// - Throws: ``FileError``; ``RunError/inUse(run:)`` if another has it.
        public init(_ run: RunDirectory) throws {
            self.run = run
            directory = try OpenFile(run.path, .readingDirectory)
            // Whoever only looks (`isRunning`) has it for a moment.
            for attempt in 0..<5 {
                if POSIX.tryLock(directory.descriptor) { return }
                if attempt < 4 { POSIX.sleep(seconds: 0.02) }
            }
            throw RunError.inUse(run: run.path)
        }
    }

    /// Whether a process is writing to the run.
    public var isRunning: Bool {
        guard let directory = try? OpenFile(path, .readingDirectory) else { return false }
        return !POSIX.tryLock(directory.descriptor)
    }

    /// The state that a summary tells, but for a run that was killed: nobody writes to it any more.
    public func state(of summary: RunSummary?) -> RunSummary.State {
        if isRunning { return .running }
        guard let summary, summary.state != .running else { return .failed }
        return summary.state
    }
}

extension RunDirectory {
    /// Finds a run.
    ///
    /// - Parameters:
    ///   - name: `latest`, the name of a directory in `root`, with or without its time (the newest of those called
    ///     so), the path of a run's directory, or that of a checkpoint in one.
    ///   - root: where runs are.
    /// - Returns: the run, and the checkpoint if it was one that was named.
    public static func find(
        _ name: String, root: String = "runs"
    ) throws(RunError) -> (run: RunDirectory, checkpoint: String?) {
        let inRoot = FilePath.join(root, name)
        if isPlain(name: name), isDirectory(inRoot) {
            // By its own name rather than `latest`, which soon is another run.
            let target = POSIX.target(ofLink: inRoot).map { $0.hasPrefix("/") ? $0 : FilePath.join(root, $0) }
            return (RunDirectory(path: target ?? inRoot), nil)
        }
        if isDirectory(name) { return (RunDirectory(path: FilePath.withoutSlashAtEnd(name)), nil) }
        let checkpoints = FilePath.directory(of: name)
        if FilePath.name(of: checkpoints) == "checkpoints", contentsExist(name) {
            return (RunDirectory(path: FilePath.directory(of: checkpoints)), name)
        }
        if let called = newest(called: name, in: root) { return (called, nil) }
        throw .notFound(name: name, root: root)
    }

    /// Directories are called `<time>-<name>`; the time has 15 characters.
    private static func newest(called name: String, in root: String) -> RunDirectory? {
        let names = (try? POSIX.names(in: root)) ?? []
        let called = names.filter { $0.utf8.count > 16 && $0.dropFirst(16) == name }
        return called.sorted(by: >).map { FilePath.join(root, $0) }.first(where: isDirectory)
            .map(RunDirectory.init)
    }

    private static func isDirectory(_ path: String) -> Bool {
        (try? OpenFile(path, .readingDirectory)) != nil
    }

    private static func contentsExist(_ path: String) -> Bool { (try? OpenFile(path, .reading)) != nil }
}
