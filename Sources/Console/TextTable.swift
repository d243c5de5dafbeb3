/// A table of text, whose columns are aligned by their width in the terminal.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    package enum Style: Sendable {
        /// Lines around the table and between its columns.
        case box
        /// Two spaces between columns and a line under the titles.
        case plain
    }

    package struct Column: Sendable {
        package let title: String
        package let alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    private enum Row {
        case cells([String])
        case rule
    }

    package let columns: [Column]
    package let style: Style
    private var rows: [Row] = []

    package init(_ columns: [Column], style: Style = .box) {
        precondition(!columns.isEmpty, "TextTable: expected at least one column, received none")
        self.columns = columns
        self.style = style
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Appends a row with one cell for each column.
    package mutating func append(_ cells: [String]) {
        precondition(
            cells.count == columns.count,
            "TextTable: expected \(columns.count) cells, received \(cells.count)")
        rows.append(.cells(cells))
    }

    /// Appends a horizontal line.
    package mutating func appendRule() {
        rows.append(.rule)
    }

    /// Returns the table's lines; the last one has no line end.
    package func rendered() -> String {
        let titles = Row.cells(columns.map(\.title))
        let widths = columnWidths(of: [titles] + rows)
        var lines = [line(titles, widths), line(.rule, widths)] + rows.map { line($0, widths) }
        if style == .box {
            lines.insert(rule(widths, "┌", "┬", "┐"), at: 0)
            lines.append(rule(widths, "└", "┴", "┘"))
        }
        return lines.joined(separator: "\n")
    }

    private func columnWidths(of rows: [Row]) -> [Int] {
        rows.reduce(into: Array(repeating: 0, count: columns.count)) { widths, row in
            guard case .cells(let cells) = row else { return }
            for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.displayWidth) }
        }
    }

    private func line(_ row: Row, _ widths: [Int]) -> String {
        guard case .cells(let cells) = row else { return rule(widths, "├", "┼", "┤") }
        let padded = cells.indices.map { index in
            let space = String(repeating: " ", count: widths[index] - cells[index].displayWidth)
            return columns[index].alignment == .left ? cells[index] + space : space + cells[index]
        }
        guard style == .plain else { return "│ " + padded.joined(separator: " │ ") + " │" }
        var text = padded.joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text
    }

    private func rule(_ widths: [Int], _ left: String, _ middle: String, _ right: String) -> String {
        if style == .plain { return widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") }
        return left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
    }
}
