import Datasets
import Platform

/// A date as it is written in a field. In a date such as 04/01/1999 or 99-01-04 the order of day, month and year is not
/// known yet.
struct WrittenDate {
    /// The order of year, month and day, and the separators.
    enum Form: Hashable {
        /// `2019-01-30`, `2019/1/30`, `2019. 1. 30.`, `2019년 1월 30일`, `20190130`.
        case yearFirst
        /// `Jan 30, 2019`, `30-Jan-2019`, `2019-Jan-30`: the month is a name; `30-Jan-19` if the year is short.
        case named(DateOrder, isShort: Bool)
        /// `01/30/2019`, `30.01.2019`: the year is last.
        case yearLast(separator: UInt8)
        /// `01/30/19`, `19-01-30`: none of the numbers is recognisable as the year.
        case shortYear(separator: UInt8)
        /// `2019-01`, `Jan 2019`: it means the first day of the month.
        case month
        /// `1548806400`, the time since 1970 in UTC.
        case sinceEpoch(EpochUnit)
        /// `43495`: Excel's day number. Its day 1 is 1900-01-01, and it counts a 1900-02-29.
        case serial
    }

    let form: Form
    /// The numbers in the order of the text. If the month is a name, the month is before the day. For numbers of days,
    /// only the days since 1970.
    private let numbers: (Int, Int, Int)
    /// Whether a time of day comes after the date.
    let hasTime: Bool
    /// The orders that the numbers' digits allow: a year has two or four digits.
    private let candidates: [DateOrder]

    init(
        _ form: Form, _ first: Int, _ second: Int = 1, _ third: Int = 1, hasTime: Bool = false,
        candidates: [DateOrder] = Self.anyOrder
    ) {
        self.form = form
        numbers = (first, second, third)
        self.hasTime = hasTime
        self.candidates = candidates
    }

    private static let anyOrder = DateOrder.allCases
    private static let yearFirst = [DateOrder.yearFirst]
    private static let yearLast = [DateOrder.dayFirst, .monthFirst]

    /// Reads a date; nil for a text of another form. The day may not exist.
    init?(_ text: String) {
        self.init(Array(text.utf8)[...])
    }

    /// Reads a date; nil for a text of another form. The day may not exist.
    init?(_ text: ArraySlice<UInt8>) {
        if let date = Self.plain(text) {
            self = date
            return
        }
        // No date is longer: "September 30, 2019 09:00:00.000000000 AM UTC+09:00".
        guard text.count <= 64 else { return nil }
        var bytes = text.drop(while: Self.isBlank)
        while let last = bytes.last, Self.isBlank(last) { bytes.removeLast() }
        if bytes.contains(where: { $0 >= 0x80 }) {
            var text = String(decoding: bytes, as: UTF8.self)
            for (mark, plain) in [
                ("년", "-"), ("월", "-"), ("일", ""), ("年", "-"), ("月", "-"), ("日", ""), ("\u{A0}", " "),
            ] {
                text.replace(mark, with: plain)
            }
            text = text.trimmed
            // For "2019年1月".
            if text.hasSuffix("-") { text.removeLast() }
            bytes = Array(text.utf8)[...]
        }
        if let date = Self.counted(bytes) ?? Self.month(bytes) {
            self = date
        } else {
            self.init(day: bytes)
        }
    }

    /// Reads a date with year, month and day.
    private init?(day bytes: ArraySlice<UInt8>) {
        guard let (tokens, separators, rest) = Self.tokens(bytes) else { return nil }
        let hasTime = !rest.isEmpty
        guard !hasTime || Self.isTime(rest) else { return nil }
        if tokens.count == 1 {
            guard let (year, month, day) = Self.compact(tokens[0]) else { return nil }
            self.init(.yearFirst, year, month, day, hasTime: hasTime, candidates: Self.yearFirst)
            return
        }
        if let place = tokens.firstIndex(where: { $0.decimalNumber == nil }) {
            guard let month = Self.month(named: tokens[place]) else { return nil }
            let numbers = tokens.indices.filter { $0 != place }.map { tokens[$0] }
            let isYearFirst = numbers[0].count == 4
            let (yearText, dayText) = isYearFirst ? (numbers[0], numbers[1]) : (numbers[1], numbers[0])
            guard yearText.count == 4 || yearText.count == 2, dayText.count <= 2, place < 2 || isYearFirst,
                !isYearFirst || place == 1,
                let year = yearText.decimalNumber, let day = dayText.decimalNumber
            else { return nil }
            let order = isYearFirst ? DateOrder.yearFirst : place == 0 ? .monthFirst : .dayFirst
            let isShort = yearText.count == 2
            self.init(
                .named(order, isShort: isShort), isShort ? Self.fullYear(year) : year, month, day,
                hasTime: hasTime, candidates: [order])
            return
        }
        guard separators.count == 2, separators[0] == separators[1], tokens[1].count <= 2 else { return nil }
        let numbers = tokens.compactMap(\.decimalNumber)
        let (form, candidates): (Form, [DateOrder])
        let short = Form.shortYear(separator: separators[0])
        switch (tokens[0].count, tokens[2].count) {
        case (4, ...2): (form, candidates) = (.yearFirst, Self.yearFirst)
        case (...2, 4): (form, candidates) = (.yearLast(separator: separators[0]), Self.yearLast)
        case (2, 2): (form, candidates) = (short, Self.anyOrder)
        case (2, 1): (form, candidates) = (short, Self.yearFirst)
        case (1, 2): (form, candidates) = (short, Self.yearLast)
        default: return nil
        }
        self.init(
            form, numbers[0], numbers[1], numbers[2], hasTime: hasTime, candidates: candidates)
    }

