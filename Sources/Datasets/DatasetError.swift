import Console
import Platform

/// An error in the files of a data set. Its description names the file and the place, and ends with a remedy.
public enum DatasetError: Error, Hashable, Sendable {
    /// Files that do not exist: their names, every path at which they were searched, and how to get them.
    case missing(names: [String], lookedFor: [String], remedy: String)

    /// A file that exists but cannot be read, with the operating system's reason.
    case unreadable(file: String, reason: String)

    /// A file whose data do not fit into memory.
    case noMemory(file: String, bytes: Int)

    /// A file that violates its format, or does not match the other files of its data set.
    case invalid(file: String, problem: Problem, at: Location, expected: String, found: String)

    /// A valid file with fewer rows than requested, and an instruction for the user.
    case tooFewRows(
        file: String, asked: String, present: String,
        remedy: String = "ask for fewer rows, or give a file with more")

    /// A kind of error in a file.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The problem in a few words, such as "not an IDX file".
        public let description: String
        /// The remedy: an instruction for the user.
        let remedy: String

        package init(_ description: String, _ remedy: String) {
            self.description = description
            self.remedy = remedy
        }

        /// Returns the same problem with a more specific remedy.
        package func remedied(by remedy: String) -> Problem { Self(description, remedy) }
    }

    /// A place in a file.
    public enum Location: Hashable, Sendable, CustomStringConvertible {
        /// An offset in bytes, from 0, in the file as it is on disk.
        case byte(Int)
        /// An offset in bytes, from 0, in the unpacked content of a gzip file.
        case unpackedByte(Int)
        /// A line of a table, from 1.
        case line(Int)
        /// A field of a table: its line and column, from 1, and the name of the column, empty if it has none.
        case field(line: Int, column: Int, name: String)

        public var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .unpackedByte(let offset): "byte \(offset) of the unpacked content"
            case .line(let line): "line \(line)"
            case .field(let line, let column, let name):
                "line \(line), column \(column)"
                    + (name.isEmpty ? "" : " (\(name.cut(atMost: 100).printableLine))")
            }
        }
    }
}

extension DatasetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let names, let lookedFor, let remedy):
            let files = names.count == 1 ? "file" : "files"
            let paths = lookedFor.map { "\n  \($0)" }.joined()
            return "missing \(files): \(names.joined(separator: ", "))\nlooked for:\(paths)"
                + (remedy.isEmpty ? "" : "\n\(remedy)")
        case .unreadable(let file, let reason):
            return "\(file.printableLine): cannot be read: \(reason)"
        case .invalid(let file, let problem, let location, let expected, let found):
            return "\(file.printableLine): \(problem) at \(location): expected \(expected), found \(found); "
                + problem.remedy
        case .noMemory(let file, let bytes):
            return
                "\(file.printableLine): expected memory for its \(bytes) bytes of data, found less; end other programs, or "
                + "raise the limit (ulimit -v)"
        case .tooFewRows(let file, let asked, let present, let remedy):
            return "\(file.printableLine): too few rows: expected \(asked), found \(present); \(remedy)"
        }
    }
}

extension DatasetError {
    /// Returns the same error with other words in its advice, such as the options of a command line in place of the
    /// library's.
    package func rewording(_ words: KeyValuePairs<String, String>) -> DatasetError {
        func reworded(_ text: String) -> String {
            words.reduce(text) { $0.replacing($1.key, with: $1.value) }
        }
        switch self {
        case .invalid(let file, let problem, let location, let expected, let found):
            return .invalid(
                file: file, problem: problem.remedied(by: reworded(problem.remedy)), at: location,
                expected: expected, found: found)
        case .unreadable(let file, let reason): return .unreadable(file: file, reason: reworded(reason))
        case .missing, .noMemory, .tooFewRows: return self
        }
    }
}

