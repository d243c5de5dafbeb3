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
    func `any JSON comes back`(text: String) throws {
        let value = try JSON.value(JSONValue.self, from: text)
        #expect(try JSON.text(value, pretty: false) == text)
    }

    @Test
    func `numbers come back to the last bit`() throws {
        var state: UInt64 = 1
        let numbers = (0..<2000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Bits of all kinds, and losses.
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
    func `as a person writes it`() throws {
        let value = try JSON.value(JSONValue.self, from: #"{"b":[1,"x",null],"a":{"c":true,"d":0.5}}"#)
        #expect(value.description == "a: c: true, d: 0.5, b: 1, x, none")
    }

    @Test
    func `a quoted text is read as what it was`() throws {
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

    @Test
    func `why something cannot be read, in a line`() {
        struct Thing: Decodable { var someNumber: Int }
        func reason(_ text: String) -> String {
            let result = Result { try JSON.value(Thing.self, from: text) }
            guard case .failure(let failure) = result else { return "" }
            return (failure as? DecodingError).map(JSON.reason) ?? "another error: \(failure)"
        }
        for text in ["", "{", "x"] {
            #expect(reason(text) == "expected JSON, found something else or only a part of it")
        }
        #expect(reason("{}") == #""someNumber" is missing"#)
        #expect(reason(#"{"some_number":"x"}"#).hasPrefix("someNumber: "))
        #expect(reason(#"{"some_number":null}"#).hasPrefix("someNumber: "))
        for text in ["", "{", "[1]", #"{"some_number":1.5}"#, #"{"some_number":1e400}"#] {
            #expect(
                !reason(text).isEmpty && !reason(text).contains("\n")
                    && !reason(text).contains("another error"))
        }
    }
}
