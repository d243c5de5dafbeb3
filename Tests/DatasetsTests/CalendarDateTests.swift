import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Calendar dates")
struct CalendarDateTests {
    @Test(
        arguments: [
            (1, 1, 1), (1970, 1, 1), (1999, 12, 31), (2000, 2, 29), (2019, 2, 28), (2019, 4, 30),
            (2020, 2, 29),
            (2400, 2, 29), (9999, 12, 31),
        ])
    func `existing days are accepted`(year: Int, month: Int, day: Int) throws {
        let date = try #require(CalendarDate(year: year, month: month, day: day))
        #expect((date.year, date.month, date.day) == (year, month, day))
        #expect(CalendarDate(date.description) == date)
        #expect(CalendarDate(daysSinceEpoch: date.daysSinceEpoch) == date)
    }

    @Test(
        arguments: [
            (0, 1, 1), (10000, 1, 1), (2019, 0, 1), (2019, 13, 1), (2019, 1, 0), (2019, 1, 32), (2019, 2, 29),
            (1900, 2, 29), (2100, 2, 29), (2020, 2, 30), (2019, 4, 31), (2019, 6, 31), (2019, 9, 31),
            (2019, 11, 31),
            (-1, 1, 1), (2019, 1, -1), (.max, .max, .max), (.min, .min, .min),
        ])
    func `days that do not exist are rejected`(year: Int, month: Int, day: Int) {
        #expect(CalendarDate(year: year, month: month, day: day) == nil)
    }

    @Test
    func `day numbers equal Foundation's for every day from 1890 to 2110`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let first = try #require(CalendarDate(year: 1890, month: 1, day: 1)).daysSinceEpoch
        let last = try #require(CalendarDate(year: 2110, month: 12, day: 31)).daysSinceEpoch
        #expect(last - first == 220 * 365 + 53 + 364)
        for number in stride(from: first, through: last, by: 7) {
            let date = CalendarDate(daysSinceEpoch: number)
            let expected = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(number) * 86400))
            #expect((date.year, date.month, date.day) == (expected.year!, expected.month!, expected.day!))
        }
        var previous = CalendarDate(daysSinceEpoch: first - 1)
        for number in first...last {
            let date = CalendarDate(daysSinceEpoch: number)
            #expect(date.daysSinceEpoch == number && previous < date && date != previous)
            #expect(CalendarDate(year: date.year, month: date.month, day: date.day) == date)
            previous = date
        }
    }

    @Test
    func `the first and the last day exist and days beyond them trap`() async {
        #expect(CalendarDate(daysSinceEpoch: -719_162).description == "0001-01-01")
        #expect(CalendarDate(daysSinceEpoch: 2_932_896).description == "9999-12-31")
        await #expect(processExitsWith: .failure) { _ = CalendarDate(daysSinceEpoch: -719_163) }
        await #expect(processExitsWith: .failure) { _ = CalendarDate(daysSinceEpoch: 2_932_897) }
    }

    @Test
    func `Saturdays and Sundays are weekends`() {
        // Both 1969-12-27 and 2000-01-01 were Saturdays.
        for (start, isSaturday) in [(-5, true), (10_957, true), (0, false), (-719_162, false)] {
            let week = (0..<7).map { CalendarDate(daysSinceEpoch: start + $0).isWeekend }
            #expect(week.filter(\.self).count == 2)
            #expect((week[0] && week[1]) == isSaturday)
        }
    }

    @Test(
        arguments: [
            "", "2019-1-30", "2019-01-3", "19-01-30", "2019/01/30", "2019/01-30", "2019-01/30", "2019-01-30 ",
            " 2019-01-30",
            "2019-02-29", "+019-01-30",
            "2019-01-3x", "2019-01-٣٠", "20190130", "2019-01--1", "0000-01-01",
        ])
    func `text that is not ISO 8601 is rejected`(text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test
    func `dates are encoded as text`() throws {
        let date = try #require(CalendarDate(year: 987, month: 6, day: 5))
        let data = try JSONEncoder().encode([date])
        #expect(String(decoding: data, as: UTF8.self) == #"["0987-06-05"]"#)
        #expect(try JSONDecoder().decode([CalendarDate].self, from: data) == [date])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CalendarDate].self, from: Data(#"["2019-02-29"]"#.utf8))
        }
    }

    @Test
    func `the order is chronological`() {
        let texts = ["1999-12-31", "2000-01-01", "2000-01-02", "2000-02-01", "2001-01-01"]
        let dates = texts.map { CalendarDate($0)! }
        #expect(dates.reversed().sorted() == dates)
        #expect(!(dates[0] < dates[0]))
    }
}
