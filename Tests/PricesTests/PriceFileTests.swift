import CSV
import Datasets
import Testing

@testable import Prices

/// The text of a common kind of file, and the expected result.
private struct KnownFile: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    var options = PriceFileOptions()
    let dates: [String]
    let closes: [Double]
    let notes: [String]

    init(
        _ name: String, _ text: String, _ dates: [String] = days, _ closes: [Double] = [2.5, 3],
        notes: [String] = [], _ change: (inout PriceFileOptions) -> Void = { _ in }
    ) {
        testDescription = name
        self.text = text
        self.dates = dates
        self.closes = closes
        self.notes = notes
        change(&options)
    }
}

private let days = ["2023-01-02", "2023-01-03"]

private let newestFirst =
    "The file has the newest row first; the rows were sorted by their dates, the oldest first."

private let known: [KnownFile] = [
    KnownFile(
        "Excel, with the separator in the first line", "sep=;\nDate;Close\n2023-01-02;2,5\n2023-01-03;3,0\n"),
    KnownFile("vertical bars", "Date|Close\n2023-01-02|2.5\n2023-01-03|3\n"),
    KnownFile(
        "Markdown", "| Date | Close |\n|:---|---:|\n| 2023-01-02 | 2.5 |\n| 2023-01-03 | 3 |\n"),
    KnownFile(
        "psql",
        "    Date    | Close \n------------+-------\n 2023-01-02 |   2.5\n 2023-01-03 |     3\n(2 rows)\n",
        notes: ["1 line below the rows is skipped: line 5 begins with \"(2 rows)\"."]),
    KnownFile("blanks", "Date        Close\n2023-01-02    2.5\n2023-01-03  3\n"),
    KnownFile(
        "titles above, words below",
        "X Inc.\nDaily, in USD\n\nDate,Close\n2023-01-02,2.5\n2023-01-03,3\nTotal,5.5\n"
            + "Source: X\n\"As is, no warranty\"\n",
        notes: [
            "2 lines above the column names are skipped: the first, line 1, is \"X Inc.\".",
            "3 lines below the rows are skipped: the first, line 7, begins with \"Total\".",
        ]),
    KnownFile(
        "titles of as many fields",
        "X Inc.,,\nDate,Open,Close\n2023-01-02,1,2.5\n2023-01-03,1,3\nSource: 2023,,\n",
        notes: [
            "1 line above the column names is skipped: line 1 is \"X Inc.,,\".",
            "1 line below the rows is skipped: line 5 begins with \"Source: 2023\".",
        ]),
    KnownFile(
        "Yahoo's page, copied",
        "Date\tOpen\tClose*\tAdj Close**\nJan 3, 2023\t1\t3\t3\nJan 3, 2023\t0.24 Dividend\nJan 2, 2023\t1\t2.5\t2\n"
            + "Dec 30, 2022\t4:1 Stock Splits\n*Close price adjusted for splits.\n",
        notes: [
            "2 lines with dividends or splits are skipped: the first, line 3, has \"0.24 Dividend\".",
            "1 line below the rows is skipped: line 6 begins with \"*Close price adjusted for splits.\".",
            newestFirst,
        ]),
    KnownFile(
        "dividends of as many fields",
        "Date,Open,Close\n2023-01-02,1,2.5\n2023-01-03,0.24 Dividend,0.24 Dividend\n2023-01-03,1,3\n",
        notes: ["1 line with a dividend or a split is skipped: line 3 has \"0.24 Dividend\"."]),
    KnownFile(
        "files joined with their names", "Date,Close\n2023-01-02,2.5\nDate,Close\n2023-01-03,3\n",
        notes: ["1 line that repeats the column names is skipped: line 3."]),
    KnownFile(
        "months", "Date,Close\n2023-01,2.5\n2023-02,3\n", ["2023-01-01", "2023-02-01"],
        notes: ["Dates such as 2023-01 (line 2) are read as the first day of the month."]),
    KnownFile(
        "seconds since 1970", "timestamp,open,close\n1672617600,1,2.5\n1672704000,1,3\n",
        notes: ["Dates such as 1672617600 (line 2) are read as seconds since 1970 in UTC."]),
    KnownFile(
        "days of Excel", "Date,Close\n44928,2.5\n44929,3\n",
        notes: ["Dates such as 44928 (line 2) are read as days of Excel, which are counted from 1900."]),
    KnownFile(
        "short years", "Date,Close\n02-Jan-23,2.5\n03-Jan-23,3\n",
        notes: ["Dates such as 02-Jan-23 (line 2) are read with years from 1969 to 2068."]),
    KnownFile(
        "short years first", "Date,Close\n22/12/30,2.5\n23/01/03,3\n23/01/31,4\n",
        ["2022-12-30", "2023-01-03", "2023-01-31"], [2.5, 3, 4],
        notes: [
            "Dates such as 22/12/30 (line 2) are read in the order year, month, day: then the rows are in order and evenly "
                + "spaced. --date-order sets another order.",
            "Dates such as 22/12/30 (line 2) are read with years from 1969 to 2068.",
        ]),
    KnownFile("units in brackets", "Date (UTC),Open [USD],Close (USD)\n2023-01-02,1,2.5\n2023-01-03,1,3\n"),
    KnownFile("Traditional Chinese", "日期,開盤價,收盤價\n2023/01/02,1,2.5\n2023/01/03,1,3\n"),
    KnownFile(
        "French, in full", "Date;Ouverture;Clôture\n02/01/2023;1,0;2,5\n13/01/2023;1,0;3,0\n",
        ["2023-01-02", "2023-01-13"]),
    KnownFile("a time beside the date", "<TIME>,<DATE>,<CLOSE>\n000000,20230102,2.5\n000000,20230103,3\n"),
    KnownFile("a ticker in the first row alone", "Date,Ticker,Close\n2023-01-02,X,2.5\n2023-01-03,,3\n"),
    KnownFile(
        "two levels of names, one ticker and a column without",
        "Price,Close,Note\nTicker,X,\nDate,,\n2023-01-02,2.5,a\n2023-01-03,3,b\n"),
    KnownFile(
        "a date's column of an unknown name", "Tag,Close\n2023-01-02,2.5\n2023-01-03,3\n",
        notes: ["No column is named Date; the dates are those of the column \"Tag\"."]),
    KnownFile("semicolons", "Date;Open;Close\n2023-01-02;1.5;2.5\n2023-01-03;1;3\n"),
    KnownFile(
        "semicolons and a decimal comma", "Date;Close\n2023-01-02;99,8721\n2023-01-03;1.234,5\n", days,
        [99.8721, 1234.5]),
    KnownFile("tabs", "Date\tClose\n2023-01-02\t2.5\n2023-01-03\t3\n"),
    KnownFile(
        "quoted decimal commas between commas",
        "\"Datum\",\"Zuletzt\",\"Eröffn.\"\n\"02.01.2023\",\"16.880,83\",\"1,0\"\n"
            + "\"13.01.2023\",\"16.900,5\",\"1,0\"\n", ["2023-01-02", "2023-01-13"], [16_880.83, 16_900.5]),
    KnownFile(
        "a decimal comma that only semicolons tell", "Date;Close\n2023-01-02;1,085\n2023-01-03;1,091\n", days,
        [1.085, 1.091],
        notes: [
            "Numbers such as 1,085 (line 2) are read with a decimal comma, as the fields are separated by semicolons."
        ]),
    KnownFile(
        "yfinance, one ticker",
        "Price,Close,High\nTicker,TST,TST\nDate,,\n2023-01-02,2.5,3\n2023-01-03,3,4\n"),
    KnownFile(
        "yfinance, several tickers",
        "Price,Close,Close,High,High\nTicker,AAA,BBB,AAA,BBB\nDate,,,,\n2023-01-02,1,2.5,3,4\n2023-01-03,1,3,4,5\n"
    ) { $0.ticker = "bbb" },
    KnownFile(
        "yfinance, grouped by ticker",
        "Ticker,AAA,AAA,BBB,BBB\nPrice,Close,Open,Close,Open\nDate,,,,\n2023-01-02,2.5,1,3,4\n2023-01-03,3,1,4,5\n"
    ) { $0.ticker = "AAA" },
    KnownFile("Korean", "날짜,시가,종가\n2023-01-02,1,2.5\n2023-01-03,1,3\n"),
    KnownFile("Japanese", "日付け,終値,始値\n2023年01月02日,2.5,1\n2023年01月03日,3,1\n"),
    KnownFile("Chinese", "日期,收盘,开盘\n2023-1-2,2.5,1\n2023-1-3,3,1\n"),
    KnownFile(
        "French", "\"Date\",\"Dernier\"\n\"02/01/2023\",\"2,5\"\n\"13/01/2023\",\"3,0\"\n",
        ["2023-01-02", "2023-01-13"]),
    KnownFile(
        "investing.com in Korean",
        "\u{FEFF}\"날짜\",\"종가\",\"시가\",\"거래량\",\"변동 %\"\n\"2023- 01- 03\",\"3\",\"1\",\"3.10M\",\"0.12%\"\n"
            + "\"2023- 01- 02\",\"2.5\",\"1\",\"8.51M\",\"0.1%\"\n",
        notes: [newestFirst]),
    KnownFile(
        "Stooq",
        "<TICKER>,<DATE>,<TIME>,<CLOSE>,<VOL>\nX.US,20230102,000000,2.5,1\nX.US,20230103,000000,3,1\n"),
    KnownFile(
        "NSE",
        "\u{FEFF}\"Date \",\"series \",\"OPEN \",\"close \"\n\"02-Jan-2023\",\"EQ\",\"1,23,100.48\",\"1,23,100.41\"\n"
            + "\"03-Jan-2023\",\"EQ\",\"1,23,101\",\"1,24,101.5\"\n", days, [123_100.41, 124_101.5]),
    KnownFile(
        "irregular groups of digits", "Date,Close\n2023-01-02,\"1,23,100.41\"\n2023-01-03,\"1,23,99.87\"\n",
        days, [123_100.41, 12_399.87],
        notes: ["\"1,23,99.87\" on line 3 has a last group of two digits; it is read as 12399.87."]),
    KnownFile("an index without a name", ",Close\n2023-01-02,2.5\n2023-01-03,3\n"),
    KnownFile("a date's column by option", "Tag,Close\n2023-01-02,2.5\n2023-01-03,3\n") {
        $0.dateColumn = "tag"
    },
    KnownFile(
        "of two dates the one by option",
        "Date,Trade Date,Close\n2022-01-02,2023-01-02,2.5\n2022-01-02,2023-01-03,3\n"
    ) { $0.dateColumn = "Trade Date" },
    KnownFile(
        "every word for a missing value",
        "Date,Close\n2023-01-02,2.5\n"
            + [
                "", "NaN", "nan", "null", "NULL", "NA", "N/A", "#N/A", "None", "-", "--", "–", ".", "n.a.",
                "\"\"",
            ].enumerated().map { "2022-01-\($0 + 10),\($1)\n" }.joined() + "2023-01-03,3\n"),
    KnownFile(
        "a day without trade",
        "Date,Open,High,Low,Close\n2023-01-02,1,1,1,2.5\n2023-01-04,0,0,0,2.5\n2023-01-03,1,1,1,3\n",
        notes: ["1 row skipped, a day without trade: open, high and low are 0 on line 3."]
    ) { $0.skipsDaysWithoutTrade = true },
    KnownFile(
        "days without trade, the first of all",
        "Date,Open,Close\n2023-01-01,0,2\n2023-01-02,1,2.5\n2023-01-03,1,3\n2023-01-04,0.0,2.5\n",
        notes: ["2 rows skipped, days without trade: open, high and low are 0, first on line 2."]
    ) { $0.skipsDaysWithoutTrade = true },
    KnownFile(
        "a day without trade, decimal commas",
        "Date;Open;High;Low;Close\n2023-01-02;1,0;1,0;1,0;2,5\n2023-01-04;0,00;0,00;0,00;2,5\n2023-01-03;1,0;1,0;1,0;3,0\n",
        notes: ["1 row skipped, a day without trade: open, high and low are 0 on line 3."]
    ) { $0.skipsDaysWithoutTrade = true },
    KnownFile(
        "rows of several tickers",
        "Date,Symbol,Close\n2023-01-02,A,1\n2023-01-02,B,2.5\n2023-01-03,A,1\n2023-01-03,B,3\n"
    ) { $0.ticker = "B" },
    KnownFile(
        "rows out of order", "Date,Close\n2023-01-03,3\n2023-01-02,2.5\n2023-01-04,4\n2023-01-05,5\n",
        days + ["2023-01-04", "2023-01-05"], [2.5, 3, 4, 5],
        notes: [
            "The rows are not in the order of their dates and were sorted: line 3 has 2023-01-02 after 2023-01-03."
        ]),
    KnownFile(
        "the newest row first, one out of order",
        "Date,Close\n2023-01-05,5\n2023-01-03,3\n2023-01-04,4\n2023-01-02,2.5\n",
        days + ["2023-01-04", "2023-01-05"], [2.5, 3, 4, 5],
        notes: [
            "The rows are not in the order of their dates and were sorted: line 4 has 2023-01-04 after 2023-01-03."
        ]),
]

