/// Returns a set of combinations of factors in which any two values of any two factors occur together.
///
/// The algorithm is greedy. It starts from a pair that is still missing, and gives each other factor the value that
/// adds most pairs, the smallest of equal ones. A value that makes the cost of the combination exceed `budget` is not
/// used unless it is the smallest.
///
/// - Parameters:
///   - counts: The number of values of each factor.
///   - cost: Returns the cost of a combination of indices.
func allPairs(_ counts: [Int], budget: Int = .max, cost: ([Int]) -> Int = { _ in 0 }) -> [[Int]] {
    struct Pair: Hashable {
        let factors, values: [Int]
    }
    func pair(_ first: Int, _ second: Int, _ values: [Int]) -> Pair {
        Pair(factors: [first, second], values: [values[first], values[second]])
    }
    var missing: [Pair] = []
    for first in counts.indices {
        for second in counts.indices where second > first {
            for value in 0..<counts[first] {
                missing += (0..<counts[second]).map {
                    Pair(factors: [first, second], values: [value, $0])
                }
            }
        }
    }
    var isMissing = Set(missing)
    var combinations: [[Int]] = []
    while let next = missing.popLast() {
        guard isMissing.contains(next) else { continue }
        var values = counts.map { _ in 0 }
        var decided = next.factors
        for (factor, value) in zip(next.factors, next.values) { values[factor] = value }
        for factor in counts.indices where !decided.contains(factor) {
            var best = (added: -1, value: 0)
            for value in 0..<counts[factor] {
                values[factor] = value
                if value > 0, cost(values) > budget { break }
                let added = decided.count {
                    isMissing.contains(pair(min($0, factor), max($0, factor), values))
                }
                if added > best.added { best = (added, value) }
            }
            values[factor] = best.value
            decided.append(factor)
        }
        for first in counts.indices {
            for second in counts.indices where second > first {
                isMissing.remove(pair(first, second, values))
            }
        }
        combinations.append(values)
    }
    return combinations
}
