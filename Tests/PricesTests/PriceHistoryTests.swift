import CSV
import Datasets
import TestSupport
import Testing

@testable import Prices

/// The text of a price file, and the expected result.
private struct PriceCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    var columns: [String]?
    let result: Result<Rows, DatasetError>

    struct Rows: Equatable, Sendable {
        var columns: [String]
        var rows: [String: [Double]]
        var skipped: SkippedRows?
    }

    static func rows(
        _ name: String, _ text: String, asking columns: [String]? = nil, gives names: [String],
        _ rows: [String: [Double]], skipped: SkippedRows? = nil
    ) -> PriceCase {
        PriceCase(
            testDescription: name, text: text, columns: columns,
            result: .success(Rows(columns: names, rows: rows, skipped: skipped)))
    }

    static func error(
        _ name: String, _ text: String, asking columns: [String]? = nil, _ problem: DatasetError.Problem,
        _ location: DatasetError.Location, expected: String, found: String
    ) -> PriceCase {
        PriceCase(
            testDescription: name, text: text, columns: columns,
            result: .failure(
                .invalid(file: "x.csv", problem: problem, at: location, expected: expected, found: found)))
    }
}

private let missingDate = DatasetError.Problem.missingColumn.remedied(
    by: "name the column with the dates (--date-column); the first line must name the columns")

