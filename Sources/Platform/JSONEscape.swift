/// Reads the escape sequences of JSON strings, for every reader of JSON.
package enum JSONEscape {
    /// A syntax error at an offset in the text.
    package struct Failure: Error {
        package let offset: Int
        package let expected: String
        /// The text that was found; nil for the byte at the offset or the end of the text.
        package let found: String?
    }

    /// Reads an escape sequence after its backslash.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - position: The offset of the next byte; on return, the offset after the sequence.
    package static func scalar(
        in bytes: [UInt8], at position: inout Int
    ) throws(Failure) -> Unicode.Scalar {
        let scalar: Unicode.Scalar
        switch position < bytes.count ? bytes[position] : nil {
        case UInt8(ascii: "\""): scalar = "\""
        case UInt8(ascii: "\\"): scalar = "\\"
        case UInt8(ascii: "/"): scalar = "/"
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"):
            position += 1
            return try codePoint(in: bytes, at: &position)
        default: throw Failure(offset: position, expected: "one of JSON's escapes", found: nil)
        }
        position += 1
        return scalar
    }

    /// Reads four hexadecimal digits. If they are the first half of a surrogate pair, it reads the second half as well.
    private static func codePoint(
        in bytes: [UInt8], at position: inout Int
    ) throws(Failure) -> Unicode.Scalar {
        let begin = position
        let unit = try hexadecimalUnit(in: bytes, at: &position)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let low = try hexadecimalUnit(in: bytes, at: &position)
            if (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw Failure(offset: begin, expected: "a pair of surrogates", found: "half of one")
    }

    private static func hexadecimalUnit(
        in bytes: [UInt8], at position: inout Int
    ) throws(Failure) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
            else { throw Failure(offset: position, expected: "four hexadecimal digits", found: nil) }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
