extension StringProtocol {
    /// The text for a message: in quotes, on one line, cut after 100 characters.
    package var quoted: String { quoted(atMost: 100) }

    /// Returns the text in quotes, with quotes, backslashes and invisible characters escaped.
    ///
    /// - Parameter limit: The number of Unicode scalars after which it is cut.
    package func quoted(atMost limit: Int) -> String {
        let head = unicodeScalars.prefix(limit)
        var text = "\""
        for scalar in head {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case _ where scalar.isInvisible: text += scalar.escaped
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\"" + (head.endIndex == endIndex ? "" : "…")
    }

    /// Returns the text cut after a number of Unicode scalars, with an ellipsis in place of the rest.
    package func cut(atMost limit: Int) -> String {
        let head = unicodeScalars.prefix(limit)
        return String(String.UnicodeScalarView(head)) + (head.endIndex == endIndex ? "" : "…")
    }

    /// The text as it may be written to a terminal or a log. Control characters other than line ends, and characters
    /// that reverse or hide text, are escaped.
    package var printable: String {
        // Most texts contain no such character and are returned unchanged.
        guard unicodeScalars.contains(where: { $0.isInvisible && $0 != "\n" }) else { return String(self) }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isInvisible, scalar != "\n" {
                text += scalar.escaped
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    /// The text as `printable`, with line ends escaped.
    package var printableLine: String { printable.replacing("\n", with: "\\n") }

    /// The name in snake case: "learning_rate" for "learningRate".
    package var snakeCase: String {
        reduce(into: "") { text, letter in
            text += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }

    /// The text without spaces and tabs at both ends.
    package var trimmed: String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let end = utf8.reversed().drop(while: isBlank).count
        return String(decoding: utf8.prefix(end).drop(while: isBlank), as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// Whether the character is invisible or changes how its neighbours are shown: control characters, line and
    /// paragraph separators, marks of direction, and byte-order marks.
    package var isInvisible: Bool {
        switch value {
        case ..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// The scalar as an escape sequence of Swift: "\n", "\u{1B}".
    package var escaped: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\0": "\\0"
        default: "\\u{\(String(value, radix: 16, uppercase: true))}"
        }
    }
}

extension String {
    /// The maximum number of consecutive combining marks in text of any language (Unicode Standard Annex #15,
    /// stream-safe text).
    package static let mostCombiningMarks = 30

    /// Whether the text has no longer sequence of combining marks. Comparing texts with longer sequences takes time
    /// that grows with the square of their length.
    package var isStreamSafe: Bool {
        var marks = 0
        for scalar in unicodeScalars where scalar.value >= 0x300 || marks > 0 {
            let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
            marks = isMark ? marks + 1 : 0
            if marks > Self.mostCombiningMarks { return false }
        }
        return true
    }
}

extension BinaryInteger {
    /// Returns the number, which must not be negative, with leading zeros: "0000469".
    ///
    /// - Parameters:
    ///   - width: The minimum number of digits.
    ///   - radix: 10, or 16 for lower-case hexadecimal digits.
    package func padded(to width: Int, radix: Int = 10) -> String {
        let digits = String(self, radix: radix)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension BinaryInteger {
    /// Returns the number, which must not be negative, in hexadecimal as messages show it: "0x1F8B".
    ///
    /// - Parameter width: The minimum number of digits.
    package func hexadecimal(digits width: Int) -> String {
        let digits = String(self, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits for each byte.
    package var hexadecimal: String { map { $0.padded(to: 2, radix: 16) }.joined() }
}

extension Collection<UInt8> {
    /// The number that the text, 1 to 8 ASCII digits, represents; nil for any other text.
    package var decimalNumber: Int? {
        guard (1...8).contains(count) else { return nil }
        var number = 0
        for byte in self {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }
}
