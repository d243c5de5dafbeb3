import Console
import Runs
import Training

/// The results of the completed entries, summarised by setting.
package struct SweepResults: Sendable {
    package let plan: SweepPlan
    /// The result of each entry that counts; nil for an entry that is not complete.
    package let results: [SweepResult?]
    /// The course of a sweep with `--until`; nil without it.
    package let race: SweepRace?
    /// The settings, in the plan's order.
    package let settings: [Setting]
    /// The metrics of each run other than accuracy and loss.
    package let otherMetrics: [Metric]
    /// The position of the setting with the highest mean validation accuracy so far; ties are broken by the lower mean loss,
    /// then by the order of the plan. A setting that is paused or has a diverged entry cannot be the best. Nil if there is
    /// none.
    package let best: Int?

    package struct Setting: Sendable {
        package let title: String
        /// The number of seeds with a result.
        package let done: Int
        /// The number of seeds that diverged.
        package let diverged: Int
        /// The validation accuracy in percent over the seeds that did not diverge; nil if there are none.
        package let accuracy: Spread?
        /// The validation loss over the same seeds.
        package let loss: Spread?
        /// The other metrics on the validation set, in the order of ``SweepResults/otherMetrics``.
        package let others: [Spread?]
        /// The standard error of the mean accuracy: standard deviation / √n.
        package let standardError: Double?
        /// The gap to the best setting over the seeds that both have; nil for the best itself, and if no test is
        /// possible.
        package fileprivate(set) var fromBest: PairedDifference?
        /// The p-value of ``fromBest``, corrected for the number of tests (Holm); with `--until`, the upper bound of
        /// ``SweepRace/probability(of:)``.
        package fileprivate(set) var probability: Double?
    }

    package init(_ sweep: SweepDirectory) throws {
        try self.init(sweep, sweep.plan())
    }

    /// Reads the results of the entries of a plan.
    package init(_ sweep: SweepDirectory, _ plan: SweepPlan) throws {
        self.init(
            plan, try plan.entries.map { try sweep.result(of: $0) }, metrics: sweep.program.metrics)
    }

    /// - Parameters:
    ///   - plan: The sweep's plan.
    ///   - results: The result of each entry; nil for an entry that is not complete. With `--until`, only those count
    ///     that decide the course.
    ///   - metrics: The metrics that each run computes.
    init(_ plan: SweepPlan, _ results: [SweepResult?], metrics: [Metric]) {
        precondition(
            results.count == plan.entries.count,
            "SweepResults: expected \(plan.entries.count) results, received \(results.count)")
        self.plan = plan
        let race = SweepRace(plan, results)
        self.race = race
        let results =
            race.map { race in
                zip(plan.entries, results).map { plan.counts($0, in: race) ? $1 : nil }
            } ?? results
        self.results = results
        let otherMetrics = metrics.filter { !Self.common.contains($0) }
        self.otherMetrics = otherMetrics
        let bySeed = Self.accuracies(plan, results)
        var done = [[SweepResult]](repeating: [], count: plan.settings.count)
        for (entry, result) in zip(plan.entries, results) {
            if let result { done[entry.setting].append(result) }
        }
        var settings = plan.settings.indices.map { Self.setting(plan.title(of: $0), done[$0], otherMetrics) }
        best = Self.best(of: settings, among: race?.racing ?? Array(settings.indices))
        if let best {
            let differences = settings.indices.map { place in
                place == best
                    ? nil
                    : PairedDifference(
                        plan.seeds.compactMap { seed in
                            guard let one = bySeed[best][seed], let other = bySeed[place][seed] else {
                                return nil
                            }
                            return one - other
                        })
            }
            let compared = settings.indices.filter { differences[$0] != nil }
            let corrected = PairedDifference.corrected(compared.compactMap { differences[$0]?.probability })
            for (place, probability) in zip(compared, corrected) {
                settings[place].fromBest = differences[place]
                settings[place].probability = race?.probability(of: place) ?? probability
            }
        }
        self.settings = settings
    }

    private static func accuracies(_ plan: SweepPlan, _ results: [SweepResult?]) -> [[UInt64: Double]] {
        var bySeed = [[UInt64: Double]](repeating: [:], count: plan.settings.count)
        for (entry, result) in zip(plan.entries, results) {
            bySeed[entry.setting][entry.seed] = result?[.accuracy, .validation]
        }
        return bySeed
    }

    /// The metrics that every version has, in the order of their columns in `results.csv`.
    private static let common: [Metric] = [.accuracy, .crossEntropy]

    private static func setting(
        _ title: String, _ done: [SweepResult], _ otherMetrics: [Metric]
    ) -> Setting {
        func values(_ metric: Metric) -> [Double] { done.compactMap { $0[metric, .validation] } }
        func spread(_ metric: Metric) -> Spread? { values(metric).isEmpty ? nil : Spread(values(metric)) }
        let accuracy = spread(.accuracy)
        return Setting(
            title: title, done: done.count, diverged: done.count { $0.outcome == .diverged },
            accuracy: accuracy, loss: spread(.crossEntropy), others: otherMetrics.map(spread),
            standardError: accuracy?.deviation.map { $0 / Double(values(.accuracy).count).squareRoot() })
    }

    private static func best(of settings: [Setting], among places: [Int]) -> Int? {
        let candidates = places.filter {
            settings[$0].diverged == 0 && settings[$0].accuracy != nil
        }
        func key(_ place: Int) -> (Double, Double) {
            (-(settings[place].accuracy?.mean ?? 0), settings[place].loss?.mean ?? 0)
        }
        return candidates.min { key($0) < key($1) }
    }

    /// The number of completed entries.
    package var done: Int { results.count { $0 != nil } }

    /// The number of entries that the sweep needs, as far as it is known.
    package var count: Int { race?.isOver == true ? done : results.count }

    /// The entries of the winner that were computed before and have no run; it is needed for the winner's weights.
    package var winnersWithoutRun: [SweepPlan.Entry] {
        plan.entries.filter { $0.setting == winner && results[$0.index].map { $0.run == nil } ?? false }
    }

    /// Whether all entries that the sweep needs are complete.
    package var isComplete: Bool { done == count }

    /// The best setting, when all entries are complete.
    package var winner: Int? { isComplete ? best : nil }

    /// The number of seeds with which the best setting was trained.
    package var seedCount: Int { race?.looks ?? plan.seeds.count }

    /// The winner's entry with the highest validation accuracy; ties are broken by the lower loss, then by the order of
    /// the seeds. Nil if there is no winner.
    package var winningEntry: (entry: SweepPlan.Entry, result: SweepResult)? {
        guard let winner else { return nil }
        func key(_ result: SweepResult) -> (Double, Double) {
            (-(result[.accuracy, .validation] ?? 0), result[.crossEntropy, .validation] ?? 0)
        }
        return zip(plan.entries, results).compactMap { entry, result in
            entry.setting == winner ? result.map { (entry: entry, result: $0) } : nil
        }.min { key($0.result) < key($1.result) }
    }
}

