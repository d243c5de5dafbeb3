import Datasets
import Platform

/// A date as it is written in a field, before it is known whether the day or the month comes first in a date such as
/// 04/01/1999.
struct WrittenDate {
    /// The order of year, month and day, and what is between them.
    enum Form: Hashable {
        /// `2019-01-30`, `2019/1/30`, `2019. 1. 30.`, `2019년 1월 30일`, `20190130`.
        case yearFirst
        /// `Jan 30, 2019`, `30-Jan-2019`, `2019-Jan-30`: the month is named.
        case named(DateOrder)
        /// `01/30/2019`, `30.01.2019`: the year is last.
        case yearLast(separator: UInt8)
    }

    let form: Form
    /// The year, and the other two numbers in the order of the text; the month before the day where that is known.
    private let year: Int
    private let first: Int
    private let second: Int
    /// Whether a time of day comes after the date.
    let hasTime: Bool

    private init(_ form: Form, year: Int, first: Int, second: Int, hasTime: Bool) {
        self.form = form
        self.year = year
        self.first = first
        self.second = second
        self.hasTime = hasTime
    }

    /// Nil for a text of another form. There may be no such day.
    init?(_ text: String) {
        var text = text.trimmed
        // None is longer: "September 30, 2019 09:00:00.000000000 AM UTC+09:00".
        guard text.utf8.count <= 64 else { return nil }
        if text.utf8.contains(where: { $0 >= 0x80 }) {
            for (mark, plain) in [
                ("년", "-"), ("월", "-"), ("일", ""), ("年", "-"), ("月", "-"), ("日", ""), ("\u{A0}", " "),
            ] {
                text.replace(mark, with: plain)
            }
            text = text.trimmed
        }
        self.init(Array(text.utf8))
    }

    private init?(_ bytes: [UInt8]) {
        guard let (tokens, separators, rest) = Self.tokens(bytes) else { return nil }
        let hasTime = !rest.isEmpty
        guard !hasTime || Self.isTime(rest) else { return nil }
        if tokens.count == 1 {
            guard let (year, month, day) = Self.compact(tokens[0]) else { return nil }
            self.init(.yearFirst, year: year, first: month, second: day, hasTime: hasTime)
            return
        }
        if let place = tokens.firstIndex(where: { $0.decimalNumber == nil }) {
            guard let month = Self.month(tokens[place]) else { return nil }
            let numbers = tokens.indices.filter { $0 != place }.map { tokens[$0] }
            let isYearFirst = numbers[0].count == 4
            let (yearText, dayText) = isYearFirst ? (numbers[0], numbers[1]) : (numbers[1], numbers[0])
            guard yearText.count == 4, dayText.count <= 2, place < 2 || isYearFirst,
                !isYearFirst || place == 1,
                let year = yearText.decimalNumber, let day = dayText.decimalNumber
            else { return nil }
            let order = isYearFirst ? DateOrder.yearFirst : place == 0 ? .monthFirst : .dayFirst
            self.init(.named(order), year: year, first: month, second: day, hasTime: hasTime)
            return
        }
        guard separators.count == 2, separators[0] == separators[1], tokens[1].count <= 2 else { return nil }
        let numbers = tokens.compactMap(\.decimalNumber)
        if tokens[0].count == 4 && tokens[2].count <= 2 {
            self.init(.yearFirst, year: numbers[0], first: numbers[1], second: numbers[2], hasTime: hasTime)
        } else if tokens[0].count <= 2 && tokens[2].count == 4 {
            self.init(
                .yearLast(separator: separators[0]), year: numbers[2], first: numbers[0], second: numbers[1],
                hasTime: hasTime)
        } else {
            return nil
        }
    }

    /// Nil if there is no such day.
    ///
    /// - Parameter order: The order of the numbers where the year is last.
    func date(_ order: DateOrder) -> CalendarDate? {
        switch form {
        case .yearFirst, .named: CalendarDate(year: year, month: first, day: second)
        case .yearLast:
            order == .dayFirst
                ? CalendarDate(year: year, month: second, day: first)
                : CalendarDate(year: year, month: first, day: second)
        }
    }

    /// The order that this date shows where the year is last; nil if it shows none.
    var tellsOrder: DateOrder? {
        guard case .yearLast = form, (first > 12) != (second > 12) else { return nil }
        return second > 12 ? .monthFirst : .dayFirst
    }

    /// Whether the day depends on whether the month comes first.
    var isAmbiguous: Bool {
        guard case .yearLast = form else { return false }
        return first <= 12 && second <= 12 && first != second
    }

