import Foundation
import Testing

@testable import Training

@Suite("Statistics of sweeps")
struct SweepStatisticsTests {
    /// The area under the density between -t and t, by Simpson's rule.
    private func area(upTo t: Double, degrees: Int) -> Double {
        let n = Double(degrees)
        let scale = exp(lgamma((n + 1) / 2) - lgamma(n / 2)) / (n * .pi).squareRoot()
        func density(_ x: Double) -> Double { scale * pow(1 + x * x / n, -(n + 1) / 2) }
        let (pieces, width) = (20_000, t / 20_000)
        let inner = (1..<pieces).reduce(0.0) { $0 + ($1 % 2 == 1 ? 4 : 2) * density(Double($1) * width) }
        return 2 * width / 3 * (density(0) + inner + density(t))
    }

    @Test("the distribution is the integral of its density", arguments: [1, 2, 3, 4, 5, 8, 9, 30, 99])
    func distribution(degrees: Int) {
        let student = StudentDistribution(degreesOfFreedom: degrees)
        #expect(student.probability(upTo: 0) == 0)
        for t in [0.1, 0.7, 1, 2, 3.5, 6] {
            let difference = student.probability(upTo: t) - area(upTo: t, degrees: degrees)
            #expect(difference.magnitude <= 1e-9, "ν \(degrees), t \(t): \(difference)")
        }
    }

    /// From printed tables.
    @Test(
        "95 % magnitudes",
        arguments: [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (30, 2.0423)])
    func magnitudes(degrees: Int, expected: Double) {
        let student = StudentDistribution(degreesOfFreedom: degrees)
        let t = student.magnitude(ofProbability: 0.95)
        #expect((t - expected).magnitude <= 5e-5, "\(t)")
        #expect((student.probability(upTo: t) - 0.95).magnitude <= 1e-14)
    }

    /// Student's own example, the hours of sleep that ten patients gained by two drugs (1908): t = 4.0621, p = 0.002833.
    @Test("the sleep of ten patients") func sleep() throws {
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

    @Test("too few differences, and equal ones") func edges() throws {
        #expect(PairedDifference([]) == nil && PairedDifference([1]) == nil)
        let none = try #require(PairedDifference([0, 0, 0]))
        #expect(none.probability == 1 && none.lower == 0 && none.upper == 0)
        let same = try #require(PairedDifference([2, 2, 2]))
        #expect(same.probability == 0 && same.lower == 2 && same.upper == 2)
    }

    /// As R's p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm").
    @Test("Holm's correction") func holm() {
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
        (summary.trainAccuracy, summary.trainLoss) = (99, 0.25)
        (summary.validationAccuracy, summary.validationLoss) = (accuracy, loss)
        return SweepResult(summary, run: RunDirectory(path: "runs/a,b"), diverged: accuracy == nil)
    }

    /// Entries are seed by seed: a row of accuracies for each seed, a column for each setting.
    private func results(_ rows: [[Double?]], loss: [Double] = [0.5, 0.5, 0.5]) throws -> SweepResults {
        let all = try rows.flatMap { row in
            try zip(row, loss).map { try result($0, loss: $1) as SweepResult? }
        }
        return SweepResults(try plan(), all)
    }

    @Test("spreads, the best, and how far the others are behind") func figures() throws {
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

    @Test("of equal accuracies the lower loss is the better, then the first") func ties() throws {
        let rows = [[90.0, 90, 90], [91, 91, 91], [92, 92, 92]]
        #expect(try results(rows, loss: [0.5, 0.6, 0.4]).best == 2)
        #expect(try results(rows).best == 0)
    }

    @Test("what diverged cannot win") func diverged() throws {
        let results = try results([[99, 92, 91], [nil, 94, 92], [99, 93, 94]])
        #expect(results.winner == 1)
        #expect(results.settings[0].diverged == 1 && results.settings[0].accuracy?.mean == 99)
        #expect(results.settings[0].fromBest == PairedDifference([-7, -6]))
        #expect(results.rows().map { $0[0] } == ["kind v1", "kind v2", "kind v0"])
        #expect(results.rows()[2][1] == "3/3, 1 diverged")
        let none = try self.results([[nil, nil, nil], [1, 1, 1], [1, 1, 1]])
        #expect(none.isComplete && none.winner == nil)
        #expect(none.verdict(nil).contains("there is no winner"))
    }

    @Test("no winner before all is done") func incomplete() throws {
        let plan = try plan(seeds: "0-1")
        let some = try SweepResults(plan, [result(90), result(92), nil, nil, result(80), nil])
        #expect(some.best == 0 && some.winner == nil && some.done == 3)
        #expect(some.settings.map(\.done) == [1, 2, 0])
        #expect(some.settings.map(\.fromBest) == [nil, nil, nil])
        #expect(some.verdict(nil) == "3 of 6 entries are done; a winner is named when all are.")
    }

    @Test("results.csv and times.csv") func tables() throws {
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
                entry,seconds,run
                0,1.5,"a,b"
                2,1.5,"a,b"

                """)
    }

    @Test("the tables' figures") func text() throws {
        let results = try results([[90, 92, 91], [91, 94, 92], [92, 93, 96]])
        #expect(
            results.rows() == [
                ["kind v1", "3/3", "93.00 ± 1.00", "0.577", "0.5000 ± 0.0000"],
                ["kind v2", "3/3", "93.00 ± 2.65", "1.528", "0.5000 ± 0.0000"],
                ["kind v0", "3/3", "91.00 ± 1.00", "0.577", "0.5000 ± 0.0000"],
            ])
        #expect(
            results.differenceRows() == [
                ["kind v2", "0.000", "-6.572 to 6.572", "1.0000", "1.0000"],
                ["kind v0", "2.000", "-0.484 to 4.484", "0.0742", "0.1484"],
            ])
        #expect(
            results.table(columns: 2, atMost: 1) == """
                Setting  Seeds
                ───────  ─────
                kind v1    3/3
                … and 2 more
                """)
        #expect(results.verdict(nil).contains("cannot be told apart from 2 other settings"))
    }
}
