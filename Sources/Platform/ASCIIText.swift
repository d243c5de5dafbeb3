/// Text for terminals and files whose character set is ASCII.
package enum ASCIIText {
    /// Returns whether the environment asks for ASCII: whether the first variable of `LC_ALL`, `LC_CTYPE` and `LANG`
    /// that is set names the locale `C` or `POSIX`.
    ///
    /// - Parameter variable: Returns the value of an environment variable.
    package static func isWanted(_ variable: (String) -> String?) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }
        return locale == "C" || locale == "POSIX"
    }

    /// Whether this process's environment asks for ASCII.
    package static let isWanted = isWanted(POSIX.environmentVariable)

    /// Returns the text with this program's symbols in ASCII, such as "x" for "×". Letters of other scripts, as in the
    /// user's file names, are not changed.
    package static func text(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        // "+-" replaces the sign and the space after it, so that tables stay aligned.
        return text.replacing("± ", with: "+-").unicodeScalars.reduce(into: "") { result, sign in
            if let plain = signs[sign] { result += plain } else { result.unicodeScalars.append(sign) }
        }
    }

    private static let signs: [Unicode.Scalar: String] = [
        "│": "|", "─": "-", "┌": "+", "┬": "+", "┐": "+", "├": "+", "┼": "+", "┤": "+", "└": "+", "┴": "+",
        "┘": "+", "█": "#", "–": "-", "—": "-", "−": "-", "×": "x", "·": ".", "±": "+-", "…": "...",
        "≤": "<=",
        "≥": ">=", "→": "->", "←": "<-", "≈": "~", "µ": "u", "μ": "u", "²": "^2", "³": "^3", "°": " deg",
        "√": "sqrt", "∞": "inf", "Δ": "delta", "“": "\"", "”": "\"", "’": "'", "‘": "'", "\u{A0}": " ",
        "\u{202F}": " ", "\u{2009}": " ", "\u{FFFD}": "?",
    ]
}
