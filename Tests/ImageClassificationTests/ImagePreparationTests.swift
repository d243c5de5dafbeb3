import Datasets
import Foundation
import Randomness
import TestSupport
import Testing

@testable import ImageClassification

/// Data sets made from MNIST's digits, and their measured preparations.
@Suite struct ImagePreparationTests {
    private static let digits: LabeledImages = try! MNIST(directory: Repository.path("datasets/mnist")).test()
    private static let mnist = ImagePreparation.mnist()

    /// Returns a data set of some digits, each changed by a function.
    private static func images(
        _ count: Int = 300, rows: Int = 28, columns: Int = 28,
        _ change: (_ digit: [UInt8], _ index: Int) -> [UInt8]
    ) -> LabeledImages {
        LabeledImages(
            pixels: (0..<count).flatMap { change(digits[$0].pixels, $0) },
            labels: (0..<count).map { UInt8(digits[$0].label) }, rows: rows, columns: columns)
    }

    /// Returns the digit without its margin, [height][width].
    private static func cut(_ digit: [UInt8]) -> (pixels: [UInt8], width: Int, height: Int) {
        let rows = (0..<28).filter { row in digit[row * 28..<row * 28 + 28].contains { $0 > 0 } }
        let columns = (0..<28).filter { column in (0..<28).contains { digit[$0 * 28 + column] > 0 } }
        let (top, left) = (rows.first!, columns.first!)
        let (height, width) = (rows.last! - top + 1, columns.last! - left + 1)
        return (
            (0..<height).flatMap { digit[((top + $0) * 28 + left)...].prefix(width) }, width, height
        )
    }

    /// Returns the digit scaled to a frame with its aspect ratio, or stretched, in the middle.
    private static func fillingFrame(_ digit: [UInt8], _ side: Int = 28, isStretched: Bool = false) -> [UInt8]
    {
        let (pixels, width, height) = cut(digit)
        let scale = Double(side) / Double(max(width, height))
        let across = isStretched ? side : max(1, Int((Double(width) * scale).rounded()))
        let down = isStretched ? side : max(1, Int((Double(height) * scale).rounded()))
        let scaled = Resampling(width: width, height: height, columns: across, rows: down)(pixels)
        var frame = [UInt8](repeating: 0, count: side * side)
        for row in 0..<down {
            for column in 0..<across {
                frame[((side - down) / 2 + row) * side + (side - across) / 2 + column] =
                    UInt8(min(255, scaled[row * across + column].rounded()))
            }
        }
        return frame
    }

    private static func enlarged(_ image: [UInt8], _ side: Int = 28, by zoom: Int) -> [UInt8] {
        (0..<side * zoom).flatMap { row in
            (0..<side * zoom).map { image[row / zoom * side + $0 / zoom] }
        }
    }

    @Test func `the measured preparation of MNIST is the documented one`() throws {
        #expect(ImagePreparation(of: Self.digits) == Self.mnist)
        let train = try MNIST(directory: Repository.path("datasets/mnist")).train()
        #expect(ImagePreparation(of: train) == Self.mnist)
        #expect(ImagePreparation(of: Self.images(10) { digit, _ in digit }) == Self.mnist)
    }

    @Test func `inverted images have the other polarity`() {
        let negative = ImagePreparation(of: Self.images { digit, _ in digit.map { 255 - $0 } })
        #expect(negative == ImagePreparation(background: 255, ink: 0, box: Self.mnist.box))
        let grey = ImagePreparation(of: Self.images { digit, _ in digit.map { 200 - $0 / 2 } })
        #expect(grey == ImagePreparation(background: 200, ink: 73, box: Self.mnist.box))
    }