    /// Whether dates of this form may be in the order.
    func mayHave(_ order: DateOrder) -> Bool {
        switch form {
        case .yearFirst: order == .yearFirst
        case .yearLast: order != .yearFirst
        case .named(let own): order == own
        }
    }

    /// Three numbers or names, or one of eight digits, the characters between them, and the rest after a space or `T`.
    private static func tokens(
        _ bytes: [UInt8]
    ) -> (tokens: [ArraySlice<UInt8>], separators: [UInt8], rest: ArraySlice<UInt8>)? {
        var rest = bytes[...]
        var tokens: [ArraySlice<UInt8>] = []
        var separators: [UInt8] = []
        while tokens.count < 3 {
            let isNumber = rest.first.map(isDigit) ?? false
            let token = rest.prefix { isNumber ? isDigit($0) : isLetter($0) }
            guard !token.isEmpty else { return nil }
            tokens.append(token)
            rest = rest.dropFirst(token.count)
            if tokens.count == 1, token.count == 8, isNumber { return (tokens, [], rest) }
            if tokens.count == 3 { break }
            guard let separator = takeSeparator(&rest) else { return nil }
            separators.append(separator)
        }
        // "2019. 1. 30."
        if separators == [UInt8(ascii: "."), UInt8(ascii: ".")], rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
        }
        return (tokens, separators, rest)
    }

    /// A dash, slash, point, or comma, with a space after it or none, or a space alone.
    private static func takeSeparator(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let separator = rest.first, "-/., ".utf8.contains(separator) else { return nil }
        rest.removeFirst()
        if separator != 0x20, rest.first == 0x20 { rest.removeFirst() }
        return separator
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// 20190130, of the years 1000 to 2999, so that few other numbers of eight digits are dates.
    private static func compact(_ digits: ArraySlice<UInt8>) -> (year: Int, month: Int, day: Int)? {
        guard let number = digits.decimalNumber, (10_000_000..<30_000_000).contains(number) else {
            return nil
        }
        return (number / 10_000, number / 100 % 100, number % 100)
    }

    /// An English month, in full or its first three letters.
    private static func month(_ name: ArraySlice<UInt8>) -> Int? {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        return months.firstIndex { $0 == name || $0.prefix(3) == name || name == "sept" && $0 == "september" }
            .map { $0 + 1 }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ]

    /// Whether the text is a space, several, or `T`, a time such as 09:00, 16:00:00 or 9:30:00.000 PM, and nothing or a
    /// time zone: `Z`, `UTC`, `GMT`, an offset such as -05:00, +0900 or +09, or a word and an offset.
    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        guard rest.first == 0x20 || rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "t") else { return false }
        rest.removeFirst()
        rest = rest.drop { $0 == 0x20 }
        func takeNumber(_ limit: Int) -> Bool {
            let digits = rest.prefix(while: isDigit)
            guard (1...2).contains(digits.count), let number = digits.decimalNumber, number <= limit else {
                return false
            }
            rest = rest.dropFirst(digits.count)
            return true
        }
        func take(_ byte: Character) -> Bool {
            guard rest.first == byte.asciiValue else { return false }
            rest.removeFirst()
            return true
        }
        guard takeNumber(24), take(":"), takeNumber(59) else { return false }
        if take(":") {
            guard takeNumber(60) else { return false }
            if take(".") || take(",") { rest = rest.drop(while: isDigit) }
        }
        let words = String(decoding: rest, as: UTF8.self).lowercased().split(separator: " ")
        guard words.count <= 2 else { return false }
        return words.enumerated().allSatisfy { index, word in
            index == 0 && ["am", "pm"].contains(word) || isZone(word)
        }
    }

    private static func isZone(_ word: Substring) -> Bool {
        var word = word
        if word == "z" { return true }
        for name in ["utc", "gmt", "est", "edt", "kst", "jst", "cest", "cet", "ist"]
        where word.hasPrefix(name) {
            word = word.dropFirst(name.count)
            break
        }
        if word.isEmpty { return true }
        guard let sign = word.first, "+-".contains(sign) else { return false }
        let digits = Array(word.dropFirst().utf8)
        let isColon = digits.count == 5 && digits[2] == UInt8(ascii: ":")
        let numbers = isColon ? digits[..<2] + digits[3...] : digits[...]
        return (numbers.count == 2 || numbers.count == 4) && numbers.allSatisfy(isDigit)
    }
}
