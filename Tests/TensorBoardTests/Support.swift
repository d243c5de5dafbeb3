import Testing

/// Returns bytes as hexadecimal digits, two each.
func hex(_ bytes: some Collection<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Expects two texts to be equal and reports where they first differ; `#expect` shows long texts completely.
func expectSame(_ found: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    guard found != expected else { return }
    let same = zip(found, expected).prefix { $0 == $1 }.count
    Issue.record(
        """
        differ at character \(same): \(found.dropFirst(same).prefix(40)), \
        expected \(expected.dropFirst(same).prefix(40))
        """, sourceLocation: sourceLocation)
}