    @Test func `images that fill their frame have no margin`() {
        #expect(
            ImagePreparation(of: Self.images { digit, _ in Self.fillingFrame(digit) }).box
                == .init(rows: 28, columns: 28, centering: .middle))
        #expect(
            ImagePreparation(
                of: Self.images(rows: 40, columns: 40) { digit, _ in Self.fillingFrame(digit, 40) }
            ).box
                == .init(rows: 40, columns: 40, centering: .middle))
        #expect(
            ImagePreparation(of: Self.images { digit, _ in Self.fillingFrame(digit, isStretched: true) }).box?
                .isStretched == true)
    }

    @Test func `images whose digits vary in size or position have no box`() {
        let shifted = Self.images { digit, index in
            (0..<784).map { place in
                let source = (place / 28 - index % 9 + 4, place % 28 - index % 7 + 3)
                return (0..<28).contains(source.0) && (0..<28).contains(source.1)
                    ? digit[source.0 * 28 + source.1] : 0
            }
        }
        #expect(ImagePreparation(of: shifted) == ImagePreparation(background: 0, ink: 255, box: nil))
    }

    /// Images of 40 × 40 whose digits are in a corner, or at another fixed position.
    @Test(arguments: [(0, 0), (12, 12), (0, 12), (10, 3)], [false, true])
    func `a digit is placed as in the data set`(
        place: (top: Int, left: Int), isNegative: Bool
    )
        throws
    {
        func form(_ digit: [UInt8]) -> [UInt8] {
            (0..<1600).map { pixel in
                let (row, column) = (pixel / 40 - place.top, pixel % 40 - place.left)
                let isInside = (0..<28).contains(row) && (0..<28).contains(column)
                let grey = isInside ? digit[row * 28 + column] : 0
                return isNegative ? 255 - grey : grey
            }
        }
        let preparation = ImagePreparation(
            of: Self.images(rows: 40, columns: 40) { digit, _ in form(digit) })
        #expect(
            preparation.box
                == .init(
                    rows: 20, columns: 20, centering: .mass,
                    offset: .init(down: place.top - 6, across: place.left - 6)))
        #expect(preparation.isPossible(rows: 40, columns: 40))
        let normalizer = DigitNormalizer(rows: 40, columns: 40, preparation: preparation)
        for index in stride(from: 300, to: 400, by: 7) {
            let digit = Self.digits[index].pixels
            let expected = form(digit)
            func difference(_ grey: [UInt8], _ side: Int) throws -> Double {
                let found = try normalizer.normalize(width: side, height: side, grey: grey, path: "a.png")
                return Double(zip(found.pixels, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) })
                    / 1600
            }
            #expect(try difference(expected, 40) == 0, "image \(index)")
            #expect(try difference(Self.enlarged(expected, 40, by: 5), 200) < 6, "image \(index)")
            // The digit is in the middle of a page.
            #expect(try difference(Self.enlarged(digit.map { 255 - $0 }, by: 10), 280) < 6, "image \(index)")
        }
    }

    @Test func `photographs have no plain background`() {
        let photographs = Self.images { _, index in noise(784, seed: UInt64(index)) }
        let preparation = ImagePreparation(of: photographs)
        #expect(preparation.ink == nil && preparation.box == nil)
        #expect((100...155).contains(preparation.background))
    }

    @Test(arguments: [0, 7, 255] as [UInt8]) func `blank images have only a background`(grey: UInt8) {
        let blank = LabeledImages(
            pixels: [UInt8](repeating: grey, count: 30), labels: [0, 1], rows: 5, columns: 3)
        #expect(ImagePreparation(of: blank) == ImagePreparation(background: Int(grey), ink: nil, box: nil))
    }

    /// For any images: nothing traps, and the measured values can be stored.
    @Test(arguments: 0..<40) func `every measured preparation is possible`(seed: Int) throws {
        var generator = SplitMix64(UInt64(seed))
        let (rows, columns) = (Int(generator.next() % 12) + 1, Int(generator.next() % 12) + 1)
        let count = Int(generator.next() % 20) + 1
        let density = generator.next() % 100
        let pixels = (0..<count * rows * columns).map { _ in
            generator.next() % 100 < density ? UInt8(truncatingIfNeeded: generator.next()) : 0
        }
        let preparation = ImagePreparation(
            of: LabeledImages(
                pixels: pixels, labels: [UInt8](repeating: 0, count: count), rows: rows, columns: columns))
        #expect(preparation.isPossible(rows: rows, columns: columns), "\(preparation)")
        let data = try JSONEncoder().encode(preparation)
        #expect(try JSONDecoder().decode(ImagePreparation.self, from: data) == preparation)
    }

    // MARK: Pictures in the form of a data set

    /// In each data set, every picture of a digit gives the data set's image: unchanged, enlarged, and inverted.
    @Test(arguments: [false, true], [false, true])
    func `a picture is converted to the form of the data set`(fillsFrame: Bool, isNegative: Bool) throws {
        func form(_ digit: [UInt8]) -> [UInt8] {
            let image = fillsFrame ? Self.fillingFrame(digit) : digit
            return isNegative ? image.map { 255 - $0 } : image
        }
        let normalizer = DigitNormalizer(
            preparation: ImagePreparation(of: Self.images { digit, _ in form(digit) }))
        for index in stride(from: 300, to: 400, by: 7) {
            let digit = Self.digits[index].pixels
            let expected = form(digit)
            func difference(_ grey: [UInt8], _ side: Int) throws -> Double {
                let found = try normalizer.normalize(width: side, height: side, grey: grey, path: "a.png")
                return Double(zip(found.pixels, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / 784
            }
            #expect(try difference(expected, 28) == 0, "image \(index)")
            #expect(
                try difference(Self.enlarged(expected, by: 10), 280) < (fillsFrame ? 30 : 6), "image \(index)"
            )
            #expect(try difference(expected.map { 255 - $0 }, 28) == 0, "image \(index)")
            // MNIST's own form, and a form with a wide margin, which a data set without a margin does not have.
            var wide = [UInt8](repeating: 255, count: 90 * 90)
            for row in 0..<28 {
                for column in 0..<28 { wide[(row + 40) * 90 + column + 7] = 255 - digit[row * 28 + column] }
            }
            #expect(try difference(wide, 90) < (fillsFrame ? 30 : 6), "image \(index)")
        }
    }

    /// The digit is shifted by 4 pixels, light on dark and dark on light.
    @Test(arguments: [(-4, 0), (4, 4), (0, 2), (0, -4)]) func `a shifted image is centred`(
        down: Int, across: Int
    ) throws {
        for index in stride(from: 3, to: 200, by: 13) {
            let digit = Self.digits[index].pixels
            let shifted: [UInt8] = (0..<784).map { place in
                let (row, column) = (place / 28 - down, place % 28 - across)
                return (0..<28).contains(row) && (0..<28).contains(column) ? digit[row * 28 + column] : 0
            }
            // Images are skipped if a part of the digit was shifted over the edge.
            guard shifted.reduce(0, { $0 + Int($1) }) == digit.reduce(0, { $0 + Int($1) }) else { continue }
            for grey in [shifted, shifted.map { 255 - $0 }] {
                let found = try DigitNormalizer().normalize(width: 28, height: 28, grey: grey, path: "a.png")
                let difference = zip(found.pixels, digit).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
                #expect(Double(difference) / 784 < 12, "image \(index)")
            }
        }
    }

    /// The digit is half as large as MNIST's, light on dark: the image has the size but not the form.
    @Test func `an image with a smaller digit is enlarged`() throws {
        let digit = Self.digits[0].pixels
        let half = Resampling(width: 28, height: 28, columns: 14, rows: 14)(digit)
        var small = [UInt8](repeating: 0, count: 784)
        for row in 0..<14 {
            for column in 0..<14 { small[(row + 7) * 28 + column + 7] = UInt8(half[row * 14 + column]) }
        }
        let found = try DigitNormalizer().normalize(width: 28, height: 28, grey: small, path: "a.png")
        #expect(found.pixels != small)
        #expect(DigitNormalizer().preparation.fits(found.pixels, rows: 28, columns: 28))
    }

    @Test func `pictures of a data set without a box are scaled as a whole`() throws {
        let preparation = ImagePreparation(background: 0, ink: 255, box: nil)
        let normalizer = DigitNormalizer(preparation: preparation)
        let digit = Self.digits[11].pixels
        for grey in [digit, digit.map { 255 - $0 }] {
            let found = try normalizer.normalize(
                width: 140, height: 140, grey: Self.enlarged(grey, by: 5), path: "a.png")
            #expect(found.pixels == digit)
        }
        // Photographs, light on dark or not, are unchanged.
        let photographs = DigitNormalizer(preparation: ImagePreparation(background: 128, ink: nil, box: nil))
        for grey in [digit, digit.map { 255 - $0 }] {
            let found = try photographs.normalize(width: 28, height: 28, grey: grey, path: "a.png")
            #expect(found.pixels == grey && found.polarity == nil)
        }
    }

    @Test func `pictures in the right form are only scaled`() {
        let normalizer = DigitNormalizer()
        let digit = Self.digits[5].pixels.map { 255 - $0 }
        #expect(normalizer.scale(width: 28, height: 28, grey: digit).pixels == digit)
        #expect(normalizer.scale(width: 84, height: 84, grey: Self.enlarged(digit, by: 3)).pixels == digit)
        #expect(normalizer.scale(width: 1, height: 1, grey: [9]).pixels == [UInt8](repeating: 9, count: 784))
    }

    /// The stroke of a digit that fills its picture is as wide as a part of an uneven background.
    @Test func `a picture without a margin keeps its strokes`() throws {
        let normalizer = DigitNormalizer(
            preparation: ImagePreparation(of: Self.images { digit, _ in Self.fillingFrame(digit) }))
        for index in stride(from: 300, to: 400, by: 9) {
            let (pixels, width, height) = Self.cut(Self.digits[index].pixels)
            let zoom = 9
            let large = (0..<height * zoom).flatMap { row in
                (0..<width * zoom).map { pixels[row / zoom * width + $0 / zoom] }
            }
            let found = try normalizer.normalize(
                width: width * zoom, height: height * zoom, grey: large, path: "a.png")
            let expected = Self.fillingFrame(Self.digits[index].pixels)
            let difference = zip(found.pixels, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            #expect(Double(difference) / 784 < 30, "image \(index)")
        }
    }
}