extension DatasetError.Problem {
    package static func foreign(_ content: ForeignContent) -> Self {
        Self("not the file itself", content.remedy)
    }
    package static let fileTooLarge = Self("file too large", "make the picture smaller, and save it again")
    package static let imagesNotPicture = Self("not a picture", "give the file with --images")
    package static let notIDX = Self(
        "not an IDX file",
        "give the path of an IDX file, raw or compressed with gzip")
    package static let unknownElementType = Self("unknown IDX element type", getAgain)
    package static let sizeOverflow = Self("declared sizes overflow", getAgain)
    package static let oversized = Self("declared sizes exceed what the file can hold", getAgain)
    package static let truncated = Self("truncated", getAgain)
    package static let tooLong = Self("too long", getAgain)
    package static let damagedGzip = Self("damaged gzip data", getAgain)
    package static let checksumMismatch = Self("wrong gzip CRC-32", getAgain)
    package static let lengthMismatch = Self("wrong gzip length", getAgain)
    package static let trailingData = Self("trailing data after the gzip stream", getAgain)
    package static let wrongElementType = Self("wrong element type", checkFile)
    package static let wrongShape = Self("wrong shape", checkFile)
    package static let countMismatch = Self(
        "labels and images differ in number",
        "use the two files of the same data set")
    package static let labelOutOfRange = Self(
        "label outside the classes",
        "check the file, and give the data set or the number of classes that it belongs to")
    package static let notZip = Self("not a zip archive", getAgain)
    package static let unsupportedZip = Self("zip archive of an unsupported kind", getArchive)
    package static let damagedZip = Self("damaged zip archive", getAgain)
    package static let zipChecksum = Self("wrong zip CRC-32", getAgain)
    package static let missingEntry = Self("file missing from the archive", getArchive)
    package static let nameTooLong = Self("column name too long", "give the column a shorter name")
    package static let tooManyColumns = Self(
        "too many columns", "give a file with fewer columns, and one row in a line")
    package static let notCSV = Self("not a CSV file", saveAsCSV)
    package static let invalidUTF8 = Self("invalid UTF-8", saveAsCSV)
    package static let unclosedQuote = Self("unclosed quote", quoteField)
    package static let textAfterQuote = Self("text after a closing quote", quoteField)
    package static let strayQuote = Self("quote inside a field without quotes", quoteField)
    package static let fieldCount = Self(
        "wrong number of fields",
        "put fields with a separator in them, such as 2,183.36 between commas, between quotes")
    package static let duplicateColumn = Self(
        "duplicate column name", "rename or remove one of the two columns")
    package static let missingColumn = Self(
        "missing column",
        "give a column of the file; its first line must name the columns")
    package static let missingNames = Self(
        "no column names", "add a line with the column names above the first row, such as Date,Close")
    package static let noRows = Self(
        "no rows",
        "give a file with rows below the column names, and a value in each column that is used")
    package static let invalidDate = Self("invalid date", "correct the date, or remove the row")
    package static let mixedDates = Self("dates in different formats", writeDates)
    package static func ambiguousDates(_ orders: String) -> Self {
        Self(
            "ambiguous dates", "give the order (--date-order \(orders)), or \(writeDates)")
    }
    package static let duplicateDate = Self("duplicate date", "remove one of the two rows")
    package static let timesOfADay = Self(
        "several rows for one day",
        "keep one row of each day, such as the last; times of day are not forecast"
    )
    package static let severalTickers = Self("prices of several tickers", "choose one of them")
    /// - Parameter example: One of the tickers.
    package static func severalTickers(_ example: String) -> Self {
        severalTickers.remedied(by: "choose one (\(ShellWords.quoted(["--ticker", example])))")
    }
    package static let mixedNumbers = Self(
        "numbers in different formats", "write all numbers with the same decimal mark")
    package static let invalidNumber = Self("invalid number", correctNumber)
    package static let valueOutOfRange = Self("value out of range", correctNumber)

    private static let getAgain = "delete the file and download it again"
    private static let checkFile = "check that the file is the right one"
    private static let getArchive = "download the archive as it was published"
    private static let saveAsCSV = "save the table as CSV in UTF-8, raw or compressed with gzip"
    private static let quoteField =
        "put a field that contains quotes between quotes, and double every quote in it"
    private static let writeDates = "write all dates as year-month-day, such as 2019-01-30"
    private static let correctNumber = "correct the number, or leave it empty to skip the row"
}

extension DatasetError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .missing, .unreadable: .missingInput
        case .invalid, .tooFewRows: .badData
        case .noMemory: .memory
        }
    }
}
