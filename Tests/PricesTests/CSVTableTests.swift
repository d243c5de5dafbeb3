import CSV
import Platform
import Datasets
import TestSupport
import Testing

@testable import Prices

/// The bytes of a CSV file, and the expected result.
private struct CSVCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let result: Result<[[String]], DatasetError>

    /// Returns a valid file; the first row has the names of the columns.
    static func rows(_ name: String, _ text: String, _ rows: [String]...) -> CSVCase {
        CSVCase(testDescription: name, bytes: Array(text.utf8), result: .success(rows))
    }

    static func error(
        _ name: String, _ bytes: [UInt8], _ problem: DatasetError.Problem, _ location: DatasetError.Location,
        expected: String, found: String
    ) -> CSVCase {
        CSVCase(
            testDescription: name, bytes: bytes,
            result: .failure(
                .invalid(file: "x.csv", problem: problem, at: location, expected: expected, found: found)))
    }

    static func error(
        _ name: String, _ text: String, _ problem: DatasetError.Problem, _ location: DatasetError.Location,
        expected: String, found: String
    ) -> CSVCase {
        error(name, Array(text.utf8), problem, location, expected: expected, found: found)
    }
}

private let readable: [CSVCase] = [
    .rows("LF", "a,b\n1,2\n3,4\n", ["a", "b"], ["1", "2"], ["3", "4"]),
    .rows("CRLF", "a,b\r\n1,2\r\n3,4\r\n", ["a", "b"], ["1", "2"], ["3", "4"]),
    .rows("CR", "a,b\r1,2\r3,4\r", ["a", "b"], ["1", "2"], ["3", "4"]),
    .rows("no end of the last line", "a,b\n1,2", ["a", "b"], ["1", "2"]),
    .rows("no end of the last line, last field empty", "a,b\n1,", ["a", "b"], ["1", ""]),
    .rows("quoted to the very end", "a,b\n1,\"2\"", ["a", "b"], ["1", "2"]),
    .rows("byte order mark", "\u{FEFF}a,b\n1,2\n", ["a", "b"], ["1", "2"]),
    .rows("byte order mark before a quote", "\u{FEFF}\"a\",b\n1,2\n", ["a", "b"], ["1", "2"]),
    .rows("one column", "a\n1\n2\n", ["a"], ["1"], ["2"]),
    .rows("commas in quotes", "a,b\n\"2,183.36\",2\n", ["a", "b"], ["2,183.36", "2"]),
    .rows("quotes in quotes", "a,b\n\"say \"\"no\"\"\",\"\"\"\"\n", ["a", "b"], ["say \"no\"", "\""]),
    .rows("LF in quotes", "a,b\n\"1\n2\",3\n", ["a", "b"], ["1\n2", "3"]),
    .rows("CRLF in quotes", "a,b\r\n\"1\r\n2\",3\r\n", ["a", "b"], ["1\r\n2", "3"]),
    .rows("quoted names", "\"a\",\"b,c\"\n1,2\n", ["a", "b,c"], ["1", "2"]),
    .rows("empty fields", "a,b,c\n,2,\n", ["a", "b", "c"], ["", "2", ""]),
    .rows("empty lines", "\n\na,b\n\n1,2\r\n\r\n3,4\n\n\n", ["a", "b"], ["1", "2"], ["3", "4"]),
    .rows(
        "lines of blanks and commas", "a,b\n \t\n1,2\n,\n,,,,\n3,4\n", ["a", "b"], ["1", "2"], ["3", "4"]),
    .rows("an empty field in quotes is a row", "a\n\"\"\n1\n", ["a"], [""], ["1"]),
    .rows("names are trimmed, fields are not", " a ,\tb\n 1, 2 \n", ["a", "b"], [" 1", " 2 "]),
    .rows("a column without a name", ",a\n0,1\n", ["", "a"], ["0", "1"]),
    .rows("not only ASCII", "día,価格\n1,„2“\n", ["día", "価格"], ["1", "„2“"]),
    .rows("semicolons", "a;b,c;d\n1,5;2;\n", ["a", "b,c", "d"], ["1,5", "2", ""]),
    .rows("tabs", "\n a\tb\tc\n1,5\t\"2\t\"\t\n", ["a", "b", "c"], ["1,5", "2\t", ""]),
    .rows("vertical bars", "a|b\n1,5|2\n", ["a", "b"], ["1,5", "2"]),
    .rows(
        "blanks", " Date  Close \n2019-01-30   1 \n\"2019-01-31\"\t 2\n", ["Date", "Close"],
        ["2019-01-30", "1"], ["2019-01-31", "2"]),
    .rows("a separator that the first line names", "sep=;\r\na;b\r\n1,5;2\r\n", ["a", "b"], ["1,5", "2"]),
    .rows(
        "titles", "\u{FEFF}Prices, of \"X\",, Inc.\n\n5\" x\nDate;Close\n1;2\n", ["Date", "Close"],
        ["1", "2"]),
    .rows("a title above names without a date", "Prices\na,b\n1,2\n", ["a", "b"], ["1", "2"]),
    .rows(
        "words below the rows, and lines drawn", "a,b\n---+---\n1,2\nSource: x\n(1, 2, 3 rows)\n",
        ["a", "b"],
        ["1", "2"]),
    .rows(
        "dividends and splits", "a\tb\tc\n1\t2\t3\nJun 7, 2024\t4:1 Stock Splits\n1\t2\t3\n",
        ["a", "b", "c"],
        ["1", "2", "3"], ["1", "2", "3"]),
    .rows("as many commas as semicolons", "Date;a,b\n1;2\n", ["Date", "a,b"], ["1", "2"]),
    .rows("semicolons in quoted names", "\"a;b;c\",d\n1,2\n", ["a;b;c", "d"], ["1", "2"]),
    .rows(
        "names of two levels", "Price,Close,Open\nTicker,X,X\nDate,,\n1,2,3\n",
        ["Date", "Close X", "Open X"], ["1", "2", "3"]),
    .rows("no names of two levels: a word in the only column", "a\n1\nx\n", ["a"], ["1"], ["x"]),
    .rows(
        "names of two levels, one of them empty", "Price,Close,,Mean\nTicker,X,X,\nDate,,,\n1,2,3,4\n",
        ["Date", "Close X", "X", "Mean"], ["1", "2", "3", "4"]),
    .rows(
        "no names of two levels: a date, and blanks", "a,b\n1,2\n2019-01-30,\n", ["a", "b"], ["1", "2"],
        ["2019-01-30", ""]),
]

