import Foundation
import Platform
import Testing

@testable import Console

@Suite struct TextFormatTests {
    @Test(arguments: [
        (91.78, 2, "91.78"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (2.675, 2, "2.67"), (1.005, 2, "1.00"),
        (-0.5, 0, "-0"), (1.5, 0, "2"), (99.999, 2, "100.00"), (0, 3, "0.000"), (0.0005, 4, "0.0005"),
        (-1234.5678, 1, "-1234.6"), (.nan, 2, "nan"), (-.infinity, 2, "-inf"), (1e300, 2, "1e+300"),
    ])
    func `numbers have a fixed number of decimals`(value: Double, decimals: Int, expected: String) {
        #expect(TextFormat.fixed(value, decimals: decimals) == expected)
    }

    @Test func `fixed decimals are rounded as printf does`() {
        for index in 0..<20_000 {
            // All ties at three decimals; rounding the product alone would round some of them wrongly.
            let value = Double(index) / 200 + 0.005
            #expect(TextFormat.fixed(value, decimals: 2) == String(format: "%.2f", value))
        }
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (14_410, "14,410"), (1_234_567, "1,234,567"),
        (-1000, "-1,000"),
        (-999, "-999"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `large numbers have separators`(value: Int, expected: String) {
        #expect(TextFormat.grouped(value) == expected)
    }

    @Test(arguments: [
        (0, "0:00"), (12.4, "0:12"), (59.6, "1:00"), (725, "12:05"), (3723, "1:02:03"), (.nan, "-:--"),
        (.infinity, "-:--"), (-1, "-:--"),
    ])
    func `durations are in minutes or hours`(seconds: Double, expected: String) {
        #expect(TextFormat.duration(seconds: seconds) == expected)
    }

    @Test(arguments: [
        (0.005, "0.005"), (0.0029442992483542712, "0.002944"), (1.7319061871023945e-08, "1.732e-08"),
        (0.1, "0.1"), (0.99999, "1.0"), (-123_456, "-123500.0"), (5e-7, "5e-07"), (0, "0.0"),
        (.infinity, "inf"), (.nan, "nan"), (1e-300, "1e-300"),
    ])
    func `numbers have a fixed number of significant digits`(value: Double, text: String) {
        #expect(TextFormat.significant(value, digits: 4) == text)
    }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (57_640, "56.3 KiB"), (157_286_400, "150.0 MiB")])
    func `sizes are in powers of 1024`(count: Int, expected: String) {
        #expect(TextFormat.bytes(count) == expected)
    }

    @Test(
        arguments: [
            ("90s", 90), ("10m", 600), ("1.5h", 5400), ("2d", 172_800), ("0.001s", 0.001),
            ("999999999s", 999_999_999),
            ("1000000000s", nil), ("", nil), ("m", nil), ("90", nil), ("0m", nil), ("-5m", nil),
            ("1h30m", nil),
            ("5 m", nil), ("nanm", nil), ("infm", nil), ("5µ", nil),
        ] as [(String, Double?)])
    func `times have their usual forms`(text: String, seconds: Double?) {
        #expect(TextFormat.seconds(text) == seconds)
    }

    @Test(arguments: [
        (0, "0.0\u{A0}s"), (59.94, "59.9\u{A0}s"), (60, "1\u{A0}min 0\u{A0}s"),
        (91.6, "1\u{A0}min 32\u{A0}s"),
        (3599.7, "1\u{A0}h 0\u{A0}min"), (90_000, "25\u{A0}h 0\u{A0}min"),
    ])
    func `time spans have units`(seconds: Double, shown: String) {
        #expect(TextFormat.timeSpan(seconds) == shown)
    }
}

@Suite struct TextTableTests {
    func table(_ style: TextTable.Style) -> TextTable {
        var table = TextTable([.init("Layer"), .init("Parameters", .right)], style: style)
        table.append(["lstm", "7,680"])
        table.append(["fully connected é", "6,730"])
        table.appendRule()
        table.append(["", "14,410"])
        return table
    }

    @Test func `a table can have lines around it`() {
        #expect(
            table(.box).rendered() == """
                ┌───────────────────┬────────────┐
                │ Layer             │ Parameters │
                ├───────────────────┼────────────┤
                │ lstm              │      7,680 │
                │ fully connected é │      6,730 │
                ├───────────────────┼────────────┤
                │                   │     14,410 │
                └───────────────────┴────────────┘
                """)
    }

    @Test func `a table can be plain`() {
        #expect(
            table(.plain).rendered() == """
                Layer              Parameters
                ─────────────────  ──────────
                lstm                    7,680
                fully connected é       6,730
                ─────────────────  ──────────
                                       14,410
                """)
    }

    @Test(arguments: [
        ("abc", 3), ("", 0), ("실험1", 5), ("e\u{301}", 1), ("日本語", 6), ("ｆ", 2), ("ﾃ", 1), ("±…", 2),
        ("\u{1112}\u{1161}\u{11AB}", 2),
    ])
    func `a wide character counts as two columns`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: [
        ("abc", 2, "ab"), ("실험1", 3, "실"), ("실험1", 5, "실험1"), ("e\u{301}a", 1, "e\u{301}"), ("日", 1, ""),
    ])
    func `the prefix fits into a number of columns`(text: String, columns: Int, expected: String) {
        #expect(text.prefix(columns: columns) == expected)
    }

    @Test func `wide characters stay in their column`() {
        var table = TextTable([.init("Run"), .init("Epochs", .right)], style: .plain)
        table.append(["실험1", "5"])
        table.append(["baseline", "50"])
        #expect(
            table.rendered() == """
                Run       Epochs
                ────────  ──────
                실험1          5
                baseline      50
                """)
    }

    @Test func `empty cells leave no space at the end of a line`() {
        var table = TextTable([.init(""), .init("b")], style: .plain)
        table.append(["", ""])
        #expect(table.rendered() == "  b\n  ─\n")
    }

    @Test func `a row with another number of cells traps`() async {
        await #expect(processExitsWith: .failure) {
            var table = TextTable([.init("a")])
            table.append(["a", "b"])
        }
    }
}

@Suite("Rows, words and spreads")
struct WordsTests {
    @Test
    func `cells of a CSV row are quoted where necessary`() {
        #expect(CSVRow.text(["a", "", "1.5"]) == "a,,1.5\n")
        #expect(
            CSVRow.text(["a,b", "say \"no\"", "two\nlines", "é"])
                == "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",é\n")
    }

    @Test
    func `quoted words are read back by a shell`() throws {
        let words = ["a", "", "two words", "it's", "$(echo no)", "`x`", "\\", "*", "a=b", "-x", "é", "\n"]
        let child = try ChildProcess(
            "/bin/sh", ["-c", "printf '%s|' \(ShellWords.quoted(words))"], inheriting: 2)
        #expect(child.wait() == .exit(code: 0))
        #expect(child.text == words.joined(separator: "|") + "|")
        #expect(ShellWords.quoted(["a", "b=c"]) == "a b=c")
    }

    @Test
    func `a spread is the mean and the standard deviation`() {
        #expect(Spread([2, 4, 4, 4, 5, 5, 7, 9]).mean == 5)
        #expect(Spread([1, 3]).deviation == 2.0.squareRoot())
        #expect(Spread([7]).deviation == nil)
        #expect(Spread([1, 3]).text(decimals: 2) == "2.00 ± 1.41" && Spread([7]).text(decimals: 1) == "7.0")
    }
}
