/// A table of numbers in a file, comma-separated: a header, then rows, each in the file as soon as it
/// was appended, whole or not at all.
public struct MetricsCSV: Sendable {
    public enum Value: Hashable, Sendable {
        case integer(Int)
        case float(Float)
        case double(Double)
        /// An empty cell.
        case missing

        /// The shortest digits that give the same number back; `nan`, `inf`, `-inf`.
        fileprivate var text: String {
            switch self {
            case .integer(let value): value.description
            case .float(let value): value.description
            case .double(let value): value.description
            case .missing: ""
            }
        }
    }

    public let columns: [String]
    private let file: LineFile

    /// Creates the file, which must not exist, and writes the header.
    ///
    /// - Parameters:
    ///   - path: of the new file.
    ///   - columns: words without comma, quote or line end.
    public init(path: String, columns: [String]) throws(FileError) {
        precondition(
            !columns.isEmpty
                && columns.allSatisfy { !$0.contains { ",\"\r\n".contains($0) || $0.isNewline } },
            "MetricsCSV: expected column names without comma, quote or line end, received \(columns)")
        self.columns = columns
        file = try LineFile(path, .creatingForAppending)
        try file.append(columns.joined(separator: ","))
    }

    /// Appends one row, a value for each column.
    public func append(_ row: [Value]) throws(FileError) {
        precondition(
            row.count == columns.count,
            "MetricsCSV: expected \(columns.count) values for \(columns), received \(row.count)")
        try file.append(row.map(\.text).joined(separator: ","))
    }
}
