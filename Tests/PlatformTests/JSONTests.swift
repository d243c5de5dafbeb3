import Foundation
import Testing

@testable import Platform

@Suite("JSON")
struct JSONTests {
    @Test(
        arguments: [
            "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808",
            "18446744073709551615",
            "0.1", "1e+300", #""""#, #""é\"\n""#, "[]", "[1,[null,true],{}]",
            #"{"aB":[0.5],"a_b":{"c_d":1}}"#,
        ])
    func `any JSON is read back`(text: String) throws {
        let value = try JSON.value(JSONValue.self, from: text)
        #expect(try JSON.text(value, pretty: false) == text)
    }

    @Test
    func `numbers are read back bit-identically`() throws {
        var state: UInt64 = 1
        let numbers = (0..<2000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Numbers with random bits, and losses.
            return state & 1024 == 0 ? Double(bitPattern: state) : Double(state >> 20) / 1e13
        }
        let read = try JSON.value([Double].self, from: JSON.text(numbers, pretty: false))
        #expect(read.count == numbers.count)
        for (found, number) in zip(read, numbers) {
            #expect(found.bitPattern == number.bitPattern || found.isNaN && number.isNaN)
        }
        #expect(try JSON.value([JSONValue].self, from: JSON.text(numbers, pretty: false)).count == 2000)
    }

    @Test
    func `values are written for people`() throws {
        let value = try JSON.value(JSONValue.self, from: #"{"b":[1,"x",null],"a":{"c":true,"d":0.5}}"#)
        #expect(value.description == "a: c: true, d: 0.5, b: 1, x, none")
    }

    @Test
    func `a quoted text is read back`() throws {
        let scalars =
            (0..<0x300).compactMap(Unicode.Scalar.init) + ["\u{2028}", "\u{FEFF}", "😀", "\u{10FFFF}"]
        let all = String(String.UnicodeScalarView(scalars))
        let quoted = JSON.quoted(all)
        #expect(!quoted.utf8.contains { $0 < 0x20 })
        let read = try #require(
            try JSONSerialization.jsonObject(with: Data(quoted.utf8), options: .fragmentsAllowed) as? String)
        #expect(Array(read.unicodeScalars) == Array(all.unicodeScalars))
        #expect(JSON.quoted("a\"\\\u{8}\u{C}\n\r\t\u{1}/") == #""a\"\\\b\f\n\r\t\u0001/""#)
    }

    private struct Thing: Decodable {
        var someNumber: Int
        var others: [Float]?
    }

    private func reason(_ text: String) -> String {
        let result = Result { try JSON.value(Thing.self, from: text) }
        guard case .failure(let failure) = result else { return "none" }
        return (failure as? DecodingError).map(JSON.reason) ?? "another error: \(failure)"
    }

