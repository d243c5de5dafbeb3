import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Text of messages")
struct TextTests {
    @Test(
        arguments: [
            ("a", 40, #""a""#), ("", 40, #""""#), ("a\nb\"", 40, #""a\nb\"""#), ("abc", 3, #""abc""#),
            ("abcd", 3, #""abc"…"#),
        ])
    func `text is quoted, on one line, and cut`(text: String, limit: Int, expected: String) {
        #expect(text.quoted(atMost: limit) == expected)
    }

    @Test(
        arguments: [
            ("a\u{1B}[31mb", #"a\u{1B}[31mb"#), ("a\nb", "a\nb"), ("\r\u{7}\t", #"\r\u{7}\t"#),
            ("é 한 😀", "é 한 😀"),
            ("\u{202E}x\u{2066}\u{9B}", #"\u{202E}x\u{2066}\u{9B}"#), ("", ""),
        ])
    func `control characters of a terminal are escaped`(text: String, expected: String) {
        #expect(text.printable == expected)
        #expect(text.printableLine == expected.replacing("\n", with: #"\n"#))
        #expect(text.quoted == "\"\(text.printableLine)\"")
    }

    @Test(arguments: [(30, true), (31, false), (100_000, false)])
    func `a sequence of combining marks is limited`(marks: Int, isSafe: Bool) {
        let row = String(repeating: "\u{301}", count: marks)
        #expect("한e\(row)é".isStreamSafe == isSafe)
        #expect("e\(row)x\(row)".isStreamSafe == isSafe)
    }

    @Test
    func `a long text is cut after 100 characters`() {
        #expect(String(repeating: "x", count: 100).quoted == "\"\(String(repeating: "x", count: 100))\"")
        #expect(String(repeating: "x", count: 101).quoted == "\"\(String(repeating: "x", count: 100))\"…")
    }

    @Test(
        arguments: [(" a b\t", "a b"), ("\t ", ""), ("", ""), ("\na", "\na")])
    func `spaces and tabs at the ends are trimmed`(text: String, expected: String) {
        #expect(text.trimmed == expected)
    }

    @Test
    func `numbers have leading zeros, also in hexadecimal`() {
        #expect(469.padded(to: 7) == "0000469" && 12345.padded(to: 3) == "12345")
        #expect(0x1F.padded(to: 4, radix: 16) == "001f")
        #expect(0x1F8B.hexadecimal(digits: 2) == "0x1F8B" && 7.hexadecimal(digits: 8) == "0x00000007")
        #expect(([0, 0x0A, 0xFF] as [UInt8]).hexadecimal == "000aff")
    }

    @Test(
        arguments: [
            ("0", 0), ("007", 7), ("12345678", 12_345_678), ("123456789", nil), ("", nil), ("-1", nil),
            ("٣", nil),
        ])
    func `texts of digits are read as numbers`(text: String, expected: Int?) {
        #expect(Array(text.utf8).decimalNumber == expected)
    }
}

@Suite("Days of the calendar")
struct CivilDayTests {
    @Test(
        arguments: [
            (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
            (1600, 1, 1, -135_140),
            (2100, 3, 1, 47_541),
        ])
    func `the number of a day equals its days since 1970`(year: Int, month: Int, day: Int, number: Int) {
        #expect(CivilDay.number(year: year, month: month, day: day) == number)
        #expect(CivilDay.date(ofDay: number) == (year, month, day))
    }

    @Test
    func `every day of 800 years is converted back`() {
        var former = CivilDay.date(ofDay: -200_001)
        for number in -200_000..<92_194 {
            let date = CivilDay.date(ofDay: number)
            if CivilDay.number(year: date.year, month: date.month, day: date.day) != number || former >= date
            {
                Issue.record("day \(number): \(date) after \(former)")
                return
            }
            former = date
        }
    }
}

@Suite("Directories")
struct DirectoryTests {
    @Test
    func `missing parents are created and an existing directory is left alone`() throws {
        let directory = try TemporaryDirectory()
        for _ in 0..<2 { try Directory.make(directory.file("a/b/c")) }
        try directory.add("a/b/file", "x")
        try Directory.make(directory.file("a/b"))
        #expect(try text(directory.file("a/b/file")) == "x")
        #expect(throws: FileError.self) { try Directory.make(directory.file("a/b/file/d")) }
    }

    #if os(Linux)
        @Test
        func `an error is reported where no directory can be created`() {
            #expect(throws: FileError.self) { try Directory.make("/proc/none/a/b") }
        }
    #endif
}
