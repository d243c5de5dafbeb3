import Platform

/// A field of a file that should contain a number: digits with an optional sign, decimal point and exponent, as most
/// programs write it.
enum NumberField {
    case number(Float)
    /// The field is empty, or a word or a question mark in place of a number.
    case missing
    /// A number outside the range of `Float`.
    case tooLarge
    case invalid

    /// The maximum length in bytes. Reading a longer text may take time that grows with the square of its length.
    private static let longest = 400

    private static let words: Set<String> = [
        "?", "nan", "-nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil",
    ]

    /// Reads a field; spaces around the number are ignored.
    init(_ field: ArraySlice<UInt8>) {
        let text = field.trimmed
        guard let first = text.first else {
            self = .missing
            return
        }
        var index = text.startIndex
        let isNegative = first == UInt8(ascii: "-")
        if isNegative || first == UInt8(ascii: "+") { index += 1 }
        // The number is digits × 10^power; digits are exact up to 19 significant ones.
        var (digits, significant, power) = (UInt64(0), 0, 0)
        var (hasDigit, hasPoint) = (false, false)
        while index < text.endIndex {
            let byte = text[index]
            if (0x30...0x39).contains(byte) {
                hasDigit = true
                if significant > 0 || byte != 0x30 { significant += 1 }
                if significant <= 19 { digits = digits * 10 + UInt64(byte - 0x30) }
                if hasPoint { power -= 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index += 1
        }
        guard hasDigit, text.count <= Self.longest else {
            self = Self.isMissing(text) ? .missing : .invalid
            return
        }
        if index < text.endIndex {
            guard text[index] | 0x20 == UInt8(ascii: "e"),
                let exponent = Self.exponent(text[(index + 1)...])
            else {
                self = .invalid
                return
            }
            power += exponent
        }
        // One multiplication or division of two exact numbers is correctly rounded.
        let value: Double
        if significant <= 15, (-22...22).contains(power) {
            value = power < 0 ? Double(digits) / Self.powers[-power] : Double(digits) * Self.powers[power]
        } else {
            // The sign is added below, and an exponent is never too long here.
            let plain = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
            guard let exact = Double(String(decoding: plain, as: UTF8.self)) else {
                self = .invalid
                return
            }
            value = exact
        }
        let number = Float(isNegative ? -value : value)
        self = number.isFinite ? .number(number) : .tooLarge
    }

    private static let powers: [Double] = (0...22).map { place in
        (0..<place).reduce(1) { power, _ in power * 10 }
    }

    /// Returns the number after the "e": a sign and digits. Nil for any other text.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
        guard !digits.isEmpty else { return nil }
        var number = 0
        for byte in digits {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = min(number * 10 + Int(byte - 0x30), 100_000)
        }
        return isNegative ? -number : number
    }

    private static func isMissing(_ text: ArraySlice<UInt8>) -> Bool {
        // The longest word has four characters.
        text.count <= 4 && words.contains(String(decoding: text, as: UTF8.self).lowercased())
    }

    /// The description of a valid number, for errors.
    static let expectation = "a number, such as 1.5 or -2.1e-3"
    static let range = "a number from -3.4e38 to 3.4e38"
}

extension ArraySlice<UInt8> {
    /// The text without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while start < end, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return self[start..<end]
    }

    /// The beginning of the text in quotes, for errors.
    var quotedBeginning: String {
        // Four bytes are the longest character.
        String(decoding: prefix(164), as: UTF8.self).quoted(atMost: 40)
    }
}
