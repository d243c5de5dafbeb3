import Foundation
import Runs
import TestSupport
import Testing

@testable import Sweeps

@Suite("Statistics of sweeps")
struct SweepStatisticsTests {
    /// Returns the area under the density between -t and t, by Simpson's rule.
    private func area(upTo t: Double, degrees: Int) -> Double {
        let n = Double(degrees)
        let scale = exp(lgamma((n + 1) / 2) - lgamma(n / 2)) / (n * .pi).squareRoot()
        func density(_ x: Double) -> Double { scale * pow(1 + x * x / n, -(n + 1) / 2) }
        let (pieces, width) = (20_000, t / 20_000)
        let inner = (1..<pieces).reduce(0.0) { $0 + ($1 % 2 == 1 ? 4 : 2) * density(Double($1) * width) }
        return 2 * width / 3 * (density(0) + inner + density(t))
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 9, 30, 99])
    func `the distribution is the integral of its density`(degrees: Int) {
        let student = StudentDistribution(degreesOfFreedom: degrees)
        #expect(student.probability(upTo: 0) == 0)
        for t in [0.1, 0.7, 1, 2, 3.5, 6] {
            let difference = student.probability(upTo: t) - area(upTo: t, degrees: degrees)
            #expect(difference.magnitude <= 1e-9, "ν \(degrees), t \(t): \(difference)")
        }
    }

    /// The numbers are from printed tables.
    @Test(
        arguments: [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (30, 2.0423)])
    func `the 95 % magnitudes equal the tables`(degrees: Int, expected: Double) {
        let student = StudentDistribution(degreesOfFreedom: degrees)
        let t = student.magnitude(ofProbability: 0.95)
        #expect((t - expected).magnitude <= 5e-5, "\(t)")
        #expect((student.probability(upTo: t) - 0.95).magnitude <= 1e-14)
    }

    /// Student's own example: the additional hours of sleep of ten patients with two drugs (1908): t = 4.0621, p =
    /// 0.002833.
    @Test func `the example of the sleep of ten patients is reproduced`() throws {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
        let difference = try #require(PairedDifference(zip(second, first).map { $0 - $1 }))
        #expect(difference.count == 10)
        #expect((difference.mean - 1.58).magnitude <= 1e-12)
        #expect((difference.mean / difference.standardError - 4.0621).magnitude <= 5e-5)
        #expect((difference.probability - 0.002833).magnitude <= 5e-7, "\(difference.probability)")
        #expect(
            (difference.lower - 0.7001142).magnitude <= 5e-7
                && (difference.upper - 2.4598858).magnitude <= 5e-7)
    }

    @Test func `too few and equal differences have no test`() throws {
        #expect(PairedDifference([]) == nil && PairedDifference([1]) == nil)
        let none = try #require(PairedDifference([0, 0, 0]))
        #expect(none.probability == 1 && none.lower == 0 && none.upper == 0)
        #expect(PairedDifference([2, 2, 2]) == nil && PairedDifference([-2, -2]) == nil)
        // The differences are equal except for rounding.
        #expect(PairedDifference([98.2 - 98.1, 97.2 - 97.1, 96.2 - 96.1]) == nil)
        // One image of 100,000 makes a difference.
        #expect(PairedDifference([99.999, 100]) != nil)
        let certain = try #require(PairedDifference((0..<400).map { 50 + Double($0 % 2) / 1000 }))
        #expect(certain.probability == 0)
    }

    /// The expected numbers are from SciPy 1.17.1: `ttest_rel(differences, zeros)` and its `confidence_interval(0.95)`.
    @Test(
        arguments: [
            ([1, 2], [0.20483276469913336, -4.853102368087339, 7.853102368087347]),
            ([1, -1], [1, -12.706204736174694, 12.706204736174694]),
            ([100, 100.0001], [3.183097270394674e-07, 99.99941468976317, 100.00068531023683]),
            ([0.3, -0.1, 0.5, 0.2, 0.4], [0.06498591034212067, -0.025852519098702342, 0.5458525190987022]),
            (
                [-0.02, -0.06, -0.04, 0.02, -0.1, -0.08, 0, -0.04, -0.02, -0.06],
                [0.007114629229516664, -0.06612114093781568, -0.013878859062184327]
            ),
        ] as [([Double], [Double])])
    func `the test equals SciPy's`(differences: [Double], expected: [Double]) throws {
        let difference = try #require(PairedDifference(differences))
        let found = [difference.probability, difference.lower, difference.upper]
        for (value, expected) in zip(found, expected) {
            #expect((value - expected).magnitude <= 1e-12 * max(1, expected.magnitude), "\(found)")
        }
    }

    /// The expected numbers are from R's p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm").
    @Test func `Holm's correction equals R's`() {
        let corrected = PairedDifference.corrected([0.01, 0.04, 0.03, 0.005, 0.5])
        for (value, expected) in zip(corrected, [0.04, 0.09, 0.09, 0.025, 0.5]) {
            #expect((value - expected).magnitude <= 1e-15, "\(corrected)")
        }
        #expect(PairedDifference.corrected([0.6, 0.7]) == [1, 1])
        #expect(PairedDifference.corrected([]) == [])
    }
}

