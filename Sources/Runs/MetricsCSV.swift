import Console
import Platform

/// A comma-separated table of numbers in a file: a header and rows. Each row is written at once, completely or not at
/// all.
package final class MetricsCSV {
    package let columns: [String]
    private let file: RecordFile

    /// Creates the file, which must not exist, and writes the header.
    ///
    /// - Parameters:
    ///   - path: The path of the new file.
    ///   - columns: The names of the columns, without comma, quote or line end.
    package init(path: String, columns: [String]) throws(FileError) {
        self.columns = columns
        file = try RecordFile(creating: path, head: Self.header(columns))
    }

    /// The place at which a table is continued: after its first rows. Finding it changes nothing.
    struct Cut {
        let file: RecordFile.Cut
        let columns: [String]

        /// - Throws: ``FileError``; ``RunError`` if the file has fewer rows or other columns.
        init(_ path: String, columns: [String], rows: Int) throws {
            let content = try RecordFile.content(of: path)
            guard content.starts(with: MetricsCSV.header(columns)) else {
                throw RunError.otherColumns(path: path, expected: columns)
            }
            self.columns = columns
            file = try .ofLog(path, content, count: rows) { RecordFile.end(ofLines: $1 + 1, in: $0) }
        }
    }

    /// Continues a table; the rows after the cut are removed.
    init(continuing cut: Cut) throws(FileError) {
        columns = cut.columns
        file = try RecordFile(continuing: cut.file)
    }

    private static func header(_ columns: [String]) -> [UInt8] {
        precondition(!columns.isEmpty, "MetricsCSV: expected at least one column, received none")
        return Array(CSVRow.text(columns).utf8)
    }

    /// The number of rows.
    package var rows: Int { file.count }

    /// Appends one row: the epoch, then a value for each other column. Values have the fewest digits that give the same
    /// number when read back, or are `nan`, `inf` or `-inf`.
    package func append(epoch: Int, _ values: [Double]) throws(FileError) {
        precondition(
            values.count + 1 == columns.count,
            "MetricsCSV: expected \(columns.count) values for \(columns), received \(values.count + 1)")
        try file.append(Array(CSVRow.text(["\(epoch)"] + values.map(\.description)).utf8))
    }

    /// Waits until all rows are on the disk.
    package func synchronize() throws(FileError) { try file.synchronize() }
}

extension RecordFile.Cut {
    /// Returns the place at which a log of a run is continued.
    ///
    /// - Throws: ``FileError``; ``RunError/incompleteLog(path:expected:)`` if the file has fewer records.
    static func ofLog(
        _ path: String, _ content: [UInt8]? = nil, count: Int,
        end: (_ content: [UInt8], _ count: Int) -> Int?
    ) throws -> RecordFile.Cut {
        do {
            return try RecordFile.Cut(
                path: path, content: content ?? RecordFile.content(of: path), count: count, end: end)
        } catch is FormatError {
            throw RunError.incompleteLog(path: path, expected: count)
        }
    }
}
