/// The part of the roff language that pages of commands need.
enum Roff {
    /// Returns text that is printed literally. A hyphen can be copied to a shell.
    static func text(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(hexadecimal(scalar.value))]"
            }
        }.joined()
    }

    /// Returns one line of literal text.
    static func line(_ text: String) -> String { protected(Self.text(text)) }

    /// Returns lines of filled text, none longer than 80 bytes unless a word is longer.
    static func filled(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ").map({ Self.text(String($0)) }) {
            if let last = lines.last, last.utf8.count + 1 + word.utf8.count <= 78 {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(word)
            }
        }
        return lines.map(protected)
    }

    /// Protects a dot at the beginning of a line, which would begin a request.
    private static func protected(_ line: String) -> String { (line.hasPrefix(".") ? "\\&" : "") + line }

    static func bold(_ text: String) -> String { "\\fB\(Self.text(text))\\fR" }

    static func italic(_ text: String) -> String { "\\fI\(Self.text(text))\\fR" }

    /// Returns one argument of a request.
    static func quoted(_ text: String) -> String {
        "\"\(Self.text(text).replacing("\"", with: "\\(dq"))\""
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
