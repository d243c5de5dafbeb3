import Foundation
import Randomness
import TestSupport
import Testing

@Suite("Normally distributed random numbers")
struct StandardNormalTests {
    @Test
    func `the logarithm equals the C library's to the last bits`() {
        var x = 1e-300
        while x < 1e300 {
            expectClose([StandardNormal.logarithm(x)], [log(x)], absolute: 2e-16, relative: 4e-16, "\(x)")
            x *= 1.7
        }
        for x in [1, 0.5, 2.0.squareRoot(), 2.0.squareRoot().nextDown, 1.0.nextDown, 1.0.nextUp] {
            expectClose([StandardNormal.logarithm(x)], [log(x)], absolute: 2e-16, relative: 4e-16, "\(x)")
        }
    }

    /// Every platform must draw these numbers.
    @Test
    func `a seed gives the same bits everywhere`() {
        var normal = StandardNormal(SplitMix64(7, 1))
        let bits = (0..<6).map { _ in normal.next().bitPattern }
        #expect(
            bits == [
                3_202_700_992, 3_217_797_734, 3_212_254_586, 1_046_970_588, 1_060_211_870, 3_172_391_388,
            ])
    }

    @Test
    func `quantiles are a normal distribution's`() {
        var normal = StandardNormal(SplitMix64(3))
        let count = 100_000
        let numbers = (0..<count).map { _ in Double(normal.next()) }
        for limit in [-3, -2, -1.0, -0.3, 0, 0.5, 1, 2, 3] {
            let expected = 0.5 * erfc(-limit / 2.0.squareRoot())
            let found = Double(numbers.count { $0 < limit }) / Double(count)
            let deviation = (expected * (1 - expected) / Double(count)).squareRoot()
            #expect(abs(found - expected) < 4 * deviation, "below \(limit): \(found), expected \(expected)")
        }
        // The two numbers of a point are independent.
        let products = stride(from: 0, to: count, by: 2).reduce(0) { $0 + numbers[$1] * numbers[$1 + 1] }
        #expect(abs(products / Double(count / 2)) < 4 / Double(count / 2).squareRoot())
    }
}
