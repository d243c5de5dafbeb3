import Platform

extension RunDirectory {
    /// Returns the state of the run: `running` while a process writes to it, otherwise the state in its summary. A run
    /// without a summary, or whose summary still says `running`, was killed and has `failed`.
    ///
    /// - Throws: ``FileError`` if it is not known whether a process writes to the run.
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
    ///   - name: One of these: `latest`; the name of a directory in `root`, with or without its time (the newest run
    ///     with that name); the path of a run's directory; the path of a checkpoint in one. The name or path of a sweep
    ///     means the winner's best run, and `sweep/entry-0007` means an entry's newest run.
    ///   - root: The directory of runs.
    ///   - program: The program of the run, so that `latest` is its newest run; any program if nil.
    ///   - lister: The tool that lists runs, for the error.
    /// - Returns: The run, and the checkpoint if `name` was the path of a checkpoint.
    package static func find(
        _ name: String, root: String = defaultRoot, of program: Program? = nil,
        lister: String = "mnist-bilstm"
    ) throws(RunError) -> (run: RunDirectory, checkpoint: String?) {
        guard let place = try locate(name, root: root) else {
            throw .notFound(name: name, root: root, lister: lister)
        }
        guard let program, let found = RunConfiguration.program(of: place.run), !program.owns(found) else {
            return place
        }
        if name == "latest", let newest = newest(of: program, in: root) { return (newest, nil) }
        if found == RunDirectory.library {
            throw .madeByLibrary(run: place.run.path, resume: place.run.continuation)
        }
        // Runs from versions with only one program do not name it.
        throw .otherProgram(run: place.run.path, program: found ?? "mnist-bilstm")
    }

    /// Finds a run, or a checkpoint at any path.
    package static func findTrained(
        _ name: String, root: String, of program: Program, lister: String = "mnist-bilstm"
    ) throws(RunError) -> (run: RunDirectory?, checkpoint: String?) {
        do throws(RunError) {
            return try find(name, root: root, of: program, lister: lister)
        } catch {
            switch error {
            case .otherProgram, .madeByLibrary: throw error
            default: break
            }
            let kind = try? POSIX.kind(at: name, followingLinks: true)
            guard let kind, kind != .directory else { throw error }
            return (nil, name)
        }
    }

    /// Returns the newest run of a program. The names of directories begin with their time.
    private static func newest(of program: Program, in root: String) -> RunDirectory? {
        let names = (try? POSIX.names(in: root)) ?? []
        return names.sorted(by: >).lazy.map { RunDirectory(path: FilePath.join(root, $0)) }.first {
            $0.hasRun && RunConfiguration.program(of: $0).map(program.owns) ?? false
        }
    }

    private static func locate(
        _ name: String, root: String
    ) throws(RunError) -> (run: RunDirectory, checkpoint: String?)? {
        let inRoot = FilePath.join(root, name)
        if isPlain(name: name), RunDirectory(path: inRoot).hasRun {
            // The link's target is used instead of `latest`, which may soon point to another run.
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
        return nil
    }

    /// Returns the newest run with a name, also with `-2` and so on after it; see ``parts(ofName:)``.
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

    /// Returns the run of a sweep's winner or of an entry; nil if the name does not belong to a sweep.
    private static func inSweep(_ name: String, root: String) throws(RunError) -> RunDirectory? {
        if let sweep = sweep(name, in: root) {
            guard let target = POSIX.target(ofLink: winner(ofSweep: sweep)) else {
                throw withoutWinner(sweep)
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
        // A plan.json of something else may be anywhere; a sweep has a directory of entries beside it.
        [FilePath.join(sweeps(in: root), name), FilePath.withoutSlashAtEnd(name)].first {
            (try? POSIX.kind(at: plan(ofSweep: $0))) == .regular
                && (try? POSIX.kind(at: entries(ofSweep: $0))) == .directory
        }
    }

    /// The part of a sweep's plan that finds its winner.
    private struct Plan: Decodable {
        let settings: [[String]]
        let seeds: [UInt64]
        let program: String?
    }

    /// Returns the error about a sweep that has no link to its winner.
    private static func withoutWinner(_ sweep: String) -> RunError {
        let limits = JSON.Limits(bytes: 256 << 20, values: 8_000_000)
        let plan: Plan? = try? RunFile.read(from: plan(ofSweep: sweep), limits)
        return .sweepWithoutWinner(
            sweep: sweep, reason: reasonForNoWinner(ofSweep: sweep, plan),
            program: plan?.program ?? "mnist-bilstm")
    }

    /// Returns the reason why a sweep has no link to its winner, from the results of its entries.
    private static func reasonForNoWinner(ofSweep path: String, _ plan: Plan?) -> RunError.NoWinner {
        struct Result: Decodable { let state: String }
        guard let plan, !plan.settings.isEmpty else { return .unknown }
        let entries = entries(ofSweep: path)
        let names = ((try? POSIX.names(in: entries)) ?? []).filter {
            $0.hasPrefix("entry-") && $0.hasSuffix(".json")
        }
        let count = plan.settings.count * plan.seeds.count
        guard names.count >= count else { return .incomplete(complete: names.count, count: count) }
        // The entries are ordered by seed and then by setting.
        let diverged = names.compactMap { name -> Int? in
            let result: Result? = try? RunFile.read(from: FilePath.join(entries, name))
            return result?.state == "diverged" ? Int(name.dropFirst(6).dropLast(5)) : nil
        }
        guard let first = diverged.min(),
            Set(diverged.map { $0 % plan.settings.count }).count == plan.settings.count
        else { return .unknown }
        return .diverged(entry: "entry-\(first.padded(to: 4))")
    }

    /// Returns the path of `plan.json`, which every sweep has.
    package static func plan(ofSweep path: String) -> String { FilePath.join(path, "plan.json") }

    /// Returns the directory of the entries' results, which every sweep has.
    package static func entries(ofSweep path: String) -> String { FilePath.join(path, "entries") }

    /// Returns the directory of all sweeps, `<runs>/sweeps`.
    package static func sweeps(in root: String) -> String { FilePath.join(root, "sweeps") }

    /// Returns the path of the symbolic link to the winner's best run, in a sweep's directory.
    package static func winner(ofSweep path: String) -> String { FilePath.join(path, "winner") }

    /// Whether this is a directory that contains a file of a run.
    package var hasRun: Bool {
        [configuration, summary, metrics, checkpoints].contains { ((try? POSIX.kind(at: $0)) ?? nil) != nil }
    }

    private static func contentsExist(_ path: String) -> Bool { (try? OpenFile(path, .readingInput)) != nil }
}

extension RunError {
    /// The reason why a sweep has no link to its winner.
    package enum NoWinner: Hashable, Sendable {
        case incomplete(complete: Int, count: Int)
        /// Every entry is complete, but its results were not collected.
        case unknown
        /// Every setting has an entry that diverged; `entry` is the name of the first entry.
        case diverged(entry: String)
    }
}
