import Platform

/// Lines of a CSV file that are not rows and are skipped: their number, and the first of them.
struct CSVRemarks {
    private(set) var count = 0
    private(set) var firstLine = 0
    /// The text of the first line, or of its first field.
    private(set) var text = ""

    mutating func add(_ line: Int, _ text: String) {
        if count == 0 || line < firstLine { (firstLine, self.text) = (line, text) }
        count += 1
    }

    /// Returns the lines of both.
    func joined(_ others: CSVRemarks) -> CSVRemarks {
        guard count > 0, others.count > 0 else { return count > 0 ? self : others }
        var joined = firstLine < others.firstLine ? self : others
        joined.count = count + others.count
        return joined
    }

    /// The text in quotes, for notes.
    private var quoted: String { text.quoted(atMost: 40) }

    /// A sentence about lines above the names of the columns; nil if there are none.
    var asTitles: String? {
        switch count {
        case 0: nil
        case 1: "1 line above the names of the columns is skipped: line \(firstLine) is \(quoted)."
        default:
            "\(count) lines above the names of the columns are skipped: the first, line \(firstLine), is \(quoted)."
        }
    }

    /// A sentence about lines below the rows; nil if there are none.
    var asFooters: String? {
        switch count {
        case 0: nil
        case 1: "1 line below the rows is skipped: line \(firstLine) begins with \(quoted)."
        default:
            "\(count) lines below the rows are skipped: the first, line \(firstLine), begins with \(quoted)."
        }
    }

    /// A sentence about dividends and splits; nil if there are none.
    var asEvents: String? {
        switch count {
        case 0: nil
        case 1: "1 line with a dividend or a split is skipped: line \(firstLine) has \(quoted)."
        default:
            "\(count) lines with dividends or splits are skipped: the first, line \(firstLine), has \(quoted)."
        }
    }

    /// A sentence about names of the columns among the rows; nil if there are none.
    var asNames: String? {
        switch count {
        case 0: nil
        case 1: "1 line is skipped that repeats the names of the columns: line \(firstLine)."
        default:
            "\(count) lines are skipped that repeat the names of the columns: the first is line \(firstLine)."
        }
    }

    /// Returns whether the text of a field names a dividend or a split, as Yahoo's tables contain them in place of
    /// prices: "0.24 Dividend", "4:1 Stock Splits".
    static func isEvent(_ text: String) -> Bool {
        guard text.utf8.count <= 64 else { return false }
        return text.lowercased().split(separator: " ").contains {
            ["dividend", "dividends", "split", "splits"].contains($0)
        }
    }

    /// Returns whether a text begins a line of words below the rows, such as "Total" or "Source: …". Such a text has no
    /// number and no month of a date; otherwise it is a damaged row.
    static func isRemark(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return !WrittenDate.beginsWithMonth(text)
            && text.unicodeScalars.contains(where: \.properties.isAlphabetic)
    }

    /// Returns whether a field is part of a drawn line: "-----".
    static func isRule(_ text: String) -> Bool {
        guard let first = text.utf8.first, "-+=:| ".utf8.contains(first) else { return false }
        let text = text.trimmed
        return text.utf8.count > 2 && text.utf8.allSatisfy { "-+=:|".utf8.contains($0) }
    }
}
