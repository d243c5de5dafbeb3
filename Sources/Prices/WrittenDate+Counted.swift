import Datasets
import Platform

/// A unit in which programs count the time since 1970-01-01 00:00 UTC.
enum EpochUnit: String {
    case seconds, milliseconds, microseconds, nanoseconds

    /// The number of units in a day.
    fileprivate var perDay: Int {
        switch self {
        case .seconds: 86_400
        case .milliseconds: 86_400_000
        case .microseconds: 86_400_000_000
        case .nanoseconds: 86_400_000_000_000
        }
    }

    /// Finds the unit of a number with this many digits, for times from 2001-09-09 to 2286; nil for another number of
    /// digits.
    fileprivate init?(digits: Int) {
        switch digits {
        case 10: self = .seconds
        case 13: self = .milliseconds
        case 16: self = .microseconds
        case 19: self = .nanoseconds
        default: return nil
        }
    }
}

extension WrittenDate {
    /// Reads a date that is a number: 1548806400 (since 1970) or 43495 (Excel). A fraction is a time of day.
    static func counted(_ text: ArraySlice<UInt8>) -> WrittenDate? {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }),
            let number = Int(String(decoding: parts[0], as: UTF8.self)), parts[0].first != 0x30
        else { return nil }
        let hasFraction = parts.count == 2 && parts[1].contains { $0 != 0x30 }
        if let unit = EpochUnit(digits: parts[0].count) {
            return WrittenDate(
                .sinceEpoch(unit), number / unit.perDay, hasTime: hasFraction || number % unit.perDay != 0)
        }
        // Nine digits are seconds before 2001-09-09. They are more often a damaged date, unless they are whole minutes.
        if parts[0].count == 9, number % 60 == 0 {
            return WrittenDate(
                .sinceEpoch(.seconds), number / EpochUnit.seconds.perDay,
                hasTime: number % EpochUnit.seconds.perDay != 0)
        }
        // Five digits are days from 1927 to 2173. The day 25569 is 1970-01-01.
        guard parts[0].count == 5 else { return nil }
        return WrittenDate(.serial, number - 25_569, hasTime: hasFraction)
    }

    /// Reads a month: 2019-01, 2019/1, 01/2019, Jan 2019, 2019-Jan.
    static func month(_ text: ArraySlice<UInt8>) -> WrittenDate? {
        let isWord = { (byte: UInt8) in isDigit(byte) || isLetter(byte) }
        let first = text.prefix(while: isWord)
        var rest = text.dropFirst(first.count)
        guard takeSeparator(&rest) != nil, rest.allSatisfy(isWord) else { return nil }
        let isYear = { (word: ArraySlice<UInt8>) in word.count == 4 && word.decimalNumber != nil }
        let (year, other) = isYear(first) ? (first, rest) : (rest, first)
        guard isYear(year), let number = year.decimalNumber,
            let month = other.count <= 2 ? other.decimalNumber : month(named: other)
        else { return nil }
        return WrittenDate(.month, number, month)
    }
}
