import Pictures

/// Resamples pictures to other sizes. A pixel of the new picture is the mean over the area that it covers in the old
/// one. If that area is smaller than a pixel, it is interpolated bilinearly between the nearest pixels.
package struct Resampling: Sendable {
    /// The first old position and the following weights for each new position along one axis.
    private struct Axis: Sendable {
        var starts: [Int] = []
        var weights: [[Float]] = []
    }

    private let columns: Axis
    private let rows: Axis
    private let width: Int
    private let height: Int

    /// - Parameters:
    ///   - width: The width of the old picture.
    ///   - height: The height of the old picture.
    ///   - left: The column of the old picture at which the new one starts; the area outside the old picture is zero.
    ///   - top: The row of the old picture at which the new one starts.
    ///   - columns: The number of columns of the new picture.
    ///   - rows: The number of rows of the new picture.
    ///   - columnStep: The number of old columns per new column.
    ///   - rowStep: The number of old rows per new row.
    package init(
        width: Int, height: Int, left: Double = 0, top: Double = 0, columns: Int, rows: Int,
        columnStep: Double, rowStep: Double
    ) {
        self.width = width
        self.height = height
        self.columns = Self.axis(from: left, step: columnStep, count: columns, limit: width)
        self.rows = Self.axis(from: top, step: rowStep, count: rows, limit: height)
    }

    /// Creates a resampling of the whole picture to another size.
    package init(width: Int, height: Int, columns: Int, rows: Int) {
        self.init(
            width: width, height: height, columns: columns, rows: rows,
            columnStep: Double(width) / Double(columns), rowStep: Double(height) / Double(rows))
    }

    private static func axis(from start: Double, step: Double, count: Int, limit: Int) -> Axis {
        var axis = Axis()
        for index in 0..<count {
            let center = start + (Double(index) + 0.5) * step
            // Bilinear interpolation is a weighted mean with a triangular weight of the width of two old pixels.
            let reach = step >= 1 ? step / 2 : 1
            let first = max(0, Int((center - reach - 0.5).rounded(.down)))
            let last = min(limit - 1, Int((center + reach + 0.5).rounded(.up)))
            var weights: [Float] = []
            for position in first..<max(first, last + 1) {
                let low = max(center - step / 2, Double(position))
                let high = min(center + step / 2, Double(position + 1))
                let weight =
                    step >= 1 ? max(0, high - low) / step : max(0, 1 - abs(Double(position) + 0.5 - center))
                weights.append(Float(weight))
            }
            // At the edge, the nearest pixel replaces the missing one.
            let sum = weights.reduce(0, +)
            if step < 1, sum > 0 { weights = weights.map { $0 / sum } }
            axis.starts.append(first)
            axis.weights.append(weights)
        }
        return axis
    }

    /// - Parameter pixels: The pixels, of shape [height, width].
    /// - Returns: The new values, of shape [rows, columns].
    package func callAsFunction(_ pixels: [UInt8]) -> [Float] {
        resample(pixels.count) { start, weight, sums in
            pixels.withUnsafeBufferPointer { pixels in
                var column = 0
                while column < sums.count {
                    sums[column] += weight * Float(pixels[start &+ column])
                    column &+= 1
                }
            }
        }
    }

    /// - Parameter pixels: The pixels, of shape [height, width].
    /// - Returns: The new values, of shape [rows, columns].
    package func callAsFunction(_ pixels: [Float]) -> [Float] {
        resample(pixels.count) { start, weight, sums in
            pixels.withUnsafeBufferPointer { pixels in
                var column = 0
                while column < sums.count {
                    sums[column] += weight * pixels[start &+ column]
                    column &+= 1
                }
            }
        }
    }

    /// - Parameter add: Adds the old row that starts at an index, times a weight, to the sums.
    private func resample(
        _ count: Int, _ add: (Int, Float, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [Float] {
        precondition(
            count == width * height, "Resampling: expected \(width) x \(height) pixels, received \(count)")
        let across = columns.starts.count
        var output: [Float] = []
        output.reserveCapacity(rows.starts.count * across)
        for row in rows.starts.indices {
            // Rows are summed first, so that each of the many pixels of a large picture is read once.
            var sums = [Float](repeating: 0, count: width)
            sums.withUnsafeMutableBufferPointer { sums in
                for (offset, weight) in rows.weights[row].enumerated() where weight > 0 {
                    add((rows.starts[row] + offset) * width, weight, sums)
                }
            }
            for column in 0..<across {
                var sum: Float = 0
                var place = columns.starts[column]
                for weight in columns.weights[column] {
                    sum += weight * sums[place]
                    place += 1
                }
                output.append(sum)
            }
        }
        return output
    }
}
