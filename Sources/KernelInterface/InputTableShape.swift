/// The shape of a table of input weights, [symbol][row].
package enum InputTableShape {
    /// The number of floats from one symbol's row to the next: the number of rows in whole vectors.
    @inlinable
    package static func stride(rows: Int) -> Int { (rows + 15) / 16 * 16 }

    /// The number of floats of a table.
    @inlinable
    package static func count(rows: Int, symbols: Int) -> Int { stride(rows: rows) * symbols }
}
