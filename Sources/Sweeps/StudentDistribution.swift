import Console

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Student's t-distribution of whole degrees of freedom: of a mean that is divided by its standard error.
struct StudentDistribution: Hashable, Sendable {
    let degreesOfFreedom: Int

    /// The probability of a magnitude up to `t`, which is not negative: with θ = atan(t/√ν),
    ///
    ///     ν odd:   2/π (θ + sin θ (cos θ + 2/3 cos³ θ + … + 2·4…(ν−3) / (3·5…(ν−2)) cosᵛ⁻² θ))
    ///     ν even:  sin θ (1 + 1/2 cos² θ + … + 1·3…(ν−3) / (2·4…(ν−2)) cosᵛ⁻² θ)
    ///
    /// (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4).
    func probability(upTo t: Double) -> Double {
        let isOdd = degreesOfFreedom % 2 == 1
        let angle = atan2(t, Double(degreesOfFreedom).squareRoot())
        let (sine, cosine) = (sin(angle), cos(angle))
        var term = isOdd ? cosine : 1
        var sum = 0.0
        for power in stride(from: isOdd ? 1 : 0, through: degreesOfFreedom - 2, by: 2) {
            sum += term
            term *= cosine * cosine * Double(power + 1) / Double(power + 2)
        }
        return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
    }

    /// The magnitude up to which the probability is `share`, of 0..<1.
    func magnitude(ofProbability share: Double) -> Double {
        var (lower, upper) = (0.0, 1.0)
        while probability(upTo: upper) < share { upper *= 2 }
        // To the last bit.
        while true {
            let middle = (lower + upper) / 2
            if middle <= lower || middle >= upper { return upper }
            if probability(upTo: middle) < share { lower = middle } else { upper = middle }
        }
    }
}

/// How much one of two settings is better than the other, of which both have a value for each of several seeds.
package struct PairedDifference: Codable, Hashable, Sendable {
    /// How many seeds both have.
    package let count: Int
    /// Of the differences, seed by seed.
    package let mean: Double
    package let standardError: Double
    /// In which the true difference lies with 95 % confidence, by Student's t.
    package let lower: Double
    package let upper: Double
    /// Of the two-sided paired t-test: how likely a difference as large is where there is none.
    package let probability: Double

    /// - Parameter differences: one for each seed.
    /// - Returns: nil for fewer than two, and for all the same but 0: of their spread, which the test measures by, they
    ///   tell nothing.
    package init?(_ differences: [Double]) {
        let spread = differences.isEmpty ? nil : Spread(differences)
        guard let spread, let deviation = spread.deviation else { return nil }
        // But for rounding: accuracies differ by 1 of the number of images at least.
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

    /// Probabilities of several tests as if there were but one (Holm, "A simple sequentially rejective multiple test
    /// procedure", 1979).
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
