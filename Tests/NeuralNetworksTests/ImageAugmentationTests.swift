import Foundation
import Randomness
import TestSupport
import Testing

@testable import NeuralNetworks

/// Returns an image of noise, so that every pixel matters.
func noiseImage(rows: Int, columns: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SplitMix64(seed)
    return (0..<rows * columns).map { _ in UInt8(generator.nextIndex(below: 256)) }
}

@Suite("Augmented images")
struct ImageAugmentationTests {
    struct Size: CustomTestStringConvertible {
        let rows: Int
        let columns: Int
        var testDescription: String { "\(rows) × \(columns)" }

        /// Sizes narrower and wider than a vector, also by one pixel, and of one pixel, row or column.
        static let all = [
            (28, 28), (1, 1), (1, 20), (20, 1), (5, 17), (17, 15), (31, 16), (16, 32), (3, 47),
        ].map(Size.init)

        var image: [UInt8] { noiseImage(rows: rows, columns: columns) }

        func augmenter(_ set: InstructionSet = .best) -> ImageAugmenter {
            ImageAugmenter(rows: rows, columns: columns, kernels: set.kernels)
        }

        /// Returns the image warped by a map.
        func drawn(_ map: AffineMap, _ set: InstructionSet = .best) -> [UInt8] {
            var result = [UInt8](repeating: 99, count: rows * columns + ImageAugmenter.margin)
            augmenter(set).draw(image, through: map, into: &result)
            return Array(result.prefix(rows * columns))
        }

        func augmented(
            _ ranges: ImageAugmentation, seed: UInt64 = 7, epoch: Int = 0, index: Int = 0,
            _ set: InstructionSet = .best
        ) -> [UInt8] {
            var result = [UInt8](repeating: 99, count: rows * columns + ImageAugmenter.margin)
            augmenter(set).augment(
                image, EpochAugmentation(ranges: ranges, seed: seed, epoch: epoch), index: index,
                into: &result)
            return Array(result.prefix(rows * columns))
        }
    }

    @Test(arguments: Size.all, InstructionSet.available)
    func `ranges of zero change no byte`(size: Size, set: InstructionSet) {
        expectEqual(size.augmented(.none, set), size.image)
        // Control points without displacement change no byte either.
        var result = size.image + [UInt8](repeating: 0, count: ImageAugmenter.margin)
        size.augmenter(set).draw(size.image, through: AffineMap(), isElastic: true, into: &result)
        expectEqual(Array(result.prefix(size.image.count)), size.image)
    }

    /// Each range alone, all ranges, and very large ones.
    static let ranges: [ImageAugmentation] = [
        .shift, .affine, .elastic, .init(shift: 40), .init(rotation: 180), .init(scale: 0.9), .init(shear: 2),
        .init(elastic: 0.7), .init(elastic: 6),
        .init(shift: 9, rotation: 90, scale: 0.6, shear: 1.5, elastic: 3),
    ]

    static let onBackgrounds: [ImageAugmentation] = [
        .init(shift: 9, background: 255), .init(rotation: 90, scale: 0.6, background: 128),
        .init(shift: 3, shear: 1, elastic: 3, background: 1),
    ]

    /// The tolerance is half a grey level from rounding, plus the error of single precision.
    @Test(arguments: Size.all, ranges + onBackgrounds)
    func `images equal a reference in double precision`(size: Size, ranges: ImageAugmentation) {
        for index in 0..<3 {
            let found = size.augmented(ranges, seed: 11, epoch: 4, index: index)
            let expected = ReferenceAugmentation(
                ranges, rows: size.rows, columns: size.columns, seed: 11, epoch: 4, index: index
            ).augmented(size.image)
            expectClose(found.map(Double.init), expected, absolute: 0.53, relative: 0, "index \(index)")
        }
    }

    @Test(arguments: Size.all, ranges + onBackgrounds)
    func `all instruction sets give the same bytes`(size: Size, ranges: ImageAugmentation) {
        let images = InstructionSet.available.map { set in
            (0..<4).flatMap { size.augmented(ranges, index: $0, set) }
        }
        for image in images { expectEqual(image, images[0]) }
    }

    /// The bytes are the same in a debug build, a release build and on every machine.
    @Test
    func `the bytes never change`() {
        let bytes = [Size(rows: 28, columns: 28), Size(rows: 5, columns: 17)].flatMap { size in
            Self.ranges.flatMap { ranges in (0..<3).flatMap { size.augmented(ranges, index: $0) } }
        }
        #expect(hash(bytes.map(UInt32.init)) == 0xff9ff1bfc622de8b)
    }

    @Test(arguments: [ImageAugmentation.shift, .elastic])
    func `only seed, epoch and index decide`(ranges: ImageAugmentation) {
        let size = Size(rows: 12, columns: 9)
        let keys: [(UInt64, Int, Int)] = [(7, 0, 0), (8, 0, 0), (7, 1, 0), (7, 0, 1), (0, 0, 0), (7, 1, 1)]
        let augmenter = size.augmenter()
        func draw(_ key: (seed: UInt64, epoch: Int, index: Int)) -> [UInt8] {
            var result = [UInt8](repeating: 0, count: 12 * 9 + ImageAugmenter.margin)
            augmenter.augment(
                size.image, EpochAugmentation(ranges: ranges, seed: key.seed, epoch: key.epoch),
                index: key.index, into: &result)
            return Array(result.prefix(12 * 9))
        }
        let images = keys.map(draw)
        #expect(Set(images).count == keys.count)
        // One augmenter is used in another order, after other images.
        for (key, image) in zip(keys, images).reversed() {
            expectEqual(draw(key), image)
            expectEqual(
                ranges.augmented(
                    size.image, rows: 12, columns: 9, seed: key.0, epoch: key.1, index: key.2), image)
        }
    }

