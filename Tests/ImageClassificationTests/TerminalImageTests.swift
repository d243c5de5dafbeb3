import Console
import Testing

@testable import ImageClassification

@Suite struct TerminalImageTests {
    private func lines(
        _ width: Int, _ pixels: [UInt8], columns: Int = 80, _ style: TerminalImage.Style
    ) -> [String] {
        TerminalImage.lines(
            width: width, height: pixels.count / width, pixels: pixels, columns: columns, style: style)
    }

    @Test func `half blocks contain two pixels`() {
        #expect(
            lines(2, [0, 9, 7, 7, 255, 255], .trueColor) == [
                "\u{1B}[38;2;0;0;0m\u{1B}[48;2;7;7;7m▀\u{1B}[38;2;9;9;9m▀\u{1B}[0m",
                "\u{1B}[38;2;255;255;255m▀▀\u{1B}[0m",
            ])
        #expect(lines(1, [0, 255], .palette) == ["\u{1B}[38;5;16m\u{1B}[48;5;231m▀\u{1B}[0m"])
    }

    /// Each of the 256 greys becomes the nearest grey of the terminal.
    @Test func `the palette has the nearest grey`() throws {
        let levels = [16: 0, 231: 255].merging((0..<24).map { (232 + $0, 8 + 10 * $0) }) { $1 }
        for grey in 0...255 {
            let line = lines(1, [UInt8(grey)], .palette)[0]
            let number = try #require(Int(line.dropFirst("\u{1B}[38;5;".count).prefix { $0 != "m" }))
            let level = try #require(levels[number])
            #expect(abs(level - grey) == levels.values.map { abs($0 - grey) }.min(), "\(grey)")
        }
    }

    @Test func `shades are two characters wide`() {
        #expect(lines(5, [0, 60, 110, 160, 255], .shades) == ["  ░░▒▒▓▓██"])
        #expect(lines(2, [0, 255, 255, 0], .ascii) == ["  @@", "@@  "])
        #expect(lines(3, [30, 130, 230], .ascii) == ["..++%%"])
    }

    @Test(arguments: TerminalImage.Style.allCases, [1, 2, 3, 13, 27, 28, 55, 56, 80])
    func `lines fit the terminal`(style: TerminalImage.Style, columns: Int) {
        let drawn = lines(28, [UInt8](repeating: 200, count: 28 * 28), columns: columns, style)
        let usesColor = style == .trueColor || style == .palette
        let across = min(28, usesColor ? columns : max(1, columns / 2))
        #expect(drawn.count == (usesColor ? (across + 1) / 2 : across))
        for line in drawn {
            let visible = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            #expect(visible.count == (usesColor ? across : min(columns, 2 * across)))
            #expect(!usesColor || line.hasSuffix("\u{1B}[0m"))
        }
    }

    @Test func `wide images are reduced by averaging`() {
        #expect(lines(4, [0, 100, 200, 240], columns: 2, .trueColor).joined().contains("2;50;50;50"))
        #expect(lines(4, [0, 100, 200, 240], columns: 2, .trueColor).joined().contains("2;220;220;220"))
    }

    @Test(
        arguments: [
            (true, ["LANG": "de_DE.UTF-8", "COLORTERM": "truecolor"], .trueColor),
            (true, ["LC_ALL": "C.utf8", "COLORTERM": "24bit", "LANG": "C"], .trueColor),
            (true, ["LANG": "en_US.UTF-8"], .palette),
            (true, ["LANG": "C", "COLORTERM": "truecolor"], .ascii),
            (false, ["LANG": "en_US.UTF-8", "COLORTERM": "truecolor"], .shades),
            (false, ["LC_ALL": "C", "LANG": "en_US.UTF-8"], .ascii),
            (false, ["LC_ALL": "", "LC_CTYPE": "UTF-8"], .shades), (false, [:], .ascii),
        ] as [(Bool, [String: String], TerminalImage.Style)])
    func `the style depends on the terminal's abilities`(
        usesColor: Bool, variables: [String: String], expected: TerminalImage.Style
    ) {
        let terminal = Terminal(descriptor: 1, isInteractive: true, usesColor: usesColor)
        #expect(TerminalImage.Style(for: terminal) { variables[$0] } == expected)
    }

    @Test func `sizes that do not match trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = TerminalImage.lines(width: 2, height: 2, pixels: [1], columns: 80, style: .ascii)
        }
        await #expect(processExitsWith: .failure) {
            _ = TerminalImage.lines(width: 1, height: 1, pixels: [1], columns: 0, style: .ascii)
        }
    }
}
