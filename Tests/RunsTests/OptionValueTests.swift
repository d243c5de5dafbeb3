import Platform
import Testing

@testable import Runs

/// Values of options, as config.json has them.
@Suite struct OptionValueTests {
    /// Requires that a value is read back from its own JSON, and that JSON of another kind is refused.
    private func check<Value: OptionValue>(_ values: [Value], refused: [JSONValue]) {
        for value in values { #expect(Value(json: value.json) == value) }
        for json in refused { #expect(Value(json: json) == nil, "\(json)") }
    }

    @Test func `texts and lists of texts`() {
        check(["", "a", "실험"], refused: [.null, .bool(true), .integer(1), .array([.text("a")])])
        check(
            [[], ["Open"], ["Open", "Close"]],
            refused: [
                .null, .text("Open"), .array([.text("Open"), .integer(1)]), .array([.null]),
                .array([.array([.text("Open")])]),
            ])
    }

    @Test func `truth values`() {
        check([true, false], refused: [.null, .integer(0), .integer(1), .text("true")])
    }

    @Test func `whole numbers`() {
        check([0, -1, Int.min, Int.max], refused: [.null, .number(0.5), .unsigned(1 << 63), .text("1")])
        check(
            [0, 1, UInt64(Int.max), 1 << 63, UInt64.max],
            refused: [.null, .integer(-1), .number(0.5), .text("1")])
    }

    @Test func `numbers, also those that are not finite`() {
        check([0, 0.1, 1e300, -2, .infinity, -.infinity], refused: [.null, .text("Infinity"), .bool(false)])
        #expect(Double(json: .text("nan"))?.isNaN == true)
        #expect(Double(json: .unsigned(1 << 63)) == 0x1p63)
    }

    @Test func `an option that is not set is null`() {
        check([nil, 3] as [Int?], refused: [.text("3"), .number(0.5)])
        #expect((nil as Int?).json == .null)
        #expect(Int?(json: .null) == .some(nil))
    }
}
