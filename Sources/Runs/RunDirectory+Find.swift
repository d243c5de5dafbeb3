import Platform

extension RunDirectory {
    /// The state that a summary tells, but for a run that was killed: nobody writes to it any more.
    ///
    /// - Throws: ``FileError`` if it cannot be known whether a process writes to the run.
    package func state(of summary: RunSummary?) throws(FileError) -> RunState {
        if try isRunning { return .running }
        guard let summary, summary.state != .running else { return .failed }
        return summary.state
    }
}

extension RunDirectory {
    /// Finds a run.
    ///
    /// - Parameters:
    ///   - name: `latest`, the name of a directory in `root`, with or without its time (the newest of those called
    ///     so), the path of a run's directory, or that of a checkpoint in one. The name of a sweep or its path stands for
    ///     the winner's best run, and `sweep/entry-0007` for an entry's newest run.
    ///   - root: where runs are.
    ///   - program: whose run it is to be, so that `latest` is the newest of its runs; any if nil.
    /// - Returns: the run, and the checkpoint if it was one that was named.
    package static func find(
        _ name: String, root: String = defaultRoot, of program: Program? = nil
    ) throws(RunError) -> (run: RunDirectory, checkpoint: String?) {
        let place = try locate(name, root: root)
        guard let program, let found = RunConfiguration.program(of: place.run), !program.owns(found) else {
            return place
        }
        if name == "latest", let newest = newest(of: program, in: root) { return (newest, nil) }
        // Runs from before there were several programs do not name theirs.
        throw .otherProgram(run: place.run.path, program: found ?? "mnist-bilstm")
    }

    /// Finds a run, or a checkpoint that stands anywhere.
    package static func findTrained(
        _ name: String, root: String, of program: Program
    ) throws(RunError) -> (run: RunDirectory?, checkpoint: String?) {
        do throws(RunError) {
            return try find(name, root: root, of: program)
        } catch {
            if case .otherProgram = error { throw error }
            let kind = try? POSIX.kind(at: name, followingLinks: true)
            guard let kind, kind != .directory else { throw error }
            return (nil, name)
        }
    }

    /// Directories' names begin with their time.
    private static func newest(of program: Program, in root: String) -> RunDirectory? {
        let names = (try? POSIX.names(in: root)) ?? []
        return names.sorted(by: >).lazy.map { RunDirectory(path: FilePath.join(root, $0)) }.first {
            $0.hasRun && RunConfiguration.program(of: $0).map(program.owns) ?? false
        }
    }

    private static func locate(
        _ name: String, root: String
    ) throws(RunError) -> (run: RunDirectory, checkpoint: String?) {
        let inRoot = FilePath.join(root, name)
        if isPlain(name: name), RunDirectory(path: inRoot).hasRun {
            // By its own name rather than `latest`, which soon is another run.
            let target = POSIX.target(ofLink: inRoot).map { $0.hasPrefix("/") ? $0 : FilePath.join(root, $0) }
            return (RunDirectory(path: target ?? inRoot), nil)
        }
        let run = RunDirectory(path: FilePath.withoutSlashAtEnd(name))
        if run.hasRun { return (run, nil) }
        let checkpoints = FilePath.directory(of: name)
        if FilePath.name(of: checkpoints) == "checkpoints", contentsExist(name) {
            return (RunDirectory(path: FilePath.directory(of: checkpoints)), name)
        }
        if let called = newest(called: name, in: root) { return (called, nil) }
        if let trained = try inSweep(name, root: root) { return (trained, nil) }
        throw .notFound(name: name, root: root)
    }

    /// The newest run with a name, or with that name and `-2` and so on; see ``parts(ofName:)``.
    private static func newest(called name: String, in root: String) -> RunDirectory? {
        let names = Set((try? POSIX.names(in: root)) ?? [])
        let first = names.filter { parts(ofName: $0)?.name == name[...] }
        for name in first.sorted(by: >) where RunDirectory(path: FilePath.join(root, name)).hasRun {
            var newest = name
            var number = 2
            while names.contains("\(name)-\(number)") {
                newest = "\(name)-\(number)"
                number += 1
            }
            return RunDirectory(path: FilePath.join(root, newest))
        }
        return nil
    }

    /// The run of a sweep's winner, or of an entry; nil if the name is not of a sweep.
    private static func inSweep(_ name: String, root: String) throws(RunError) -> RunDirectory? {
        if let sweep = sweep(name, in: root) {
            guard let target = POSIX.target(ofLink: winner(ofSweep: sweep)) else {
                throw .sweepWithoutWinner(sweep: sweep)
            }
            return RunDirectory(path: FilePath.join(sweep, target))
        }
        guard let sweep = sweep(FilePath.directory(of: name), in: root) else { return nil }
        return newest(called: FilePath.name(of: name), in: FilePath.join(sweep, "runs"))
    }

    /// Returns the directory of a sweep; nil if there is none.
    ///
    /// - Parameters:
    ///   - name: The name of a sweep in `<root>/sweeps`, or the path of its directory.
    ///   - root: The directory of the runs.
    package static func sweep(_ name: String, in root: String) -> String? {
        [FilePath.join(sweeps(in: root), name), FilePath.withoutSlashAtEnd(name)].first {
            (try? POSIX.kind(at: plan(ofSweep: $0))) == .regular
        }
    }

    /// `plan.json`, which every sweep has.
    package static func plan(ofSweep path: String) -> String { FilePath.join(path, "plan.json") }

    /// The directory of all sweeps, `<runs>/sweeps`.
    package static func sweeps(in root: String) -> String { FilePath.join(root, "sweeps") }

    /// A symbolic link to the winner's best run, in a sweep's directory.
    package static func winner(ofSweep path: String) -> String { FilePath.join(path, "winner") }

    /// Whether it is a directory with a file of a run in it.
    var hasRun: Bool {
        [configuration, summary, metrics, checkpoints].contains { ((try? POSIX.kind(at: $0)) ?? nil) != nil }
    }

    private static func contentsExist(_ path: String) -> Bool { (try? OpenFile(path, .readingInput)) != nil }
}
