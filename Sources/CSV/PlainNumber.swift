/// A number of ASCII digits with at most one point between them, such as 2183.36. Nearly all files have numbers of this
/// form, and they are read without an allocation.
package struct PlainNumber {
    /// The value if a point is a decimal point.
    package let value: Double
    /// Whether the number has a point. It is a decimal point unless the file's numbers have a decimal comma.
    package let hasPoint: Bool
    /// Whether the point cannot be a thousands separator.
    package let tellsPoint: Bool

    /// Reads a number; nil for a text of another form.
    package init?(_ text: ArraySlice<UInt8>) {
        var (number, digits, fraction) = (UInt64(0), 0, -1)
        for byte in text {
            switch byte {
            case 0x30...0x39:
                digits += 1
                if fraction >= 0 { fraction += 1 }
                // From 20 digits on, `number` is not exact, and it is not used then.
                number = number &* 10 &+ UInt64(byte - 0x30)
            case UInt8(ascii: "."):
                guard digits > 0, fraction < 0 else { return nil }
                fraction = 0
            default: return nil
            }
        }
        guard digits > 0, fraction != 0, digits <= 300 else { return nil }
        hasPoint = fraction > 0
        tellsPoint = hasPoint && (fraction != 3 || digits > 6 || text.first == 0x30)
        // One division of two exact numbers is correctly rounded.
        if digits <= 15 {
            value = fraction > 0 ? Double(number) / Self.powers[fraction] : Double(number)
        } else {
            value = Double(String(decoding: text, as: UTF8.self))!
        }
    }

    /// The powers of ten 1, 10, … 10¹⁵.
    private static let powers: [Double] = (0...15).map { place in
        (0..<place).reduce(1) { power, _ in power * 10 }
    }
}
