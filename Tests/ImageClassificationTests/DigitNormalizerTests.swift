import Datasets
import Foundation
import Randomness
import TestSupport
import Testing

@testable import ImageClassification

/// A form of a digit's picture: how it is enlarged and framed, and how its pixels change.
private struct Scan: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var zoom = 4
    var margin = 16
    var polarity = DigitNormalizer.Polarity.darkOnLight
    /// The maximum differences from the original: of the median image, and of the worst image.
    let bounds: (median: Double, worst: Double)
    /// Returns the grey at (x, y), where the digit has `ink` of 255, with a random number in [-1, 1].
    let grey: @Sendable (_ ink: Int, _ x: Int, _ y: Int, _ random: Double) -> Int

    init(
        _ name: String, zoom: Int = 4, margin: Int = 16,
        polarity: DigitNormalizer.Polarity = .darkOnLight,
        bounds: (median: Double, worst: Double), _ grey: @escaping @Sendable (Int, Int, Int, Double) -> Int
    ) {
        testDescription = name
        self.zoom = zoom
        self.margin = margin
        self.polarity = polarity
        self.bounds = bounds
        self.grey = grey
    }

    func picture(of digit: [UInt8]) -> (size: Int, grey: [UInt8]) {
        let size = 28 * zoom + 2 * margin
        var generator = SplitMix64(1)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(size * size)
        for y in 0..<size {
            for x in 0..<size {
                let (u, v) = (x - margin, y - margin)
                let isInside = u >= 0 && v >= 0 && u < 28 * zoom && v < 28 * zoom
                let ink = isInside ? Int(digit[v / zoom * 28 + u / zoom]) : 0
                let value = grey(ink, x, y, Double(generator.nextUnit()) * 2 - 1)
                pixels.append(UInt8(min(255, max(0, value))))
            }
        }
        return (size, pixels)
    }
}

@Suite struct DigitNormalizerTests {
    private static let digits: LabeledImages = try! MNIST(directory: Repository.path("datasets/mnist")).test()

    private static let scans = [
        Scan("inverted", zoom: 1, margin: 0, bounds: (0.7, 6)) { ink, _, _, _ in 255 - ink },
        Scan("inverted, with a margin", zoom: 1, margin: 9, bounds: (0.7, 6)) { ink, _, _, _ in 255 - ink },
        Scan("enlarged", polarity: .lightOnDark, bounds: (0.7, 6)) { ink, _, _, _ in ink },
        Scan("enlarged and inverted", zoom: 10, margin: 20, bounds: (0.7, 6)) { ink, _, _, _ in 255 - ink },
        Scan("larger than the working size", zoom: 18, margin: 25, bounds: (1.2, 8)) { ink, _, _, _ in
            255 - ink
        },
        Scan("light grey on dark grey", polarity: .lightOnDark, bounds: (0.7, 6)) { ink, _, _, _ in
            60 + ink / 2
        },
        Scan("noise", bounds: (4, 12)) { ink, _, _, random in 220 - ink * 7 / 10 + Int(14 * random) },
        Scan("pencil", bounds: (5, 12)) { ink, _, _, random in 235 - ink / 4 + Int(5 * random) },
        Scan("light from one side", bounds: (2, 12)) { ink, x, _, _ in 230 - x / 2 - ink * 6 / 10 },
        Scan("soft shadow over a corner", bounds: (7, 20)) { ink, x, y, _ in
            230 - 70 * min(100, max(0, 2 * (x + y) - 260)) / 100 - ink / 2
        },
    ]

    @Test(arguments: scans) private func `the normalized digit equals the original`(scan: Scan) throws {
        var differences: [Double] = []
        for index in stride(from: 7, to: 10_000, by: 2500) {
            let original = Self.digits[index].pixels
            let (size, grey) = scan.picture(of: original)
            let digit = try DigitNormalizer().normalize(width: size, height: size, grey: grey, path: "a.png")
            #expect(digit.polarity == scan.polarity)
            differences.append(difference(digit.pixels, original))
        }
        differences.sort()
        #expect(differences[differences.count / 2] <= scan.bounds.median, "\(differences)")
        #expect(differences.last! <= scan.bounds.worst, "\(differences)")
    }

    /// Returns the mean absolute difference at the best of the nine shifts of at most one pixel. Noise that moves an
    /// outline slightly may change the rounding to the next pixel.
    private func difference(_ pixels: [UInt8], _ original: [UInt8]) -> Double {
        let sums = [-29, -28, -27, -1, 0, 1, 27, 28, 29].map { shift in
            pixels.indices.reduce(0) { sum, index in
                let other = index + shift
                return sum
                    + abs(Int(pixels[index]) - (original.indices.contains(other) ? Int(original[other]) : 0))
            }
        }
        return Double(sums.min()!) / 784
    }

