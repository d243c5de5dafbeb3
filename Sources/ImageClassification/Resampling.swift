import Pictures

/// Pictures in other sizes. A pixel of the new picture is the mean over the area that it covers of the old
/// one; where that is less than a pixel, it is interpolated between the nearest (bilinear).
package struct Resampling: Sendable {
    /// For each new position along one axis: the first old position, and the weights from there on.
    private struct Axis: Sendable {
        var starts: [Int] = []
        var weights: [[Float]] = []
    }

    private let columns: Axis
    private let rows: Axis
    private let width: Int
    private let height: Int

    /// - Parameters:
    ///   - width: of the old picture.
    ///   - height: of the old picture.
    ///   - left: where the new picture starts in the old one; what lies outside the old one is zero.
    ///   - top: as `left`.
    ///   - columns: of the new picture.
    ///   - rows: of the new picture.
    ///   - columnStep: columns of the old picture for one of the new.
    ///   - rowStep: rows of the old picture for one of the new.
    package init(
        width: Int, height: Int, left: Double = 0, top: Double = 0, columns: Int, rows: Int,
        columnStep: Double, rowStep: Double
    ) {
        self.width = width
        self.height = height
        self.columns = Self.axis(from: left, step: columnStep, count: columns, limit: width)
        self.rows = Self.axis(from: top, step: rowStep, count: rows, limit: height)
    }

    /// The whole picture in another size.
    package init(width: Int, height: Int, columns: Int, rows: Int) {
        self.init(
            width: width, height: height, columns: columns, rows: rows,
            columnStep: Double(width) / Double(columns), rowStep: Double(height) / Double(rows))
    }

    private static func axis(from start: Double, step: Double, count: Int, limit: Int) -> Axis {
        var axis = Axis()
        for index in 0..<count {
            let center = start + (Double(index) + 0.5) * step
            // Bilinear interpolation is the mean of a tent as wide as two old pixels.
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
            // At the edge the nearest pixel stands for the one that lacks.
            let sum = weights.reduce(0, +)
            if step < 1, sum > 0 { weights = weights.map { $0 / sum } }
            axis.starts.append(first)
            axis.weights.append(weights)
        }
        return axis
    }

    /// - Parameter pixels: of shape [height, width].
    /// - Returns: values of shape [rows, columns].
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

    /// - Parameter pixels: of shape [height, width].
    /// - Returns: values of shape [rows, columns].
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

    /// - Parameter add: adds the old row that starts at a place, times a weight, to sums.
    private func resample(
        _ count: Int, _ add: (Int, Float, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [Float] {
        precondition(
            count == width * height, "Resampling: expected \(width) x \(height) pixels, received \(count)")
        let across = columns.starts.count
        var output: [Float] = []
        output.reserveCapacity(rows.starts.count * across)
        for row in rows.starts.indices {
            // Rows first, summed as they are, so that the many pixels of a large picture are touched once.
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
