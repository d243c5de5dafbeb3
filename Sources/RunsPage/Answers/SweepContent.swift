import Console
import Platform
import Runs
import Sweeps
import Training

/// The content of the view of a sweep: the settings with their results, as `sweep report` shows them.
struct SweepContent: Encodable {
    let name: String
    let program: String
    /// The numbers of complete entries and of all.
    let done, count: Int
    let seeds: [UInt64]
    /// The error probability of a sweep with `--until`; nil without it.
    let until: Double?
    let settings: [Setting]
    /// The winner's scores on the test set; nil until all entries are complete, and without a test set.
    let test: Test?

    struct Setting: Encodable {
        let title: String
        /// The values of the options that differ between settings.
        let options: [String: String]
        /// The numbers of seeds with a result, and of seeds that diverged.
        let done, diverged: Int
        let accuracy, loss: Spread?
        /// The standard error of the mean accuracy.
        let standardError: Double?
        /// The gap to the best setting over the seeds that both have, and its p-value, corrected for the number of tests
        /// (Holm); with `--until`, the upper bound of its p-value.
        let gap: Gap?
        let p: Double?
        let isBest: Bool
        let runs: [Run]
    }

    struct Gap: Encodable {
        let mean, standardError: Double
        let count: Int
    }

    struct Run: Encodable {
        /// The name of the run in the page's addresses; nil for an entry whose training has not begun.
        let id: String?
        let entry: Int
        let seed: UInt64
        /// The validation accuracy in percent; nil if the entry is not complete or diverged.
        let accuracy: Double?
        /// "finished", "diverged" or the state of a run that is not complete; "waiting" for an entry without a run.
        let state: String
    }

    struct Test: Encodable {
        let accuracy: Spread
        let scores: [SweepTest.Score]
    }

    /// - Throws: ``PageError`` for a sweep of an unknown program, and errors of reading its files.
    init(_ sweep: SweepDirectory) throws {
        let report = try SweepReport(reading: sweep)
        let results = report.results
        let plan = results.plan
        name = sweep.name
        program = plan.program ?? SweepPlan.formerProgram
        (done, count, seeds) = (results.done, results.count, Array(plan.seeds.prefix(results.seedCount)))
        until = plan.until
        test = report.test.map { Test(accuracy: $0.accuracy, scores: $0.scores) }
        let begun = try Self.begunRuns(of: sweep, results)
        var runs = [[Run]](repeating: [], count: plan.settings.count)
        for (entry, result) in zip(plan.entries, results.results) {
            let run = result?.run ?? begun[entry.name]
            // Most entries of a sweep with `--until` may never be needed.
            if plan.until != nil, result == nil, run == nil { continue }
            runs[entry.setting].append(
                Run(
                    id: run.map { "sweeps/\(sweep.name)/runs/\($0)" }, entry: entry.index, seed: entry.seed,
                    accuracy: result?[.accuracy, .validation],
                    state: result?.outcome.rawValue
                        ?? run.map { Self.state(of: RunDirectory(path: FilePath.join(sweep.runs, $0))) }
                        ?? "waiting"))
        }
        settings = results.settings.enumerated().map { place, setting in
            Setting(
                title: setting.title,
                options: Dictionary(
                    zip(plan.options, plan.settings[place]).map { ($0.replacing("-", with: "_"), $1) },
                    uniquingKeysWith: { first, _ in first }),
                done: setting.done, diverged: setting.diverged, accuracy: setting.accuracy,
                loss: setting.loss, standardError: setting.standardError,
                gap: setting.fromBest.map {
                    Gap(mean: $0.mean, standardError: $0.standardError, count: $0.count)
                }, p: setting.probability, isBest: results.best == place, runs: runs[place])
        }
    }

    /// Returns the names of the newest runs of entries that are not complete, by the entries' names. The directory is read
    /// once, because a sweep can have 100,000 entries.
    private static func begunRuns(of sweep: SweepDirectory, _ results: SweepResults) throws(FileError)
        -> [String: String]
    {
        guard !results.isComplete else { return [:] }
        var names: [String: String] = [:]
        for name in try POSIX.names(in: sweep.runs) {
            guard let called = RunDirectory.parts(ofName: name)?.name, called.hasPrefix("entry-"),
                (try? POSIX.kind(at: FilePath.join(sweep.runs, name))) == .directory
            else { continue }
            // A second run of the same entry has a number after the name.
            let entry = called.split(separator: "-").prefix(2).joined(separator: "-")
            names[entry] = name
        }
        return names
    }

    private static func state(of run: RunDirectory) -> String {
        let state = (try? run.state(of: try? RunSummary.read(run))) ?? .damaged
        return state.rawValue
    }
}

extension RunsPage {
    /// Answers `/api/sweep`.
    func sweep(_ request: PageRequest) throws -> PageAnswer {
        try .json(SweepContent(sweepDirectory(request["id"] ?? "")))
    }

    /// - Parameter id: "sweeps/NAME".
    /// - Throws: ``PageError`` if there is no such sweep, or if a part of its path is a symbolic link.
    private func sweepDirectory(_ id: String) throws -> SweepDirectory {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[0] == "sweeps", RunID.isName(parts[1]) else {
            throw PageError(.badRequest, .notSweepID, ["found": id.quotedInAnswer])
        }
        let path = try RunID(id).directory(in: root).path
        guard (try? POSIX.kind(at: RunDirectory.plan(ofSweep: path))) == .regular else {
            throw PageError(.notFound, .unknownSweep, ["run": id.quotedInAnswer, "root": root.printableLine])
        }
        let sweep = try SweepItem.open(path).sweep
        do {
            _ = try sweep.plan()
        } catch let error as SweepError {
            // It is a sweep of an unknown program.
            throw PageError(.conflict, error)
        }
        return sweep
    }
}
