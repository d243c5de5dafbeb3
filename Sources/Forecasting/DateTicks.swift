import Datasets
import Pictures

/// Ticks with dates for an axis on which days of trading stand side by side, at 0, 1, 2…, without gaps for the days
/// between them.
enum DateTicks {
    typealias Tick = (position: Double, label: String)

    /// As many as have room on a chart, each where a month or year begins; within three months, at every so many days.
    ///
    /// - Parameter dates: in their order; of others the ticks are right, only of little use.
    static func ticks(_ dates: [CalendarDate]) -> [Tick] {
        guard let first = dates.first, let last = dates.last else { return [] }
        let isShort = abs(last.daysSinceEpoch - first.daysSinceEpoch) < 92 && dates.count > 1
        let ticks = isShort ? days(dates) : months(dates)
        if ticks.count > 1 { return ticks }
        // One beginning, or none, does not tell how long the axis is; its ends do.
        return Set([0, dates.count - 1]).sorted().map { (Double($0), dates[$0].description) }
    }

    /// "3 Apr" at every first, second, fifth… of few days, so that it is the same day of weeks of five.
    private static func days(_ dates: [CalendarDate]) -> [Tick] {
        var step = 1
        for wider in [2, 5, 10, 20, 50] where dates.count > 6 * step { step = wider }
        return stride(from: 0, to: dates.count, by: step).map { place in
            (Double(place), "\(dates[place].day) \(name(ofMonth: dates[place].month))")
        }
    }

    /// Where each month, quarter, half year, year, decade… begins, of these the shortest that are far enough apart.
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

    /// "Jul", "Oct", "2018", "Apr": the year stands where it begins, beside the first month if no other begins.
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

    /// Places of the first day in each period of so many months. The very first day does not tell whether it is one,
    /// except up to the 4th, before which trading may not begin in a new year.
    private static func starts(ofMonths months: Int, _ dates: [CalendarDate]) -> [Int] {
        let all = dates.map { 12 * $0.year + $0.month - 1 }
        return dates.indices.filter { place in
            place == 0
                ? all[0].isMultiple(of: months) && dates[0].day <= 4
                : all[place] / months != all[place - 1] / months
        }
    }

    /// "3 Apr 2017", in one piece.
    static func unbroken(_ date: CalendarDate) -> String {
        "\(date.day)\u{A0}\(name(ofMonth: date.month))\u{A0}\(date.year)"
    }

    private static func name(ofMonth month: Int) -> String {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    }
}
