import Platform
import Runs

/// The directory of a sweep, `<runs>/sweeps/<name>`. Several processes, also on several machines, may work in it at the
/// same time.
package struct SweepDirectory: Sendable {
    package let path: String
    /// The options of the tool that trains the entries.
    let options: any ClassifierOptions.Type

    package init(path: String, of options: any ClassifierOptions.Type) {
        self.path = path
        self.options = options
    }

    var program: Program { options.program }

    package var planFile: String { RunDirectory.plan(ofSweep: path) }
    /// The path of `results.csv`: one row for each completed entry. Interruptions and the order of completion do not
    /// change its bytes.
    package var results: String { FilePath.join(path, "results.csv") }
    /// The path of `times.csv`: the duration of each entry.
    package var times: String { FilePath.join(path, "times.csv") }
    /// The path of `test.json`: the winner's scores on the test set.
    package var test: String { FilePath.join(path, "test.json") }
    package var report: String { FilePath.join(path, "report.html") }
    /// The path of `sweep.log`: all printed lines.
    package var log: String { FilePath.join(path, "sweep.log") }
    /// The directories of the entries' runs.
    package var runs: String { FilePath.join(path, "runs") }
    private var entries: String { RunDirectory.entries(ofSweep: path) }

    private var firstHit: String { FilePath.join(path, "first-hit.json") }
    private var planLock: String { FilePath.join(path, "plan.lock") }

    func resultFile(of entry: SweepPlan.Entry) -> String { FilePath.join(entries, "\(entry.name).json") }
    package func lock(of entry: SweepPlan.Entry) -> String { FilePath.join(entries, "\(entry.name).lock") }

    package var name: String { FilePath.name(of: path) }

    /// Creates the sweep's directory and plan, or finds a directory with an equal plan.
    ///
    /// - Parameters:
    ///   - plan: The runs of the sweep.
    ///   - name: The sweep's name; see ``RunDirectory/validate(name:)``.
    ///   - root: The directory of the runs.
    ///   - options: The options of the tool that trains the entries.
    /// - Throws: ``SweepError/otherPlan(sweep:differences:program:)``, ``FileError``,
    ///   ``RunError/invalidFile(path:reason:)``.
    package static func create(
        _ plan: SweepPlan, name: String, root: String, of options: any ClassifierOptions.Type
    ) throws -> SweepDirectory {
        let sweep = SweepDirectory(path: FilePath.join(RunDirectory.sweeps(in: root), name), of: options)
        try Directory.make(sweep.entries)
        try Directory.make(sweep.runs)
        // If two processes create a plan at the same time, the second finds the first's file.
        guard let lock = try FileLock.wait(for: sweep.planLock) else {
            throw SweepError.planInUse(lock: sweep.planLock)
        }
        defer { withExtendedLifetime(lock) {} }
        if try POSIX.kind(at: sweep.planFile) == nil { try JSON.write(plan, to: sweep.planFile) }
        let former = try sweep.anyPlan()
        guard former == plan else {
            throw SweepError.otherPlan(
                sweep: sweep.path, differences: plan.differences(from: former),
                program: former.program ?? SweepPlan.formerProgram)
        }
        return sweep
    }

    /// Finds a sweep.
    ///
    /// - Parameters:
    ///   - name: The name of a sweep in `<root>/sweeps`, or the path of its directory.
    ///   - root: The directory of the runs.
    ///   - options: The options of the tool that trains the entries.
    /// - Throws: ``SweepError/notFound(name:root:program:)``.
    package static func find(
        _ name: String, root: String, of options: any ClassifierOptions.Type
    ) throws(SweepError) -> SweepDirectory {
        guard let path = RunDirectory.sweep(name, in: root) else {
            throw .notFound(name: name, root: root, program: options.program.name)
        }
        return SweepDirectory(path: path, of: options)
    }

    /// Reads the plan.
    ///
    /// - Throws: ``SweepError/otherProgram(sweep:program:)``, ``FileError``, ``RunError/invalidFile(path:reason:)``.
    package func plan() throws -> SweepPlan {
        let plan = try anyPlan()
        guard program.owns(plan.program) else {
            throw SweepError.otherProgram(
                sweep: path, program: plan.program ?? SweepPlan.formerProgram)
        }
        return plan
    }

    /// Reads the plan, also of another tool's sweep.
    package func anyPlan() throws -> SweepPlan {
        // Files below them belong to the sweep.
        for path in [entries, runs] { try OpenDirectory.check(path) }
        let plan: SweepPlan = try RunFile.read(from: planFile, SweepPlan.fileLimits)
        if let problem = plan.impossible { throw RunError.invalidFile(path: planFile, reason: problem) }
        return plan
    }

    /// Changes the error probability of a sweep with `--until` to a smaller one, so that settings that are paused are
    /// trained further. The winner may change, so its scores are discarded.
    ///
    /// - Throws: ``SweepError/otherUntil(sweep:complaint:)``, and errors of reading and writing the plan.
    package func tighten(until: Double) throws {
        guard let lock = try FileLock.wait(for: planLock) else { throw SweepError.planInUse(lock: planLock) }
        defer { withExtendedLifetime(lock) {} }
        let plan = try plan()
        guard let former = plan.until else {
            throw SweepError.otherUntil(
                sweep: path,
                complaint: "expected a sweep with --until, found one that trains each setting with all seeds")
        }
        guard until <= former else {
            throw SweepError.otherUntil(
                sweep: path, complaint: "expected at most \(former), as its plan has, found \(until)")
        }
        if until == former { return }
        for file in [test, RunDirectory.winner(ofSweep: path)] { try POSIX.discardFile(file) }
        try JSON.write(plan.with(until: until), to: planFile)
    }

    /// Returns whether an entry is the first of the sweep whose result was computed before. That one is always trained
    /// again as a check. After an interruption, it is the same entry.
    func isFirstHit(_ entry: SweepPlan.Entry) throws -> Bool {
        struct FirstHit: Codable { let entry: Int }
        guard let lock = try FileLock.wait(for: planLock) else { throw SweepError.planInUse(lock: planLock) }
        defer { withExtendedLifetime(lock) {} }
        if try POSIX.kind(at: firstHit) == nil { try JSON.write(FirstHit(entry: entry.index), to: firstHit) }
        let first: FirstHit = try RunFile.read(from: firstHit)
        return first.entry == entry.index
    }

    /// Returns the result of an entry; nil if it is not complete.
    package func result(of entry: SweepPlan.Entry) throws -> SweepResult? {
        let path = resultFile(of: entry)
        guard try POSIX.kind(at: path) != nil else { return nil }
        return try RunFile.read(from: path)
    }

    /// Returns the newest run of an entry; nil if there is none.
    package func run(of entry: SweepPlan.Entry) throws(FileError) -> RunDirectory? {
        let names = try POSIX.names(in: runs).filter { name in
            guard let name = RunDirectory.parts(ofName: name)?.name else { return false }
            return name == entry.name || name.hasPrefix("\(entry.name)-")
        }
        return names.map { RunDirectory(path: FilePath.join(runs, $0)) }
            .last {
                (try? POSIX.kind(at: $0.path)) == .directory
                    && (try? POSIX.kind(at: $0.configuration)) == .regular
            }
    }
}
