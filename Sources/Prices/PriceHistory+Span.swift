import Console
import Datasets
import Platform

extension PriceHistory {
    /// Returns some of the rows, by their index. A range outside 0 ..< count traps.
    public func rows(_ range: Range<Int>) -> PriceHistory {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count,
            "rows: expected places in 0..<\(count), received \(range)")
        return PriceHistory(
            dates: Array(dates[range]), columns: zip(columns, values).map { ($0, Array($1[range])) },
            path: path, skipped: skipped, lines: lines.isEmpty ? [] : Array(lines[range]), notes: notes)
    }

    /// Returns the rows of a span of time.
    ///
    /// - Parameters:
    ///   - from: The first day; there may be no row for it. Nil for the first row.
    ///   - to: The last day; there may be no row for it. Nil for the last row.
    ///   - rows: The number of rows, at least 1: the first rows of the span if `from` is given, otherwise the last
    ///     rows. Nil for all.
    /// - Throws: `DatasetError.tooFewRows` if the span has no rows, or fewer than `rows`.
    public func span(
        from: CalendarDate? = nil, to: CalendarDate? = nil, rows: Int? = nil
    ) throws(DatasetError) -> PriceHistory {
        precondition(rows ?? 1 >= 1, "rows: expected at least 1, received \(rows ?? 1)")
        let start = from.map { from in dates.firstIndex { $0 >= from } ?? count } ?? 0
        let end = to.map { to in dates.firstIndex { $0 > to } ?? count } ?? count
        let asked = [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap(\.self).joined(
            separator: " ")
        let wanted = rows ?? 1
        guard end - start >= wanted else {
            let inSpan = !asked.isEmpty && start < end ? Self.rowsText(end - start) + " of " : ""
            let (file, askedRows) = (path, Self.rowsText(wanted) + (asked.isEmpty ? "" : " " + asked))
            throw start < end
                ? .tooFewRows(file: file, asked: askedRows, present: inSpan + extent)
                : .tooFewRows(
                    file: file, asked: askedRows, present: extent,
                    remedy: "give days between the first and the last (--from, --to)")
        }
        guard let rows else { return self.rows(start..<end) }
        return self.rows(from == nil ? end - rows..<end : start..<start + rows)
    }

    /// Checks that there are enough rows for a purpose.
    ///
    /// - Parameters:
    ///   - rows: The minimum number of rows.
    ///   - purpose: The purpose, such as "windows of 5 days".
    ///   - remedy: An instruction for the user.
    /// - Throws: `DatasetError.tooFewRows`.
    package func require(rows: Int, for purpose: String, remedy: String) throws(DatasetError) {
        guard count >= rows else {
            throw .tooFewRows(
                file: path, asked: "at least \(Self.rowsText(rows)) for \(purpose)",
                present: extent + (skipped.map { " (\($0))" } ?? ""), remedy: remedy)
        }
    }

    private var extent: String {
        guard let first = dates.first, let last = dates.last else { return "none" }
        return "\(Self.rowsText(count)) from \(first) to \(last)"
    }

    private static func rowsText(_ count: Int) -> String { TextFormat.count(count, "row") }
}
