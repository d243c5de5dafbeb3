/// A row of a comma-separated table (RFC 4180, with line feeds).
package enum CSVRow {
    /// The cells with commas between them and a line end, each in quotes where it must be.
    package static func text(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\n"
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.contains(where: { "\",\r\n".contains($0) }) else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
