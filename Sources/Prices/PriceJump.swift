/// A change of a price from one row to the next that is far beyond what the other rows do, as a split or a mistyped
/// number leaves it.
package struct PriceJump: Hashable, Sendable {
    /// The name of the column.
    package let column: String
    /// The index of the row to which the price jumps.
    package let row: Int
    /// The price in the row, divided by that in the row before.
    package let factor: Double
}

extension PriceHistory {
    /// The jumps of the columns of prices, in the order of the rows; of several columns that jump together, the close or else
    /// the first.
    ///
    /// A change is a jump if the greater price is at least 1.5 times the smaller one, and the difference is at least eight
    /// times the median difference.
    package var jumps: [PriceJump] {
        var jumps: [PriceJump] = []
        // The rows where a column before jumps, and those beside them.
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
            // Open follows a day later where low and close jump today.
            let rows = (1..<count).filter { ratios[$0 - 1] >= limit && !taken.contains($0) }
            jumps += rows.map { PriceJump(column: name, row: $0, factor: values[$0] / values[$0 - 1]) }
            taken.formUnion(rows.flatMap { [$0 - 1, $0, $0 + 1] })
        }
        return jumps.sorted { $0.row < $1.row }
    }
}
