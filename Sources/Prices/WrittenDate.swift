import Datasets
import Platform

/// A date as it is written in a field, before it is known whether the day or the month comes first in a date such as
/// 04/01/1999.
enum WrittenDate {
    /// `2019-01-30`, `2019/1/30`; also followed by a midnight, as pandas writes days: `2019-01-30 00:00:00-05:00`.
    case yearFirst(year: Int, month: Int, day: Int)
    /// `Jan 30, 2019`, `January 30, 2019`.
    case named(year: Int, month: Int, day: Int)
    /// `01/30/2019`, `1/30/2019`, `30.01.2019`: the year is last.
    case yearLast(first: Int, second: Int, year: Int, separator: UInt8)

    /// Nil for a text of another form. There may be no such day.
    init?(_ text: String) {
        let bytes = Array(text.trimmed.utf8)
        if let (parts, separator) = Self.numbers(bytes) {
            if parts[0].width == 4 && parts[2].width <= 2 {
                self = .yearFirst(
                    year: parts[0].value, month: parts[1].value, day: parts[2].value)
            } else if parts[0].width <= 2 && parts[2].width == 4 {
                self = .yearLast(
                    first: parts[0].value, second: parts[1].value, year: parts[2].value, separator: separator)
            } else {
                return nil
            }
        } else if let date = Self.named(bytes) {
            self = date
        } else {
            return nil
        }
    }

    /// Whether two dates may occur in one file. 04.01.1999 and 04/01/1999 may not: days come first in one habit, months in
    /// the other.
    func hasStyle(of other: WrittenDate) -> Bool {
        switch (self, other) {
        case (.yearLast(_, _, _, let own), .yearLast(_, _, _, let others)): own == others
        case (.yearFirst, .yearFirst), (.named, .named): true
        default: false
        }
    }

    /// Nil if there is no such day.
    func date(monthFirst: Bool) -> CalendarDate? {
        switch self {
        case .yearFirst(let year, let month, let day), .named(let year, let month, let day):
            CalendarDate(year: year, month: month, day: day)
        case .yearLast(let first, let second, let year, _):
            CalendarDate(year: year, month: monthFirst ? first : second, day: monthFirst ? second : first)
        }
    }

    /// Whether this date shows that the month comes first (true) or second (false); nil if it shows neither.
    var tellsMonthFirst: Bool? {
        guard case .yearLast(let first, let second, _, _) = self, (first > 12) != (second > 12) else {
            return nil
        }
        return second > 12
    }

    /// Whether the day depends on whether the month comes first.
    var isAmbiguous: Bool {
        guard case .yearLast(let first, let second, _, _) = self else { return false }
        return first <= 12 && second <= 12 && first != second
    }

    /// Three numbers separated by the same character, the second of one or two digits.
    private static func numbers(_ bytes: [UInt8]) -> (parts: [(value: Int, width: Int)], separator: UInt8)? {
        guard let separator = bytes.first(where: { !(0x30...0x39).contains($0) }),
            "-/.".utf8.contains(separator)
        else { return nil }
        var pieces = bytes.split(separator: separator, maxSplits: 2, omittingEmptySubsequences: false)
        guard pieces.count == 3 else { return nil }
        if pieces[0].count == 4, let end = pieces[2].firstIndex(where: { !(0x30...0x39).contains($0) }) {
            guard isMidnight(pieces[2][end...]) else { return nil }
            pieces[2] = pieces[2][..<end]
        }
        guard pieces[1].count <= 2 else { return nil }
        var numbers: [(value: Int, width: Int)] = []
        for piece in pieces {
            guard let value = piece.decimalNumber else { return nil }
            numbers.append((value, piece.count))
        }
        return (numbers, separator)
    }

    /// Whether the text is a space or `T`, then `00:00:00`, then nothing, `Z` or an offset such as `-05:00`.
    private static func isMidnight(_ bytes: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix(" 00:00:00") || text.hasPrefix("T00:00:00") else { return false }
        let zone = Array(text.utf8.dropFirst(9))
        if zone.isEmpty || zone == [UInt8(ascii: "Z")] { return true }
        return zone.count == 6 && "+-".utf8.contains(zone[0]) && zone[1...2].decimalNumber != nil
            && zone[3] == UInt8(ascii: ":") && zone[4...5].decimalNumber != nil
    }

    /// An English month (in full or its first three letters), the day, a comma, and a year of four digits.
    private static func named(_ bytes: [UInt8]) -> WrittenDate? {
        let words = bytes.split(separator: UInt8(ascii: " "))
        guard words.count == 3, words[1].last == UInt8(ascii: ","), words[1].count <= 3, words[2].count == 4,
            let day = words[1].dropLast().decimalNumber, let year = words[2].decimalNumber
        else { return nil }
        let name = String(decoding: words[0], as: UTF8.self).lowercased()
        guard let month = months.firstIndex(where: { $0 == name || $0.prefix(3) == name }) else { return nil }
        return .named(year: year, month: month + 1, day: day)
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ]
}
