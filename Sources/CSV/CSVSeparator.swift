import Platform

/// The character between the fields of a CSV file.
package enum CSVSeparator: UInt8, CaseIterable {
    case comma = 0x2C
    /// A semicolon, which spreadsheets write where the comma is the decimal mark.
    case semicolon = 0x3B
    case tab = 0x09
    case bar = 0x7C
    /// One or more spaces, as in aligned tables.
    case blanks = 0x20

    /// Finds the most frequent separator of a line outside of quotes, or the first of several with equal counts; a
    /// comma if it has none. Spaces are not considered, because they also occur in names.
    init(of line: ArraySlice<UInt8>) {
        var counts = [Int](repeating: 0, count: 256)
        CSVQuotes.scan(line) { byte, isQuoted, _ in
            if !isQuoted { counts[Int(byte)] += 1 }
            return true
        }
        self = Self.allCases.dropLast().reduce(.comma) { best, separator in
            counts[Int(separator.rawValue)] > counts[Int(best.rawValue)] ? separator : best
        }
    }

    /// Returns whether a byte ends a field.
    func ends(_ byte: UInt8) -> Bool {
        byte == rawValue || byte == 0x0A || byte == 0x0D || self == .blanks && byte == 0x09
    }

    /// Returns the fields of a line, trimmed, without quotes.
    func fields(of line: ArraySlice<UInt8>) -> [String] {
        var fields: [ArraySlice<UInt8>] = []
        var start = line.startIndex
        CSVQuotes.scan(line) { byte, isQuoted, index in
            if !isQuoted, ends(byte) {
                fields.append(line[start..<index])
                start = index + 1
            }
            return true
        }
        fields.append(line[start...])
        if self == .blanks { fields.removeAll(where: \.isEmpty) }
        return fields.map { field in
            let text = String(decoding: field.prefix(1024), as: UTF8.self).trimmed
            return text.hasPrefix("\"") && text.hasSuffix("\"") && text.utf8.count > 1
                ? String(text.dropFirst().dropLast()).trimmed : text
        }
    }

    /// The name with its article, for errors.
    var name: String {
        switch self {
        case .comma: "a comma"
        case .semicolon: "a semicolon"
        case .tab: "a tab"
        case .bar: "a vertical bar"
        case .blanks: "a blank"
        }
    }
}

/// Finds quoted parts of a CSV file, before its separator is known.
enum CSVQuotes {
    /// Visits bytes until the body returns false.
    ///
    /// - Parameter body: Receives a byte, whether it is a quote or in quotes, and its index.
    static func scan(
        _ bytes: ArraySlice<UInt8>, _ body: (_ byte: UInt8, _ isQuoted: Bool, _ index: Int) -> Bool
    ) {
        let quote = UInt8(ascii: "\"")
        var isQuoted = false
        // Quotes are special only at the start of a field; elsewhere they are text, such as inches.
        var isStart = true
        for (index, byte) in zip(bytes.indices, bytes) {
            if byte == quote, isQuoted || isStart {
                isQuoted.toggle()
                // A quote after the closing one is the second of a doubled quote.
                isStart = !isQuoted
                guard body(byte, true, index) else { return }
                continue
            }
            guard body(byte, isQuoted, index) else { return }
            isStart = byte == 0x0A || byte == 0x0D || CSVSeparator(rawValue: byte) != nil
        }
    }
}
