import Foundation
import Randomness

@testable import NeuralNetworks

/// The augmentation described in `ImageAugmentation`, pixel by pixel in double precision.
struct ReferenceAugmentation {
    let rows: Int
    let columns: Int
    var shift = (x: 0.0, y: 0.0)
    /// The rotation in degrees.
    var rotation = 0.0
    var scale = 1.0
    var shear = 0.0
    /// The grey outside the image.
    var background = 0.0
    /// The displacements of the control points, [7][7].
    var controls = [[(x: Double, y: Double)]](repeating: .init(repeating: (0, 0), count: 7), count: 7)

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    init(_ ranges: ImageAugmentation, rows: Int, columns: Int, seed: UInt64, epoch: Int, index: Int) {
        self.init(rows: rows, columns: columns)
        background = Double(ranges.background)
        var generator = SplitMix64(seed, 5, UInt64(epoch), UInt64(index))
        func draw(_ range: Double) -> Double { Double(2 * generator.nextUnit() - 1) * range }
        shift.x = draw(ranges.shift)
        shift.y = draw(ranges.shift)
        rotation = draw(ranges.rotation)
        scale = 1 + draw(ranges.scale)
        shear = draw(ranges.shear)
        guard ranges.elastic > 0 else { return }
        for row in 0..<7 {
            for column in 0..<7 {
                let x = draw(ranges.elastic * sqrt(3) * 315 / 151)
                controls[row][column] = (x, draw(ranges.elastic * sqrt(3) * 315 / 151))
            }
        }
    }

    /// Returns the cubic B-spline around zero.
    private func spline(_ x: Double) -> Double {
        let x = abs(x)
        return x < 1 ? 2 / 3 - x * x + x * x * x / 2 : x < 2 ? pow(2 - x, 3) / 6 : 0
    }

    /// Returns the displacement of a pixel, in pixels.
    func displacement(row: Int, column: Int) -> (x: Double, y: Double) {
        let u = 4 * (Double(column) + 0.5) / Double(columns)
        let v = 4 * (Double(row) + 0.5) / Double(rows)
        var sum = (x: 0.0, y: 0.0)
        for i in 0..<7 {
            for j in 0..<7 {
                let weight = spline(v - Double(i - 1)) * spline(u - Double(j - 1))
                sum.x += weight * controls[i][j].x
                sum.y += weight * controls[i][j].y
            }
        }
        return sum
    }

    /// Returns the image [rows, columns] before rounding.
    func augmented(_ image: [UInt8]) -> [Double] {
        let (sine, cosine) = (sin(rotation * .pi / 180), cos(rotation * .pi / 180))
        // The matrix scale · Rotation · Shear.
        let (a, b) = (scale * cosine, scale * (cosine * shear - sine))
        let (c, d) = (scale * sine, scale * (sine * shear + cosine))
        let determinant = a * d - b * c
        let center = (x: Double(columns - 1) / 2, y: Double(rows - 1) / 2)
        var result: [Double] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let x = Double(column) - center.x - shift.x
                let y = Double(row) - center.y - shift.y
                let moved = displacement(row: row, column: column)
                result.append(
                    interpolate(
                        image, x: center.x + (d * x - b * y) / determinant + moved.x,
                        y: center.y + (a * y - c * x) / determinant + moved.y))
            }
        }
        return result
    }

    private func interpolate(_ image: [UInt8], x: Double, y: Double) -> Double {
        guard x > -2, y > -2, x < Double(columns) + 1, y < Double(rows) + 1 else { return background }
        func pixel(_ row: Int, _ column: Int) -> Double {
            (0..<rows).contains(row) && (0..<columns).contains(column)
                ? Double(image[row * columns + column]) : background
        }
        let (row, column) = (Int(floor(y)), Int(floor(x)))
        let (below, right) = (y - floor(y), x - floor(x))
        return (1 - below) * ((1 - right) * pixel(row, column) + right * pixel(row, column + 1))
            + below * ((1 - right) * pixel(row + 1, column) + right * pixel(row + 1, column + 1))
    }
}
