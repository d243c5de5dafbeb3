import ElementaryFunctions
import Testing

private let inf = Double.infinity
private let nan = Double.nan
private let tiny = Double.leastNonzeroMagnitude

/// Annex F of the C standard: not-a-numbers, infinities, zeros.
@Suite("Special values of elementary functions")
struct SpecialValueTests {
    /// Name, argument, result.
    static let special: [(String, Double, Double)] = [
        ("exp", 0, 1), ("exp", -0.0, 1), ("exp", inf, inf), ("exp", -inf, 0), ("exp", nan, nan),
        ("exp", 1e308, inf),
        ("exp", -1e308, 0), ("exp", tiny, 1),
        ("log", 0, -inf), ("log", -0.0, -inf), ("log", 1, 0), ("log", inf, inf), ("log", -1, nan),
        ("log", -inf, nan),
        ("log", nan, nan),
        ("log10", 0, -inf), ("log10", 1, 0), ("log10", inf, inf), ("log10", -1, nan), ("log10", nan, nan),
        ("log1p", 0, 0), ("log1p", -0.0, -0.0), ("log1p", -1, -inf), ("log1p", -2, nan), ("log1p", inf, inf),
        ("log1p", -inf, nan), ("log1p", nan, nan), ("log1p", tiny, tiny),
        ("tanh", 0, 0), ("tanh", -0.0, -0.0), ("tanh", inf, 1), ("tanh", -inf, -1), ("tanh", nan, nan),
        ("tanh", -tiny, -tiny),
        ("sin", 0, 0), ("sin", -0.0, -0.0), ("sin", inf, nan), ("sin", -inf, nan), ("sin", nan, nan),
        ("sin", -tiny, -tiny),
        ("cos", 0, 1), ("cos", -0.0, 1), ("cos", inf, nan), ("cos", -inf, nan), ("cos", nan, nan),
        ("cos", tiny, 1),
        ("atan", 0, 0), ("atan", -0.0, -0.0), ("atan", inf, .pi / 2), ("atan", -inf, -.pi / 2),
        ("atan", nan, nan),
        ("atan", 1, .pi / 4),
    ]

    @Test(arguments: special)
    func `functions of one number`(_ name: String, _ x: Double, _ expected: Double) throws {
        let function = try #require(NamedFunction.all.first { $0.name == name })
        expectSame(function.value(x, 0), expected)
    }

    /// Base, exponent, power.
    static let powers: [(Double, Double, Double)] = [
        (0, -3, inf), (-0.0, -3, -inf), (0, -2, inf), (-0.0, -2, inf), (-0.0, -inf, inf), (0, -0.5, inf),
        (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (-0.0, 0.5, 0), (0, inf, 0),
        (-1, inf, 1), (-1, -inf, 1), (1, nan, 1), (1, inf, 1), (nan, 0, 1), (nan, -0.0, 1), (nan, 1, nan),
        (2, nan, nan),
        (-2, 0.5, nan), (-2, 3, -8), (-2, 2, 4), (-2, -1, -0.5), (-8, 1.0 / 3, nan), (-1, 0x1p53 - 1, -1),
        (-1, 0x1p53, 1),
        (0.5, -inf, inf), (-0.5, -inf, inf), (2, -inf, 0), (-2, -inf, 0), (0.5, inf, 0), (2, inf, inf),
        (-inf, -3, -0.0), (-inf, -2, 0), (-inf, 3, -inf), (-inf, 2, inf), (-inf, 0.5, inf), (inf, -0.5, 0),
        (inf, 2, inf),
        (-inf, inf, inf), (inf, -inf, 0), (tiny, 1, tiny), (tiny, -1, inf), (1e300, 1e300, inf),
        (1e300, -1e300, 0),
        (2, tiny, 1), (2, -tiny, 1), (10, 400, inf), (-10, 401, -inf), (-10, -401, -0.0), (tiny, tiny, 1),
    ]

    @Test(arguments: powers)
    func `powers of two numbers`(_ x: Double, _ y: Double, _ expected: Double) {
        expectSame(Elementary.pow(x, y), expected)
    }

    private func expectSame(_ result: Double, _ expected: Double) {
        #expect(
            result == expected && result.sign == expected.sign || result.isNaN && expected.isNaN,
            "\(result), expected \(expected)")
    }
}
