import Testing

@testable import SequenceFiles

@Suite("Numbers and gaps")
struct NumberFieldTests {
    private func number(_ text: String) -> Float? {
        if case .number(let value) = NumberField(Array(text.utf8)[...]) { value } else { nil }
    }

    @Test(
        arguments: [
            ("0", 0), ("-0.0", 0), ("1", 1), (" 1.5\t", 1.5), ("+2", 2), ("-.5", -0.5), ("5.", 5),
            ("1e3", 1000),
            ("-1.25E-2", -0.0125), ("1e+2", 100), ("007.50", 7.5), ("3.4028235e38", .greatestFiniteMagnitude),
            ("1e-45", .leastNonzeroMagnitude), ("1e-999999999999", 0), ("0e999999999999", 0),
            ("0.1", 0.1), ("16777217", 16_777_216), ("123456789012345678901234567890", 1.2345679e29),
            ("0.000000000000000000000000000001", 1e-30), ("-0.64788540000000000000001", -0.6478854),
        ] as [(String, Float)])
    func `a number is read`(text: String, expected: Float) {
        #expect(number(text) == expected)
    }

    /// Numbers whose digits are not exact as `Double`, so that a division would round them to another `Float`.
    @Test(
        arguments: [
            ("1.9391492009162903", 1_073_231_370), ("1.9391669631004333", 1_073_231_520),
            ("1.1898496747016907", 1_066_945_790),
        ] as [(String, UInt32)])
    func `a number with many digits is rounded correctly`(text: String, bits: UInt32) {
        #expect(number(text)?.bitPattern == bits)
    }

    @Test func `numbers are rounded as Double and then as Float`() {
        var seed = UInt64(7)
        for _ in 0..<20_000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(Int64(bitPattern: seed)) * [1e-30, 1e-19, 1e-12, 1][Int(seed >> 62)]
            for text in ["\(value)", "\(Float(value))"] { #expect(number(text) == Float(Double(text)!)) }
        }
    }

    @Test(arguments: [
        "x", "1x", "1.2.3", "1,5", "1e", "1e+", "e5", "--1", "+-1", "0x10", "inf", "Infinity", "1 2", ".",
        "-", "+.",
        "1e5.", "(0,1", "½", "nan2", "1_000", String(repeating: "1", count: 401),
    ])
    func `other text is not a number`(text: String) {
        guard case .invalid = NumberField(Array(text.utf8)[...]) else {
            Issue.record("\(text) is read")
            return
        }
    }

    @Test(arguments: [
        "1e39", "-3.5e38", "1e400", "1" + String(repeating: "0", count: 60), "1e99999999999999999999",
    ])
    func `a number outside the range of Float is too large`(text: String) {
        guard case .tooLarge = NumberField(Array(text.utf8)[...]) else {
            Issue.record("\(text) is read")
            return
        }
    }

    @Test(
        arguments: [
            ([.nan, 1, .nan, .nan, 4, .nan], [1, 1, 2, 3, 4, 4]), ([1], [1]), ([.nan, .nan, 3], [3, 3, 3]),
            ([-3e38, .nan, 3e38], [-3e38, 0, 3e38]), ([2, .nan, .nan, .nan], [2, 2, 2, 2]),
        ] as [([Float], [Float])])
    func `gaps are filled from their neighbours`(values: [Float], expected: [Float]) {
        var filled = values
        #expect(Gaps.interpolate(&filled, channels: 1) == nil)
        #expect(filled == expected)
        // The same values as the second of two channels.
        var pairs = values.flatMap { (value: Float) -> [Float] in [7, value] }
        #expect(Gaps.interpolate(&pairs, channels: 2) == nil)
        #expect(pairs == expected.flatMap { (value: Float) -> [Float] in [7, value] })
    }

    @Test func `a channel without a value is named`() {
        var values: [Float] = [1, .nan, 2, .nan]
        #expect(Gaps.interpolate(&values, channels: 2) == 1)
    }
}
