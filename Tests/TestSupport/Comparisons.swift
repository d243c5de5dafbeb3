import Testing

/// Expects every number to be within `absolute` + `relative` · |expected| of the expected one; NaN never is.
package func expectClose(
    _ found: [some BinaryFloatingPoint], _ expected: [some BinaryFloatingPoint], absolute: Double = 2e-6,
    relative: Double = 1e-5, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record(
            "\(what): \(found.count) numbers, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    var worst = (excess: 0.0, index: -1)
    for index in found.indices {
        let error = abs(Double(found[index]) - Double(expected[index]))
        let excess = error - (absolute + relative * abs(Double(expected[index])))
        if !(excess <= 0), !(excess <= worst.excess) || worst.index < 0 { worst = (excess, index) }
    }
    if worst.index >= 0 {
        Issue.record(
            "\(what)[\(worst.index)]: \(found[worst.index]), expected \(expected[worst.index])",
            sourceLocation: sourceLocation)
    }
}

/// Expects all numbers to be equal; NaN never is. (`#expect` would first search for the shortest edit between two long
/// arrays.)
package func expectEqual<Number: Equatable>(
    _ found: [Number], _ expected: [Number], _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record(
            "\(what): \(found.count) numbers, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    if let index = found.indices.first(where: { found[$0] != expected[$0] }) {
        Issue.record(
            "\(what)[\(index)]: \(found[index]), expected \(expected[index])", sourceLocation: sourceLocation)
    }
}

/// Expects all numbers to be bit-identical.
package func expectSameBits(
    _ found: [Float], _ expected: [Float], _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
    if let index = zip(found, expected).enumerated().first(where: { $1.0.bitPattern != $1.1.bitPattern })?
        .offset
    {
        Issue.record(
            "\(what)[\(index)]: \(found[index]), expected \(expected[index])", sourceLocation: sourceLocation)
    }
}