extension SweepResults {
    /// Returns the content of `results.csv`: a row for each completed entry, in full precision.
    package func csv() -> String {
        let scores = [Self.common, otherMetrics].flatMap { metrics in
            SweepResult.splits.flatMap { split in metrics.map { (metric: $0, split: split) } }
        }
        var lines = [
            ["entry"] + plan.options.map { String($0.map { $0 == "-" ? "_" : $0 }) } + [
                "seed", "state", "epochs", "scored_epoch",
            ] + scores.map { MetricValue.key($0.split, $0.metric.name) }
        ]
        for (entry, result) in zip(plan.entries, results) {
            guard let result else { continue }
            let outcome = [
                "\(entry.seed)", result.outcome.rawValue, "\(result.epochs)",
                result.scoredEpoch?.description ?? "",
            ]
            let values = scores.map { result[$0.metric, $0.split]?.description ?? "" }
            lines.append(["\(entry.index)"] + plan.settings[entry.setting] + outcome + values)
        }
        return lines.map(CSVRow.text).joined()
    }

    /// Returns the content of `times.csv`: the duration and the run of each entry, and the time when a result was computed
    /// before. They differ when the sweep is repeated.
    package func timesCSV() -> String {
        zip(plan.entries, results).reduce(into: "entry,seconds,run,computed_before\n") { text, row in
            if let result = row.1 {
                text += CSVRow.text(
                    ["\(row.0.index)", "\(result.seconds)", result.run ?? "", result.before?.computed ?? ""])
            }
        }
    }
}
