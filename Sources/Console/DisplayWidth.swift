extension StringProtocol {
    /// The number of columns that the text takes in a terminal: two for each wide character, as in Korean, Chinese and
    /// Japanese, and one for any other.
    ///
    /// Source: Unicode Standard Annex #11, East Asian Width, whose classes W and F are wide.
    package var displayWidth: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// Returns the longest prefix of the text that fits into a number of terminal columns.
    package func prefix(columns: Int) -> String {
        var width = 0
        return String(
            prefix { character in
                width += character.displayWidth
                return width <= columns
            })
    }
}

extension Character {
    fileprivate var displayWidth: Int { unicodeScalars.first.map(\.isWide) ?? false ? 2 : 1 }
}

extension Unicode.Scalar {
    fileprivate var isWide: Bool {
        switch value {
        // Hangul letters; radicals, kana, CJK signs and ideographs; Yi; Hangul syllables.
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            // Compatibility ideographs and forms; full-width signs.
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            // Pictures; the planes of ideographs.
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
