import Foundation
import Randomness
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Random numbers of an augmentation")
struct AugmentationDrawTests {
    static let ranges = ImageAugmentation(shift: 1.5, rotation: 10, scale: 0.1, shear: 0.2, elastic: 0.7)

    static let names = ["shift x", "shift y", "rotation", "scale", "shear"]

    /// Many numbers of each range, as fractions of it.
    static let numbers: [[Double]] = {
        let maps = (0..<20_000).map { index in
            var generator = EpochAugmentation(ranges: ranges, seed: 3, epoch: 1).generator(index: index)
            return AffineMap(ranges, from: &generator)
        }
        return [
            maps.map { $0.shiftX / 1.5 }, maps.map { $0.shiftY / 1.5 }, maps.map { $0.rotation / 10 },
            maps.map { ($0.scale - 1) / 0.1 }, maps.map { $0.shear / 0.2 },
        ]
    }()

    /// The numbers reach nearly the ends, and have the first two moments of a uniform distribution.
    @Test(arguments: names)
    func `every number is uniform in its range`(name: String) throws {
        let numbers = Self.numbers[try #require(Self.names.firstIndex(of: name))]
        #expect(numbers.allSatisfy { abs($0) <= 1 + 1e-12 })
        #expect(numbers.min()! < -0.995 && numbers.max()! > 0.995)
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)
        #expect(abs(mean) < 0.02)
        #expect(abs(variance * 3 - 1) < 0.03)
    }

    @Test
    func `the numbers are independent of each other`() {
        for first in 0..<5 {
            for second in 0..<first {
                let products = zip(Self.numbers[first], Self.numbers[second]).map { $0 * $1 }
                #expect(abs(products.reduce(0, +) / Double(products.count)) < 0.01, "\(first), \(second)")
            }
        }
    }

    /// A range of zero also draws its number, so that the other numbers do not change.
    @Test
    func `a range does not change the numbers of another`() {
        let wanted = Self.ranges
        for index in 0..<5 {
            var generator = SplitMix64(1, UInt64(index))
            var other = generator
            let all = AffineMap(wanted, from: &generator)
            let some = AffineMap(.init(shift: 0, rotation: 10, scale: 0, shear: 0.2), from: &other)
            #expect(some.rotation == all.rotation && some.shear == all.shear)
            #expect(some.shiftX == 0 && some.shiftY == 0 && some.scale == 1)
            #expect(generator == other)
        }
    }

    /// On average over an image, and along each axis.
    @Test(arguments: [0.7, 3], [(28, 28), (9, 33)])
    func `the displacement has the given standard deviation`(
        deviation: Double, size: (rows: Int, columns: Int)
    ) {
        var sums = (x: 0.0, y: 0.0, both: 0.0)
        var largest = 0.0
        let count = 400
        for index in 0..<count {
            let field = ReferenceAugmentation(
                .init(elastic: deviation), rows: size.rows, columns: size.columns, seed: 1, epoch: 0,
                index: index)
            for row in stride(from: 0, to: size.rows, by: 3) {
                for column in stride(from: 0, to: size.columns, by: 3) {
                    let moved = field.displacement(row: row, column: column)
                    sums.x += moved.x * moved.x
                    sums.y += moved.y * moved.y
                    sums.both += moved.x * moved.y
                    largest = max(largest, abs(moved.x), abs(moved.y))
                }
            }
        }
        let places = Double(count * ((size.rows + 2) / 3) * ((size.columns + 2) / 3))
        let variance = deviation * deviation
        #expect(abs(sums.x / places / variance - 1) < 0.06)
        #expect(abs(sums.y / places / variance - 1) < 0.06)
        #expect(abs(sums.both / places / variance) < 0.06)
        #expect(largest <= deviation * 3.0.squareRoot() * 315 / 151)
    }

    @Test(arguments: [1, 2, 5, 16, 28, 100])
    func `the weights of the control points are a B-spline's`(length: Int) {
        let basis = ImageAugmenter.splineBasis(length)
        let stride = FloatBuffer.padded(length)
        for place in 0..<length {
            let weights = (0..<7).map { Double(basis.base[$0 * stride + place]) }
            expectClose([weights.reduce(0, +)], [1])
            // The spline is exact for linear functions: the weighted mean of the points' places is the place.
            let mean = zip(weights, 0...).reduce(0) { $0 + $1.0 * Double($1.1 - 1) }
            expectClose([mean], [4 * (Double(place) + 0.5) / Double(length)])
            #expect(weights.filter { $0 > 0 }.count <= 4)
        }
    }

    @Test(
        arguments: [0, 1e-9, 10, -10, 45, 90, 179.5, -180, 270, 1000, -12345.6])
    func `sine and cosine are accurate`(degrees: Double) {
        let (sine, cosine) = AffineMap.sineAndCosine(degrees: degrees)
        expectClose(
            [sine, cosine], [sin(degrees * .pi / 180), cos(degrees * .pi / 180)], absolute: 1e-12, relative: 0
        )
        if degrees == 0 { #expect(sine == 0 && cosine == 1) }
    }
}
