import Datasets
import Testing

@testable import Prices

private struct FrequencyCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let dates: [CalendarDate]
    let frequency: RowFrequency
    /// The expected next three dates; nil if they are not known.
    let next: [String]?

    init(_ name: String, _ dates: [CalendarDate], _ frequency: RowFrequency, _ next: [String]?) {
        testDescription = name
        self.dates = dates
        self.frequency = frequency
        self.next = next
    }
}

/// Returns the days from 2023-01-01, a Sunday, that a function selects by their number.
private func days(_ count: Int, _ isChosen: (Int) -> Bool = { _ in true }) -> [CalendarDate] {
    (0..<count).filter(isChosen).map { CalendarDate(daysSinceEpoch: 19_358 + $0) }
}

private func months(_ count: Int, _ day: (_ year: Int, _ month: Int) -> Int) -> [CalendarDate] {
    (0..<count).map {
        let (year, month) = (2020 + $0 / 12, $0 % 12 + 1)
        return CalendarDate(year: year, month: month, day: day(year, month))!
    }
}

private func isWeekend(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    CalendarDate(year: year, month: month, day: day)!.isWeekend
}

private let cases: [FrequencyCase] = [
    FrequencyCase("every day", days(90), .weekdays(Set(0..<7)), ["2023-04-01", "2023-04-02", "2023-04-03"]),
    FrequencyCase(
        "Monday to Friday", days(90) { (1...5).contains($0 % 7) }, .mondayToFriday,
        ["2023-04-03", "2023-04-04", "2023-04-05"]),
    FrequencyCase(
        "Monday to Friday with holidays and one Saturday",
        days(300) { (1...5).contains($0 % 7) && $0 % 11 != 0 || $0 == 20 }, .mondayToFriday,
        ["2023-10-30", "2023-10-31", "2023-11-01"]),
    FrequencyCase(
        "Sunday to Thursday", days(89) { $0 % 7 < 5 }, .weekdays([0, 1, 2, 3, 4]),
        ["2023-04-02", "2023-04-03", "2023-04-04"]),
    FrequencyCase(
        "weekly", days(200) { $0 % 7 == 1 }, .weekdays([1]), ["2023-07-24", "2023-07-31", "2023-08-07"]),
    FrequencyCase(
        "weekly with two holidays",
        days(400) { $0 % 7 == 1 && $0 != 15 && $0 != 106 || $0 == 16 || $0 == 107 }, .weekdays([1]),
        ["2024-02-05", "2024-02-12", "2024-02-19"]),
    FrequencyCase(
        "Mondays and Thursdays", days(200) { [1, 4].contains($0 % 7) }, .weekdays([1, 4]),
        ["2023-07-20", "2023-07-24", "2023-07-27"]),
    FrequencyCase(
        "every second day", days(90) { $0 % 2 == 0 }, .days(2), ["2023-04-01", "2023-04-03", "2023-04-05"]),
    FrequencyCase(
        "every second week", days(200) { $0 % 14 == 1 }, .days(14),
        ["2023-07-31", "2023-08-14", "2023-08-28"]),
    FrequencyCase(
        "monthly", months(30) { _, _ in 1 }, .months(1, .day(1)), ["2022-07-01", "2022-08-01", "2022-09-01"]),
    FrequencyCase(
        "the last day of each month", months(25) { CalendarDate.days(inMonth: $1, of: $0) },
        .months(1, .day(31)), ["2022-02-28", "2022-03-31", "2022-04-30"]),
    FrequencyCase(
        "the last weekday of each month",
        months(30) { year, month in
            (1...CalendarDate.days(inMonth: month, of: year)).last { !isWeekend(year, month, $0) }!
        }, .months(1, .lastWeekday), ["2022-07-29", "2022-08-31", "2022-09-30"]),
    FrequencyCase(
        "the first weekday of each month",
        months(30) { year, month in (1...7).first { !isWeekend(year, month, $0) }! },
        .months(1, .firstWeekday), ["2022-07-01", "2022-08-01", "2022-09-01"]),
    FrequencyCase(
        "yearly", (0..<9).map { CalendarDate(year: 2010 + $0, month: 12, day: 31)! }, .months(12, .day(31)),
        ["2019-12-31", "2020-12-31", "2021-12-31"]),
    FrequencyCase(
        "the five days of a week", days(6) { (1...5).contains($0) }, .mondayToFriday,
        ["2023-01-09", "2023-01-10", "2023-01-11"]),
    FrequencyCase("none", days(400) { [0, 3, 44, 45, 120, 201, 390].contains($0) }, .none, nil),
    FrequencyCase("a single row", days(1), .none, nil),
    FrequencyCase("no rows", [], .none, nil),
]

@Suite("Frequency of rows")
struct RowFrequencyTests {
    @Test(arguments: cases)
    fileprivate func `the next rows follow the frequency of the rows`(example: FrequencyCase) {
        let frequency = RowFrequency(example.dates)
        #expect(frequency == example.frequency)
        #expect(
            example.dates.last.flatMap { frequency.dates(after: $0, count: 3) }?.map(\.description)
                == example.next)
        #expect(frequency.description.hasSuffix("."))
    }

    @Test
    func `there are no dates after the year 9999`() {
        let end = CalendarDate(year: 9999, month: 12, day: 20)!
        #expect(RowFrequency.mondayToFriday.dates(after: end, count: 9)?.last?.description == "9999-12-31")
        for frequency in [RowFrequency.mondayToFriday, .weekdays([2]), .days(2), .months(1, .day(31))] {
            #expect(frequency.dates(after: end, count: 10) == nil)
        }
    }

    @Test(
        arguments: [
            ("2019-01-30", 4, ["2019-01-31", "2019-02-01", "2019-02-04", "2019-02-05"]),
            ("2019-02-01", 1, ["2019-02-04"]), ("2019-02-02", 1, ["2019-02-04"]),
            ("2019-02-03", 2, ["2019-02-04", "2019-02-05"]), ("2018-12-31", 1, ["2019-01-01"]),
            ("2020-02-28", 1, ["2020-03-02"]), ("2019-01-30", 0, []),
        ])
    func `the next weekdays skip weekends`(last: String, count: Int, expected: [String]) throws {
        let last = try #require(CalendarDate(last))
        #expect(RowFrequency.mondayToFriday.dates(after: last, count: count)?.map(\.description) == expected)
    }

    @Test
    func `a year of weekdays is 52 weeks and a day or two`() throws {
        let last = try #require(CalendarDate("2018-12-31"))
        let dates = try #require(RowFrequency.mondayToFriday.dates(after: last, count: 261))
        #expect(dates.last?.description == "2019-12-31")
        #expect(Set(dates).count == 261)
    }
}
