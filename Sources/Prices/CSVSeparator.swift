/// The character between the fields of a CSV file.
enum CSVSeparator: UInt8, CaseIterable {
    case comma = 0x2C
    /// As spreadsheets write it where the comma is the decimal mark.
    case semicolon = 0x3B
    case tab = 0x09

    /// The separator that the first line with text has most often outside of quotes; a comma if it has none.
    init(of bytes: ArraySlice<UInt8>) {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        var hasText = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted && (byte == 0x0A || byte == 0x0D) {
                if hasText { break }
                counts = [:]
            } else if !isQuoted && Self(rawValue: byte) != nil {
                counts[byte, default: 0] += 1
            } else if byte != 0x20 {
                hasText = true
            }
        }
        // The first of several with equal counts.
        self = Self.allCases.reduce(.comma) { best, separator in
            counts[separator.rawValue, default: 0] > counts[best.rawValue, default: 0] ? separator : best
        }
    }

    /// With its article, for errors.
    var name: String {
        switch self {
        case .comma: "a comma"
        case .semicolon: "a semicolon"
        case .tab: "a tab"
        }
    }
}
