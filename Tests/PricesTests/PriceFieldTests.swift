import CSV
import Platform
import Datasets
import Testing

@testable import Prices

@Suite("Numbers of price files")
struct PriceNumberTests {
    @Test(
        arguments: [
            ("2183.36", 2183.36), ("2,183.36", 2183.36), (" 1 ", 1), ("\t1", 1), ("+1", 1), ("0001", 1),
            ("5.", 5),
            (".5", 0.5), ("1e3", 1000), ("1E+3", 1000), ("4.09661e+09", 4_096_610_000), ("1.5e-3", 0.0015),
            ("1,234", 1234), ("12,345", 12345), ("123,456,789.5", 123_456_789.5), ("1,234e2", 123_400),
            ("1,234.", 1234), ("1 234.5", 1234.5), ("1\u{A0}234", 1234), ("1'234'567.5", 1_234_567.5),
            ("1’234.5", 1234.5), ("1,23,456.7", 123_456.7), ("1,00,00,000", 10_000_000),
            ("1,23,99.87", 12_399.87),
            ("1228.099976", 1228.099976), ("9007199254740993", 9_007_199_254_740_992),
            ("5e-324", .leastNonzeroMagnitude),
        ])
    func `numbers of every form are read`(text: String, expected: Double) {
        #expect(PriceColumn("Close").value(text) == expected)
        if !text.hasPrefix("+") { #expect(PriceColumn("Dividends").value("-" + text.trimmed) == -expected) }
    }

    @Test(
        arguments: [
            "x", "1x", "nan", "NaN", "inf", "-inf", "Infinity", "0x10", "1e999", "-1e999", "1e", "1e+", "e5",
            ".", "-", "+", "",
            "--1", "+-1", "1 00", "1,23", "1,2345", "1234,567", ",123", ",123.5", "1,", "1,,234", "1,234,56",
            "1'23",
            "1,23 456", "1,2,345",
            "1.234,5", "12,5", "1.2.3",
            "$", "$$12", "-$12", "1_000", "١", "1-", "(5)", "1e5.5", "1%", "1K", "1M", "1B",
        ])
    func `texts that are not numbers are rejected`(text: String) {
        #expect(PriceColumn("Close").value(text) == nil)
    }

    @Test
    func `prices may have a currency sign and other columns may not`() {
        for text in ["12€", "€ 12", "₩12", "12원", "￥12", "12 USD", "Rs.12"] {
            #expect(PriceColumn("Close").value(text) == 12, "\(text)")
        }
        #expect(PriceColumn("Close").value("$83.53") == 83.53)
        #expect(PriceColumn("Open").value(" $1,083.53 ") == 1083.53)
        #expect(PriceColumn("Volume").value("$12") == nil)
        #expect(PriceColumn("Dividends").value("$12") == nil)
    }

    @Test(
        arguments: [
            ("1", 1), ("1K", 1000), ("1.05M", 1_050_000), ("405.21K", 405_210), ("1.2B", 1_200_000_000),
            ("0", 0),
            ("1,234.5K", 1_234_500), (" 2M ", 2_000_000), ("3.702620000e9", 3_702_620_000), ("1k", 1000),
            ("1.5m", 1_500_000), ("1T", 1e12), ("1 M", 1_000_000),
            ("1KK", nil), ("K", nil),
            ("1e3K", nil), ("1%", nil), ("1e308M", nil),
        ] as [(String, Double?)])
    func `volumes may have K, M, B or T`(text: String, expected: Double?) {
        #expect(PriceColumn("Volume").value(text) == expected)
    }

    @Test(
        arguments: [
            "Open", "High", "Low", "Close", "Price", "Close/Last", "Adj Close", "Adj. Close",
            "Adjusted Close",
        ])
    func `a price column is recognised by each of its names`(name: String) {
        let column = PriceColumn(name.uppercased())
        #expect(column.value("1K") == nil && column.value("1%") == nil)
        #expect(!column.allows(0) && !column.allows(-1) && column.allows(0.01))
    }

    @Test
    func `numbers that would overflow are rejected`() {
        for name in ["Close", "Volume", "Change", "Change %", "Dividends"] {
            #expect(PriceColumn(name).allows(1e30) && !PriceColumn(name).allows(1.1e30))
        }
        #expect(PriceColumn("Close").allows(1e-30) && !PriceColumn("Close").allows(0.9e-30))
        #expect(PriceColumn("Volume").allows(0) && !PriceColumn("Volume").allows(-1e-9))
        #expect(PriceColumn("Change").allows(-1e30) && !PriceColumn("Change").allows(-1.1e30))
    }

    @Test(
        arguments: [
            ("0.0123", 0.0123, 0.000123), ("1.23%", 0.0123, 0.0123), ("-0.28%", -0.0028, -0.0028),
            ("+5%", 0.05, 0.05),
            ("0%", 0, 0), ("1,234%", 12.34, 12.34), ("%", nil, nil), ("1%%", nil, nil), ("1K", nil, nil),
            ("1e1%", nil, nil),
        ] as [(String, Double?, Double?)])
    func `changes may be fractions or percentages`(text: String, asChange: Double?, asPercentage: Double?) {
        #expect(PriceColumn("Change").value(text) == asChange)
        #expect(PriceColumn("Change %").value(text) == asPercentage)
    }
}

/// The dates of a file, and the expected days; nil if they are an error.
@Suite("Dates of price files")
struct PriceDateTests {
    /// Returns the dates, or the problem, the line, and what was expected and found.
    private func read(_ texts: [String]) throws -> [String] {
        let text = "Date,Close\n" + texts.map { "\"\($0)\",1\n" }.joined()
        do throws(DatasetError) {
            return try PriceHistory(CSVTable(Array(text.utf8), path: "x.csv")).dates.map(\.description)
        } catch {
            guard
                case .invalid("x.csv", let problem, .field(let line, 1, "Date"), let expected, let found) =
                    error
            else { return ["\(error)"] }
            return [problem.description, "\(line)", expected, found]
        }
    }

