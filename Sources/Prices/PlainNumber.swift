/// A number of ASCII digits with at most one point between them, such as 2183.36: the form that nearly all files have, and
/// that is recognised without memory of its own.
struct PlainNumber {
    /// Whether it has a point, which is a decimal point unless the file's numbers have a decimal comma.
    let hasPoint: Bool

    /// Nil for a text of another form.
    init?(_ text: String) {
        var (digits, points) = (0, 0)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "."):
                guard digits > 0 else { return nil }
                points += 1
            default: return nil
            }
        }
        guard let last = text.utf8.last, last != UInt8(ascii: "."), points < 2, digits <= 300 else {
            return nil
        }
        hasPoint = points == 1
    }
}