@Suite("Results of sweeps")
struct SweepResultsTests {
    private func plan(_ settings: Int = 3, seeds: String = "0-2") throws -> SweepPlan {
        let values = (0..<settings).map { "v\($0)" }.joined(separator: ",")
        return try SweepPlan(base: [], axes: [SweepAxis("kind=\(values)")], seeds: SweepSeeds(seeds))
    }

    private func result(_ accuracy: Double?, loss: Double = 0.5) throws -> SweepResult {
        var summary = RunSummary()
        (summary.epochs, summary.scoredEpoch, summary.trainingSeconds) = (4, 3, 1.5)
        (summary["accuracy", .train], summary["loss", .train]) = (99, 0.25)
        (summary["accuracy", .validation], summary["loss", .validation]) = (accuracy, loss)
        return SweepResult(summary, run: RunDirectory(path: "runs/a,b"), diverged: accuracy == nil)
    }

    /// Returns results from rows of accuracies: a row for each seed, a column for each setting.
    private func results(_ rows: [[Double?]], loss: [Double] = [0.5, 0.5, 0.5]) throws -> SweepResults {
        let all = try rows.flatMap { row in
            try zip(row, loss).map { try result($0, loss: $1) as SweepResult? }
        }
        return SweepResults(try plan(), all)
    }

    @Test func `the winner's best run has the highest accuracy, and a tie is broken by the lower loss`()
        throws
    {
        let results = try results([[90, 92, 91], [91, 94, 92], [92, 93, 96]])
        #expect(results.winner == 1 && results.winningEntry?.entry.index == 4)
        let all = try results.plan.entries.map { entry in
            try result(entry.setting == 2 ? 95 : 90, loss: entry.seed == 1 ? 0.25 : 0.5) as SweepResult?
        }
        #expect(SweepResults(results.plan, all).winningEntry?.entry.index == 5)
        #expect(SweepResults(results.plan, all.dropLast() + [nil]).winningEntry == nil)
    }