/// Returns sixteen years of months.
private func monthly(_ write: (_ month: String, _ year: Int) -> String) -> String {
    let rows = (0..<192).map { row in
        let month = row % 12 + 1
        return write(month < 10 ? "0\(month)" : "\(month)", 2008 + row / 12) + ",\(100 + row)\n"
    }
    return "Date,Close\n" + rows.joined()
}

private func history(
    _ text: String, _ options: PriceFileOptions = PriceFileOptions()
) throws(DatasetError) -> PriceHistory {
    try PriceHistory(CSVTable(Array(text.utf8), path: "x.csv"), options: options)
}

private let twoTickers = "Price,Close,Close\nTicker,AAA,BBB\nDate,,\n2023-01-02,1,2\n"

@Suite("Common price files")
struct PriceFileTests {
    @Test(arguments: known)
    fileprivate func `a file of each kind is read`(file: KnownFile) throws {
        let history = try history(file.text, file.options)
        #expect(history.dates.map(\.description) == file.dates)
        #expect(history["Close"] == file.closes)
        #expect(history.notes == file.notes)
    }

    @Test
    func `ambiguous dates are read so that rows are sorted and evenly spaced, with a note`() throws {
        for (text, order) in [
            (monthly { "\($0)/01/\($1)" }, "month, day, year"),
            (monthly { "01.\($0).\($1)" }, "day, month, year"),
        ] {
            let history = try history(text)
            #expect(history.dates.prefix(2).map(\.description) == ["2008-01-01", "2008-02-01"])
            #expect(history.dates.last?.description == "2023-12-01")
            #expect(history.notes.count == 1)
            #expect(history.notes.first?.hasPrefix("Dates such as ") ?? false)
            #expect(history.notes.first?.contains("are read in the order \(order): ") ?? false)
        }
        // Eleven days of one month and one of the next: in the other order they go up and down.
        let days = (2...12).map { "\($0 < 10 ? "0" : "")\($0)/02/2024,1\n" }
        #expect(
            try history("Date,Close\n" + days.joined() + "01/03/2024,1\n").dates.first?.description
                == "2024-02-02")
    }

    @Test(arguments: [DateOrder.dayFirst, .monthFirst])
    func `an option decides how ambiguous dates are read`(order: DateOrder) throws {
        var options = PriceFileOptions()
        options.dateOrder = order
        let history = try history("Date,Close\n01/02/2023,1\n", options)
        #expect(
            history.dates.map(\.description) == [order == .dayFirst ? "2023-02-01" : "2023-01-02"])
        #expect(history.notes == [])
    }

    @Test(
        arguments: [
            (
                twoTickers, nil,
                "prices of several tickers at line 1: expected columns of one ticker, found \"AAA\", \"BBB\"; "
                    + "choose one (--ticker AAA)"
            ),
            (
                twoTickers, "CCC",
                "prices of several tickers at line 1: expected the ticker \"CCC\", found \"AAA\", \"BBB\"; "
                    + "choose one (--ticker AAA)"
            ),
            (
                "Date,Ticker,Close\n2023-01-02,A,1\n2023-01-02,B,2\n", nil,
                "prices of several tickers at line 3, column 2 (Ticker): expected rows of one ticker, found "
                    + "\"A\", \"B\"; choose one (--ticker A)"
            ),
            (
                "Date,Ticker,Close\n2023-01-02,BRK B,1\n2023-01-03,A,2\n", nil,
                "prices of several tickers at line 3, column 2 (Ticker): expected rows of one ticker, found "
                    + "\"BRK B\", \"A\"; choose one (--ticker 'BRK B')"
            ),
            (
                "Date,Close\n01/11/2023,1\n01/12/2023,1\n13/01/2023,1\n16/01/2023,1\n", nil,
                "dates in different formats at line 2, column 1 (Date): expected a date written like \"13/01/2023\" on "
                    + "line 4, found \"01/11/2023\"; write all dates as year-month-day, such as 2019-01-30"
            ),
            (
                "Date,Close\n2023-01-02 09:00,1\n2023-01-02 10:00,2\n", nil,
                "several rows for one day at line 3, column 1 (Date): expected one row for each date, found "
                    + "\"2023-01-02 10:00\", and on line 2 \"2023-01-02 09:00\"; keep one row of each day, such as "
                    + "the last; times of day are not forecast"
            ),
            (
                "Date,Close\n2023-01-02,\"1.5\"\n2023-01-03,\"1,5\"\n", nil,
                "numbers in different formats at line 3, column 2 (Close): expected a number with a decimal point, "
                    + "like \"1.5\" on line 2, found \"1,5\"; write all numbers with the same decimal mark"
            ),
            (
                "Date,Open,High,Low,Close\n2023-01-02,0,0,0,2\n", nil,
                "value out of range at line 2, column 2 (Open): expected a price above zero, such as 2183.36 or "
                    + "2,183.36, found \"0\"; open, high and low are 0, as on a day without trade: skip such days "
                    + "(--skip-no-trade)"
            ),
            (
                "Tag,Close\nMonday,1\n", nil,
                "missing column at line 1: expected a column Date, found \"Tag\", \"Close\"; name the column with "
                    + "the dates (--date-column); the first line must name the columns"
            ),
            (
                "2023-01-02,1.5\n2023-01-03,1\n", nil,
                "no column names at line 1: expected names such as Date and Close, found \"2023-01-02\", \"1.5\"; "
                    + "add a line with the column names above the first row, such as Date,Close"
            ),
            (
                "Date,Close\n2023-01-02,1e32\n", nil,
                "value out of range at line 2, column 2 (Close): expected a number of at most 1e30, found \"1e32\"; "
                    + "correct the number, or leave it empty to skip the row"
            ),
            (
                "Date,Ticker,Close\n2023-01-02,,1\n2023-01-03,A,2\n2023-01-03,B,2\n", nil,
                "prices of several tickers at line 4, column 2 (Ticker): expected rows of one ticker, found "
                    + "\"A\", \"B\"; choose one (--ticker A)"
            ),
            (
                "Date,Close\n02/01/2023,1\n03/01/2023,1\n04/01/2023,1\n", nil,
                "ambiguous dates at line 2, column 1 (Date): expected a day above 12 in some "
                    + "row, which distinguishes days from months, found \"02/01/2023\"; give the order (--date-order dmy or mdy), "
                    + "or write all dates as year-month-day, such as 2019-01-30"
            ),
        ] as [(String, String?, String)])
    func `a file that cannot be read says what to do`(
        text: String, ticker: String?, message: String
    ) {
        var options = PriceFileOptions()
        options.ticker = ticker
        let error = #expect(throws: DatasetError.self) { try history(text, options) }
        #expect(error?.description == "x.csv: " + message)
    }

    @Test(
        arguments: [
            (
                "Open",
                "invalid date at line 2, column 2 (Open): expected a date, as --date-column asks for, found "
                    + "\"1.5\"; leave out --date-column: the dates are in the column \"Day\""
            ),
            (
                "Tag",
                "missing column at line 1: expected a column \"Tag\", as --date-column asks for, found \"Day\", "
                    + "\"Open\"; leave out --date-column: the dates are in the column \"Day\""
            ),
        ])
    func `a column without dates is rejected as the date column`(column: String, message: String) {
        var options = PriceFileOptions()
        options.dateColumn = column
        let error = #expect(throws: DatasetError.self) { try history("Day,Open\n2023-01-02,1.5\n", options) }
        #expect(error?.description == "x.csv: " + message)
    }

    @Test
    func `an order that the file contradicts is rejected`() {
        for (text, order) in [
            ("13/01/2023", DateOrder.monthFirst), ("2023-01-13", .dayFirst), ("13/01/2023", .yearFirst),
        ] {
            var options = PriceFileOptions()
            options.dateOrder = order
            let error = #expect(throws: DatasetError.self) {
                try history("Date,Close\n\(text),1\n", options)
            }
            #expect(error?.description.contains("expected a date in the order \(order.name)") ?? false)
        }
    }

    @Test
    func `a field of many combining marks or digits is quickly rejected as a number`() {
        for field in [
            "e" + String(repeating: "\u{301}", count: 400_000), String(repeating: "1", count: 800_000),
            "\"" + String(repeating: "1,", count: 400_000) + "1\"",
        ] {
            let error = #expect(throws: DatasetError.self) {
                try history("Date,Close\n2023-01-02,\(field)\n")
            }
            #expect(
                error?.description.contains("invalid number at line 2") ?? false,
                "\(error?.description ?? "")")
            #expect((error?.description.utf8.count ?? 0) < 1000)
        }
    }

    @Test
    func `a long line of names is cut in an error`() {
        let names = (0..<10_000).map { "c\($0)" }.joined(separator: ",")
        let error = #expect(throws: DatasetError.self) { try history(names + "\n" + names + "\n") }
        #expect((error?.description.utf8.count ?? 0) < 1000)
        #expect(error?.description.contains("and 9970 more") ?? false)
    }

    @Test
    func `a line with too many columns is rejected`() {
        let error = #expect(throws: DatasetError.self) {
            try history(String(repeating: "1,", count: 10_000) + "\n1\n")
        }
        #expect(
            error?.description == "x.csv: too many columns at line 1: expected at most 10000, found more; "
                + "give a file with fewer columns, and one row in a line")
    }

    @Test
    func `jumps of prices are found, and simultaneous jumps of columns are listed once`() throws {
        func jumps(_ closes: [Double]) -> [PriceJump] {
            let dates = (0..<closes.count).map { CalendarDate(daysSinceEpoch: 19_000 + $0) }
            return PriceHistory(
                dates: dates,
                columns: [("Close", closes), ("Open", closes), ("Volume", closes.map { $0 * $0 })], path: ""
            ).jumps
        }
        let plain = (0..<40).map { 100 + Double($0 % 3) }
        #expect(jumps(plain).isEmpty)
        #expect(jumps(plain + [50, 51]) == [PriceJump(column: "Close", row: 40, factor: 0.5)])
        #expect(
            jumps(plain + [10_000, 100]) == [
                PriceJump(column: "Close", row: 40, factor: 100),
                PriceJump(column: "Close", row: 41, factor: 0.01),
            ])
        // A price that changes by half every day does not jump.
        #expect(jumps([1, 1.6, 1, 1.6, 1, 1.6, 1]).isEmpty)
        #expect(jumps([1]).isEmpty)
    }
}
