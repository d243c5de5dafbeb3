import Platform

/// The beginning of a CSV file: its separator, and the line with the names of the columns. That line may come after a
/// line `sep=;`, as Excel writes it, and after title lines.
struct CSVBeginning {
    let separator: CSVSeparator
    /// The offset of the names of the columns.
    let offset: Int
    /// The line of the names, from 1.
    let line: Int
    /// The title lines above the names.
    private(set) var titles = CSVRemarks()

    /// The maximum number of lines that are searched for the names.
    private static let mostLines = 50
    /// The maximum number of bytes that are searched for the names.
    private static let mostBytes = 256 << 10

    private struct Line {
        let number: Int
        let bytes: ArraySlice<UInt8>
    }

    /// - Parameters:
    ///   - bytes: The content of a file.
    ///   - form: The form of the table.
    init(of bytes: [UInt8], form: CSVForm) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var lines = Self.lines(bytes[start...].prefix(Self.mostBytes))
        let declared = lines.first.flatMap { Self.declaredSeparator($0.bytes) }
        if declared != nil { lines.removeFirst() }
        /// Returns the separator that splits the line into most fields with the name of a date column among them. If no
        /// separator does, returns the most frequent one.
        func separator(_ line: Line) -> CSVSeparator {
            if let declared { return declared }
            func count(_ separator: CSVSeparator) -> Int {
                let fields = separator.fields(of: line.bytes)
                return fields.contains(where: form.isDateName) ? fields.count : 0
            }
            // Spaces also occur in names.
            let best = CSVSeparator.allCases.dropLast().reduce(CSVSeparator.comma) {
                count($1) > count($0) ? $1 : $0
            }
            if count(best) > 1 { return best }
            return count(.blanks) > 1 ? .blanks : CSVSeparator(of: line.bytes)
        }
        /// Returns whether a line contains the names of the columns: several names, one of them of the dates, and no
        /// number.
        func hasNames(_ line: Line) -> Bool {
            let fields = separator(line).fields(of: line.bytes)
            return fields.count { !$0.isEmpty } > 1 && fields.contains(where: form.isDateName)
                && !fields.contains { PlainNumber(Array($0.utf8)[...]) != nil || form.isDate($0) }
        }
        /// Returns whether a line is a title: a single field, followed by a line with several fields.
        func isTitle(_ place: Int) -> Bool {
            separator(lines[place]).fields(of: lines[place].bytes).count == 1
                && lines[(place + 1)...].contains { line in
                    separator(line).fields(of: line.bytes).count { !$0.isEmpty } > 1
                }
        }
        let names =
            form.isStrict
            ? 0 : lines.firstIndex(where: hasNames) ?? lines.indices.prefix(while: isTitle).count
        for line in lines.prefix(names) {
            titles.add(line.number, String(decoding: line.bytes.prefix(100), as: UTF8.self).trimmed)
        }
        self.separator = lines.indices.contains(names) ? separator(lines[names]) : declared ?? .comma
        offset = lines.indices.contains(names) ? lines[names].bytes.startIndex : start
        line = lines.indices.contains(names) ? lines[names].number : 1
    }

    /// Returns the maximum number of fields and lines of the file.
    func sizes(of bytes: [UInt8]) -> (fields: Int, lines: Int) {
        var (separators, lines) = (0, 1)
        for byte in bytes {
            if byte == 0x0A || byte == 0x0D { lines += 1 } else if separator.ends(byte) { separators += 1 }
        }
        return (separators + lines, lines)
    }

    /// Returns the first lines that are not blank; a line break in quotes does not end a line.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> [Line] {
        var lines: [Line] = []
        var (number, breaks, start, previous) = (1, 0, bytes.startIndex, UInt8(0))
        func end(at index: Int) {
            let line = bytes[start..<index]
            let hasText = line.contains { byte in
                byte != 0x20 && CSVSeparator(rawValue: byte) == nil
            }
            if hasText { lines.append(Line(number: number, bytes: line)) }
            start = index + 1
            number += breaks
            breaks = 0
        }
        CSVQuotes.scan(bytes) { byte, isQuoted, index in
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D || previous != 0x0D { breaks += 1 }
                if !isQuoted { end(at: index) }
            }
            previous = byte
            return lines.count < mostLines
        }
        if lines.count < mostLines, start < bytes.endIndex { end(at: bytes.endIndex) }
        return lines
    }

    /// Returns the separator in a line `sep=;`; nil for any other line.
    private static func declaredSeparator(_ line: ArraySlice<UInt8>) -> CSVSeparator? {
        let text = String(decoding: line.prefix(16), as: UTF8.self).trimmed
        guard text.lowercased().hasPrefix("sep="), text.utf8.count <= 6 else { return nil }
        if text.hasSuffix("\\t") { return .tab }
        return text.utf8.count == 5 ? text.utf8.last.flatMap(CSVSeparator.init) : nil
    }
}
