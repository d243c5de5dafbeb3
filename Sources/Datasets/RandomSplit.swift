import Platform
import Randomness

/// A random division of samples into two sets, in which each class has the same share (a stratified split).
struct RandomSplit {
    /// The indices of both sets, in ascending order.
    let train, test: [Int]

    /// Divides samples; the second set has a fraction of them, rounded to a whole number, and both at least one.
    ///
    /// - Parameters:
    ///   - count: The number of samples; fewer than two trap.
    ///   - fraction: The fraction of the second set, above 0 and below 1; another one traps.
    ///   - labels: The class of each sample; empty if they have none.
    ///   - seed: The seed of the split.
    init(of count: Int, test fraction: Double, labels: [Int] = [], seed: UInt64) {
        precondition(
            fraction > 0 && fraction < 1, "split: expected a fraction between 0 and 1, received \(fraction)")
        precondition(count > 1, "split: expected at least two sequences, received one")
        let total = Int((Double(count) * fraction).rounded())
        self.init(of: count, testCount: min(max(total, 1), count - 1), labels: labels, seed: seed)
    }

    /// Divides samples, with `testCount` of them in the second set, 1 to count - 1.
    init(of count: Int, testCount: Int, labels: [Int] = [], seed: UInt64) {
        var order = (0..<count).map(Int32.init)
        order.withUnsafeMutableBufferPointer {
            SplitMix64(seed, RandomPurpose.validation.rawValue).shuffle($0)
        }
        let groups = Dictionary(grouping: order.map(Int.init)) { labels.isEmpty ? 0 : labels[$0] }
            .sorted { $0.key < $1.key }.map(\.value)
        let parts = Self.shares(of: testCount, groups.map(\.count))
        var (train, test): ([Int], [Int]) = ([], [])
        for (members, part) in zip(groups, parts) {
            train += members.dropLast(part)
            test += members.suffix(part)
        }
        (self.train, self.test) = (train.sorted(), test.sorted())
    }

    /// Returns the share of each group in `total`, in proportion to its size, by the method of the largest remainder.
    private static func shares(of total: Int, _ sizes: [Int]) -> [Int] {
        let sum = sizes.reduce(0, +)
        var shares = sizes.map { $0 * total / sum }
        let byRemainder = sizes.indices.sorted {
            (sizes[$1] * total % sum, $0) < (sizes[$0] * total % sum, $1)
        }
        for index in byRemainder.prefix(total - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }
}
