import Platform

/// A day of the Gregorian calendar, without a time of day or a time zone.
public struct CalendarDate: Hashable, Comparable, Sendable {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1 to at most 28, 29, 30 or 31.
    public let day: Int

    /// Creates a day from its year, month and day of the month; nil if there is no such day in the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// Returns the number of days of a month, 28 to 31. Leap years are divisible by 4; those divisible by 100 must also
    /// be divisible by 400.
    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CalendarDate {
    /// The number of days from 1970-01-01 to this day; negative before it.
    package var daysSinceEpoch: Int { CivilDay.number(year: year, month: month, day: day) }

    /// Creates the day that is `daysSinceEpoch` days after 1970-01-01. Days outside the years 1 to 9999 trap.
    package init(daysSinceEpoch: Int) {
        precondition(
            (-719_162...2_932_896).contains(daysSinceEpoch),
            "daysSinceEpoch: expected -719162 to 2932896, received \(daysSinceEpoch)")
        (year, month, day) = CivilDay.date(ofDay: daysSinceEpoch)
    }

    /// Whether the day is a Saturday or a Sunday, on which stock exchanges are closed.
    package var isWeekend: Bool {
        let thursday = 4  // the weekday of 1970-01-01, counted from Sunday, which is 0
        let weekday = ((daysSinceEpoch + thursday) % 7 + 7) % 7
        return weekday == 0 || weekday == 6
    }
}

extension CalendarDate: LosslessStringConvertible, Codable {
    /// Creates a day from its text in ISO 8601, such as 2019-01-30; nil for any other text.
    public init?(_ description: String) {
        let text = Array(description.utf8)
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = text[0..<4].decimalNumber, let month = text[5..<7].decimalNumber,
            let day = text[8..<10].decimalNumber
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day in ISO 8601, such as 2019-01-30.
    public var description: String {
        "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = CalendarDate(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a date such as 2019-01-30, found \(text.quoted)")
        }
        self = date
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
