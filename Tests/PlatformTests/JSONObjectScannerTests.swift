import Platform
import Testing

@Suite struct JSONObjectScannerTests {
    @Test(arguments: [
        "{}", " { } ", "{\"a\":1}", "{\"a\":-0.5e+3,\"b\":[1,2,{\"c\":null}],\"d\":true,\"e\":false}",
        "{\"a\":\"\\u00e9\\n\\\"\\/\"}", "{\"실행\":\"가\"}", "{\"a\":\r\n\t1}", "{\"a\":[]}", "{\"a\":0}",
        "{\"a\":1E5}",
    ])
    func `an object is recognised as the parser reads it`(text: String) throws {
        #expect(JSON.isObject(Array(text.utf8)[...]))
        #expect(throws: Never.self) { try JSON.value([String: JSONValue].self, from: text) }
    }

    @Test(arguments: [
        "", " ", "[]", "1", "\"a\"", "null", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
        "{\"a\":1}}",
        "{\"a\":1} {}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":nan}", "{\"a\":NaN}", "{\"a\":tru}", "{\"a\":truee}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"}", "{\"a\":[1 2]}", "{\"a\":[1,]}",
        "{\"a\" 1}", "\u{FEFF}x{}",
        "{\"a\":-}", "{\"a\":\u{A0}1}",
    ])
    func `anything else is no object for both`(text: String) {
        #expect(!JSON.isObject(Array(text.utf8)[...]))
        #expect(throws: DecodingError.self) { try JSON.value([String: JSONValue].self, from: text) }
    }

    @Test(arguments: [31, 32, 33, 100_000])
    func `the depth is bounded`(depth: Int) {
        let text =
            "{\"a\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            + "}"
        #expect(JSON.isObject(Array(text.utf8)[...]) == (depth <= 32))
    }

    @Test func `bytes that are not UTF-8 are no object`() {
        #expect(!JSON.isObject(Array("{\"a\":\"".utf8)[...] + [0xFF] + Array("\"}".utf8)))
    }
}
