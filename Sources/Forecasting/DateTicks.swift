import Console
import Datasets
import Pictures

/// Date ticks for an axis on which trading days are at 0, 1, 2…, without gaps for the days between them.
enum DateTicks {
    typealias Tick = (position: Double, label: String)

    /// Returns as many ticks as fit on a chart. Each is at the beginning of a month or year; for a range of up to three
    /// months, at a fixed number of days.
    ///
    /// - Parameters:
    ///   - dates: The dates in ascending order. Unsorted dates have correct but less useful ticks.
    ///   - language: The language of the labels.
    static func ticks(_ dates: [CalendarDate], in language: Language = .english) -> [Tick] {
        guard let first = dates.first, let last = dates.last else { return [] }
        let isShort = abs(last.daysSinceEpoch - first.daysSinceEpoch) < 92 && dates.count > 1
        let ticks = isShort ? days(dates, language) : months(dates, language)
        if ticks.count > 1 { return ticks }
        // A single tick, or none, does not show the length of the axis; its ends do.
        return Set([0, dates.count - 1]).sorted().map { (Double($0), dates[$0].description) }
    }

    /// Returns ticks such as "3 Apr" at every first, second, fifth… day of a short range, so that they are on the same
    /// weekday in weeks of five days.
    private static func days(_ dates: [CalendarDate], _ language: Language) -> [Tick] {
        var step = 1
        for wider in [2, 5, 10, 20, 50] where dates.count > 6 * step { step = wider }
        return stride(from: 0, to: dates.count, by: step).map { place in
            (Double(place), text(.dayOfMonth, dates[place], language))
        }
    }

    /// Returns the beginnings of months, quarters, half years, years or decades: the shortest period whose ticks are
    /// far enough apart.
    private static func months(_ dates: [CalendarDate], _ language: Language) -> [Tick] {
        let years = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
        let room = 0.12 * Double(dates.count - 1)
        for months in [1, 3, 6] + years.map({ 12 * $0 }) {
            let places = starts(ofMonths: months, dates)
            if zip(places, places.dropFirst()).allSatisfy({ Double($1 - $0) >= room }) {
                let isYearly = months >= 12 || Set(places.map { dates[$0].month }).count == 1
                return labels(places, dates, ofYears: isYearly, language)
            }
        }
        return []
    }

    /// Returns labels such as "Jul", "Oct", "2018", "Apr". The year is shown at its beginning, or at the first month if
    /// no year begins.
    private static func labels(
        _ places: [Int], _ dates: [CalendarDate], ofYears: Bool, _ language: Language
    ) -> [Tick] {
        let years = places.map { dates[$0].year }
        let isOneYear = Set(years).count == 1
        return places.enumerated().map { index, place in
            let date = dates[place]
            if ofYears || date.month == 1 { return (Double(place), text(.year, date, language)) }
            let isNew = index == 0 ? isOneYear : years[index] != years[index - 1]
            return (
                Double(place),
                isNew ? text(.monthOfYear, date, language) : name(ofMonth: date.month, language)
            )
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
    static func unbroken(_ date: CalendarDate, in language: Language = .english) -> String {
        text(.whole, date, language)
    }

    private static func text(_ key: DateText, _ date: CalendarDate, _ language: Language) -> String {
        language.text(
            key,
            [
                "day": "\(date.day)", "month": name(ofMonth: date.month, language), "year": "\(date.year)",
            ])
    }

    private static func name(ofMonth month: Int, _ language: Language) -> String {
        language.text(MonthText.allCases[month - 1])
    }
}
