import Console
import ElementaryFunctions

/// Student's t-distribution for a whole number of degrees of freedom: the distribution of a mean divided by its standard
/// error.
struct StudentDistribution: Hashable, Sendable {
    let degreesOfFreedom: Int

    /// Returns the probability of a magnitude up to `t`, where `t` is 0 or positive. With θ = atan(t/√ν):
    ///
    ///     ν odd:   2/π (θ + sin θ (cos θ + 2/3 cos³ θ + … + 2·4…(ν−3) / (3·5…(ν−2)) cosᵛ⁻² θ))
    ///     ν even:  sin θ (1 + 1/2 cos² θ + … + 1·3…(ν−3) / (2·4…(ν−2)) cosᵛ⁻² θ)
    ///
    /// (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4).
    func probability(upTo t: Double) -> Double {
        let isOdd = degreesOfFreedom % 2 == 1
        let angle = Elementary.atan(t / Double(degreesOfFreedom).squareRoot())
        let (sine, cosine) = (Elementary.sin(angle), Elementary.cos(angle))
        var term = isOdd ? cosine : 1
        var sum = 0.0
        for power in stride(from: isOdd ? 1 : 0, through: degreesOfFreedom - 2, by: 2) {
            sum += term
            term *= cosine * cosine * Double(power + 1) / Double(power + 2)
        }
        return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
    }

    /// Returns the magnitude `t` for which ``probability(upTo:)`` is `share`.
    ///
    /// - Parameter share: 0 or more and below 1.
    func magnitude(ofProbability share: Double) -> Double {
        var (lower, upper) = (0.0, 1.0)
        while probability(upTo: upper) < share { upper *= 2 }
        // Bisection to the last bit.
        while true {
            let middle = (lower + upper) / 2
            if middle <= lower || middle >= upper { return upper }
            if probability(upTo: middle) < share { lower = middle } else { upper = middle }
        }
    }
}

/// The difference between two settings that were trained with the same seeds, and its paired t-test.
package struct PairedDifference: Codable, Hashable, Sendable {
    /// The number of seeds that both settings have.
    package let count: Int
    /// The mean of the differences, one for each seed.
    package let mean: Double
    /// The standard error of the mean: standard deviation / √n.
    package let standardError: Double
    /// The lower end of the 95 % confidence interval by Student's t.
    package let lower: Double
    /// The upper end of the 95 % confidence interval.
    package let upper: Double
    /// The p-value of the two-sided paired t-test: the probability of a difference at least as large if there is none.
    package let probability: Double

    /// Computes the test; nil for fewer than two differences, and for equal differences other than 0, because the test
    /// needs their spread.
    ///
    /// - Parameter differences: One difference for each seed.
    package init?(_ differences: [Double]) {
        let spread = differences.isEmpty ? nil : Spread(differences)
        guard let spread, let deviation = spread.deviation else { return nil }
        // Differences that are equal except for rounding count as equal; one more correct sample changes an accuracy
        // by more.
        guard spread.mean == 0 || deviation > 1e-9 * spread.mean.magnitude else { return nil }
        count = differences.count
        mean = spread.mean
        standardError = deviation / Double(count).squareRoot()
        let student = StudentDistribution(degreesOfFreedom: count - 1)
        let reach = student.magnitude(ofProbability: 0.95) * standardError
        (lower, upper) = (mean - reach, mean + reach)
        probability =
            standardError > 0
            ? max(0, 1 - student.probability(upTo: mean.magnitude / standardError)) : 1
    }

    /// Returns the p-values of several tests, corrected for their number (Holm, "A simple sequentially rejective
    /// multiple test procedure", 1979).
    static func corrected(_ probabilities: [Double]) -> [Double] {
        var corrected = probabilities
        var floor = 0.0
        for (rank, index) in probabilities.indices.sorted(by: { probabilities[$0] < probabilities[$1] })
            .enumerated()
        {
            floor = max(floor, min(1, Double(probabilities.count - rank) * probabilities[index]))
            corrected[index] = floor
        }
        return corrected
    }
}
