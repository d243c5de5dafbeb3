import Console
import Datasets

/// The frequency of the rows' dates, from which the dates of the next rows follow.
package enum RowFrequency: Hashable, Sendable {
    /// Every week on these days, with 0 for Sunday. Holidays are not known.
    case weekdays(Set<Int>)
    /// A fixed number of days, at least 2.
    case days(Int)
    /// A fixed number of months, on a given day.
    case months(Int, DayOfMonth)
    /// No known frequency.
    case none

    package enum DayOfMonth: Hashable, Sendable {
        /// The day with this number, or the last day of a shorter month.
        case day(Int)
        case firstWeekday, lastWeekday

        fileprivate func day(ofMonth month: Int, of year: Int) -> Int {
            let count = CalendarDate.days(inMonth: month, of: year)
            switch self {
            case .day(let day): return min(day, count)
            case .firstWeekday, .lastWeekday:
                let days = self == .firstWeekday ? Array(1...count) : (1...count).reversed()
                return days.first { !CalendarDate(year: year, month: month, day: $0)!.isWeekend }!
            }
        }
    }

    package static let mondayToFriday = RowFrequency.weekdays([1, 2, 3, 4, 5])

    /// - Parameter dates: The dates of the rows, ascending. The last 250 of them are used.
    package init(_ dates: [CalendarDate]) {
        let recent = Array(dates.suffix(250))
        self = Self.weekdays(of: recent) ?? Self.months(of: recent) ?? Self.days(of: recent) ?? .none
    }

    /// Returns the dates of the rows after the last one; nil if they are not known, or end after the year 9999.
    package func dates(after last: CalendarDate, count: Int) -> [CalendarDate]? {
        var dates: [CalendarDate] = []
        var day = last.daysSinceEpoch
        var month = 12 * last.year + last.month - 1
        // This is 9999-12-31.
        let end = 2_932_896
        while dates.count < count {
            switch self {
            case .weekdays(let weekdays):
                repeat { day += 1 } while day <= end && !weekdays.contains(Self.weekday(day))
            case .days(let step): day += step
            case .months(let step, let place):
                month += step
                guard month / 12 <= 9999 else { return nil }
                let (year, number) = (month / 12, month % 12 + 1)
                dates.append(
                    CalendarDate(year: year, month: number, day: place.day(ofMonth: number, of: year))!)
                continue
            case .none: return nil
            }
            guard day <= end else { return nil }
            dates.append(CalendarDate(daysSinceEpoch: day))
        }
        return dates
    }

    /// The frequency of the dates of the next rows, in a sentence.
    package var description: String {
        let english = Language.english
        func apart(_ key: PriceText, _ months: Int, day: Int? = nil) -> String {
            let distance =
                months == 1
                ? english.text(PriceText.month) : english.text(PriceText.months, ["count": "\(months)"])
            return english.text(
                key, ["distance": distance].merging(day.map { ["day": "\($0)"] } ?? [:]) { $1 })
        }
        switch self {
        case .weekdays(let weekdays): return Self.sentence(weekdays.sorted())
        case .days(let step): return english.text(PriceText.daysApart, ["count": "\(step)"])
        case .months(let step, .day(let day)): return apart(.monthsApart, step, day: day)
        case .months(let step, .firstWeekday): return apart(.monthsApartFirst, step)
        case .months(let step, .lastWeekday): return apart(.monthsApartLast, step)
        case .none: return english.text(PriceText.numbered)
        }
    }

    private static func sentence(_ weekdays: [Int]) -> String {
        let english = Language.english
        let names = [PriceText.sunday, .monday, .tuesday, .wednesday, .thursday, .friday, .saturday].map {
            english.text($0)
        }
        if weekdays.count == 7 { return english.text(PriceText.everyDay) }
        if weekdays.count == 1 { return english.text(PriceText.weekly, ["day": names[weekdays[0]]]) }
        // The first day after a day that is left out.
        let start = weekdays.first { !weekdays.contains(($0 + 6) % 7) }!
        let isRun = weekdays.indices.allSatisfy { weekdays.contains((start + $0) % 7) }
        guard isRun, weekdays.count > 2 else {
            return english.text(
                PriceText.onWeekdays, ["list": weekdays.map { names[$0] }.joined(separator: ", ")])
        }
        return english.text(
            PriceText.fromWeekdayToWeekday,
            ["first": names[start], "last": names[(start + weekdays.count - 1) % 7]])
    }

    // MARK: Recognition

    /// Returns the weekday of a number of days since 1970-01-01, a Thursday.
    private static func weekday(_ day: Int) -> Int { ((day + 4) % 7 + 7) % 7 }

    /// Returns the weekdays of most rows, if most of the days with these weekdays have a row.
    private static func weekdays(of dates: [CalendarDate]) -> RowFrequency? {
        let days = dates.map(\.daysSinceEpoch)
        guard days.count > 1 else { return nil }
        let span = days[days.count - 1] - days[0]
        var counts = [Int](repeating: 0, count: 7)
        for day in days { counts[weekday(day)] += 1 }
        var weekdays = Set((0..<7).filter { 4 * counts[$0] >= counts.max()! })
        if span < 14 {
            // Less than two weeks may not show every weekday of a frequency.
            guard days.count > 2 || span <= 4, zip(days.dropFirst(), days).allSatisfy({ $0 - $1 <= 4 }) else {
                return nil
            }
            let hasFridayOrSaturday = !weekdays.isDisjoint(with: [5, 6])
            if weekdays.isSubset(of: [1, 2, 3, 4, 5]) {
                weekdays = [1, 2, 3, 4, 5]
            } else {
                weekdays = hasFridayOrSaturday ? Set(0..<7) : Set(0..<5)
            }
            return .weekdays(weekdays)
        }
        let explained = weekdays.reduce(0) { $0 + counts[$1] }
        let expected = (days[0]...days[days.count - 1]).count { weekdays.contains(weekday($0)) }
        guard 10 * explained >= 8 * days.count, 10 * explained >= 6 * expected else { return nil }
        return .weekdays(weekdays)
    }

    private static func months(of dates: [CalendarDate]) -> RowFrequency? {
        guard dates.count > 2 else { return nil }
        let months = dates.map { 12 * $0.year + $0.month - 1 }
        let steps = zip(months.dropFirst(), months).map { $0 - $1 }
        let step = steps.sorted()[steps.count / 2]
        guard step > 0, 10 * steps.count(where: { $0 == step }) >= 9 * steps.count else { return nil }
        let numbers = Dictionary(dates.map { ($0.day, 1) }, uniquingKeysWith: +)
        let usual = numbers.max { ($0.value, -$0.key) < ($1.value, -$1.key) }!.key
        let places: [DayOfMonth] = [.day(31), .day(usual), .lastWeekday, .firstWeekday]
        let matches = places.map { place in
            dates.count { place.day(ofMonth: $0.month, of: $0.year) == $0.day }
        }
        let best = matches.max()!
        guard 10 * best >= 7 * dates.count else { return nil }
        return .months(step, places[matches.firstIndex(of: best)!])
    }

    private static func days(of dates: [CalendarDate]) -> RowFrequency? {
        guard dates.count > 2 else { return nil }
        let days = dates.map(\.daysSinceEpoch)
        let steps = zip(days.dropFirst(), days).map { $0 - $1 }
        let step = steps.sorted()[steps.count / 2]
        guard step > 1, 10 * steps.count(where: { $0 == step }) >= 9 * steps.count else { return nil }
        return .days(step)
    }
}