    @Test(arguments: [
        ("runs/sweeps/cells", ["cells"]), ("elsewhere/sweeps/cells", ["cells", "--runs", "elsewhere"]),
        ("copied/cells", ["copied/cells"]), ("cells", ["cells"]),
    ])
    func `commands find the sweep in its place`(path: String, words: [String]) throws {
        let winner = try #require(
            SweepWinner(
                SweepDirectory(path: path), try results([[90, 92, 91], [91, 94, 92], [92, 93, 96]])))
        #expect(winner.commands[0].words == ["mnist-bilstm", "evaluate"] + words)
    }

    @Test func `the chart has a point for each seed and a row for each setting, the best at the top`() throws
    {
        let chart = try #require(
            SweepSeedChart(try results([[90, 92, 91], [91, 94, 92], [92, 93, nil]])).chart)
        let seeds = chart.series[0].points.filter(\.x.isFinite)
        #expect(seeds.map(\.x) == [92, 94, 93, 90, 91, 92, 91, 92])
        #expect(seeds.map(\.y) == [3, 3, 3, 2, 2, 2, 1, 1])
        #expect(chart.series[1].points.filter(\.x.isFinite).map(\.x) == [93, 91, 91.5])
        let one = try plan(1, seeds: "0")
        #expect(SweepSeedChart(SweepResults(one, [try result(90)])).chart == nil)
        #expect(SweepSeedChart(SweepResults(try plan(), Array(repeating: nil, count: 9))).chart == nil)
    }

    @Test func `spreads, the best setting, and the gaps of the others are computed`() throws {
        let results = try results([[90, 92, 91], [91, 94, 92], [92, 93, 96]])
        #expect(results.winner == 1 && results.isComplete)
        #expect(results.settings.map(\.accuracy?.mean) == [91, 93, 93] && results.best == 1)
        #expect(results.settings[0].accuracy?.deviation == 1)
        #expect(results.settings[0].standardError == 1 / 3.0.squareRoot())
        #expect(results.settings[1].fromBest == nil && results.settings[1].probability == nil)
        let behind = try #require(results.settings[0].fromBest)
        #expect(behind == PairedDifference([2, 3, 1]))
        #expect(results.settings[2].fromBest == PairedDifference([1, 2, -3]))
        #expect(results.settings[0].probability == min(1, 2 * behind.probability))
        #expect(results.settings.map(\.done) == [3, 3, 3])
    }

    @Test func `equal accuracies are ranked by the lower loss, then by order`() throws {
        let rows = [[90.0, 90, 90], [91, 91, 91], [92, 92, 92]]
        #expect(try results(rows, loss: [0.5, 0.6, 0.4]).best == 2)
        #expect(try results(rows).best == 0)
    }

    @Test func `a diverged setting cannot win`() throws {
        let results = try results([[99, 92, 91], [nil, 94, 92], [99, 93, 94]])
        #expect(results.winner == 1)
        #expect(results.settings[0].diverged == 1 && results.settings[0].accuracy?.mean == 99)
        #expect(results.settings[0].fromBest == PairedDifference([-7, -6]))
        #expect(results.rows().map { $0[0] } == ["kind v1", "kind v2", "kind v0"])
        #expect(results.rows()[2][2] == "3/3, 1 diverged")
        #expect(!results.verdict(nil).contains("not tested"))
        let two = try self.results([[99, 92, 91], [nil, 94, 92], [nil, 93, 90]])
        #expect(two.winner == 1 && two.settings[0].fromBest == nil)
        #expect(two.verdict(nil).contains("Its lead over 1 other setting was not tested"))
        #expect(two.differenceLegend().contains("corrected for 1 test (Holm)"))
        let none = try self.results([[nil, nil, nil], [1, 1, 1], [1, 1, 1]])
        #expect(none.isComplete && none.winner == nil)
        #expect(none.verdict(nil).contains("there is no winner"))
    }

    @Test func `there is no winner until all entries are complete`() throws {
        let plan = try plan(seeds: "0-1")
        let some = try SweepResults(plan, [result(90), result(92), nil, nil, result(80), nil])
        #expect(some.best == 0 && some.winner == nil && some.done == 3)
        #expect(some.settings.map(\.done) == [1, 2, 0])
        #expect(some.settings.map(\.fromBest) == [nil, nil, nil])
        #expect(some.verdict(nil) == "3 of 6 entries are done; the winner is selected when all are done.")
    }

    @Test func `results.csv and times.csv have their rows`() throws {
        let plan = try SweepPlan(
            base: [], axes: [SweepAxis("learning-rate=0.1"), SweepAxis(#"cell=a"b"#)],
            seeds: SweepSeeds("3-5"))
        let results = try SweepResults(plan, [result(98.5), nil, result(nil)])
        #expect(
            results.csv() == """
                entry,learning_rate,cell,seed,state,epochs,scored_epoch,train_accuracy,train_loss,\
                validation_accuracy,validation_loss
                0,0.1,"a""b",3,finished,4,3,99.0,0.25,98.5,0.5
                2,0.1,"a""b",5,diverged,4,,,,,

                """)
        #expect(
            results.timesCSV() == """
                entry,seconds,run,computed_before
                0,1.5,"a,b",
                2,1.5,"a,b",

                """)
    }

    @Test func `the tables have the figures of the results`() throws {
        let results = try results([[90, 92, 91], [91, 94, 92], [92, 93, 96]])
        #expect(
            results.rows() == [
                ["kind v1", "93.00 ± 1.00", "3/3", "0.577", "0.5000 ± 0.0000"],
                ["kind v2", "93.00 ± 2.65", "3/3", "1.528", "0.5000 ± 0.0000"],
                ["kind v0", "91.00 ± 1.00", "3/3", "0.577", "0.5000 ± 0.0000"],
            ])
        #expect(
            results.differenceRows() == [
                ["kind v2", "0.000", "-6.572 to 6.572", "1.0000", "1.0000"],
                ["kind v0", "2.000", "-0.484 to 4.484", "0.0742", "0.1484"],
            ])
        #expect(
            results.table(columns: 2, atMost: 1) == """
                Setting     Val acc %
                ───────  ────────────
                kind v1  93.00 ± 1.00
                … and 2 more
                """)
        #expect(
            results.verdict(nil).contains("Its lead over 2 other settings is not statistically significant"))
        #expect(results.differenceLegend().contains("corrected for 2 tests (Holm)"))
    }

    @Test func `one seed and one setting have no test`() throws {
        let seed = try SweepResults(plan(seeds: "0"), [result(90), result(92), result(91)])
        #expect(
            seed.verdict(nil)
                == "Winner by mean validation accuracy: kind v1, 92.00 %. One seed is too few for a significance test."
        )
        let setting = try SweepResults(
            SweepPlan(base: [], axes: [], seeds: SweepSeeds("0-1")), [result(90), result(92)])
        #expect(setting.verdict(nil) == "Validation accuracy: 91.00 ± 1.41 %.")
        #expect(setting.differenceTable() == nil)
        let diverged = try SweepResults(
            SweepPlan(base: [], axes: [], seeds: SweepSeeds("0-1")), [result(90), result(nil)])
        #expect(diverged.verdict(nil).hasPrefix("An entry diverged; there is no winner."))
    }

    @Test func `a table is fitted by shortening names, then by leaving out columns`() throws {
        let results = try SweepResults(
            SweepPlan(
                base: [], axes: [SweepAxis("cell=rnn-tanh,gru"), SweepAxis("learning-rate=0.0123")],
                seeds: SweepSeeds("0-1")), [result(90), result(92), result(91), result(93)])
        func rows(_ width: Int) -> [String] {
            results.table(columns: 2, width: width).split(separator: "\n").dropFirst(2).map(String.init)
        }
        let whole = [
            "cell gru, learning-rate 0.0123       92.50 ± 0.71",
            "cell rnn-tanh, learning-rate 0.0123  90.50 ± 0.71",
        ]
        #expect(rows(.max) == whole && rows(49) == whole)
        let short = ["gru, 0.0123       92.50 ± 0.71", "rnn-tanh, 0.0123  90.50 ± 0.71"]
        #expect(rows(48) == short && rows(30) == short)
        #expect(rows(29) == ["gru, 0.0123      92.50 ± 0.71", "rnn-tanh, 0.01…  90.50 ± 0.71"])
        #expect(rows(1).allSatisfy { $0.hasPrefix("…") })
    }
}
