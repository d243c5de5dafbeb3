import KernelInterface

/// The product of input weights with one-hot vectors, which are given by the indices of their ones, the symbols. The
/// product of W with the one-hot vector of symbol s is column s of W, so it is copied from a table, [symbol][row]:
///
///     table, a row for each symbol              gates of one step, [row][lane]
///
///     symbol 0   bias + column 0 of W           lane    0   1   2   …
///     symbol 1   bias + column 1 of W           row 0   ┆   ┆   ┆
///     …                                         row 1   ┆   ┆   ┆        lane l has the table's row of the symbol
///                                               …       ▼   ▼   ▼        that it reads
///
/// The sums have the same bits as the sums of `Product` with one-hot vectors: there, all other terms are zero. The rows of
/// the table are `InputTableShape.stride(rows:)` numbers apart. All loops read sixteen rows or lanes into one vector.
enum InputTable {
    /// Computes the table of the weights [rows][symbols] and the bias, which is the sum of both, if there are two. With
    /// `secondRows` the second bias is added only to the first rows.
    static func pack(
        _ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, second: UnsafePointer<Float>?,
        secondRows: Int, rows: Int, symbols: Int, into table: UnsafeMutablePointer<Float>
    ) {
        let stride = InputTableShape.stride(rows: rows)
        for row in 0..<rows {
            var sum: Float = 0
            if let bias { sum = bias[row] }
            if let second, row < secondRows { sum += second[row] }
            let source = weights + row * symbols
            var target = table + row
            for symbol in 0..<symbols {
                target.pointee = sum + source[symbol]
                target += stride
            }
        }
    }

    /// Copies the rows of the lanes' symbols to the gates of one step.
    static func lookUp(
        _ table: UnsafePointer<Float>, rows: Int, symbols: UnsafePointer<Int32>,
        into gates: UnsafeMutablePointer<Float>
    ) {
        let stride = InputTableShape.stride(rows: rows)
        for first in Swift.stride(from: 0, to: shardLanes, by: vectorWidth) {
            let places = Places(table, symbols + first, stride)
            for row in 0..<rows { storeVector(places.values(row), gates, row * shardLanes + first) }
        }
    }

    /// Adds the gradients of the gates of one step to the rows of the lanes' symbols, lane by lane.
    static func add(
        _ gates: UnsafePointer<Float>, rows: Int, symbols: UnsafePointer<Int32>,
        to table: UnsafeMutablePointer<Float>
    ) {
        let stride = InputTableShape.stride(rows: rows)
        for lane in 0..<shardLanes {
            let target = table + Int(symbols[lane]) * stride
            let source = gates + lane
            var row = 0
            while row + vectorWidth <= rows {
                let gradient = strided(source + row * shardLanes, shardLanes)
                storeVector(loadVector(target, row) + gradient, target, row)
                row += vectorWidth
            }
            while row < rows {
                target[row] += source[row * shardLanes]
                row += 1
            }
        }
    }

    /// Adds the gradient of the table to the gradient of the weights: gradient[row][symbol] += table[symbol][row].
    static func addTransposed(
        _ table: UnsafePointer<Float>, rows: Int, symbols: Int, to gradient: UnsafeMutablePointer<Float>
    ) {
        let stride = InputTableShape.stride(rows: rows)
        var symbol = 0
        while symbol + vectorWidth <= symbols {
            for row in 0..<rows {
                let place = row * symbols + symbol
                let values = strided(table + symbol * stride + row, stride)
                storeVector(loadVector(gradient, place) + values, gradient, place)
            }
            symbol += vectorWidth
        }
        while symbol < symbols {
            for row in 0..<rows { gradient[row * symbols + symbol] += table[symbol * stride + row] }
            symbol += 1
        }
    }

    /// The rows of a table that sixteen lanes read.
    private struct Places {
        let table: UnsafePointer<Float>
        let offsets: SIMD16<Int>

        @inline(__always)
        init(_ table: UnsafePointer<Float>, _ symbols: UnsafePointer<Int32>, _ stride: Int) {
            self.table = table
            var offsets = SIMD16<Int>()
            for lane in 0..<vectorWidth { offsets[lane] = Int(symbols[lane]) * stride }
            self.offsets = offsets
        }

        /// Returns number `row` of each of the rows.
        @inline(__always)
        func values(_ row: Int) -> Vector {
            let from = table + row
            return Vector(
                from[offsets[0]], from[offsets[1]], from[offsets[2]], from[offsets[3]], from[offsets[4]],
                from[offsets[5]], from[offsets[6]], from[offsets[7]], from[offsets[8]], from[offsets[9]],
                from[offsets[10]], from[offsets[11]], from[offsets[12]], from[offsets[13]],
                from[offsets[14]], from[offsets[15]])
        }
    }

    /// Returns sixteen numbers that are `stride` apart.
    @inline(__always)
    private static func strided(_ from: UnsafePointer<Float>, _ stride: Int) -> Vector {
        Vector(
            from[0], from[stride], from[2 * stride], from[3 * stride], from[4 * stride], from[5 * stride],
            from[6 * stride], from[7 * stride], from[8 * stride], from[9 * stride], from[10 * stride],
            from[11 * stride], from[12 * stride], from[13 * stride], from[14 * stride], from[15 * stride])
    }
}