    /// Reads a date such as 2019-01-30, the form of nearly all files, without an allocation.
    private static func plain(_ text: ArraySlice<UInt8>) -> WrittenDate? {
        let start = text.startIndex
        guard text.count == 10, text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-")
        else { return nil }
        func number(_ places: Range<Int>) -> Int? {
            var number = 0
            for place in places {
                guard isDigit(text[start + place]) else { return nil }
                number = number * 10 + Int(text[start + place] - 0x30)
            }
            return number
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else {
            return nil
        }
        return WrittenDate(.yearFirst, year, month, day, candidates: yearFirst)
    }

    /// Returns the day; nil if there is no such day.
    ///
    /// - Parameter order: The order of the numbers if the form does not determine it.
    func date(_ order: DateOrder) -> CalendarDate? {
        let (first, second, third) = numbers
        switch (form, order) {
        case (.sinceEpoch, _), (.serial, _): return CalendarDate(daysSinceEpoch: first)
        case (.yearFirst, _), (.named, _), (.month, _):
            return CalendarDate(year: first, month: second, day: third)
        case (.yearLast, .dayFirst): return CalendarDate(year: third, month: second, day: first)
        case (.yearLast, _): return CalendarDate(year: third, month: first, day: second)
        case (.shortYear, .yearFirst):
            return CalendarDate(year: Self.fullYear(first), month: second, day: third)
        case (.shortYear, .dayFirst):
            return CalendarDate(year: Self.fullYear(third), month: second, day: first)
        case (.shortYear, .monthFirst):
            return CalendarDate(year: Self.fullYear(third), month: first, day: second)
        }
    }

    /// The orders in which the numbers are an existing day if the form allows several; otherwise the orders of the
    /// form.
    var orders: [DateOrder] {
        switch form {
        case .yearLast, .shortYear: candidates.filter { date($0) != nil }
        default: candidates
        }
    }

    /// Returns the year from 1969 to 2068 with these last two digits, as POSIX does.
    private static func fullYear(_ year: Int) -> Int { year < 69 ? 2000 + year : 1900 + year }

    /// Returns a note about dates whose form is ambiguous; nil for other dates.
    ///
    /// - Parameter example: The text of a date, and its line.
    func note(_ example: String) -> String? {
        switch form {
        case .yearFirst, .yearLast: nil
        case .named(_, let isShort):
            isShort ? "Dates such as \(example) are read with years from 1969 to 2068." : nil
        case .shortYear: "Dates such as \(example) are read with years from 1969 to 2068."
        case .month: "Dates such as \(example) are read as the first day of the month."
        case .sinceEpoch(let unit):
            "Dates such as \(example) are read as \(unit.rawValue) since 1970 in UTC."
        case .serial: "Dates such as \(example) are read as days of Excel, which are counted from 1900."
        }
    }

    /// Splits a text into three numbers or names, or one number of eight digits, the separators between them, and the
    /// rest after a space or `T`.
    private static func tokens(
        _ bytes: ArraySlice<UInt8>
    ) -> (tokens: [ArraySlice<UInt8>], separators: [UInt8], rest: ArraySlice<UInt8>)? {
        var rest = bytes
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
        // For "2019. 1. 30."
        if separators == [UInt8(ascii: "."), UInt8(ascii: ".")], rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
        }
        return (tokens, separators, rest)
    }

    /// Removes and returns a separator: a dash, slash, point or comma with or without a space after it, or a space
    /// alone.
    static func takeSeparator(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let separator = rest.first, "-/., ".utf8.contains(separator) else { return nil }
        rest.removeFirst()
        if separator != 0x20, rest.first == 0x20 { rest.removeFirst() }
        return separator
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Reads 20190130. The year must be from 1000 to 2999, so that few other numbers of eight digits are dates.
    private static func compact(_ digits: ArraySlice<UInt8>) -> (year: Int, month: Int, day: Int)? {
        guard let number = digits.decimalNumber, (10_000_000..<30_000_000).contains(number) else {
            return nil
        }
        return (number / 10_000, number / 100 % 100, number % 100)
    }

    /// Returns the number of an English month, from its full name or its first three letters.
    static func month(named name: ArraySlice<UInt8>) -> Int? {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        return months.firstIndex { $0 == name || $0.prefix(3) == name || name == "sept" && $0 == "september" }
            .map { $0 + 1 }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ]

    /// Returns whether a text begins with the name of a month and a number.
    static func beginsWithMonth(_ text: String) -> Bool {
        let words = text.utf8.prefix(64).split(maxSplits: 1) { !isLetter($0) }
        return words.count == 2 && month(named: Array(words[0])[...]) != nil && isDigit(words[1].first!)
    }

    /// Returns whether a text is a time of day: one or more spaces or `T`, a time such as 09:00, 16:00:00 or
    /// 9:30:00.000 PM, and optionally a time zone: `Z`, `UTC`, `GMT`, an offset such as -05:00, +0900 or +09, or a word
    /// and an offset.
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
