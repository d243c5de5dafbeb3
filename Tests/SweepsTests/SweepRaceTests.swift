import ImageClassification
import Randomness
import Runs
import Testing

@testable import Sweeps

/// The comparison of a sweep with `--until`, by simulated sweeps.
@Suite("Sweeps until a result is settled")
struct SweepRaceTests {
    /// A number of a distribution that is symmetric about 0, with standard deviation 1, from the sum of twelve uniform ones.
    private func normal(_ random: inout SplitMix64) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + Double(random.nextUnit()) }
    }

    /// Returns a simulated sweep after its end.
    ///
    /// - Parameters:
    ///   - means: The mean accuracy of each setting.
    ///   - draw: Returns the deviation of an accuracy from its mean.
    private func race(
        _ means: [Double], until: Double = 0.01, seeds: Int = 40, _ random: inout SplitMix64,
        draw: (inout SplitMix64) -> Double
    ) -> SweepRace {
        var race = SweepRace(errorProbability: until, settings: means.count, seeds: seeds)
        while !race.isOver { race.add(means.map { $0 + draw(&random) }) }
        return race
    }

    @Test func `two equal settings are settled in at most 1 % of 10,000 sweeps`() {
        var random = SplitMix64(1)
        let wrong = (0..<10_000).count { _ in
            race([97, 97], &random, draw: normal).isSettled
        }
        #expect(wrong <= 100, "\(wrong)")
        // The test is not so cautious that it finds nothing.
        #expect(wrong >= 10, "\(wrong)")
    }

    @Test(arguments: ["few values", "rare and large", "mostly equal"])
    func `one of four equal settings is paused in at most 1 % of 2,000 sweeps`(kind: String) {
        var random = SplitMix64(2)
        let wrong = (0..<2000).count { _ in
            let race = race([97, 97, 97, 97], seeds: 25, &random) { random in
                let unit = random.nextUnit()
                return switch kind {
                case "few values": Double(random.nextIndex(below: 2))
                case "rare and large": unit < 0.1 ? -60 : Double(unit)
                default: unit < 0.2 ? 0.02 : 0
                }
            }
            return race.racing.count < 4
        }
        #expect(wrong <= 20, "\(wrong)")
    }

    @Test func `the mean over all signs of the differences is exactly 1`() {
        var random = SplitMix64(3)
        let magnitudes = (0..<10).map { _ in normal(&random).magnitude }
        var sum = 0.0
        for signs in 0..<1024 {
            var evidence = PairedEvidence()
            for (place, magnitude) in magnitudes.enumerated() {
                evidence.add(signs >> place & 1 == 0 ? magnitude : -magnitude)
            }
            sum += evidence.firstIsBetter
        }
        #expect((sum / 1024 - 1).magnitude < 1e-12, "\(sum / 1024)")
    }

    /// Returns the middle of the numbers of seeds after which 101 sweeps are settled.
    private func seedsToSettle(_ gap: Double) throws -> Int {
        var random = SplitMix64(4)
        let looks = try (0..<101).map { _ in
            let race = race([97, 97 + gap / 2.0.squareRoot()], seeds: 1000, &random) { random in
                self.normal(&random) / 2
            }
            try #require(race.isSettled && race.racing == [1])
            return race.looks
        }
        return looks.sorted()[50]
    }

    /// The gap is in standard deviations of the difference.
    @Test(arguments: [(3, 10), (1, 17), (0.5, 53)] as [(Double, Int)])
    func `a real difference is found, and the middle number of seeds is known`(gap: Double, seeds: Int) throws
    {
        // The difference of two deviations of 1/2 has the deviation 1/√2.
        let found = try seedsToSettle(gap)
        #expect((Double(found) / Double(seeds) - 1).magnitude <= 0.15, "\(found)")
    }

    @Test func `unit and level of the accuracies change nothing`() {
        var random = SplitMix64(5)
        let rows = (0..<30).map { _ in [normal(&random), normal(&random) + 1, normal(&random)] }
        func standings(_ scale: Double, _ level: Double) -> [SweepRace.State] {
            var race = SweepRace(errorProbability: 0.05, settings: 3, seeds: 30)
            for row in rows where !race.isOver { race.add(row.map { level + scale * $0 }) }
            return race.standings.map(\.state)
        }
        #expect(standings(1, 0) == standings(1024, 0) && standings(1, 0) == standings(1, 4))
    }

    // MARK: Results of a plan

    private func plan(_ settings: Int, seeds: Int, until: Double?) throws -> SweepPlan {
        let values = (0..<settings).map { "v\($0)" }.joined(separator: ",")
        return try SweepPlan(
            of: .mnistBiLSTM, base: [], axes: [SweepAxis("kind=\(values)")],
            seeds: SweepSeeds("0-\(seeds - 1)"),
            until: until)
    }

    private func result(_ accuracy: Double?) -> SweepResult {
        var summary = RunSummary()
        (summary["accuracy", .validation], summary["loss", .validation]) = (accuracy, 0.5)
        return SweepResult(summary, run: RunDirectory(path: "runs/a"), diverged: accuracy == nil)
    }

    /// The results of one bad setting and two good ones.
    private func results(_ plan: SweepPlan) -> [SweepResult?] {
        plan.entries.map { entry in
            let noise = Double((entry.index * 7919) % 13) / 13
            return result([90, 95, 95][entry.setting] + noise)
        }
    }

    @Test func `the order in which entries end changes neither the course nor the results`() throws {
        let plan = try plan(3, seeds: 30, until: 0.05)
        let all = results(plan)
        let whole = SweepResults(plan, all)
        #expect(whole.race?.standings[0].state == .paused && whole.settings[0].done < 30)
        var random = SplitMix64(6)
        for _ in 0..<5 {
            var (race, partial) = (
                SweepRace(plan, plan.entries.map { _ in nil }), plan.entries.map { _ in nil as SweepResult? }
            )
            var order = Array(plan.entries.indices)
            for place in order.indices.reversed() { order.swapAt(place, random.nextIndex(below: place + 1)) }
            for index in order {
                partial[index] = all[index]
                race?.advance(partial)
            }
            #expect(race?.standings == whole.race?.standings)
        }
        // Entries of a paused setting are not trained in other sweeps, and change nothing if they are.
        let needed = zip(plan.entries, all).map { entry, result in
            whole.race.map { plan.counts(entry, in: $0) } == true ? result : nil
        }
        #expect(needed.contains { $0 == nil })
        let other = SweepResults(plan, needed)
        #expect(other.csv() == whole.csv() && other.verdict(nil) == whole.verdict(nil))
        #expect(other.isComplete && other.done == other.count && other.best == whole.best)
    }

    @Test func `a sweep that was paused continues with a smaller probability`() throws {
        let plan = try plan(2, seeds: 30, until: 0.05)
        let all = results(plan)
        let (first, second) = (SweepResults(plan, all), SweepResults(plan.with(until: 0.0001), all))
        let looks = try [first, second].map { try #require($0.race?.looks) }
        #expect(looks[0] < looks[1] && first.isComplete && second.isComplete)
        #expect(second.csv().hasPrefix(first.csv()))
    }

    @Test func `a diverged setting leaves the race, and one is always left`() throws {
        var race = SweepRace(errorProbability: 0.01, settings: 3, seeds: 9)
        race.add([nil, 90, 91])
        #expect(race.standings.map(\.state) == [.diverged, .racing, .racing] && !race.isOver)
        race.add([nil, nil, 91])
        #expect(race.isSettled && race.isOver && race.racing == [2])
        var both = SweepRace(errorProbability: 0.01, settings: 2, seeds: 9)
        both.add([nil, nil])
        #expect(both.isOver && both.racing == [])
        var equal = SweepRace(errorProbability: 0.01, settings: 2, seeds: 3)
        for _ in 0..<3 { equal.add([90, 90]) }
        #expect(equal.isOver && !equal.isSettled && equal.probability(of: 0) == 1)
    }

    @Test func `the table names paused settings, e-values and bounds`() throws {
        let plan = try plan(3, seeds: 12, until: 0.2)
        let results = SweepResults(plan, results(plan))
        let rows = results.rows()
        #expect(rows.last?[0] == "kind v0" && rows.last?[2].hasSuffix(", paused") == true, "\(rows)")
        #expect(results.differenceRows().last?.count == results.differenceColumns().count)
        #expect(results.verdict(nil).hasPrefix("Not settled with all seeds of --seeds (12): 2 of 3"))
        let unfinished = SweepResults(plan, plan.entries.map { _ in nil })
        #expect(unfinished.verdict(nil) == "After 0 of at most 12 seeds, 3 of 3 settings are in doubt.")
        #expect(plan.size == "3 settings × up to 12 seeds, at most 36 entries")
    }

    @Test(arguments: [0, -0.1, 0.6, 1, .nan, .infinity])
    func `a probability out of bounds is refused`(until: Double) throws {
        #expect(throws: OptionError.self) { try plan(2, seeds: 2, until: until) }
        #expect(try plan(2, seeds: 2, until: 0.01).with(until: until).impossible != nil)
    }

    @Test func `one setting and too many settings are refused`() throws {
        #expect(throws: OptionError.self) { try plan(1, seeds: 2, until: 0.01) }
        #expect(throws: OptionError.self) { try plan(1001, seeds: 2, until: 0.01) }
        let change = try plan(2, seeds: 2, until: 0.01).differences(from: plan(2, seeds: 2, until: nil))
        #expect(change == ["--until: not given in its plan, 0.01 in this command"])
    }
}
