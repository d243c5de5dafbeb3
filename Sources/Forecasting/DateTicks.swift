import Datasets
import Pictures

/// Date ticks for an axis on which trading days are at 0, 1, 2…, without gaps for the days between them.
enum DateTicks {
    typealias Tick = (position: Double, label: String)

    /// Returns as many ticks as fit on a chart. Each is at the beginning of a month or year; for a range of up to three
    /// months, at a fixed number of days.
    ///
    /// - Parameter dates: The dates in ascending order. Unsorted dates have correct but less useful ticks.
    static func ticks(_ dates: [CalendarDate]) -> [Tick] {
        guard let first = dates.first, let last = dates.last else { return [] }
        let isShort = abs(last.daysSinceEpoch - first.daysSinceEpoch) < 92 && dates.count > 1
        let ticks = isShort ? days(dates) : months(dates)
        if ticks.count > 1 { return ticks }
        // A single tick, or none, does not show the length of the axis; its ends do.
        return Set([0, dates.count - 1]).sorted().map { (Double($0), dates[$0].description) }
    }

    /// Returns ticks such as "3 Apr" at every first, second, fifth… day of a short range, so that they are on the same
    /// weekday in weeks of five days.
    private static func days(_ dates: [CalendarDate]) -> [Tick] {
        var step = 1
        for wider in [2, 5, 10, 20, 50] where dates.count > 6 * step { step = wider }
        return stride(from: 0, to: dates.count, by: step).map { place in
            (Double(place), "\(dates[place].day) \(name(ofMonth: dates[place].month))")
        }
    }

    /// Returns the beginnings of months, quarters, half years, years or decades: the shortest period whose ticks are
    /// far enough apart.
    private static func months(_ dates: [CalendarDate]) -> [Tick] {
        let years = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
        let room = 0.12 * Double(dates.count - 1)
        for months in [1, 3, 6] + years.map({ 12 * $0 }) {
            let places = starts(ofMonths: months, dates)
            if zip(places, places.dropFirst()).allSatisfy({ Double($1 - $0) >= room }) {
                let isYearly = months >= 12 || Set(places.map { dates[$0].month }).count == 1
                return labels(places, dates, ofYears: isYearly)
            }
        }
        return []
    }

    /// Returns labels such as "Jul", "Oct", "2018", "Apr". The year is shown at its beginning, or at the first month if
    /// no year begins.
    private static func labels(_ places: [Int], _ dates: [CalendarDate], ofYears: Bool) -> [Tick] {
        let years = places.map { dates[$0].year }
        let isOneYear = Set(years).count == 1
        return places.enumerated().map { index, place in
            let date = dates[place]
            if ofYears || date.month == 1 { return (Double(place), "\(date.year)") }
            let isNew = index == 0 ? isOneYear : years[index] != years[index - 1]
            return (Double(place), name(ofMonth: date.month) + (isNew ? " \(date.year)" : ""))
        }
    }

    /// Returns the indices of the first day in each period of a number of months. It is unknown whether the very first
    /// day begins a period, except up to the 4th, because trading may not begin before that in a new year.
    private static func starts(ofMonths months: Int, _ dates: [CalendarDate]) -> [Int] {
        let all = dates.map { 12 * $0.year + $0.month - 1 }
        return dates.indices.filter { place in
            place == 0
                ? all[0].isMultiple(of: months) && dates[0].day <= 4
                : all[place] / months != all[place - 1] / months
        }
    }

    /// Returns a date without line breaks: "3 Apr 2017".
    static func unbroken(_ date: CalendarDate) -> String {
        "\(date.day)\u{A0}\(name(ofMonth: date.month))\u{A0}\(date.year)"
    }

    private static func name(ofMonth month: Int) -> String {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    }
}
