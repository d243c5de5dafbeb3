import Console
import NeuralNetworks
import Platform
import Runs
import Training

/// Collects the results of a sweep: `results.csv`, `times.csv`, `report.html`, and, when all entries are complete, the
/// winner's scores on the test set if there is one.
package struct SweepReport: Sendable {
    package let sweep: SweepDirectory
    package let results: SweepResults
    /// The winner's scores on the test set; nil until all entries are complete, and without a test set.
    package private(set) var test: SweepTest?
    /// The language of `report.html`.
    package var language = Language.english

    /// Reads the results so far. The test set is not read.
    package init(reading sweep: SweepDirectory) throws {
        self.sweep = sweep
        results = try SweepResults(sweep)
        guard let winner = results.winner, try POSIX.kind(at: sweep.test) != nil else {
            test = nil
            return
        }
        let former: SweepTest = try RunFile.read(from: sweep.test)
        guard former.setting == winner, former.scores.count == results.seedCount else {
            throw RunError.invalidFile(
                path: sweep.test,
                reason: "expected the scores of setting \(winner) with each seed, found others")
        }
        test = former
    }

    /// Reads the results, and evaluates the winner on the test set if that has not been done yet.
    ///
    /// - Parameters:
    ///   - sweep: The sweep to report.
    ///   - place: Options of the place of the data on this machine, by their keys, if it is not the plan's.
    ///   - threads: The number of threads that evaluate the winner.
    package init(
        _ sweep: SweepDirectory, place: [(key: String, value: JSONValue)] = [],
        threads: Int = UsableCores.count
    ) throws {
        try self.init(reading: sweep)
        guard let winner = results.winner, test == nil,
            let scores = try SweepTest(sweep, results, winner: winner, place: place, threads: threads)
        else { return }
        try JSON.write(scores, to: sweep.test)
        test = scores
    }

    private var winner: SweepWinner? { SweepWinner(sweep, results) }

    private var page: SweepPage {
        SweepPage(
            name: sweep.name, program: sweep.program.name, language: language, results: results, test: test,
            winner: winner)
    }

    /// Replaces the files, each atomically.
    package func write() throws(FileError) {
        try AtomicFile.write(results.csv(), to: sweep.results)
        try AtomicFile.write(results.timesCSV(), to: sweep.times)
        try AtomicFile.write(page.html.htmlDocument, to: sweep.report)
        try winner?.link()
    }

    /// Returns the tables and the verdict as text for people.
    package func text() -> String {
        let differences = results.differenceTable().map { [$0, results.differenceLegend()] } ?? []
        let parts =
            [results.table(), SweepResults.legend] + differences + [results.origins()].compactMap(\.self)
            + [results.verdict(test)]
            + (winner.map { [$0.text] } ?? [])
        return parts.joined(separator: "\n\n") + "\nReport: \(sweep.report)"
    }
}

/// The content of `test.json`: the winner's scores on the test set, one for each seed.
package struct SweepTest: Codable, Hashable, Sendable {
    /// The position of the winner in ``SweepPlan/settings``.
    package let setting: Int
    package let scores: [Score]

    init(setting: Int, scores: [Score]) {
        self.setting = setting
        self.scores = scores
    }

    package struct Score: Codable, Hashable, Sendable {
        package let entry: Int
        package let seed: UInt64
        /// The accuracy in percent.
        package let accuracy: Double
        /// The standard error of the accuracy in percent: √(p (1 − p) / n).
        package let standardError: Double
        package let loss: Double
        /// The other metrics by their names; nil if there are none.
        package let metrics: [String: Double]?
    }

    /// Evaluates the weights of each seed's best epoch; nil without a test set.
    init?(
        _ sweep: SweepDirectory, _ results: SweepResults, winner: Int,
        place: [(key: String, value: JSONValue)], threads: Int
    ) throws {
        var scores: [Score] = []
        for entry in results.plan.entries where entry.setting == winner {
            guard let result = results.results[entry.index] else { continue }
            guard result.run != nil else {
                throw SweepError.withoutRun(
                    entry: entry.name, sweep: sweep.path, program: sweep.program.name)
            }
            guard let run = try sweep.run(of: entry) else {
                throw RunError.notFound(
                    name: entry.name, root: sweep.runs, lister: sweep.program.name)
            }
            guard let (score, result) = try sweep.options.test(run, place: place, threads: threads) else {
                return nil
            }
            let others = results.otherMetrics.map { ($0.name, $0.value(of: score)) }
            scores.append(
                Score(
                    entry: entry.index, seed: entry.seed, accuracy: result.accuracy,
                    standardError: result.standardError, loss: result.loss,
                    metrics: others.isEmpty ? nil : Dictionary(uniqueKeysWithValues: others)))
        }
        self.init(setting: winner, scores: scores)
    }

    /// The accuracy over the seeds, in percent.
    package var accuracy: Spread { Spread(scores.map(\.accuracy)) }
}

extension ClassifierOptions {
    /// Evaluates the model of a run on its test set; returns nil if there is none.
    ///
    /// - Parameter place: Options of the place of the data on this machine.
    fileprivate static func test(
        _ run: RunDirectory, place: [(key: String, value: JSONValue)], threads: Int
    ) throws -> (score: Score, result: EvaluationResult)? {
        let model = try TrainedModel<Self>(run.path, root: FilePath.directory(of: run.path))
        let options = GivenOptions<Self>(place).applied(to: model.options ?? Self())
        return options.hasTest ? try test(model, on: options, threads: threads) : nil
    }
}