    @Test(
        arguments: [
            (["2019-01-30"], ["2019-01-30"]), ([" 2019-1-3 ", "2020/02/29"], ["2019-01-03", "2020-02-29"]),
            (["2019.01.02"], ["2019-01-02"]),
            (["2019-01-30 00:00:00", "2019-01-31T00:00:00+09:00"], ["2019-01-30", "2019-01-31"]),
            (["Jan 30, 2019", "feb 3, 2019", "March 04, 2019"], ["2019-01-30", "2019-02-03", "2019-03-04"]),
            (["01/04/1999", "1/13/1999"], ["1999-01-04", "1999-01-13"]),
            (["04/01/1999", "13/1/1999"], ["1999-01-04", "1999-01-13"]),
            (["13.01.1999", "14.01.1999"], ["1999-01-13", "1999-01-14"]),
            (["5/5/2019", "06/06/2019"], ["2019-05-05", "2019-06-06"]),
            (["12-31-2018", "01-02-2019"], ["2018-12-31", "2019-01-02"]),
            (["20190130", "20190131"], ["2019-01-30", "2019-01-31"]),
            (["2024- 02- 23", "2024- 02- 26"], ["2024-02-23", "2024-02-26"]),
            (["2024. 2. 23.", "2024. 2. 26."], ["2024-02-23", "2024-02-26"]),
            (["2024년 2월 23일", "2024년 2월 26일"], ["2024-02-23", "2024-02-26"]),
            (["2024年2月23日", "2024年2月26日"], ["2024-02-23", "2024-02-26"]),
            (["02-Jan-2023", "03-JAN-2023", "4 sept 2023"], ["2023-01-02", "2023-01-03", "2023-09-04"]),
            (["2023-Jan-02", "2023-Feb-03"], ["2023-01-02", "2023-02-03"]),
            (["Jan 30 2019", "Feb 3,2019"], ["2019-01-30", "2019-02-03"]),
            (["2023-01-02 05:00:00+00:00", "2023-01-03 05:00:00+00:00"], ["2023-01-02", "2023-01-03"]),
            (["2023-01-02T00:00:00.000Z", "2023-01-03T00:00:00.000Z"], ["2023-01-02", "2023-01-03"]),
            (["2023-01-02 00:00:00+0530", "2023-01-03  09:15 +09"], ["2023-01-02", "2023-01-03"]),
            (["1/13/2023 16:00:00", "1/17/2023 4:00:00 PM"], ["2023-01-13", "2023-01-17"]),
            (["2023-01-02 09:00 KST", "2023-01-03 09:00 UTC+09:00"], ["2023-01-02", "2023-01-03"]),
            (["2019-01", "2019-2"], ["2019-01-01", "2019-02-01"]),
            (["Jan 2019", "Feb-2019"], ["2019-01-01", "2019-02-01"]),
            (["2019년 1월", "2019년 12월"], ["2019-01-01", "2019-12-01"]),
            (["01/2019", "12/2019"], ["2019-01-01", "2019-12-01"]),
            (["1548806400", "1548892800.0"], ["2019-01-30", "2019-01-31"]),
            (["1548806400000"], ["2019-01-30"]), (["1548806400000000000"], ["2019-01-30"]),
            (["946684800", "1000080000"], ["2000-01-01", "2001-09-10"]),
            (["43495", "43496"], ["2019-01-30", "2019-01-31"]), (["43495.75"], ["2019-01-30"]),
            (["30-Jan-19", "31-Dec-69"], ["1969-12-31", "2019-01-30"]),
            (["Jan 3, 19"], ["2019-01-03"]),
            (["01/30/19", "02/01/19"], ["2019-01-30", "2019-02-01"]),
            (["30/01/19", "31/01/19", "01/02/19"], ["2019-01-30", "2019-01-31", "2019-02-01"]),
            (["19-01-30", "19-01-31", "19-02-01"], ["2019-01-30", "2019-01-31", "2019-02-01"]),
            (["99.12.31"], ["1999-12-31"]), (["19/1/3"], ["2019-01-03"]),
        ])
    func `dates of every form are read`(texts: [String], expected: [String]) throws {
        #expect(try read(texts) == expected)
    }

