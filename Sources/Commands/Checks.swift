import ArgumentParser

// Checks that commands share. An option that is not given passes.

package func check(_ option: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) must be \(range.lowerBound) to \(range.upperBound), not \(value).")
}

/// Refuses an option that would have no effect.
package func checkUse(_ option: String, _ isGiven: Bool, of others: String, _ isUsed: Bool) throws {
    guard !isGiven || isUsed else { throw ValidationError("\(option) has an effect only with \(others).") }
}
