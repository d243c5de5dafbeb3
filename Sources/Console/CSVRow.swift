/// A row of a comma-separated table (RFC 4180, with line feeds).
package enum CSVRow {
    /// Returns the cells joined by commas, with a line end. Cells are quoted where necessary.
    package static func text(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ cell: String) -> String {
        // Compare bytes: a carriage return followed by a line feed is one character.
        guard cell.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
