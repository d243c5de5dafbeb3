import Foundation
import ImageClassification
import Randomness
import TestSupport
import Testing

@testable import DigitPage

/// The preparation of drawings in the page gives the program's bytes.
@Suite(
    "Preparation in JavaScript",
    .enabled(
        if: ScriptEngine.path != nil, "SKIPPED: node is not on the PATH; the page's scripts are not tested"))
struct ScriptNormalizerTests {
    struct Case: Encodable {
        var rows: Int
        var columns: Int
        var preparation: ImagePreparation
        var polarity = DigitNormalizer.Polarity.lightOnDark
        /// A picture, its pixels in base64; empty if the page draws the strokes.
        var width = 0
        var height = 0
        var grey = Data()
        var strokes: [[[Double]]] = []
    }

    struct Output: Decodable {
        var width: Int
        var height: Int
        /// The picture in base64.
        var grey: Data
        /// The prepared image in base64; nil if nothing was found.
        var pixels: Data?
        var pieceCount: Int
    }

    static let body = """
        return input.map((one) => {
          const { box } = one.preparation;
          const preparation = new Preparation(
            { ...one.preparation, box: box && { ...box, is_stretched: box.isStretched } }, one.rows, one.columns);
          let { width, height } = one;
          let grey = Buffer.from(one.grey, "base64");
          if (one.strokes.length > 0) {
            const drawing = new Drawing(one.rows, one.columns, Math.max(1, Math.floor(224 / Math.max(one.rows, one.columns))));
            for (const [first, ...rest] of one.strokes) {
              drawing.begin({ x: first[0] * drawing.width, y: first[1] * drawing.height });
              for (const [x, y] of rest) drawing.extend({ x: x * drawing.width, y: y * drawing.height });
            }
            [width, height, grey] = [drawing.width, drawing.height, drawing.ink];
          }
          const digit = preparation.normalize(width, height, Uint8Array.from(grey), one.polarity);
          return {
            width, height, grey: base64(grey), pixels: digit ? base64(digit.pixels) : null,
            pieceCount: digit ? digit.pieceCount : 0,
          };
        });
        """

    /// Compares both preparations and returns how many pictures had something to read.
    private func compare(_ cases: [Case]) throws -> Int {
        let outputs: [Output] = try ScriptEngine.call(Self.body, cases)
        try #require(outputs.count == cases.count)
        var found = 0
        for (index, (one, output)) in zip(cases, outputs).enumerated() {
            let normalizer = DigitNormalizer(
                rows: one.rows, columns: one.columns, polarity: one.polarity, preparation: one.preparation)
            let digit = try? normalizer.normalize(
                width: output.width, height: output.height, grey: Array(output.grey), path: "drawing")
            #expect(digit?.pixels == output.pixels.map(Array.init), "picture \(index)")
            #expect(digit?.pieceCount ?? 0 == output.pieceCount, "picture \(index)")
            if digit != nil { found += 1 }
        }
        return found
    }

    static let preparations: [(rows: Int, columns: Int, preparation: ImagePreparation)] = [
        (28, 28, .mnist()),
        (
            28, 28,
            ImagePreparation(background: 0, ink: 255, box: .init(rows: 24, columns: 24, centering: .middle))
        ),
        (
            20, 31,
            ImagePreparation(background: 240, ink: 10, box: .init(rows: 15, columns: 22, centering: .mass))
        ),
        (
            17, 12,
            ImagePreparation(
                background: 5, ink: 200,
                box: .init(
                    rows: 12, columns: 9, centering: .middle, isStretched: true,
                    offset: .init(down: 2, across: -1)))
        ),
        (28, 28, ImagePreparation(background: 0, ink: 255, box: nil)),
        (24, 30, ImagePreparation(background: 250, ink: 3, box: nil)),
        (28, 28, ImagePreparation(background: 90, ink: nil, box: nil)),
    ]

