import Runs
import Training

/// The course of a sweep with `--until`: after each seed, the settings that cannot win are paused, until one is left or the
/// seeds are used up.
///
/// The hypothesis "no other setting is better" of each setting is tested by the mean of the e-values of all others being
/// better; see ``PairedEvidence``. A setting is paused when this mean reaches the number of settings divided by the error
/// probability (Bonferroni). So with at most the error probability, any setting is ever paused that is as good as every
/// other. The e-values of a paused setting stay as they were, and count as before.
///
/// The course depends only on the accuracies of the seeds in the plan's order, not on the order in which entries end.
package struct SweepRace: Sendable {
    /// The state of a setting.
    package struct Standing: Hashable, Sendable {
        /// The number of seeds that count.
        package fileprivate(set) var seeds = 0
        package fileprivate(set) var state = State.racing
        /// The largest e-value so far of another setting being better.
        package fileprivate(set) var evidence = 0.0
    }

    package enum State: Hashable, Sendable {
        case racing
        /// Another setting is better.
        case paused
        /// An entry diverged, so the setting cannot win.
        case diverged
    }

    /// The maximum number of settings: the evidence of each pair is kept.
    static let mostSettings = 1000

    /// The permitted error probabilities.
    package static let errorProbabilities = 1e-9...0.5
    /// The bounds of error probabilities in words.
    package static let boundsText = "a probability from 0.000000001 to 0.5, as in 0.01"

    /// The error probability of all pauses together.
    private let errorProbability: Double
    private let seedCount: Int
    package private(set) var standings: [Standing]
    /// The number of seeds after which the settings were compared.
    package private(set) var looks = 0
    /// The evidence of each pair of settings, by ``pair(_:_:)``.
    private var evidence: [PairedEvidence]
    /// The sum of the accuracies of each setting.
    private var sums: [Double]

    init(errorProbability: Double, settings: Int, seeds: Int) {
        (self.errorProbability, seedCount) = (errorProbability, seeds)
        standings = Array(repeating: Standing(), count: settings)
        evidence = Array(repeating: PairedEvidence(), count: settings * (settings - 1) / 2)
        sums = Array(repeating: 0, count: settings)
    }

    /// Returns the race as far as the results decide it; nil for a sweep without `--until`.
    ///
    /// - Parameter results: The result of each entry of the plan; nil for an entry that is not complete.
    package init?(_ plan: SweepPlan, _ results: [SweepResult?]) {
        guard let until = plan.until else { return nil }
        self.init(errorProbability: until, settings: plan.settings.count, seeds: plan.seeds.count)
        advance(results)
    }

    /// Compares the settings after each further seed of which all that are in the race have a result.
    package mutating func advance(_ results: [SweepResult?]) {
        while !isOver {
            let row = results[(looks * standings.count)...].prefix(standings.count)
            guard zip(standings, row).allSatisfy({ $0.state != .racing || $1 != nil }) else { return }
            add(zip(standings, row).map { $0.state == .racing ? $1?[.accuracy, .validation] : nil })
        }
    }

    /// Adds the results of the next seed, and pauses the settings that cannot win.
    ///
    /// - Parameter accuracies: The accuracy of each setting; nil for an entry that diverged. A setting that
    ///   is not in the race is ignored.
    mutating func add(_ accuracies: [Double?]) {
        for place in racing {
            standings[place].seeds += 1
            if let accuracy = accuracies[place] {
                sums[place] += accuracy
            } else {
                standings[place].state = .diverged
            }
        }
        looks += 1
        let racing = racing
        for (rank, first) in racing.enumerated() {
            for second in racing[(rank + 1)...] {
                evidence[pair(first, second)].add((accuracies[first] ?? 0) - (accuracies[second] ?? 0))
            }
        }
        pause(racing)
    }

    /// Pauses the settings of which enough is known; one is always left.
    private mutating func pause(_ racing: [Int]) {
        guard let best = racing.max(by: { (sums[$0], -$0) < (sums[$1], -$1) }) else { return }
        for place in racing {
            let current = evidenceAgainst(place)
            standings[place].evidence = max(standings[place].evidence, current)
            if place != best, current >= threshold { standings[place].state = .paused }
        }
    }

    /// Returns the mean e-value of the other settings being better than one.
    private func evidenceAgainst(_ place: Int) -> Double {
        var sum = 0.0
        for other in standings.indices where other != place {
            let evidence = evidence[pair(min(place, other), max(place, other))]
            sum += other < place ? evidence.firstIsBetter : evidence.secondIsBetter
        }
        return sum / Double(max(1, standings.count - 1))
    }

    /// Returns the position of a pair in the list of all pairs.
    private func pair(_ first: Int, _ second: Int) -> Int {
        first * (2 * standings.count - first - 1) / 2 + second - first - 1
    }

    /// The e-value at which a setting is paused.
    private var threshold: Double { Double(standings.count) / errorProbability }

    /// The settings that are in the race.
    package var racing: [Int] { standings.indices.filter { standings[$0].state == .racing } }

    /// Whether one setting is left, or none that did not diverge.
    package var isSettled: Bool { racing.count <= 1 }

    /// Whether no further entry is needed.
    package var isOver: Bool { isSettled || looks == seedCount }

    /// Returns the upper bound of the p-value of "no other setting is better than this one", corrected for the number of
    /// settings (Bonferroni). It holds however often the settings were compared.
    package func probability(of place: Int) -> Double {
        min(1, Double(standings.count) / standings[place].evidence)
    }

    /// Returns whether the result of an entry counts.
    ///
    /// - Parameter seed: The position of its seed in the plan.
    func counts(setting: Int, seed: Int) -> Bool { seed < standings[setting].seeds }

    /// Returns whether an entry may still be needed.
    ///
    /// - Parameter seed: The position of its seed in the plan.
    func needs(setting: Int, seed: Int) -> Bool {
        counts(setting: setting, seed: seed) || !isOver && standings[setting].state == .racing
    }
}
