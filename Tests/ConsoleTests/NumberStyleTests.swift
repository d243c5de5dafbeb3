import Foundation
import Testing

@testable import Console

@Suite("Numbers with significant digits")
struct NumberStyleTests {
    @Test(
        arguments: [
            ([28.4, 41.2], 4, ["28.40", "41.20"]), ([1.0041e-8, 9.987e-9], 4, ["1.004e-08", "9.987e-09"]),
            ([1e-16, 2.5e-16], 4, ["1.000e-16", "2.500e-16"]),
            ([5e-7, 6.5e-4], 4, ["0.000000500", "0.000650000"]),
            // One value is far smaller than the others.
            ([5, 1.2e-12], 4, ["5.000000000", "1.200e-12"]), ([0, 3], 4, ["0.000", "3.000"]),
            ([-1.0041e-8], 6, ["-1.00410e-08"]), ([.nan, .infinity, 1], 3, ["nan", "inf", "1.00"]),
            ([0], 4, ["0.000"]),
            ([2e-9], 1, ["2e-09"]),
        ] as [([Double], Int, [String])])
    func `the numbers of a column have the same decimals`(values: [Double], digits: Int, expected: [String]) {
        #expect(values.map(NumberStyle(values, digits: digits).text) == expected)
    }

    @Test(
        arguments: [
            1, 9.99961, 9.99949, 0.1, 123_456_789, 1e22, 1e23, 1.51e-300, 1.51e300, 0, -2.51e-7, 99.99999,
            0.000123456, 8.40625, 1.03125, 103_125, 10312.5, 0.15, 0.25, 0.35, 2.5, 3.5, 9.5, 0.45, 2.5e-9,
            25e15,
            35e20, 1.5e23, 4.5e-21,
        ])
    func `scientific notation equals printf's`(value: Double) {
        for digits in [1, 4, 9] {
            let expected = String(format: "%.\(digits - 1)e", value)
            #expect(TextFormat.scientific(value, digits: digits) == expected)
        }
    }

    @Test
    func `a loss that would be zero with four decimals keeps three digits`() {
        #expect(TextFormat.loss(0.0543) == "0.0543" && TextFormat.loss(0) == "0.0000")
        #expect(TextFormat.loss(0.00005) == "0.0001" || TextFormat.loss(0.00005) == "0.0000")
        #expect(TextFormat.loss(0.0000312) == "3.12e-05" && TextFormat.loss(-1e-12) == "-1.00e-12")
    }
}