    @Test(arguments: [DigitNormalizer.Polarity.automatic, .lightOnDark])
    func `images of the data set are not changed`(polarity: DigitNormalizer.Polarity) throws {
        for index in stride(from: 0, to: 10_000, by: 40) {
            let original = Self.digits[index].pixels
            let digit = try DigitNormalizer(polarity: polarity)
                .normalize(width: 28, height: 28, grey: original, path: "a.png")
            #expect(digit.pixels == original && digit.polarity == .lightOnDark, "image \(index)")
        }
    }

    /// Returns a block of ink and its bounding box.
    private func block(_ width: Int, _ height: Int, in size: Int, polarity: DigitNormalizer.Polarity)
        -> [UInt8]
    {
        var grey = [UInt8](repeating: polarity == .darkOnLight ? 255 : 0, count: size * size)
        for row in 5..<5 + height {
            for column in 3..<3 + width { grey[row * size + column] = 255 - grey[0] }
        }
        return grey
    }

    private func box(_ pixels: [UInt8], columns: Int) -> (x: ClosedRange<Int>, y: ClosedRange<Int>) {
        let places = pixels.indices.filter { pixels[$0] > 0 }
        let (x, y) = (places.map { $0 % columns }.sorted(), places.map { $0 / columns }.sorted())
        return (x.first!...x.last!, y.first!...y.last!)
    }