    @Test(
        arguments: [
            ("", "line 1, column 1: expected a JSON value, found the end"),
            ("{", "line 1, column 2: expected a key in quotes, found the end"),
            ("x", "line 1, column 1: expected a JSON value, found 'x'"),
            ("[1]", "line 1, column 1: expected an object, found an array"),
            ("{}", #"line 1, column 1: "someNumber" is missing"#),
            (
                "{\n \"some_number\": \"x\"}",
                #"line 2, column 17: someNumber: expected a whole number from -9223372036854775808 to "#
                    + #"9223372036854775807, found "x""#
            ),
            (
                #"{"some_number":null}"#,
                "line 1, column 16: someNumber: expected a whole number from -9223372036854775808 to "
                    + "9223372036854775807, found null"
            ),
            (
                #"{"some_number":1,"others":[1,"é",{}]}"#,
                #"line 1, column 30: others.1: expected a number, found "é""#
            ),
            (
                #"{"é":0,"some_number":1e400}"#,
                "line 1, column 22: expected a number from -1.8e308 to 1.8e308, found 1e400, which is out of range"
            ),
            (
                #"{"some_number":1,"some_number":2}"#,
                #"line 1, column 18: expected each key once, found "some_number" again"#
            ),
            (
                "{\"\u{E9}\":1,\"e\u{301}\":2}",
                "line 1, column 8: expected each key once, found \"e\u{301}\" again"
            ),
            (#"{"some_number":1}}"#, "line 1, column 18: expected nothing after the value, found '}'"),
            (#"{"some_number":1,}"#, "line 1, column 18: expected a key in quotes, found '}'"),
            (
                #"{"some_number" 1}"#,
                #"line 1, column 16: expected ':' after the key "some_number", found '1'"#
            ),
            ("[1 2]", "line 1, column 4: expected ',' or ']' after an element, found '2'"),
            (
                "[01]",
                "line 1, column 2: expected a number without a leading zero, found one with a leading zero"
            ),
            ("[1.]", "line 1, column 4: expected a digit, found ']'"),
            ("[-]", "line 1, column 3: expected a digit, found ']'"),
            ("[nul]", "line 1, column 2: expected a JSON value, found 'n'"),
            (
                "\"a\u{1}\"",
                "line 1, column 3: expected control characters in a text escaped, found byte 0x01"
            ),
            (#""\x""#, "line 1, column 3: expected one of JSON's escapes, found 'x'"),
            (#""\ud800""#, "line 1, column 4: expected a pair of surrogates, found half of one"),
            (#""\u00g0""#, "line 1, column 6: expected four hexadecimal digits, found 'g'"),
            (#""a"#, "line 1, column 3: expected the end of a text, found the end"),
        ])
    func `an error has the place, what was expected and what was found`(text: String, expected: String) {
        #expect(reason(text) == expected)
    }

    @Test
    func `bytes that are not UTF-8 are rejected, and a byte-order mark is skipped`() throws {
        let result = Result { try JSON.value(String.self, from: [0x22, 0xFF, 0x22]) }
        guard case .failure(let failure as DecodingError) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(JSON.reason(failure) == "line 1, column 1: expected a text in UTF-8, found other bytes")
        #expect(try JSON.value(Int.self, from: [0xEF, 0xBB, 0xBF, 0x37]) == 7)
    }

    /// Each of these would need seconds, or the memory of the machine, if it were not rejected before decoding.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("deep", "at most 32 arrays and objects inside each other"),
            ("long", "at most 16777216 bytes of JSON"),
            ("many", "at most 250000 values"), ("digits", "a number of at most 1024 characters"),
            ("key", "a key of at most 256 bytes"), ("marks", "at most 30 combining marks in a row"),
        ])
    func `size, depth, keys, numbers and combining marks are limited`(kind: String, expected: String) {
        let text =
            switch kind {
            case "deep": String(repeating: "[", count: 100_000)
            case "long": "[" + String(repeating: "1,", count: 8 << 20) + "1]"
            case "many": "[" + String(repeating: "1,", count: 250_000) + "1]"
            case "digits": String(repeating: "7", count: 1_000_000)
            case "key": "{\"e" + String(repeating: "\u{301}", count: 100_000) + "\":1}"
            default: "[\"e" + String(repeating: "\u{301}\u{316}", count: 100_000) + "\"]"
            }
        let start = ContinuousClock.now
        #expect(reason(text).contains("expected \(expected), found "), "\(reason(text).prefix(200))")
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test
    func `texts within the limits are read`() throws {
        let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(try JSON.text(JSON.value(JSONValue.self, from: deep), pretty: false) == deep)
        let long =
            "{\"" + String(repeating: "k", count: 256) + "\":[" + String(repeating: "1,", count: 200_000)
            + "1]}"
        #expect(try JSON.text(JSON.value(JSONValue.self, from: long), pretty: false) == long)
        let marks = "e" + String(repeating: "\u{301}", count: 30)
        #expect(try JSON.value([String].self, from: "[\"\(marks)\"]") == [marks])
    }

    @Test
    func `numbers are read as Foundation reads them`() throws {
        struct All: Codable, Equatable {
            var byte: UInt8, int: Int, big: UInt64, float: Float, double: Double, none: Double?,
                nested: [String: [Int]]
        }
        let text =
            #"{"byte":255,"int":-3e2,"big":18446744073709551615,"float":0.1,"double":5e-324,"nested":{"a_b":[2.0]}}"#
        let own = try JSON.value(All.self, from: text)
        #expect(try own == JSONDecoder().decode(All.self, from: Data(text.utf8)))
        #expect(own.nested == ["a_b": [2]])
        #expect(
            try JSON.value(JSONValue.self, from: "[2.0,1e2,1.5]")
                == .array([.integer(2), .integer(100), .number(1.5)]))
        // Foundation does not read this as a whole number.
        #expect(
            try JSON.value(JSONValue.self, from: "92233720368547758081e-3")
                == .integer(92_233_720_368_547_760))
        for wrong in ["256", "-1", "1.5", "\"1\"", "true"] {
            #expect(throws: DecodingError.self) { try JSON.value(UInt8.self, from: wrong) }
        }
    }

    @Test
    func `characters that reverse or hide text are escaped and read back`() throws {
        let text = "a\u{202E}b\u{7F}\u{1B}"
        let json = try JSON.text([text], pretty: false)
        #expect(json.lowercased() == #"["a\u202eb\u007f\u001b"]"#)
        #expect(try JSON.value([String].self, from: json) == [text])
    }
}