private let unreadable: [CSVCase] = [
    .error(
        "nothing", "", .noRows, .line(1), expected: "column names", found: "an empty file"),
    .error(
        "empty lines only", "\n\r\n,\n", .noRows, .line(1), expected: "column names",
        found: "blank lines only"),
    .error(
        "names only", "a,b\n\n", .noRows, .line(3), expected: "at least one row",
        found: "the end of the file after the column names"),
    .error(
        "an unclosed quote", "a,b\n1,2\n3,\"4\n5,6\n", .unclosedQuote, .field(line: 3, column: 2, name: "b"),
        expected: "a closing quote before the end", found: #""\"4""#),
    .error(
        "an unclosed quote at the end", "a,b\n1,\"", .unclosedQuote, .field(line: 2, column: 2, name: "b"),
        expected: "a closing quote before the end", found: #""\"""#),
    .error(
        "an unclosed quote among the names", "a,\"b\n1,2\n", .unclosedQuote,
        .field(line: 1, column: 2, name: ""), expected: "a closing quote before the end", found: #""\"b""#),
    .error(
        "text after a quote", "a,b\n\"1\"x,2\n", .textAfterQuote, .field(line: 2, column: 1, name: "a"),
        expected: "a comma or the end of the line", found: #""x""#),
    .error(
        "a space after a quote", "a,b\n\"1\n\" ,2\n", .textAfterQuote, .field(line: 3, column: 1, name: "a"),
        expected: "a comma or the end of the line", found: #"" ""#),
    .error(
        "a quote within a field", "a,b\n1,2\"3\"\n", .strayQuote, .field(line: 2, column: 2, name: "b"),
        expected: "quotes around the whole field or none", found: #""2\"3\"""#),
    .error(
        "a space before a quote", "a,b\n1, \"3\"\n", .strayQuote, .field(line: 2, column: 2, name: "b"),
        expected: "quotes around the whole field or none", found: #"" \"3\"""#),
    .error(
        "too many fields", "a,b\n\"1\n\",2\n3,4,5\n", .fieldCount, .line(4),
        expected: "2 fields, one for each column", found: "3"),
    .error(
        "too few fields", "a,b\r\n1,2\r\n\r\n3\r\n", .fieldCount, .line(4),
        expected: "2 fields, one for each column", found: "1"),
    .error(
        "two columns of a name", "Open,Close, open\n1,2,3\n", .duplicateColumn,
        .field(line: 1, column: 3, name: "open"), expected: "different names, ignoring case",
        found: #""open", like column 1"#),
    .error(
        "a name that takes minutes to compare", "a,e" + String(repeating: "\u{301}", count: 128) + "\n1,2\n",
        .nameTooLong, .field(line: 1, column: 2, name: ""), expected: "at most 256 bytes", found: "257"),
    .error(
        "two columns without a name", "\na,,\n1,2,3\n", .duplicateColumn,
        .field(line: 2, column: 3, name: ""), expected: "different names, ignoring case",
        found: #""", like column 2"#),
    .error(
        "Latin-1", Array("a,b\n1,f".utf8) + [0xFC] + Array("r\n".utf8), .invalidUTF8,
        .field(line: 2, column: 2, name: "b"), expected: "text in UTF-8", found: "\"f\u{FFFD}r\""),
    .error(
        "a character cut off by a quote", Array("a\n\"".utf8) + [0xC3] + Array("\"\n".utf8), .invalidUTF8,
        .field(line: 2, column: 1, name: "a"), expected: "text in UTF-8", found: "\"\u{FFFD}\""),
    .error(
        "UTF-16", [0xFF, 0xFE, 0x61, 0x00], .notCSV, .byte(0), expected: "text", found: "UTF-16"),
    .error(
        "UTF-16 without a byte order mark", [0x61, 0x00], .notCSV, .byte(1), expected: "text",
        found: "the control character 0x00"),
    .error(
        "a ZIP archive", [0x50, 0x4B, 0x03, 0x04],
        .notCSV.remedied(
            by: "unpack it (unzip), and give the CSV file; CSV compressed with gzip is read as it is"),
        .byte(0),
        expected: "text", found: "a ZIP archive"),
    .error(
        "an Excel workbook", [0x50, 0x4B, 0x03, 0x04] + [UInt8](repeating: 0, count: 26) + Array("xl/".utf8),
        .notCSV, .byte(0), expected: "text", found: "an Excel workbook"),
    .error(
        "JSON", "\n {\n  \"chart\": {}}\n",
        .notCSV.remedied(
            by: "download the data as CSV, or write them as CSV, for example with pandas' to_csv"), .byte(0),
        expected: "text", found: "JSON"),
    .error(
        "xz data", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
        .notCSV.remedied(
            by: "unpack it (xz -d), and give the CSV file; CSV compressed with gzip is read as it is"),
        .byte(0),
        expected: "text", found: "xz data"),
    .error(
        "words below the names alone", "a,b\nTotal\n", .fieldCount, .line(2),
        expected: "2 fields, one for each column", found: "1"),
    .error(
        "words between rows", "a,b\n1,2\nTotal\n3,4\n", .fieldCount, .line(3),
        expected: "2 fields, one for each column", found: "1"),
    .error(
        "a month that is cut off", "a,b\n1,2\nJan 3\n", .fieldCount, .line(3),
        expected: "2 fields, one for each column", found: "1"),
    .error(
        "an HTML page", Array("\n<!DOCTYPE html>\n<html>\n".utf8),
        .foreign(.html), .byte(0), expected: "a CSV file", found: "an HTML page"),
    .error(
        "a Git LFS pointer",
        Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8),
        .foreign(.gitLFSPointer), .byte(0), expected: "a CSV file", found: "a Git LFS pointer"),
    .error(
        "a form feed", "a\n\u{0C}\n", .notCSV, .byte(2), expected: "text", found: "the control character 0x0C"
    ),
    .error(
        "a delete", "a\n\u{7F}\n", .notCSV, .byte(2), expected: "text", found: "the control character 0x7F"),
]

private func table(_ bytes: [UInt8]) -> Result<CSVTable, DatasetError> {
    do throws(DatasetError) { return .success(try CSVTable(bytes, path: "x.csv")) } catch {
        return .failure(error)
    }
}

private func rows(_ table: CSVTable) -> [[String]] {
    [table.columns]
        + (0..<table.count).map { row in table.columns.indices.map { table[row, $0] } }
}

@Suite("CSV tables")
struct CSVTableTests {
    @Test(arguments: readable + unreadable)
    fileprivate func `text gives rows or an error that says what is wrong`(example: CSVCase) {
        #expect(table(example.bytes).map(rows) == example.result)
    }

    @Test(arguments: readable + unreadable)
    fileprivate func `raw and compressed files are read alike`(example: CSVCase) throws {
        let directory = try TemporaryDirectory()
        for isCompressed in [false, true] {
            let path = try directory.write(isCompressed ? gzip(example.bytes) : example.bytes)
            let expected = example.result.mapError { error -> DatasetError in
                guard case .invalid(_, let problem, var location, let expected, let found) = error else {
                    return error
                }
                if isCompressed, case .byte(let offset) = location { location = .unpackedByte(offset) }
                return .invalid(file: path, problem: problem, at: location, expected: expected, found: found)
            }
            let result: Result<CSVTable, DatasetError>
            do throws(DatasetError) { result = .success(try CSVTable(path: path)) } catch {
                result = .failure(error)
            }
            #expect(result.map(rows) == expected)
        }
    }

    @Test
    func `fields know their lines and columns their indices`() throws {
        let table = try table(Array("\nDate,\"O\npen\",Close\r\n1,\"2\n3\r\n4\r5\",6\r7,8,9".utf8)).get()
        #expect(table.headerLine == 2)
        #expect(
            [0, 1].map { row in (0..<3).map { table.line(row: row, column: $0) } } == [
                [4, 4, 7], [8, 8, 8],
            ])
        #expect(table.index(ofColumn: " CLOSE ") == 2 && table.index(ofColumn: "open") == nil)
    }

    @Test
    func `a file of two pieces is read completely, and a control character in the second is found`() throws {
        let directory = try TemporaryDirectory()
        let line = Array("0123456789,\"abc,def\"\n".utf8)
        var bytes = Array("a,b\n".utf8)
        while bytes.count < 3 << 19 { bytes += line }
        let table = try CSVTable(path: directory.write(gzip(bytes, level: 1)))
        #expect(table.count == (bytes.count - 4) / line.count)
        #expect(table[table.count - 1, 1] == "abc,def")
        let path = try directory.write(bytes + [0x01])
        #expect(
            throws: DatasetError.invalid(
                file: path, problem: .notCSV, at: .byte(bytes.count), expected: "text",
                found: "the control character 0x01")
        ) { try CSVTable(path: path) }
    }

    @Test
    func `a file that unpacks to more than the limit is rejected`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(gzip([UInt8](repeating: 0x61, count: 2 << 20)))
        #expect(try GzipReader(InputFile(path: path)).readText(limit: 2 << 20).count == 2 << 20)
        #expect(
            throws: DatasetError.invalid(
                file: path, problem: .oversized, at: .unpackedByte((2 << 20) - 1),
                expected: "at most 2097151 bytes of text", found: "more")
        ) { try GzipReader(InputFile(path: path)).readText(limit: (2 << 20) - 1) }
    }

    @Test
    func `damaged gzip files and missing files are the usual errors`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array(gzip(Array("a,b\n1,2\n".utf8)).dropLast(9)))
        #expect { try CSVTable(path: path) } throws: { error in
            if case .invalid(_, .truncated, _, _, _)? = error as? DatasetError { true } else { false }
        }
        #expect { try CSVTable(path: directory.path + "/none.csv") } throws: { error in
            if case .missing? = error as? DatasetError { true } else { false }
        }
    }

    @Test
    func `an error is one line that says where, what, and what to do`() throws {
        let long = String(repeating: "x", count: 50)
        guard case .failure(let error) = table(Array("a,b\n1,\"2\"\(long)\n".utf8)) else {
            Issue.record("no error")
            return
        }
        #expect(
            error.description
                == "x.csv: text after a closing quote at line 2, column 2 (b): expected a comma or the end of the "
                + "line, found \"\(String(repeating: "x", count: 40))\"…; put a field that contains quotes "
                + "between quotes, and double every quote in it")
        #expect(error.exitStatus == .badData)
        #expect(
            "\(DatasetError.Location.line(7)) \(DatasetError.Location.field(line: 1, column: 2, name: ""))"
                == "line 7 line 1, column 2")
        #expect("a\nb\"".quoted(atMost: 40) == #""a\nb\"""#)
    }

    @Test
    func `indices out of range trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = try CSVTable(Array("a,b\n1,2\n".utf8), path: "x.csv")[1, 0]
        }
        await #expect(processExitsWith: .failure) {
            _ = try CSVTable(Array("a,b\n1,2\n".utf8), path: "x.csv")[0, 2]
        }
    }
}
