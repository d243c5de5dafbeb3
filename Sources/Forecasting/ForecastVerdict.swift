import Console

extension ForecastScores {
    /// The result of the test days in words: the model with the lowest RMSE, whether the baseline's is lower, and
    /// whether the seeds agree.
    package var verdict: String {
        guard let test else { return "Without test days nothing tells how good these forecasts are." }
        guard !test.models.isEmpty else { return "There is no model to compare with \(baseline.phrase)." }
        return ForecastVerdict(test, baseline).sentences.joined(separator: " ")
    }
}

/// Compares models with the baseline, by their RMSE on the test days.
struct ForecastVerdict {
    private let models: [Entrant]
    private let broken: [Entrant]
    private let baseline: ForecastScores.Baseline
    /// The baseline's RMSE.
    private let reference: Double
    private let hasSeveralSeeds: Bool

    private struct Entrant {
        let name: String
        let rmse: Spread
    }

    init(_ test: ForecastScores.Split, _ baseline: ForecastScores.Baseline) {
        let entrants = test.models.map { Entrant(name: $0.model.title, rmse: $0.rmse) }
        // Models whose RMSE is not finite are left out; equal ones keep the order of the models.
        models = entrants.filter(\.rmse.mean.isFinite).enumerated()
            .sorted { ($0.element.rmse.mean, $0.offset) < ($1.element.rmse.mean, $1.offset) }.map(\.element)
        broken = entrants.filter { !$0.rmse.mean.isFinite }
        self.baseline = baseline
        reference = test.baseline.rmse
        hasSeveralSeeds = test.models.allSatisfy { $0.members.count > 1 }
    }

    var sentences: [String] {
        var sentences: [String] = []
        if !broken.isEmpty {
            sentences.append("Forecasts of \(list(broken)) are not finite numbers.")
        }
        guard let best = models.first else { return sentences }
        sentences.append(comparison(best))
        let oneSeed = "One seed cannot tell whether this is more than chance."
        sentences += hasSeveralSeeds ? doubts(best) : [oneSeed]
        return sentences
    }

    /// Returns a sentence about which RMSE is lowest, the baseline's or a model's.
    private func comparison(_ best: Entrant) -> String {
        let style = NumberStyle([best.rmse.mean, reference], digits: 4)
        let (model, last) = (style.text(best.rmse.mean), style.text(reference))
        let others = Array(models.dropFirst())
        guard best.rmse.mean < reference else {
            let comparative = best.rmse.mean == reference ? "at least as good as" : "better than"
            let (all, ofBest, these) =
                others.isEmpty
                ? (best.name, "", "this network does")
                : ("every model", " of the best, \(best.name)", "these networks do")
            return
                "\(baseline == .lastValue ? "The last value" : "No change") is \(comparative) \(all) on the test days "
                + "(RMSE \(last) against \(model)\(ofBest)): "
                + "\(these) not forecast better than \"\(baseline.saying)\"."
        }
        if others.isEmpty {
            return "\(best.name) is better than \(baseline.phrase) on the test days "
                + "(RMSE \(model) against \(last))."
        }
        let worse = others.filter { !($0.rmse.mean < reference) }
        let rest =
            worse.isEmpty
            ? "\(list(others)) \(others.count == 1 ? "beats" : "beat") too"
            : "\(list(worse)) \(worse.count == 1 ? "does" : "do") not beat"
        return "\(best.name) has the lowest RMSE on the test days, "
            + "\(model) against \(last) of \(baseline.phrase), which \(rest)."
    }

    /// Returns sentences about differences that are smaller than the spread of the seeds.
    private func doubts(_ best: Entrant) -> [String] {
        let chance = "by less than the standard deviation over the seeds: that may be chance."
        var sentences: [String] = []
        let near = models.filter { abs($0.rmse.mean - reference) < $0.rmse.deviation ?? 0 }
        if !near.isEmpty {
            let differ = near.count == 1 ? "differs" : "differ"
            sentences.append("\(list(near)) \(differ) from \(baseline.phrase) \(chance)")
        }
        let alike = models.dropFirst().filter {
            $0.rmse.mean - best.rmse.mean < max($0.rmse.deviation ?? 0, best.rmse.deviation ?? 0)
        }
        if !alike.isEmpty { sentences.append("\(best.name) is better than \(list(Array(alike))) \(chance)") }
        return sentences
    }

    private func list(_ entrants: [Entrant]) -> String { TextFormat.list(entrants.map(\.name)) }
}
