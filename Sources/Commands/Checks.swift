import ArgumentParser

// What options have in common that hold numbers. One that was not given is right.

package func check(_ option: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) must be \(range.lowerBound) to \(range.upperBound), not \(value).")
}

package func checkPositive(_ option: String, _ value: Double?) throws {
    guard let value, !(value > 0 && value.isFinite) else { return }
    throw ValidationError("\(option) must be a positive number, not \(value).")
}

package func checkNotNegative(_ option: String, _ value: Double?) throws {
    guard let value, !(value >= 0 && value.isFinite) else { return }
    throw ValidationError("\(option) must be 0 or a positive number, not \(value).")
}

package func checkShare(_ option: String, _ value: Double?) throws {
    guard let value, !(value >= 0 && value < 1) else { return }
    throw ValidationError("\(option) must be 0 or more and below 1, not \(value).")
}

/// An option that would have no effect is a mistake, and not a silent one.
package func checkUse(_ option: String, _ isGiven: Bool, of others: String, _ isUsed: Bool) throws {
    guard !isGiven || isUsed else { throw ValidationError("\(option) has an effect only with \(others).") }
}
