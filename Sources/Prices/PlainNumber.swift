/// A number of ASCII digits with at most one point between them, such as 2183.36: the form that nearly all files have, and
/// that is read without memory of its own.
struct PlainNumber {
    /// The value, where a point is a decimal point.
    let value: Double
    /// Whether it has a point, which is a decimal point unless the file's numbers have a decimal comma.
    let hasPoint: Bool
    /// Whether a point cannot stand between thousands.
    let tellsPoint: Bool

    /// Nil for a text of another form.
    init?(_ text: ArraySlice<UInt8>) {
        var (number, digits, fraction) = (UInt64(0), 0, -1)
        for byte in text {
            switch byte {
            case 0x30...0x39:
                digits += 1
                if fraction >= 0 { fraction += 1 }
                // Not exact from 20 digits on, and not used then.
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
        // One correctly rounded division of two numbers that are exact.
        if digits <= 15 {
            value = fraction > 0 ? Double(number) / Self.powers[fraction] : Double(number)
        } else {
            value = Double(String(decoding: text, as: UTF8.self))!
        }
    }

    /// 1, 10, … 10¹⁵.
    private static let powers: [Double] = (0...15).map { place in
        (0..<place).reduce(1) { power, _ in power * 10 }
    }
}
