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

    /// Reads a time as ``iso8601`` writes it; nil for any other text. Days such as the 31st of April are later days.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        // A 0 in the pattern means any digit.
        let pattern = Array("0000-00-00T00:00:00Z".utf8)
        guard bytes.count == pattern.count else { return nil }
        for (byte, expected) in zip(bytes, pattern) {
            guard expected == UInt8(ascii: "0") ? (0...9).contains(Int(byte) - 48) : byte == expected else {
                return nil
            }
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { 10 * $0 + Int($1) - 48 } }
        (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    package var seconds: Int {
        86_400 * CivilDay.number(year: year, month: month, day: day) + 3600 * hour + 60 * minute + second
    }
}
