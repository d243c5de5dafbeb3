/// The evidence that one of two settings is better than the other, collected seed by seed from the differences between
/// their accuracies. It stays valid however often it is looked at.
///
/// Under the null hypothesis, the difference is distributed symmetrically about 0. Then both signs are equally likely, given
/// the magnitude and all earlier seeds. A bet on the sign multiplies the wealth by 1 + b if it wins and by 1 − b if it loses,
/// so its expected value stays 1, and it ever reaches 1/α with probability at most α (Ville's inequality). The mean of several
/// bets is the e-value. The same holds for a symmetric distribution with one peak at or below 0, if the bet is on +.
///
/// The share b = x / √(1 + x²) depends on the magnitude in units of the root mean square so far: x = κ |d| / √(Σ d² / n).
/// Accuracies have no known scale, so κ takes several values.
///
/// Source: V. Vovk and R. Wang, "Nonparametric e-tests of symmetry", New England Journal of Statistics in Data Science 2
/// (2024); A. Ramdas, J. Ruf, M. Larsson and W. Koolen, "Admissible anytime-valid sequential inference must rely on
/// nonnegative martingales" (2020).
///
/// Only sums, products, quotients and square roots are used, so that every machine decides the same.
struct PairedEvidence: Hashable, Sendable {
    /// The values of κ.
    private static let eagerness = [0.25, 0.5, 1, 2, 4]

    private var count = 0
    private var sumOfSquares = 0.0
    private var onPlus = Self.eagerness.map { _ in 1.0 }
    private var onMinus = Self.eagerness.map { _ in 1.0 }

    /// Adds the difference of one seed: the first setting's accuracy minus the second's.
    mutating func add(_ difference: Double) {
        count += 1
        sumOfSquares += difference * difference
        guard sumOfSquares > 0 else { return }
        let relative = difference / (sumOfSquares / Double(count)).squareRoot()
        for (place, eagerness) in Self.eagerness.enumerated() {
            let x = eagerness * relative
            let share = x / (1 + x * x).squareRoot()
            onPlus[place] *= 1 + share
            onMinus[place] *= 1 - share
        }
    }

    /// The e-value of the first setting being better.
    var firstIsBetter: Double { Self.mean(onPlus) }
    /// The e-value of the second setting being better.
    var secondIsBetter: Double { Self.mean(onMinus) }

    private static func mean(_ wealth: [Double]) -> Double { wealth.reduce(0, +) / Double(wealth.count) }
}
