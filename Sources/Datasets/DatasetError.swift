import Platform

/// What can be wrong with the files of a data set. Every case says what to do about it.
public enum DatasetError: Error, Hashable, Sendable {
    /// Files that do not exist, every path where they were looked for, and how to get them.
    case missing(names: [String], lookedFor: [String], remedy: String)

    /// A file that exists and cannot be read, with the operating system's reason.
    case unreadable(file: String, reason: String)

    /// A file that breaks its format, or does not belong with the others.
    case invalid(file: String, problem: Problem, at: Location, expected: String, found: String)

    /// A file that is right and has fewer rows than asked for.
    case tooFewRows(file: String, asked: String, present: String)

    /// The ways in which a file can be invalid.
    public enum Problem: String, Sendable, CaseIterable {
        case notIDX = "not an IDX file"
        case unknownElementType = "unknown IDX element type"
        case sizeOverflow = "declared sizes overflow"
        case oversized = "declared sizes exceed what the file can hold"
        case truncated = "truncated"
        case tooLong = "too long"
        case damagedGzip = "damaged gzip data"
        case checksumMismatch = "wrong gzip CRC-32"
        case lengthMismatch = "wrong gzip length"
        case trailingData = "trailing data after the gzip stream"
        case wrongElementType = "wrong element type"
        case wrongShape = "wrong shape"
        case countMismatch = "labels and images differ in number"
        case labelOutOfRange = "label outside the classes"
        case notZip = "not a zip archive"
        case unsupportedZip = "zip archive of an unsupported kind"
        case damagedZip = "damaged zip archive"
        case zipChecksum = "wrong zip CRC-32"
        case missingEntry = "file missing from the archive"
        case notCSV = "not a CSV file"
        case invalidUTF8 = "invalid UTF-8"
        case unclosedQuote = "quote that is never closed"
        case textAfterQuote = "text after a closing quote"
        case strayQuote = "quote inside a field without quotes"
        case fieldCount = "wrong number of fields"
        case duplicateColumn = "two columns of one name"
        case missingColumn = "missing column"
        case noRows = "no rows"
        case invalidDate = "invalid date"
        case mixedDates = "dates of different styles"
        case ambiguousDates = "dates that can be read in two ways"
        case duplicateDate = "a date twice"
        case invalidNumber = "invalid number"
        case valueOutOfRange = "value out of range"
    }

    /// Where in a file: a byte of the file as it lies on disk, or of what a gzip file unpacks to, from zero;
    /// or, in a table, a line or a field, from one as editors count. A field's name is empty where it has none.
    public enum Location: Hashable, Sendable, CustomStringConvertible {
        case byte(Int)
        case unpackedByte(Int)
        case line(Int)
        case field(line: Int, column: Int, name: String)

        public var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .unpackedByte(let offset): "byte \(offset) of the unpacked content"
            case .line(let line): "line \(line)"
            case .field(let line, let column, let name):
                "line \(line), column \(column)" + (name.isEmpty ? "" : " (\(name))")
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
            return "\(file): cannot be read: \(reason)"
        case .invalid(let file, let problem, let location, let expected, let found):
            return "\(file): \(problem.rawValue) at \(location): expected \(expected), found \(found); "
                + problem.remedy
        case .tooFewRows(let file, let asked, let present):
            return
                "\(file): too few rows: asked for \(asked), there are \(present); ask for fewer, or give a file "
                + "with more"
        }
    }
}

extension DatasetError.Problem {
    fileprivate var remedy: String {
        switch self {
        case .notIDX: "give the path of an IDX file, raw or compressed with gzip"
        case .unknownElementType, .sizeOverflow, .oversized, .truncated, .tooLong, .damagedGzip,
            .checksumMismatch, .lengthMismatch, .trailingData, .notZip, .damagedZip, .zipChecksum:
            "delete the file and get it again"
        case .wrongElementType, .wrongShape: "check that the file is the one its name says"
        case .countMismatch: "take both files from the same data set"
        case .labelOutOfRange: "check the file, or name the data set, or the number of classes, that it is of"
        case .unsupportedZip, .missingEntry: "get the archive as it was published"
        case .notCSV, .invalidUTF8: "save the table as CSV in UTF-8, raw or compressed with gzip"
        case .unclosedQuote, .textAfterQuote, .strayQuote:
            "put a field with quotes in it between quotes, and write each of its own twice"
        case .fieldCount: "put fields with commas in them, such as 2,183.36, between quotes"
        case .duplicateColumn: "rename or remove one of them"
        case .missingColumn: "choose from the columns there are; the first row must name them, between commas"
        case .noRows: "give a file with rows below the names of the columns, and a value in each column used"
        case .invalidDate: "correct the date, or remove the row"
        case .mixedDates, .ambiguousDates: "write all dates as year-month-day, such as 2019-01-30"
        case .duplicateDate: "remove one of the two rows"
        case .invalidNumber, .valueOutOfRange: "correct it, or leave it empty to have the row skipped"
        }
    }
}

extension DatasetError: ReportedError {
    package var exitStatus: ExitStatus {
        switch self {
        case .missing, .unreadable: .missingInput
        case .invalid, .tooFewRows: .badData
        }
    }
}
