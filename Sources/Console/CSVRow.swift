/// A row of a comma-separated table (RFC 4180, with line feeds).
package enum CSVRow {
    /// The cells with commas between them and a line end, each in quotes where it must be.
    package static func text(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ cell: String) -> String {
        // By bytes: a carriage return and a line feed together are one character.
        guard cell.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
