/// A matrix, row by row. Its loops are plain, over raw memory, because tests run unoptimised.
struct Matrix {
    let columns: Int
    var numbers: [Double]

    func rows(_ range: Range<Int>) -> Matrix {
        Matrix(
            columns: columns,
            numbers: Array(numbers[range.lowerBound * columns..<range.upperBound * columns]))
    }

    func times(_ x: [Double]) -> [Double] {
        precondition(x.count == columns, "\(x.count) numbers for \(columns) columns")
        let rows = numbers.count / columns
        return filled(count: rows) { result in
            numbers.withUnsafeBufferPointer { numbers in
                x.withUnsafeBufferPointer { x in
                    var (row, index) = (0, 0)
                    while row < rows {
                        var column = 0
                        while column < columns {
                            result[row] += numbers[index] * x[column]
                            index += 1
                            column += 1
                        }
                        row += 1
                    }
                }
            }
        }
    }

    func transposedTimes(_ y: [Double]) -> [Double] {
        precondition(
            y.count * columns == numbers.count, "\(y.count) numbers for \(numbers.count / columns) rows")
        return filled(count: columns) { result in
            numbers.withUnsafeBufferPointer { numbers in
                var (row, index) = (0, 0)
                while row < y.count {
                    let factor = y[row]
                    var column = 0
                    while column < columns {
                        result[column] += numbers[index] * factor
                        index += 1
                        column += 1
                    }
                    row += 1
                }
            }
        }
    }

    /// Adds y xᵀ to the rows from `firstRow` on; if nil, to all rows.
    mutating func add(outer y: [Double], _ x: [Double], firstRow: Int? = nil) {
        var index = (firstRow ?? 0) * columns
        precondition(
            x.count == columns && index + y.count * x.count == numbers.count,
            "\(y.count) × \(x.count) numbers for \(numbers.count)")
        numbers.withUnsafeMutableBufferPointer { numbers in
            x.withUnsafeBufferPointer { x in
                for factor in y {
                    var column = 0
                    while column < x.count {
                        numbers[index] += factor * x[column]
                        index += 1
                        column += 1
                    }
                }
            }
        }
    }

    /// Returns zeros to which `body` adds.
    private func filled(count: Int, _ body: (UnsafeMutableBufferPointer<Double>) -> Void) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        result.withUnsafeMutableBufferPointer { body($0) }
        return result
    }
}
