/// Packs matrices for `Product` into panels of as many rows as its tiles have, in the order `[column][row]`. `third` is
/// a third of a full panel's rows; the last panel has one, two or three thirds.
///
/// A matrix of 19 rows and columns c₀, c₁, c₂, packed with `third` = 4:
///
///     panel of rows 0...11     panel of rows 12...18 and one row of zeros
///     ┌──────┬──────┬──────┐   ┌────┬─┬────┬─┬────┬─┐
///     │  c₀  │  c₁  │  c₂  │   │ c₀ │0│ c₁ │0│ c₂ │0│
///     └──────┴──────┴──────┘   └────┴─┴────┴─┴────┴─┘
///     12 rows each             7 rows and a zero each
enum Packing {
    static func count(third: Int, rows: Int, columns: Int) -> Int {
        (rows + third - 1) / third * third * columns
    }

    static func pack(
        _ source: UnsafePointer<Float>, adding added: UnsafePointer<Float>?, third: Int, rows: Int,
        columns: Int,
        rowStride: Int, columnStride: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        var target = packed
        for row in stride(from: 0, to: rows, by: 3 * third) {
            let valid = min(rows - row, 3 * third)
            let height = count(third: third, rows: valid, columns: 1)
            for column in 0..<columns {
                let first = row * rowStride + column * columnStride
                for offset in 0..<valid { target[offset] = source[first + offset * rowStride] }
                if let added {
                    for offset in 0..<valid { target[offset] += added[first + offset * rowStride] }
                }
                for offset in valid..<height { target[offset] = 0 }
                target += height
            }
        }
    }
}
