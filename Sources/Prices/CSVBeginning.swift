import Platform

/// The beginning of a CSV file: the character between its fields, and the line with the names of its columns, which may
/// come after `sep=;`, as Excel writes it, and after lines with a title.
struct CSVBeginning {
    let separator: CSVSeparator
    /// The offset of the names of the columns.
    let offset: Int
    /// The line of the names, from 1.
    let line: Int
    /// The lines above the names.
    private(set) var titles = CSVRemarks()

    /// The lines among which the names are, at most.
    private static let mostLines = 50
    /// The bytes that tell where they are, at most.
    private static let mostBytes = 256 << 10

    private struct Line {
        let number: Int
        let bytes: ArraySlice<UInt8>
    }

    /// - Parameters:
    ///   - bytes: The content of a file.
    ///   - isDate: Whether a name is that of a column of dates, by which the names are told from titles.
    init(of bytes: [UInt8], isDate: (String) -> Bool) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var lines = Self.lines(bytes[start...].prefix(Self.mostBytes))
        let declared = lines.first.flatMap { Self.declaredSeparator($0.bytes) }
        if declared != nil { lines.removeFirst() }
        /// The separator by which a line has the name of a column of dates and most fields, or else that it has most often.
        func separator(_ line: Line) -> CSVSeparator {
            if let declared { return declared }
            func count(_ separator: CSVSeparator) -> Int {
                let fields = separator.fields(of: line.bytes)
                return fields.contains(where: isDate) ? fields.count : 0
            }
            // Blanks also occur in names.
            let best = CSVSeparator.allCases.dropLast().reduce(CSVSeparator.comma) {
                count($1) > count($0) ? $1 : $0
            }
            if count(best) > 1 { return best }
            return count(.blanks) > 1 ? .blanks : CSVSeparator(of: line.bytes)
        }
        /// Whether a line has the names: several, among them that of the dates, and no number.
        func hasNames(_ line: Line) -> Bool {
            let fields = separator(line).fields(of: line.bytes)
            return fields.count { !$0.isEmpty } > 1 && fields.contains(where: isDate)
                && !fields.contains { PlainNumber(Array($0.utf8)[...]) != nil || WrittenDate($0) != nil }
        }
        /// Whether a line is a single field, as a title is, and one after it has several.
        func isTitle(_ place: Int) -> Bool {
            separator(lines[place]).fields(of: lines[place].bytes).count == 1
                && lines[(place + 1)...].contains { line in
                    separator(line).fields(of: line.bytes).count { !$0.isEmpty } > 1
                }
        }
        let names = lines.firstIndex(where: hasNames) ?? lines.indices.prefix(while: isTitle).count
        for line in lines.prefix(names) {
            titles.add(line.number, String(decoding: line.bytes.prefix(100), as: UTF8.self).trimmed)
        }
        self.separator = lines.indices.contains(names) ? separator(lines[names]) : declared ?? .comma
        offset = lines.indices.contains(names) ? lines[names].bytes.startIndex : start
        line = lines.indices.contains(names) ? lines[names].number : 1
    }

    /// How many fields and lines the file has at most.
    func sizes(of bytes: [UInt8]) -> (fields: Int, lines: Int) {
        var (separators, lines) = (0, 1)
        for byte in bytes {
            if byte == 0x0A || byte == 0x0D { lines += 1 } else if separator.ends(byte) { separators += 1 }
        }
        return (separators + lines, lines)
    }

    /// The first lines that are not blank; a line break in quotes ends none.
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

    /// The separator of a line `sep=;`; nil for any other line.
    private static func declaredSeparator(_ line: ArraySlice<UInt8>) -> CSVSeparator? {
        let text = String(decoding: line.prefix(16), as: UTF8.self).trimmed
        guard text.lowercased().hasPrefix("sep="), text.utf8.count <= 6 else { return nil }
        if text.hasSuffix("\\t") { return .tab }
        return text.utf8.count == 5 ? text.utf8.last.flatMap(CSVSeparator.init) : nil
    }
}
