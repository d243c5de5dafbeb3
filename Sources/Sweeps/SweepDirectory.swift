import ImageClassification
import Platform
import Runs
import Training

/// The directory of a sweep, `<runs>/sweeps/<name>`. Several processes may work in it at once, on several machines.
package struct SweepDirectory: Hashable, Sendable {
    package let path: String

    package var planFile: String { FilePath.join(path, "plan.json") }
    /// One row for each entry that is done: the same bytes however it came about.
    package var results: String { FilePath.join(path, "results.csv") }
    /// How long entries took.
    package var times: String { FilePath.join(path, "times.csv") }
    /// The scores of the winner on the test images.
    package var test: String { FilePath.join(path, "test.json") }
    package var report: String { FilePath.join(path, "report.html") }
    /// What was printed.
    package var log: String { FilePath.join(path, "sweep.log") }
    /// The directories of the entries' runs.
    package var runs: String { FilePath.join(path, "runs") }
    private var entries: String { FilePath.join(path, "entries") }

    func resultFile(of entry: SweepPlan.Entry) -> String { FilePath.join(entries, "\(entry.name).json") }
    package func lock(of entry: SweepPlan.Entry) -> String { FilePath.join(entries, "\(entry.name).lock") }

    package var name: String { FilePath.name(of: path) }

    /// The directory of all sweeps, `<runs>/sweeps`.
    package static func root(_ runs: String) -> String { FilePath.join(runs, "sweeps") }

    /// Makes the sweep's directory with its plan, or finds it as it was made by the same one.
    ///
    /// - Parameters:
    ///   - plan: what is to be trained.
    ///   - name: see ``RunDirectory/validate(name:)``.
    ///   - root: where the directories of runs are.
    /// - Throws: ``SweepError/otherPlan(sweep:)``, ``FileError``, ``RunError/invalidFile(path:reason:)``.
    package static func create(_ plan: SweepPlan, name: String, root: String) throws -> SweepDirectory {
        let sweep = SweepDirectory(path: FilePath.join(Self.root(root), name))
        try Directory.make(sweep.entries)
        try Directory.make(sweep.runs)
        // Of two that plan at once the second finds what the first has written.
        let directory = try OpenFile(sweep.path, .readingDirectory)
        POSIX.lock(directory.descriptor)
        defer { withExtendedLifetime(directory) {} }
        if try POSIX.kind(at: sweep.planFile) == nil { try JSON.write(plan, to: sweep.planFile) }
        guard try sweep.plan() == plan else { throw SweepError.otherPlan(sweep: sweep.path) }
        return sweep
    }

    /// - Parameters:
    ///   - name: of a sweep in `<root>/sweeps`, or the path of its directory.
    ///   - root: where runs are.
    package static func find(_ name: String, root: String) throws(SweepError) -> SweepDirectory {
        let paths = [FilePath.join(Self.root(root), name), FilePath.withoutSlashAtEnd(name)]
        for sweep in paths.map(SweepDirectory.init) where (try? POSIX.kind(at: sweep.planFile)) == .regular {
            return sweep
        }
        throw .notFound(name: name, root: root)
    }

    package func plan() throws -> SweepPlan {
        let plan: SweepPlan = try RunFile.read(from: planFile)
        if let problem = plan.impossible { throw RunError.invalidFile(path: planFile, reason: problem) }
        return plan
    }

    /// The result of an entry; nil if it is not done.
    package func result(of entry: SweepPlan.Entry) throws -> SweepResult? {
        let path = resultFile(of: entry)
        guard try POSIX.kind(at: path) != nil else { return nil }
        return try RunFile.read(from: path)
    }

    /// The newest run of an entry that began; nil if none did.
    package func run(of entry: SweepPlan.Entry) throws(FileError) -> RunDirectory? {
        let names = try POSIX.names(in: runs).filter { name in
            guard let name = RunDirectory.parts(ofName: name)?.name else { return false }
            return name == entry.name || name.hasPrefix("\(entry.name)-")
        }
        return names.map { RunDirectory(path: FilePath.join(runs, $0)) }
            .last { (try? POSIX.kind(at: $0.configuration)) == .regular }
    }
}

/// How an entry of a sweep ended: `entries/entry-0007.json`.
package struct SweepResult: Codable, Hashable, Sendable {
    package enum State: String, Codable, Sendable {
        case finished
        /// Its loss was not a finite number any more, and would not be the next time.
        case diverged
    }

    package var state: State
    /// The name of the run's directory.
    package var run: String
    /// Whole epochs done.
    package var epochs: Int
    package var seconds: Double
    /// As ``RunSummary`` has it; nil if it diverged.
    package var scoredEpoch: Int?
    /// The metrics on the training set and on the validation set; none if it diverged.
    private var scores = MetricScores()

    /// A metric; nil if the entry diverged, or is of a version that did not have the metric.
    package subscript(metric: Metric, split: MetricSplit) -> Double? { scores[metric.name, split] }

    static let splits: [MetricSplit] = [.train, .validation]

    init(
        _ summary: RunSummary, run: RunDirectory, diverged: Bool,
        metrics: [Metric] = Program.mnistBiLSTM.metrics
    ) {
        state = diverged ? .diverged : .finished
        self.run = FilePath.name(of: run.path)
        epochs = summary.epochs
        seconds = summary.trainingSeconds
        guard !diverged else { return }
        scoredEpoch = summary.scoredEpoch
        for metric in metrics {
            for split in Self.splits { scores[metric.name, split] = summary[metric.name, split] }
        }
    }
}

extension SweepResult {
    private enum Key: String, CodingKey { case state, run, epochs, seconds, scoredEpoch }

    /// Scores are beside the other members: "validation_accuracy".
    package func encode(to encoder: any Encoder) throws {
        try scores.encode(to: encoder)
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(state, forKey: .state)
        try values.encode(run, forKey: .run)
        try values.encode(epochs, forKey: .epochs)
        try values.encode(seconds, forKey: .seconds)
        try values.encodeIfPresent(scoredEpoch, forKey: .scoredEpoch)
    }

    package init(from decoder: any Decoder) throws {
        scores = try MetricScores(from: decoder)
        let values = try decoder.container(keyedBy: Key.self)
        state = try values.decode(State.self, forKey: .state)
        run = try values.decode(String.self, forKey: .run)
        epochs = try values.decode(Int.self, forKey: .epochs)
        seconds = try values.decode(Double.self, forKey: .seconds)
        scoredEpoch = try values.decodeIfPresent(Int.self, forKey: .scoredEpoch)
    }
}
