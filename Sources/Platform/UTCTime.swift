/// A time in Coordinated Universal Time, in whole seconds.
package struct UTCTime: Hashable, Sendable {
    package let year, month, day, hour, minute, second: Int

    /// - Parameter seconds: Seconds since 1970-01-01 00:00:00 UTC.
    package init(seconds: Double) {
        let total = Int(seconds.rounded(.down))
        let (days, secondOfDay) = total.flooringDivision(by: 86_400)
        (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        (year, month, day) = CivilDay.date(ofDay: days)
    }

    /// The time in a form that sorts chronologically and can be used in a file name: "20260131-235959".
    package var compact: String {
        "\(year.padded(to: 4))\(month.padded(to: 2))\(day.padded(to: 2))"
            + "-\(hour.padded(to: 2))\(minute.padded(to: 2))\(second.padded(to: 2))"
    }

    /// The time in ISO 8601: "2026-01-31T23:59:59Z".
    package var iso8601: String {
        "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
            + "T\(hour.padded(to: 2)):\(minute.padded(to: 2)):\(second.padded(to: 2))Z"
    }
}