private let columnCases: [PriceCase] = [
    .rows(
        "Yahoo", "Date,Open,High,Low,Close,Adj Close,Volume\n2019-01-30,1.5,4,1,2,1.75,877000000\n",
        gives: ["Open", "High", "Low", "Close", "Adj Close", "Volume"],
        ["2019-01-30": [1.5, 4, 1, 2, 1.75, 877_000_000]]),
    .rows(
        "investing.com",
        "\u{FEFF}\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\r\n"
            + "\"Jan 30, 2019\",\"2,206.20\",\"2,180.01\",\"2,206.20\",\"2,177.30\",\"405.21K\",\"1.05%\"\r\n"
            + "\"Jan 29, 2019\",\"2,183.36\",\"2,172.89\",\"2,183.36\",\"2,164.50\",\"1.2B\",\"-0.28%\"\r\n",
        gives: ["Open", "High", "Low", "Close", "Volume", "Change"],
        [
            "2019-01-30": [2180.01, 2206.20, 2177.30, 2206.20, 405_210, 0.0105],
            "2019-01-29": [2172.89, 2183.36, 2164.50, 2183.36, 1_200_000_000, -0.0028],
        ]),
    .rows(
        "Nasdaq", "Date, Close/Last, Volume\n01/30/2019, 12.5, 100\n", gives: ["Close", "Volume"],
        ["2019-01-30": [12.5, 100]]),
    .rows(
        "pandas, with an index and a time zone",
        ",Date,Close,Dividends\n0,2019-01-30 00:00:00-05:00,1,0\n1,2019-01-31T00:00:00Z,2,0\n2,2019-02-01 00:00:00,3,0\n",
        gives: ["Close"], ["2019-01-30": [1], "2019-01-31": [2], "2019-02-01": [3]]),
    .rows(
        "any order, any case, spaces", "VOLUME , close,DATE, adj. CLOSE\n1,2,2019-01-30,3\n",
        gives: ["Close", "Adj Close", "Volume"], ["2019-01-30": [2, 3, 1]]),
    .rows(
        "the columns asked for, once, in that order", "Date,Open,Close,Volume\n2019-01-30,1,2,3\n",
        asking: ["vol.", "Close", " price"], gives: ["Volume", "Close"], ["2019-01-30": [3, 2]]),
    .rows(
        "a column of another name", "Date,Close,Dividends\n2019-01-30,1,-0.5\n", asking: ["dividends"],
        gives: ["Dividends"], ["2019-01-30": [-0.5]]),
    .rows(
        "a column that was not asked for may hold anything",
        "Date,Close,Symbol,Open\n2019-01-30,1,KS11,null\n",
        asking: ["Close"], gives: ["Close"], ["2019-01-30": [1]]),
    .error(
        "no date", "Day,Close\nx,1\n", missingDate, .line(1), expected: "a column Date",
        found: #""Day", "Close""#),
    .error(
        "no names", "\n2019-01-30,1\n2019-01-31,2\n", .missingNames, .line(2),
        expected: "names such as Date and Close",
        found: #""2019-01-30", "1""#),
    .error(
        "no known column", "Date,Dividends\n2019-01-30,1\n", .missingColumn, .line(1),
        expected: "one of the columns Open, High, Low, Close, Adj Close, Volume, Change",
        found: #""Date", "Dividends""#),
    .error(
        "a column that there is not", "Date,Open,Close\n2019-01-30,1,2\n", asking: ["Open", "High"],
        .missingColumn, .line(1), expected: "a column High", found: #""Date", "Open", "Close""#),
    .error(
        "no columns asked for", "Date,Open\n2019-01-30,1\n", asking: [], .missingColumn, .line(1),
        expected: "one of the columns Open, High, Low, Close, Adj Close, Volume, Change",
        found: #""Date", "Open""#),
    .error(
        "two columns that are the same", "Date,Close,Open,Price\n2019-01-30,1,2,3\n", .duplicateColumn,
        .field(line: 1, column: 4, name: "Price"), expected: "one column for Close",
        found: #""Close" and "Price""#),
    .error(
        "what is wrong with the table itself", "Date,Close\n2019-01-30\n", .fieldCount, .line(2),
        expected: "2 fields, one for each column", found: "1"),
]

private let valueExpectation = (
    price: "a price above zero, such as 2183.36 or 2,183.36",
    volume: "a volume of zero or more, such as 877000000 or 1.2M"
)

private func rowsCase(_ name: String, _ body: String, _ rows: [String: [Double]], skipped: SkippedRows? = nil)
    -> PriceCase
{
    .rows(name, "Date,Close,Volume\n" + body, gives: ["Close", "Volume"], rows, skipped: skipped)
}

private let rowCases: [PriceCase] = [
    rowsCase(
        "any order", "2019-01-30,1,1\n2019-02-01,3,3\n2019-01-31,2,2\n",
        ["2019-01-30": [1, 1], "2019-01-31": [2, 2], "2019-02-01": [3, 3]]),
    rowsCase(
        "rows without a value",
        "2019-01-30,1,1\n2019-01-31,2, NULL \n2019-02-01,,3\n2019-02-04,N/A,3\n2019-02-05,na,1\n2019-02-06,1,-\n"
            + "null,null,null\n",
        ["2019-01-30": [1, 1]], skipped: SkippedRows(count: 6, firstLine: 3, column: "Volume", text: " NULL ")
    ),
    rowsCase(
        "a date twice, once without a value", "2019-01-30,null,1\n2019-01-30,2,1\n", ["2019-01-30": [2, 1]],
        skipped: SkippedRows(count: 1, firstLine: 2, column: "Close", text: "null")),
    .error(
        "no row with all values", "Date,Close\n\n2019-01-30,null\n2019-01-31,\n", .noRows,
        .field(line: 3, column: 2, name: "Close"), expected: "at least one row without missing values",
        found: #"none: 2 rows skipped because values are missing: the first Close is "null" on line 3"#),
    .error(
        "a date twice", "Date,Close\n2019-02-01,1\n2019-01-31,2\n\n2019-02-01,3\n", .duplicateDate,
        .field(line: 5, column: 1, name: "Date"), expected: "one row for each date",
        found: "2019-02-01, as on line 2"),
    .error(
        "a zero price", "Date,Volume,Close\n2019-01-30,1,0\n", .valueOutOfRange,
        .field(line: 2, column: 3, name: "Close"), expected: valueExpectation.price, found: #""0""#),
    .error(
        "a negative price", "Date,Close/Last\n2019-01-30,1\n2019-01-31,-37.63\n", .valueOutOfRange,
        .field(line: 3, column: 2, name: "Close/Last"), expected: valueExpectation.price, found: #""-37.63""#),
    .error(
        "a negative volume", "Date,Vol.\n2019-01-30,-1K\n", .valueOutOfRange,
        .field(line: 2, column: 2, name: "Vol."), expected: valueExpectation.volume, found: #""-1K""#),
    .error(
        "the first wrong line of several", "Date,Volume,Close\n2019-01-30,1,x\n2019-01-31,y,1\n",
        .invalidNumber,
        .field(line: 2, column: 3, name: "Close"), expected: valueExpectation.price, found: #""x""#),
]

private let changeCases: [PriceCase] = [
    .rows(
        "computed from the day before, whatever the order",
        "Date,Close\n2019-02-01,3\n2019-01-31,4\n2019-01-30,2\n",
        asking: ["Change"], gives: ["Change"], ["2019-01-31": [1], "2019-02-01": [-0.25]]),
    .rows(
        "computed over rows left out, beside others",
        "Date,Close,Open\n2019-01-30,2,5\n2019-01-31,null,6\n2019-02-01,3,7\n",
        asking: ["change %", "Open", "Close"], gives: ["Change", "Open", "Close"],
        ["2019-02-01": [0.5, 7, 3]],
        skipped: SkippedRows(count: 1, firstLine: 3, column: "Close", text: "null")),
    .rows(
        "a fraction or a percentage by its sign",
        "Date,Change\n2019-01-30,0.5\n2019-01-31,0.5%\n2019-02-01,-1e-2\n",
        gives: ["Change"], ["2019-01-30": [0.5], "2019-01-31": [0.005], "2019-02-01": [-0.01]]),
    .rows(
        "a percentage by its name", "Date,Change %\n2019-01-30,0.5\n2019-01-31,+0.5%\n", asking: ["change"],
        gives: ["Change"], ["2019-01-30": [0.005], "2019-01-31": [0.005]]),
    .rows(
        "not computed if not asked for", "Date,Close\n2019-01-30,1\n", gives: ["Close"], ["2019-01-30": [1]]),
    .rows(
        "of one row nothing is left", "Date,Close\n2019-01-30,1\n", asking: ["Change"], gives: ["Change"], [:]
    ),
    .error(
        "nothing to compute it from", "Date,Open\n2019-01-30,1\n", asking: ["Open", "Change"], .missingColumn,
        .line(1), expected: "a column Change, or Close to compute it from", found: #""Date", "Open""#),
]

private func read(_ example: PriceCase) -> Result<PriceCase.Rows, DatasetError> {
    do throws(DatasetError) {
        let table = try CSVTable(Array(example.text.utf8), path: "x.csv")
        let history = try PriceHistory(table, columns: example.columns)
        #expect(history.dates == history.dates.sorted() && history.path == "x.csv")
        var rows: [String: [Double]] = [:]
        for (index, date) in history.dates.enumerated() {
            rows[date.description] = history.columns.map { history[$0][index] }
        }
        return .success(PriceCase.Rows(columns: history.columns, rows: rows, skipped: history.skipped))
    } catch {
        return .failure(error)
    }
}

@Suite("Price histories")
struct PriceHistoryTests {
    @Test(arguments: columnCases)
    fileprivate func `columns are found by their names`(example: PriceCase) {
        #expect(read(example) == example.result)
    }

    @Test(arguments: rowCases)
    fileprivate func `rows are sorted and incomplete ones are skipped`(example: PriceCase) {
        #expect(read(example) == example.result)
    }

    @Test(arguments: changeCases)
    fileprivate func `the change from the previous day is read or computed`(example: PriceCase) {
        #expect(read(example) == example.result)
    }

    @Test
    func `141 rows give 140 rows of 5 features with the change`() throws {
        let text = (0..<141).map { "\(CalendarDate(daysSinceEpoch: 18_000 + $0)),\($0 + 1),3,4,\($0 + 2),6" }
        let table = try CSVTable(
            Array((["Date,Open,High,Low,Close,Volume"] + text).joined(separator: "\n").utf8), path: "x.csv")
        let history = try PriceHistory(table, columns: ["Open", "High", "Low", "Volume", "Change"])
        let columns = history[history.columns]
        #expect(columns.count == 5 && columns.allSatisfy { $0.count == 140 } && history.count == 140)
        #expect(history["open"] == (2...141).map(Double.init))
        #expect(history["Change"][0] == 3.0 / 2 - 1 && history["Change"][139] == 142.0 / 141 - 1)
    }

    @Test
    func `a column that was not read and sizes that do not match trap`() async {
        let days = [18_000, 18_001].map(CalendarDate.init(daysSinceEpoch:))
        let history = PriceHistory(dates: days, columns: [("Close", [1, 2])], path: "x.csv")
        #expect(history["price"] == [1, 2])
        await #expect(processExitsWith: .failure) {
            let day = CalendarDate(daysSinceEpoch: 0)
            _ = PriceHistory(dates: [day], columns: [("Close", [1])], path: "")["Open"]
        }
        await #expect(processExitsWith: .failure) {
            _ = PriceHistory(
                dates: [CalendarDate(daysSinceEpoch: 0)], columns: [("Close", [1, 2])], path: "")
        }
        await #expect(processExitsWith: .failure) {
            let day = CalendarDate(daysSinceEpoch: 0)
            _ = PriceHistory(dates: [day, day], columns: [("Close", [1, 2])], path: "")
        }
    }

    @Test
    func `skipped rows are described`() {
        #expect(
            SkippedRows(count: 1, firstLine: 12, column: "Volume", text: "").description
                == #"1 row skipped because a value is missing: Volume is "" on line 12"#)
        #expect(
            SkippedRows(count: 3, firstLine: 12, column: "Vol.", text: "-").description
                == #"3 rows skipped because values are missing: the first Vol. is "-" on line 12"#)
    }
}

@Suite("Spans of price histories")
struct PriceSpanTests {
    /// The rows are two days apart, from 2019-01-01 to 2019-01-19; the close is the number of the row.
    private let history = PriceHistory(
        dates: (0..<10).map { CalendarDate(daysSinceEpoch: 17_897 + 2 * $0) },
        columns: [("Close", (0..<10).map(Double.init)), ("Open", (10..<20).map(Double.init))], path: "x.csv")

    private static func day(_ day: Int?) -> CalendarDate? {
        day.map { CalendarDate(year: 2019, month: 1, day: $0)! }
    }

    @Test(
        arguments: [
            (nil, nil, nil, 0..<10), (nil, nil, 3, 7..<10), (nil, nil, 10, 0..<10), (5, nil, nil, 2..<10),
            (6, nil, nil, 3..<10), (nil, 5, nil, 0..<3), (nil, 6, nil, 0..<3), (5, 11, nil, 2..<6),
            (5, 11, 2, 2..<4),
            (5, nil, 2, 2..<4), (nil, 11, 2, 4..<6), (5, 5, 1, 2..<3), (19, nil, 1, 9..<10),
            (nil, 1, nil, 0..<1),
        ] as [(Int?, Int?, Int?, Range<Int>)])
    func `rows are selected by date and number`(from: Int?, to: Int?, rows: Int?, expected: Range<Int>) throws
    {
        let span = try history.span(from: Self.day(from), to: Self.day(to), rows: rows)
        #expect(span == history.rows(expected))
        #expect(span.dates == Array(history.dates[expected]))
        #expect(span["Close"] == expected.map(Double.init))
        #expect(span[["Open", "Close"]] == [expected.map { Double($0 + 10) }, expected.map(Double.init)])
    }

    @Test(
        arguments: [
            (nil, nil, 11, "11 rows", "10 rows from 2019-01-01 to 2019-01-19"),
            (20, nil, nil, "1 row from 2019-01-20", "10 rows from 2019-01-01 to 2019-01-19"),
            (6, 6, nil, "1 row from 2019-01-06 to 2019-01-06", "10 rows from 2019-01-01 to 2019-01-19"),
            (11, 5, 2, "2 rows from 2019-01-11 to 2019-01-05", "10 rows from 2019-01-01 to 2019-01-19"),
            (
                5, 11, 5, "5 rows from 2019-01-05 to 2019-01-11",
                "4 rows of 10 rows from 2019-01-01 to 2019-01-19"
            ),
            (nil, 1, 2, "2 rows to 2019-01-01", "1 row of 10 rows from 2019-01-01 to 2019-01-19"),
        ] as [(Int?, Int?, Int?, String, String)])
    func `fewer rows than requested are an error`(
        from: Int?, to: Int?, rows: Int?, asked: String, present: String
    ) {
        let error = #expect(throws: DatasetError.self) {
            try history.span(from: Self.day(from), to: Self.day(to), rows: rows)
        }
        guard case .tooFewRows("x.csv", asked, present, let remedy)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // Advice to request fewer rows does not help if there are none.
        #expect(
            remedy.hasPrefix("give days") == (present.hasPrefix("10 rows from") && asked.contains("2019")))
    }

    @Test
    func `enough rows for a purpose pass and fewer are an error`() throws {
        try history.require(rows: 10, for: "windows", remedy: "")
        let error = #expect(throws: DatasetError.self) {
            try history.require(rows: 11, for: "windows of 10 days", remedy: "give 11 rows")
        }
        #expect(
            error?.description
                == "x.csv: too few rows: expected at least 11 rows for windows of 10 days, found 10 rows "
                + "from 2019-01-01 to 2019-01-19; give 11 rows")
        #expect(error?.exitStatus == .badData)
    }

    @Test
    func `indices out of range trap`() async {
        await #expect(processExitsWith: .failure) { _ = PriceSpanTests().history.rows(3..<11) }
        await #expect(processExitsWith: .failure) { _ = try PriceSpanTests().history.span(rows: 0) }
    }
}