    @Test
    func `each month is recognised by its full and short name`() throws {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let dates = (1...12).map { "2019-\($0 < 10 ? "0" : "")\($0)-01" }
        #expect(try read(names.map { "\($0) 1, 2019" }) == dates)
        #expect(try read(names.map { "\($0.prefix(3)) 1, 2019" }) == dates)
        #expect(try read(names.map { "\($0.uppercased()) 01, 2019" }) == dates)
    }

    @Test(
        arguments: [
            "x", "null", "", "2019", "2019-13", "2019-1-", "2019-01-30-", "2019-01-30x", "2019-01/30",
            "19-13-30", "1/2/3", "2019-001-3",
            "2019-01-003", "001/30/2019", "02019-01-30", "2019-02-29", "2019-13-01", "2019-00-10",
            "2019-01-32", "2/30/2019", "13/13/2019", "0/20/2019",
            "2019-01-30 09", "2019-01-30 25:00", "2019-01-30 09:60", "2019-01-30 :00", "2019-01-30 009:00",
            "2019-01-30 00:00:00+9", "2019-01-30 09:00 noon", "2019-01-30 9:00 AM PM Z", "20191301",
            "20190230",
            "12345678", "Jan-30", "30 2019 Jan", "201901", "012345", "1234", "123456",
            "2019-01-30 00:00:00+0a:00", "2019-01-30 00:00:00+09:0a", "2019-01-30 00:00:00+09x00",
            "2019-01-30 00:00:00ZZ",
            "Janu 30, 2019",
            "Foo 30, 2019", "Feb 30, 2019", "Jan 030, 2019",
            "Jan , 2019", "-2019-01-30", "1/-3/2019", "201901300", "2019–01–30", "15488064000",
            "99999999999999999999/1/2019",
        ])
    func `texts that are not dates are rejected`(text: String) throws {
        #expect(
            try read([text]) == [
                "invalid date", "2", "a day such as 2019-01-30, 01/30/2019 or Jan 30, 2019",
                text.quoted(atMost: 40),
            ])
    }

    @Test(
        arguments: [
            (["2019-01-30", "01/31/2019"], 3, "2019-01-30", 2),
            (["Jan 30, 2019", "2019-01-31"], 3, "Jan 30, 2019", 2),
            (["1/2/2019", "01/30/2019", "Jan 31, 2019"], 4, "1/2/2019", 2),
            (["1/2/2019", "01/30/2019", "1/3/2019", "31/01/2019"], 5, "01/30/2019", 3),
            (["30/1/2019", "1/31/2019"], 3, "30/1/2019", 2),
            (["20190130", "30-Jan-2019"], 3, "20190130", 2),
            (["Jan 30, 2019", "31 Jan 2019"], 3, "Jan 30, 2019", 2),
            // The day is first with dots, the month is first with slashes.
            (["01/13/2019", "02.01.2019"], 3, "01/13/2019", 2),
            (["2019-01-30", "2019-01"], 3, "2019-01-30", 2), (["1548806400", "43496"], 3, "1548806400", 2),
            (["30/01/69", "31/01/69", "01/31/69"], 4, "30/01/69", 2),
        ])
    func `dates of different styles are rejected`(texts: [String], line: Int, like: String, on: Int) throws {
        #expect(
            try read(texts) == [
                "dates in different formats", "\(line)", "a date written like \"\(like)\" on line \(on)",
                texts[line - 2].quoted(atMost: 40),
            ])
    }

    @Test
    func `an impossible date is reported as such, also among valid ones`() throws {
        #expect(
            try read(["14/1/2019", "13/13/2019"]) == [
                "invalid date", "3", "a day such as 2019-01-30, 01/30/2019 or Jan 30, 2019",
                "13/13/2019".quoted(atMost: 40),
            ])
    }

    @Test(
        arguments: [
            (["1/4/1999", "1/5/1999"], 2), (["5/5/2019", "12/1/2019"], 3), (["19-01-02", "19-01-03"], 2),
        ])
    func `dates with an ambiguous order are rejected`(texts: [String], line: Int) throws {
        #expect(
            try read(texts) == [
                "ambiguous dates", "\(line)",
                "a day above 12 in some row, which distinguishes days from months",
                texts[line - 2].quoted(atMost: 40),
            ])
    }
}
