import ArgumentParser

// What options have in common that hold numbers. One that was not given is right.

package func check(_ option: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) must be \(range.lowerBound) to \(range.upperBound), not \(value).")
}

/// An option that would have no effect is a mistake, and not a silent one.
package func checkUse(_ option: String, _ isGiven: Bool, of others: String, _ isUsed: Bool) throws {
    guard !isGiven || isUsed else { throw ValidationError("\(option) has an effect only with \(others).") }
}
