import Testing

@testable import Platform

@Suite("Raw text")
struct RawTextTests {
    @Test(
        arguments: [
            (Array("runs/실험1".utf8), #""runs/실험1""#), ([0x61, 0xFF, 0x62], #""a\xFFb""#),
            ([0xC3], #""\xC3""#), ([0xED, 0xA0, 0x80], #""\xED\xA0\x80""#),
            ([0x61, 0x0A, 0x1B, 0x22], #""a\n\u{1B}\"""#), ([], "\"\""),
        ] as [([UInt8], String)])
    func `other bytes are shown in hexadecimal`(bytes: [UInt8], text: String) {
        #expect(RawText.quoted(bytes) == text)
    }

    @Test func `the first argument that is not UTF-8 is named`() {
        #expect(RawText.complaint(about: [Array("--runs".utf8), Array("실험".utf8), []]) == nil)
        #expect(
            RawText.complaint(about: [Array("--runs".utf8), Array("caf".utf8) + [0xE9], [0xFF]])
                == #"argument 2, "caf\xE9": expected UTF-8, found the byte 0xE9; if it is a path, rename the file or directory"#
        )
    }
}
