import Randomness
import Testing

@testable import ElementaryFunctions

@Suite("Doubles as integers times powers of two")
struct BinaryFractionTests {
    @Test(
        arguments: [
            0, 1, -1, 3, 0.1, -0.1, .pi, .leastNonzeroMagnitude, .leastNormalMagnitude,
            .greatestFiniteMagnitude,
            0x1.8p-1074, 0x1.fffffffffffffp-1023, 0x1p1023,
        ] as [Double])
    func `a double and its fraction are the same number`(_ value: Double) {
        let fraction = BinaryFraction(value)
        #expect(
            WideInteger(fraction.integer).nearestDouble(exponent: fraction.exponent) == value.magnitude)
        #expect(fraction.integer == 0 || fraction.integer % 2 == 1)
    }

    @Test(
        arguments: [
            // Integer, exponent, nearest double: ties to even, subnormal numbers, the limits.
            (1 << 53 + 1, 0, 0x1p53), (1 << 53 + 3, 0, 0x1p53 + 4), (1 << 54 + 3, 0, 0x1p54 + 4),
            (1, -1074, 0x1p-1074), (1, -1075, 0), (3, -1075, 0x1p-1073), (3, -1076, 0x1p-1074),
            (5, -1077, 0x1p-1074), (1, -2000, 0), (0, 5000, 0), (1, 1023, 0x1p1023), (1, 1024, .infinity),
            (1 << 54 - 1, 970, .infinity), (1 << 54 - 2, 970, .greatestFiniteMagnitude), (1, 5000, .infinity),
            (1 << 53 - 1, -1075, 0x1p-1022), (1 << 54 - 1, -1075, 0x1p-1021),
        ] as [(UInt64, Int, Double)])
    func `integers round to the nearest double`(_ integer: UInt64, _ exponent: Int, _ expected: Double) {
        #expect(WideInteger(integer).nearestDouble(exponent: exponent) == expected)
        let wide = WideInteger(integer) << 200
        #expect(wide.nearestDouble(exponent: exponent - 200) == expected)
    }

    @Test(arguments: [
        (9.0, 3.0), (0.25, 0.5), (2, nil), (3, nil), (0x1p-1074, 0x1p-537), (8, nil), (18, nil),
    ])
    func `exact square roots`(_ value: Double, _ root: Double?) {
        #expect(BinaryFraction(value).exactSquareRoot == root.map(BinaryFraction.init))
    }
}
