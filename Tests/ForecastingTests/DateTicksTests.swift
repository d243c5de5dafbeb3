import Datasets
import Pictures
import TestSupport
import Testing

@testable import Forecasting

/// Returns days without weekends.
func tradingDays(from first: String, count: Int) throws -> [CalendarDate] {
    var (days, number) = ([CalendarDate](), try #require(CalendarDate(first)).daysSinceEpoch)
    while days.count < count {
        let date = CalendarDate(daysSinceEpoch: number)
        if !date.isWeekend { days.append(date) }
        number += 1
    }
    return days
}

@Suite struct DateTicksTests {
    @Test(arguments: [
        ("2017-04-03", 2, ["3 Apr", "4 Apr"]),
        ("2017-04-03", 6, ["3 Apr", "4 Apr", "5 Apr", "6 Apr", "7 Apr", "10 Apr"]),
        ("2017-04-03", 7, ["3 Apr", "5 Apr", "7 Apr", "11 Apr"]),
        ("2017-04-03", 30, ["3 Apr", "10 Apr", "17 Apr", "24 Apr", "1 May", "8 May"]),
        ("2017-04-03", 66, ["3 Apr", "1 May", "29 May", "26 Jun"]),
        ("2017-04-05", 68, ["May 2017", "Jun", "Jul"]),
        ("2017-04-05", 100, ["May 2017", "Jun", "Jul", "Aug"]),
        ("2017-04-03", 100, ["Apr 2017", "May", "Jun", "Jul", "Aug"]),
        ("2017-11-20", 100, ["Dec", "2018", "Feb", "Mar", "Apr"]),
        ("2017-02-06", 260, ["Apr", "Jul", "Oct", "2018"]),
        ("2017-04-24", 426, ["Jul", "Oct", "2018", "Apr", "Jul", "Oct"]),
        ("2017-02-24", 780, ["Jul", "2018", "Jul", "2019", "Jul", "2020"]),
        ("2010-01-04", 1300, ["2010", "2011", "2012", "2013", "2014"]),
        ("1999-01-04", 5031, ["2000", "2005", "2010", "2015"]),
        ("1899-12-01", 30_000, ["1900", "1920", "1940", "1960", "1980", "2000"]),
    ])
    func `the period depends on the span`(first: String, count: Int, labels: [String]) throws {
        let days = try tradingDays(from: first, count: count)
        #expect(DateTicks.ticks(days).map(\.label) == labels)
    }

    @Test func `a tick is at the first day of its period`() throws {
        let days = try tradingDays(from: "2017-04-24", count: 426)
        let places = DateTicks.ticks(days).map { days[Int($0.position)].description }
        #expect(
            places == ["2017-07-03", "2017-10-02", "2018-01-01", "2018-04-02", "2018-07-02", "2018-10-01"])
        let years = try tradingDays(from: "1999-01-04", count: 5031)
        #expect(DateTicks.ticks(years).map { years[Int($0.position)].description }.first == "2000-01-03")
    }

    @Test func `a year is labelled at any beginning`() throws {
        let days = try (2001...2009).map { try #require(CalendarDate(year: $0, month: 3, day: 15)) }
        #expect(DateTicks.ticks(days).map(\.label) == (2002...2009).map(String.init))
        let gap = try tradingDays(from: "2010-01-04", count: 1300).filter { $0.year != 2012 || $0.month > 1 }
        #expect(DateTicks.ticks(gap).map(\.label) == (2010...2014).map(String.init))
        let rare = try ["2001-03-15", "2001-08-01", "2002-05-01", "2002-09-01", "2003-11-01"].map {
            try #require(CalendarDate($0))
        }
        #expect(DateTicks.ticks(rare).map(\.label) == ["Aug", "May 2002", "Sep", "Nov 2003"])
    }

    @Test func `the ends have dates if no period begins`() throws {
        #expect(DateTicks.ticks([]).isEmpty)
        let dates = try ["2001-05-07", "2004-11-30"].map { try #require(CalendarDate($0)) }
        #expect(DateTicks.ticks([dates[0]]).map(\.label) == ["2001-05-07"])
        let two = DateTicks.ticks(dates)
        #expect(two.map(\.label) == ["2001-05-07", "2004-11-30"] && two.map(\.position) == [0, 1])
    }

    /// The ticks of any span are far enough apart for their labels: the chart leaves out labels that touch, and it
    /// leaves out none.
    @Test(arguments: ["1999-01-04", "2017-04-24", "2016-12-30"])
    func `all labels have room`(first: String) throws {
        let all = try tradingDays(from: first, count: 9000)
        for count in Array(2...130) + Array(stride(from: 131, through: 9000, by: 373)) {
            let days = Array(all.prefix(count))
            let ticks = DateTicks.ticks(days)
            #expect((2...9).contains(ticks.count), "\(count) days: \(ticks.map(\.label))")
            #expect(ticks.allSatisfy { days.indices.contains(Int($0.position)) })
            let chart = LineChart(
                "", x: Axis("", ticks: .labels(ticks)), y: Axis(""),
                series: [.init("", points: [(0, 12_345), (Double(count - 1), 54_321)])])
            let shown = try readXML(chart.svgFile).all("text").map(\.text)
            #expect(ticks.allSatisfy { shown.contains($0.label) }, "\(count) days: \(ticks.map(\.label))")
        }
    }

    @Test func `unsorted dates do not fail`() throws {
        let texts = ["2018-01-01", "0001-01-01", "9999-12-31", "2018-01-01", "2018-01-01", "1500-07-01"]
        let dates = try texts.map { try #require(CalendarDate($0)) }
        for count in 0...dates.count {
            for dates in [Array(dates.prefix(count)), dates.suffix(count).reversed()] {
                #expect(DateTicks.ticks(dates).isEmpty == dates.isEmpty)
            }
        }
        #expect(DateTicks.ticks(Array(repeating: dates[0], count: 300)).count <= 9)
    }
}
