import Platform

/// Lines of a CSV file that are not rows and are skipped: their number, and the first of them.
package struct CSVRemarks: Sendable {
    package private(set) var count = 0
    package private(set) var firstLine = 0
    /// The text of the first line, or of its first field.
    package private(set) var text = ""

    package init() {}

    package mutating func add(_ line: Int, _ text: String) {
        if count == 0 || line < firstLine { (firstLine, self.text) = (line, text) }
        count += 1
    }

    /// Returns the lines of both.
    package func joined(_ others: CSVRemarks) -> CSVRemarks {
        guard count > 0, others.count > 0 else { return count > 0 ? self : others }
        var joined = firstLine < others.firstLine ? self : others
        joined.count = count + others.count
        return joined
    }

    /// The text in quotes, for notes.
    private var quoted: String { text.quoted(atMost: 40) }

    /// A sentence about lines above the names of the columns; nil if there are none.
    package var asTitles: String? {
        switch count {
        case 0: nil
        case 1: "1 line above the column names is skipped: line \(firstLine) is \(quoted)."
        default:
            "\(count) lines above the column names are skipped: the first, line \(firstLine), is \(quoted)."
        }
    }

    /// A sentence about lines below the rows; nil if there are none.
    package var asFooters: String? {
        switch count {
        case 0: nil
        case 1: "1 line below the rows is skipped: line \(firstLine) begins with \(quoted)."
        default:
            "\(count) lines below the rows are skipped: the first, line \(firstLine), begins with \(quoted)."
        }
    }

    /// A sentence about dividends and splits; nil if there are none.
    package var asEvents: String? {
        switch count {
        case 0: nil
        case 1: "1 line with a dividend or a split is skipped: line \(firstLine) has \(quoted)."
        default:
            "\(count) lines with dividends or splits are skipped: the first, line \(firstLine), has \(quoted)."
        }
    }

    /// A sentence about names of the columns among the rows; nil if there are none.
    package var asNames: String? {
        switch count {
        case 0: nil
        case 1: "1 line that repeats the column names is skipped: line \(firstLine)."
        default:
            "\(count) lines that repeat the column names are skipped: the first is line \(firstLine)."
        }
    }

    /// Returns whether the text of a field names a dividend or a split, as Yahoo's tables contain them in place of
    /// prices: "0.24 Dividend", "4:1 Stock Splits".
    package static func isEvent(_ text: String) -> Bool {
        guard text.utf8.count <= 64 else { return false }
        return text.lowercased().split(separator: " ").contains {
            ["dividend", "dividends", "split", "splits"].contains($0)
        }
    }

    /// Returns whether a text begins a line of words below the rows, such as "Total" or "Source: …". Such a text has no
    /// number and no month of a date; otherwise it is a damaged row.
    ///
    /// - Parameter beginsWithMonth: Returns whether a text begins with the name of a month.
    package static func isRemark(_ text: String, _ beginsWithMonth: (String) -> Bool) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return !beginsWithMonth(text)
            && text.unicodeScalars.contains(where: \.properties.isAlphabetic)
    }

    /// Returns whether a field is part of a drawn line: "-----".
    package static func isRule(_ text: String) -> Bool {
        guard let first = text.utf8.first, "-+=:| ".utf8.contains(first) else { return false }
        let text = text.trimmed
        return text.utf8.count > 2 && text.utf8.allSatisfy { "-+=:|".utf8.contains($0) }
    }
}