    /// Returns strokes of a random walk, in shares of the field's sides.
    private func strokes(_ generator: inout SplitMix64) -> [[[Double]]] {
        func next() -> Double { Double(generator.next() >> 40) / Double(1 << 24) }
        return (0..<1 + Int(generator.next() % 3)).map { _ in
            var (x, y, angle) = (0.1 + 0.8 * next(), 0.1 + 0.8 * next(), 7 * next())
            return (0..<Int(1 + generator.next() % 30)).map { _ in
                angle += next() - 0.5
                (x, y) = (x + 0.06 * cos(angle), y + 0.06 * sin(angle))
                return [x, y]
            }
        }
    }

    @Test(arguments: preparations.indices)
    func `drawings give the same bytes`(_ index: Int) throws {
        let (rows, columns, preparation) = Self.preparations[index]
        var generator = SplitMix64(UInt64(index) + 1)
        let cases = (0..<14).map { _ in
            Case(rows: rows, columns: columns, preparation: preparation, strokes: strokes(&generator))
        }
        #expect(try compare(cases) == cases.count)
    }

    @Test(arguments: preparations.indices)
    func `pictures of any size, ground and polarity give the same bytes`(_ index: Int) throws {
        let (rows, columns, preparation) = Self.preparations[index]
        var generator = SplitMix64(UInt64(index) + 100)
        let sizes = [(columns, rows), (2 * columns, 2 * rows), (9, 14), (110, 67), (60, 131), (1, 3)]
        let cases = (0..<18).map { number -> Case in
            // A picture with a side above 512 is reduced first; one of them is enough.
            let (width, height) = number == 17 ? (590, 140) : sizes[number % sizes.count]
            let polarity = DigitNormalizer.Polarity.allCases[number / sizes.count % 3]
            var picture = RandomPicture(width: width, height: height, &generator)
            if number % 4 == 1 { picture.addFrame(&generator) }
            return Case(
                rows: rows, columns: columns, preparation: preparation, polarity: polarity, width: width,
                height: height, grey: Data(picture.grey))
        }
        #expect(try compare(cases) > 8)
    }
}

/// A picture with lines on an uneven ground with noise.
struct RandomPicture {
    let width: Int
    let height: Int
    private(set) var grey: [UInt8]

    init(width: Int, height: Int, _ generator: inout SplitMix64) {
        func next() -> Double { Double(generator.next() >> 40) / Double(1 << 24) }
        (self.width, self.height) = (width, height)
        let (ground, slope, noise) = (
            40 + 170 * next(), 60 * next() - 30, generator.next() % 2 == 0 ? 0 : 12 * next()
        )
        let ink = next() < 0.5 ? ground + 50 + 60 * next() : ground - 40 - 60 * next()
        let radius = 0.03 * Double(max(width, height)) + 0.7
        let points = (0..<4).map { _ in
            ((0.15 + 0.7 * next()) * Double(width), (0.15 + 0.7 * next()) * Double(height))
        }
        grey = []
        for row in 0..<height {
            for column in 0..<width {
                let (x, y) = (Double(column), Double(row))
                let isInk = zip(points, points.dropFirst()).contains { from, to in
                    let (across, down) = (to.0 - from.0, to.1 - from.1)
                    let square = max(across * across + down * down, 1e-9)
                    let share = min(1, max(0, ((x - from.0) * across + (y - from.1) * down) / square))
                    return hypot(x - from.0 - share * across, y - from.1 - share * down) <= radius
                }
                let value = (isInk ? ink : ground + slope * x / Double(width)) + noise * (next() - 0.5)
                grey.append(UInt8(min(255, max(0, value.rounded()))))
            }
        }
    }

    /// Adds a frame of one grey.
    mutating func addFrame(_ generator: inout SplitMix64) {
        let depth = 1 + Int(generator.next() % UInt64(max(1, min(width, height) / 9)))
        let value = UInt8(truncatingIfNeeded: generator.next())
        for row in 0..<height {
            for column in 0..<width
            where min(row, column, height - 1 - row, width - 1 - column) < depth {
                grey[row * width + column] = value
            }
        }
    }
}