    /// The blocks are larger and smaller than the result, wide and high, and in other sizes than MNIST's.
    @Test(arguments: [
        (40, 80, 200, 28, 28, 10, 20), (90, 30, 200, 28, 28, 20, 7), (3, 6, 40, 28, 28, 10, 20),
        (10, 20, 60, 32, 32, 12, 23), (10, 20, 60, 28, 14, 10, 20), (30, 60, 150, 56, 56, 20, 40),
        (40, 40, 200, 28, 28, 20, 20), (20, 40, 100, 1, 1, 1, 1),
    ])
    func `the box is filled and centred`(
        width: Int, height: Int, size: Int, rows: Int, columns: Int, expectedWidth: Int, expectedHeight: Int
    ) throws {
        for polarity in [DigitNormalizer.Polarity.darkOnLight, .lightOnDark] {
            let digit = try DigitNormalizer(rows: rows, columns: columns).normalize(
                width: size, height: size, grey: block(width, height, in: size, polarity: polarity),
                path: "a.png")
            #expect(digit.polarity == polarity)
            #expect((digit.rows, digit.columns, digit.pixels.count) == (rows, columns, rows * columns))
            let (x, y) = box(digit.pixels, columns: columns)
            #expect((x.count, y.count) == (expectedWidth, expectedHeight))
            #expect(
                abs(x.lowerBound + x.upperBound - columns) <= 1
                    && abs(y.lowerBound + y.upperBound - rows) <= 1)
            #expect(digit.pixels.max() == 255)
        }
    }

    @Test func `the centre of mass is in the middle`() throws {
        // An L has most of its ink below and to the left.
        var grey = [UInt8](repeating: 255, count: 100 * 100)
        for row in 10..<90 { for column in 20..<28 { grey[row * 100 + column] = 0 } }
        for row in 82..<90 { for column in 20..<60 { grey[row * 100 + column] = 0 } }
        let digit = try DigitNormalizer().normalize(width: 100, height: 100, grey: grey, path: "a.png")
        let mass = digit.pixels.reduce(0.0) { $0 + Double($1) }
        var (x, y) = (0.0, 0.0)
        for (index, pixel) in digit.pixels.enumerated() {
            x += Double(pixel) * Double(index % 28) / mass
            y += Double(pixel) * Double(index / 28) / mass
        }
        #expect((13.49..<14.51).contains(x) && (13.49..<14.51).contains(y), "\(x), \(y)")
        #expect(box(digit.pixels, columns: 28).y.count == 20)
    }

    @Test func `specks are removed and pieces are kept`() throws {
        let plain = block(30, 80, in: 200, polarity: .darkOnLight)
        var specked = plain
        for place in [0, 199, 150 * 200 + 150, 199 * 200 + 3] { specked[place] = 0 }
        func normalized(_ grey: [UInt8]) throws -> [UInt8] {
            try DigitNormalizer().normalize(width: 200, height: 200, grey: grey, path: "a.png").pixels
        }
        #expect(try normalized(specked) == normalized(plain))

        var parted = plain
        for row in 40..<44 { for column in 0..<200 { parted[row * 200 + column] = 255 } }
        let pixels = try normalized(parted)
        #expect(box(pixels, columns: 28).y.count == 20)
        #expect(stride(from: 0, to: 784, by: 28).filter { pixels[$0 + 14] > 0 }.count >= 19)
        #expect(stride(from: 0, to: 784, by: 28).contains { (1..<200).contains(pixels[$0 + 14]) })
    }

    @Test(arguments: [0, 1, 100, 254, 255] as [UInt8], DigitNormalizer.Polarity.allCases)
    func `blank pictures are rejected`(value: UInt8, polarity: DigitNormalizer.Polarity) {
        for (width, height) in [(28, 28), (1, 1), (300, 200), (1, 90)] {
            var grey = [UInt8](repeating: value, count: width * height)
            let error = #expect(throws: BlankPictureError.self) {
                try DigitNormalizer(polarity: polarity)
                    .normalize(width: width, height: height, grey: grey, path: "dir/a.png")
            }
            #expect(error == BlankPictureError(path: "dir/a.png", width: width, height: height, contrast: 0))
            // A faint trace of a digit.
            if width > 1 { grey[width * height / 2] = value > 128 ? value - 20 : value + 20 }
            #expect(throws: BlankPictureError.self) {
                try DigitNormalizer(polarity: polarity)
                    .normalize(width: width, height: height, grey: grey, path: "a.png")
            }
        }
    }

    @Test func `noise is blank`() {
        // The sum of four random numbers is nearly normal; its extremes exceed the estimate of the noise slightly.
        let random = noise(4 * 200 * 200)
        let grey = stride(from: 0, to: random.count, by: 4).map { start in
            100 + UInt8(random[start..<start + 4].reduce(0) { $0 + Int($1) } / 16)
        }
        let error = #expect(throws: BlankPictureError.self) {
            try DigitNormalizer(polarity: .darkOnLight)
                .normalize(width: 200, height: 200, grey: grey, path: "dir/a.png")
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("dir/a.png: blank picture: expected a digit that differs from its background"))
        #expect(text.contains("200 x 200") && text.contains("; give "))
    }

    /// A given polarity is used: the hole of a dark ring is a light digit.
    @Test func `a given polarity is used`() throws {
        var grey = block(60, 60, in: 70, polarity: .darkOnLight)
        for row in 25..<45 { for column in 28..<38 { grey[row * 70 + column] = 255 } }
        for (polarity, isHoleInk) in [(DigitNormalizer.Polarity.darkOnLight, false), (.lightOnDark, true)] {
            let digit = try DigitNormalizer(polarity: polarity)
                .normalize(width: 70, height: 70, grey: grey, path: "a.png")
            #expect(digit.polarity == polarity)
            let middle = (13...14).flatMap { row in digit.pixels[row * 28 + 13...row * 28 + 14] }
            #expect((middle.max()! > 128) == isHoleInk)
        }
    }

    /// Every picture gives a digit or an error that it is blank.
    @Test(arguments: 0..<30) func `no picture traps`(seed: Int) {
        var generator = SplitMix64(UInt64(seed))
        for _ in 0..<12 {
            let (width, height) = (Int(generator.next() % 30) + 1, Int(generator.next() % 30) + 1)
            let density = generator.next() % 100
            let levels = generator.next() % 255 + 2
            let grey = (0..<width * height).map { _ in
                generator.next() % 100 < density ? UInt8(generator.next() % levels) : 0
            }
            let normalizer = DigitNormalizer(
                rows: Int(generator.next() % 30) + 1, columns: Int(generator.next() % 30) + 1,
                polarity: DigitNormalizer.Polarity.allCases[Int(generator.next() % 3)])
            let digit = try? normalizer.normalize(width: width, height: height, grey: grey, path: "a.png")
            #expect(digit == nil || digit!.pixels.contains { $0 > 0 })
        }
    }

    @Test(arguments: [(5000, 1), (1, 5000), (3000, 2)]) func `long pictures do not trap`(
        width: Int, height: Int
    ) {
        let grey = noise(width * height)
        _ = try? DigitNormalizer().normalize(width: width, height: height, grey: grey, path: "a.png")
    }

    @Test func `sizes that do not match trap`() async {
        await #expect(processExitsWith: .failure) { _ = DigitNormalizer(rows: 0) }
        await #expect(processExitsWith: .failure) {
            _ = try DigitNormalizer().normalize(width: 2, height: 2, grey: [1, 2, 3], path: "a.png")
        }
    }
}
