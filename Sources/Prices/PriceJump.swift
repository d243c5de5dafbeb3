/// A change of a price from one row to the next that is far greater than in the other rows, such as the effect of a
/// split or a mistyped number.
package struct PriceJump: Hashable, Sendable {
    /// The name of the column.
    package let column: String
    /// The index of the row to which the price jumps.
    package let row: Int
    /// The price in the row, divided by the price in the previous row.
    package let factor: Double
}

extension PriceHistory {
    /// The jumps of the columns of prices, in the order of the rows; if several columns jump together, only the close
    /// or otherwise the first column is listed.
    ///
    /// A change is a jump if the greater price is at least 1.5 times the smaller one, and the difference is at least
    /// eight times the median difference.
    package var jumps: [PriceJump] {
        var jumps: [PriceJump] = []
        // Rows where a previous column jumps, and the rows next to them.
        var taken: Set<Int> = []
        let places = columns.indices.filter { Self.isPrice(columns[$0]) }
        let closeFirst =
            places.filter { Self.isSame(columns[$0], as: PriceColumn.close) }
            + places.filter { !Self.isSame(columns[$0], as: PriceColumn.close) }
        for place in closeFirst where count > 1 {
            let (name, values) = (columns[place], values[place])
            let ratios = zip(values.dropFirst(), values).map { max($0, $1) / min($0, $1) }
            let median = ratios.sorted()[ratios.count / 2]
            let limit = max(1.5, 1 + 8 * (median - 1))
            // The open price follows one day later than a jump of low and close.
            let rows = (1..<count).filter { ratios[$0 - 1] >= limit && !taken.contains($0) }
            jumps += rows.map { PriceJump(column: name, row: $0, factor: values[$0] / values[$0 - 1]) }
            taken.formUnion(rows.flatMap { [$0 - 1, $0, $0 + 1] })
        }
        return jumps.sorted { $0.row < $1.row }
    }
}
