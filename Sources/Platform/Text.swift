extension StringProtocol {
    /// The text as a message shows it: in quotes, on one line, cut after 100 characters.
    package var quoted: String { quoted(atMost: 100) }

    /// The text in quotes, control characters escaped.
    ///
    /// - Parameter limit: The number of characters after which it is cut.
    package func quoted(atMost limit: Int) -> String {
        let head = prefix(limit)
        return String(head).debugDescription + (head.endIndex == endIndex ? "" : "…")
    }

    /// "learning_rate" for "learningRate".
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

extension BinaryInteger {
    /// The number, not negative, with zeros in front of it: "0000469".
    ///
    /// - Parameters:
    ///   - width: The least number of digits.
    ///   - radix: 10, or 16 for lower-case hexadecimal digits.
    package func padded(to width: Int, radix: Int = 10) -> String {
        let digits = String(self, radix: radix)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension BinaryInteger {
    /// The number, not negative, in base 16 as messages show it: "0x1F8B".
    ///
    /// - Parameter width: The least number of digits.
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
    /// The number that 1 to 8 ASCII digits stand for; nil for any other text.
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