    // MARK: Maps that are known to the last byte

    @Test(arguments: [(0, 3), (2, 0), (-4, 1), (-1, -5), (40, 0)])
    func `a shift by whole pixels moves bytes`(x: Int, y: Int) {
        for size in Size.all {
            var map = AffineMap()
            (map.shiftX, map.shiftY) = (Double(x), Double(y))
            let image = size.image
            let expected = size.places { row, column in
                size.contains(row - y, column - x) ? image[(row - y) * size.columns + column - x] : 0
            }
            expectEqual(size.drawn(map), expected, size.testDescription)
        }
    }

    /// The rotation is clockwise, because y points downwards: a pixel to the right of the centre moves below it.
    @Test
    func `quarter turns are exact`() {
        let size = Size(rows: 21, columns: 21)
        let image = size.image
        for quarters in [-2, -1, 1, 2, 3, 4, 5] {
            var map = AffineMap()
            map.rotation = Double(90 * quarters)
            let expected = size.places { row, column in
                var (x, y) = (column - 10, row - 10)
                for _ in 0..<(quarters + 8) % 4 { (x, y) = (y, -x) }
                return image[(y + 10) * 21 + x + 10]
            }
            expectClose(
                size.drawn(map).map(Double.init), expected.map(Double.init), absolute: 1, relative: 0,
                "\(quarters)")
        }
    }

    @Test
    func `half the size takes every second pixel`() {
        let size = Size(rows: 9, columns: 21)
        let image = size.image
        var map = AffineMap()
        map.scale = 0.5
        let expected = size.places { row, column in
            let (y, x) = (4 + 2 * (row - 4), 10 + 2 * (column - 10))
            return size.contains(y, x) ? image[y * 21 + x] : 0
        }
        expectEqual(size.drawn(map), expected)
    }

    /// Rows below the centre move to the right.
    @Test(arguments: [-2, -1, 1, 3])
    func `a shear by whole pixels moves rows`(by: Int) {
        let size = Size(rows: 7, columns: 18)
        let image = size.image
        var map = AffineMap()
        map.shear = Double(by)
        let expected = size.places { row, column in
            let x = column - by * (row - 3)
            return size.contains(row, x) ? image[row * 18 + x] : 0
        }
        expectEqual(size.drawn(map), expected)
    }

    @Test func `one augmenter draws on several backgrounds`() {
        let size = Size(rows: 9, columns: 7)
        let augmenter = size.augmenter()
        for background in [0, 255, 0, 7] as [UInt8] {
            var result = [UInt8](repeating: 99, count: 63 + ImageAugmenter.margin)
            let ranges = ImageAugmentation(shift: 40, background: background)
            augmenter.augment(
                size.image, EpochAugmentation(ranges: ranges, seed: 1, epoch: 0), index: 0, into: &result)
            expectEqual(Array(result.prefix(63)), size.augmented(ranges, seed: 1))
            #expect(result.prefix(63).contains(background))
        }
    }

    // MARK: Values

    @Test func `a background missing from older files is black`() throws {
        let old = #"{"shift":1,"rotation":0,"scale":0,"shear":0,"elastic":0}"#
        let ranges = try JSONDecoder().decode(ImageAugmentation.self, from: Data(old.utf8))
        #expect(ranges == ImageAugmentation(shift: 1) && ranges.background == 0)
        #expect(ImageAugmentation(background: 255).isNone)
    }

    @Test(arguments: ranges + onBackgrounds + [.none])
    func `ranges are read back from JSON`(ranges: ImageAugmentation) throws {
        let data = try JSONEncoder().encode(ranges)
        #expect(try JSONDecoder().decode(ImageAugmentation.self, from: data) == ranges)
        #expect(ranges.fault == nil)
        #expect(ranges.isNone == (ranges == ImageAugmentation(shift: 0)))
    }

    @Test
    func `invalid ranges have a fault that names them`() {
        for wrong in [-1, Double.nan, .infinity] {
            #expect(ImageAugmentation(shift: wrong).fault?.hasPrefix("shift: ") == true)
            #expect(ImageAugmentation(rotation: wrong).fault?.hasPrefix("rotation: ") == true)
            #expect(ImageAugmentation(scale: wrong).fault?.hasPrefix("scale: ") == true)
            #expect(ImageAugmentation(shear: wrong).fault?.hasPrefix("shear: ") == true)
            #expect(ImageAugmentation(elastic: wrong).fault?.hasPrefix("elastic: ") == true)
        }
        #expect(
            ImageAugmentation(scale: 1).fault == "scale: expected a number below 1, received 1.0")
        #expect(ImageAugmentation(scale: 0.99).fault == nil)
    }

    @Test
    func `invalid arguments trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = EpochAugmentation(ranges: ImageAugmentation(shear: .nan), seed: 0, epoch: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = EpochAugmentation(ranges: .shift, seed: 0, epoch: -1)
        }
        await #expect(processExitsWith: .failure) {
            _ = ImageAugmentation.shift.augmented(
                [0, 0, 0], rows: 2, columns: 2, seed: 0, epoch: 0, index: 0)
        }
    }
}

extension ImageAugmentationTests.Size {
    fileprivate func contains(_ row: Int, _ column: Int) -> Bool {
        (0..<rows).contains(row) && (0..<columns).contains(column)
    }

    fileprivate func places(_ pixel: (_ row: Int, _ column: Int) -> UInt8) -> [UInt8] {
        (0..<rows).flatMap { row in (0..<columns).map { pixel(row, $0) } }
    }
}
