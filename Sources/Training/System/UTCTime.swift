/// A moment in Coordinated Universal Time, to the second.
struct UTCTime: Hashable, Sendable {
    let year, month, day, hour, minute, second: Int

    /// - Parameter seconds: since 1970-01-01 00:00:00 UTC.
    init(seconds: Double) {
        let total = Int(seconds.rounded(.down))
        let (days, secondOfDay) = total.flooringQuotientAndRemainder(dividingBy: 86_400)
        (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        (year, month, day) = Self.date(daysSince1970: days)
    }

    /// "20260131-235959": sorts by time, fit for a file name.
    var compact: String {
        "\(Self.padded(year, 4))\(Self.padded(month, 2))\(Self.padded(day, 2))"
            + "-\(Self.padded(hour, 2))\(Self.padded(minute, 2))\(Self.padded(second, 2))"
    }

    /// "2026-01-31T23:59:59Z", ISO 8601.
    var iso8601: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
            + "T\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date, counted in years that begin on the first of March, so that the
    /// leap day comes last (Hinnant, "chrono-compatible low-level date algorithms").
    private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).flooringQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int {
    /// Quotient rounded down and a remainder of 0..<divisor, also for negative numbers.
    fileprivate func flooringQuotientAndRemainder(dividingBy divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
