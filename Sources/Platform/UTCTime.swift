/// A moment in Coordinated Universal Time, to the second.
package struct UTCTime: Hashable, Sendable {
    package let year, month, day, hour, minute, second: Int

    /// - Parameter seconds: since 1970-01-01 00:00:00 UTC.
    package init(seconds: Double) {
        let total = Int(seconds.rounded(.down))
        let (days, secondOfDay) = total.flooringDivision(by: 86_400)
        (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        (year, month, day) = CivilDay.date(ofDay: days)
    }

    /// "20260131-235959": sorts by time, fit for a file name.
    package var compact: String {
        "\(year.padded(to: 4))\(month.padded(to: 2))\(day.padded(to: 2))"
            + "-\(hour.padded(to: 2))\(minute.padded(to: 2))\(second.padded(to: 2))"
    }

    /// "2026-01-31T23:59:59Z", ISO 8601.
    package var iso8601: String {
        "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
            + "T\(hour.padded(to: 2)):\(minute.padded(to: 2)):\(second.padded(to: 2))Z"
    }
}
