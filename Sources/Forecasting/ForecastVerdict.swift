import Console

extension ForecastScores {
    /// Returns the result of the test days in words: the model with the lowest RMSE, whether the baseline's is lower, and
    /// whether the seeds agree.
    package func verdict(in language: Language = .english) -> String {
        guard let test else { return language.text(ForecastText.noTestDays) }
        guard !test.models.isEmpty else {
            return language.text(ForecastText.noModel, ["baseline": baseline.phrase(in: language)])
        }
        return ForecastVerdict(test, baseline, language).sentences.joined(separator: " ")
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
    private let language: Language

    private struct Entrant {
        let name: String
        let rmse: Spread
    }

    init(
        _ test: ForecastScores.Split, _ baseline: ForecastScores.Baseline, _ language: Language = .english
    ) {
        self.language = language
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
        if !broken.isEmpty { sentences.append(text(.notFinite, ["list": list(broken)])) }
        guard let best = models.first else { return sentences }
        sentences += comparison(best)
        return sentences + (hasSeveralSeeds ? doubts(best) : [text(.oneSeed)])
    }

    /// Returns sentences about which RMSE is lowest, the baseline's or a model's.
    private func comparison(_ best: Entrant) -> [String] {
        let style = NumberStyle([best.rmse.mean, reference], digits: 4)
        let values = [
            "model": best.name, "rmse": style.text(best.rmse.mean), "value": style.text(reference),
            "saying": baseline.saying(in: language),
        ]
        let others = Array(models.dropFirst())
        func text(_ key: ForecastText, baseline name: String) -> String {
            self.text(key, values.merging(["baseline": name]) { $1 })
        }
        guard best.rmse.mean < reference else {
            let isEqual = best.rmse.mean == reference
            let key: ForecastText =
                others.isEmpty
                ? isEqual ? .atLeastAsGood : .better : isEqual ? .atLeastAsGoodAsAll : .betterThanAll
            return [text(key, baseline: baseline.beginning(in: language))]
        }
        let phrase = baseline.phrase(in: language)
        if others.isEmpty { return [text(.modelBetter, baseline: phrase)] }
        let worse = others.filter { !($0.rmse.mean < reference) }
        let (key, listed) = worse.isEmpty ? (ForecastText.othersBetter, others) : (.othersNotBetter, worse)
        return [
            text(.modelLowest, baseline: phrase), self.text(key, ["list": list(listed)], count: listed.count),
        ]
    }

    /// Returns sentences about differences that are smaller than the spread of the seeds.
    private func doubts(_ best: Entrant) -> [String] {
        var sentences: [String] = []
        let near = models.filter { abs($0.rmse.mean - reference) < $0.rmse.deviation ?? 0 }
        if !near.isEmpty {
            sentences.append(
                text(
                    .nearBaseline, ["list": list(near), "baseline": baseline.phrase(in: language)],
                    count: near.count))
        }
        let alike = models.dropFirst().filter {
            $0.rmse.mean - best.rmse.mean < max($0.rmse.deviation ?? 0, best.rmse.deviation ?? 0)
        }
        if !alike.isEmpty {
            sentences.append(text(.nearBest, ["model": best.name, "list": list(Array(alike))]))
        }
        return sentences
    }

    private func list(_ entrants: [Entrant]) -> String { language.list(entrants.map(\.name)) }

    private func text(_ key: ForecastText, _ values: [String: String] = [:], count: Int? = nil) -> String {
        language.text(key, values, count: count)
    }
}
