import Datasets
import TestSupport
import Testing

@testable import ImageClassification

/// Frames and bars around a picture of a digit, and several digits in one picture.
@Suite struct PictureFrameTests {
    private static let digits: LabeledImages = try! MNIST(directory: Repository.path("datasets/mnist")).test()
    private static let side = 280

    /// Returns a dark digit on a white page.
    private static func page(_ index: Int = 0) -> [UInt8] {
        let digit = digits[index].pixels
        var page: [UInt8] = []
        for row in 0..<side {
            for column in 0..<side { page.append(255 - digit[row / 10 * 28 + column / 10]) }
        }
        return page
    }

    /// A picture with bands of a shade at its edges, outside the page.
    private struct Frame: CustomTestStringConvertible, Sendable {
        var top = 0
        var bottom = 0
        var left = 0
        var right = 0
        var shade: UInt8 = 0
        /// The shade of a line between the band and the page.
        var softened: UInt8?
        var isNegative = false

        var testDescription: String {
            "\(top), \(bottom), \(left), \(right) of \(shade)\(isNegative ? ", negative" : "")"
        }

        func around(_ page: [UInt8], side: Int) -> (width: Int, height: Int, grey: [UInt8]) {
            let (width, height) = (side + left + right, side + top + bottom)
            var grey: [UInt8] = []
            for row in 0..<height {
                for column in 0..<width {
                    let (down, across) = (row - top, column - left)
                    let isPage = (0..<side).contains(down) && (0..<side).contains(across)
                    let isEdge = (-1...side).contains(down) && (-1...side).contains(across)
                    let value = isPage ? page[down * side + across] : isEdge ? softened ?? shade : shade
                    grey.append(isNegative ? 255 - value : value)
                }
            }
            return (width, height, grey)
        }
    }

    private static let frames = [
        Frame(top: 1, bottom: 1, left: 1, right: 1), Frame(top: 2, bottom: 2, left: 2, right: 2),
        Frame(top: 30, bottom: 30, left: 30, right: 30),
        Frame(top: 9, bottom: 4, left: 17, right: 2, shade: 90),
        Frame(top: 70, bottom: 70, shade: 40), Frame(top: 25, bottom: 40, shade: 0),
        Frame(left: 60, right: 60, shade: 0), Frame(left: 4, right: 4, shade: 128),
        Frame(top: 5, bottom: 5, left: 5, right: 5, softened: 128),
        Frame(top: 60, bottom: 60, shade: 0, softened: 100),
        Frame(top: 2, bottom: 2, left: 2, right: 2, isNegative: true),
        Frame(top: 50, bottom: 50, isNegative: true),
    ]

    @Test(arguments: frames) private func `a frame is not the background`(frame: Frame) throws {
        for index in [0, 3, 8, 17] {
            let expected = Self.digits[index].pixels
            let (width, height, grey) = frame.around(Self.page(index), side: Self.side)
            for polarity in [
                DigitNormalizer.Polarity.automatic, frame.isNegative ? .lightOnDark : .darkOnLight,
            ] {
                let found = try DigitNormalizer(polarity: polarity)
                    .normalize(width: width, height: height, grey: grey, path: "a.png")
                #expect(found.polarity == (frame.isNegative ? .lightOnDark : .darkOnLight))
                let difference = zip(found.pixels, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
                #expect(Double(difference) / 784 < 6, "image \(index)")
            }
        }
    }

    @Test func `nested frames are cut off`() throws {
        let inner = Frame(top: 3, bottom: 3, left: 3, right: 3).around(Self.page(), side: Self.side)
        let outer = Frame(top: 8, bottom: 8, left: 8, right: 8, shade: 200).around(
            inner.grey, side: inner.width)
        let found = try DigitNormalizer()
            .normalize(width: outer.width, height: outer.height, grey: outer.grey, path: "a.png")
        let difference = zip(found.pixels, Self.digits[0].pixels).reduce(0) {
            $0 + abs(Int($1.0) - Int($1.1))
        }
        #expect(Double(difference) / 784 < 6)
    }

    /// Letters without a margin, whose strokes run along the edges, have no frames.
    @Test(arguments: [
        ["#....#", "#....#", "######", "#....#", "#....#"], ["######", "..#...", "..#...", "######"],
        ["#####", "...#.", "..#..", ".#...", "#####"], ["#...", "#...", "#...", "####"],
        ["#....#", "##...#", "#.##.#", "#...##", "#....#"],
    ])
    func `strokes along the edges are not a frame`(drawing: [String]) throws {
        let zoom = 20
        let letter = drawing.map { line in line.map { $0 == "#" } }
        let (width, height) = (letter[0].count * zoom, letter.count * zoom)
        let grey: [UInt8] = (0..<height).flatMap { row in
            (0..<width).map { letter[row / zoom][$0 / zoom] ? 0 : 255 }
        }
        var picture = DigitPicture(width: width, height: height, grey: grey)
        let isCut = picture.cutFrames(.automatic)
        #expect(!isCut)
        #expect((picture.width, picture.height) == (width, height))
    }

    @Test func `an empty frame is a blank picture`() throws {
        let blank = [UInt8](repeating: 255, count: Self.side * Self.side)
        let (width, height, grey) = Frame(top: 2, bottom: 2, left: 2, right: 2).around(blank, side: Self.side)
        let error = #expect(throws: BlankPictureError.self) {
            try DigitNormalizer().normalize(width: width, height: height, grey: grey, path: "a.png")
        }
        #expect((error?.contrast ?? -1) >= 0)
        #expect(error?.description.contains("polarity") == false)
    }

    // MARK: Several digits

    /// Digits side by side, or above each other, on one page.
    private static func row(of indices: [Int], isColumn: Bool = false) -> (
        width: Int, height: Int, grey: [UInt8]
    ) {
        let (length, zoom) = (28 * indices.count, 4)
        var grey: [UInt8] = []
        for row in 0..<(isColumn ? length : 28) * zoom {
            for column in 0..<(isColumn ? 28 : length) * zoom {
                let (down, across) = (row / zoom, column / zoom)
                let digit = digits[indices[(isColumn ? down : across) / 28]].pixels
                grey.append(255 - digit[down % 28 * 28 + across % 28])
            }
        }
        return ((isColumn ? 28 : length) * zoom, (isColumn ? length : 28) * zoom, grey)
    }

    @Test(arguments: [[0, 1], [2, 3], [0, 1, 2], [17, 17]], [false, true])
    func `several digits in one picture are counted`(indices: [Int], isColumn: Bool) throws {
        let (width, height, grey) = Self.row(of: indices, isColumn: isColumn)
        let found = try DigitNormalizer().normalize(width: width, height: height, grey: grey, path: "a.png")
        #expect(found.pieceCount == indices.count)
        #expect(
            found.notes == [
                "shows \(indices.count) separate pieces, which are classified as one; if they are several digits, or a "
                    + "digit in a frame, give a picture of each digit alone"
            ])
    }

    /// A frame drawn on the page, with a margin around it, is not the frame of the picture.
    @Test(arguments: [1, 3, 8], 0..<8) func `a digit in a drawn frame is counted together with the frame`(
        width: Int, index: Int
    )
        throws
    {
        let (side, margin) = (28 * 4, 40)
        let whole = side + 2 * margin
        let (_, _, digit) = Self.row(of: [index])
        let grey: [UInt8] = (0..<whole * whole).map { place in
            let (row, column) = (place / whole - margin, place % whole - margin)
            let inside = 0..<side
            if inside.contains(row), inside.contains(column) { return digit[row * side + column] }
            let around = -width..<side + width
            return around.contains(row) && around.contains(column) ? 0 : 255
        }
        let found = try DigitNormalizer().normalize(width: whole, height: whole, grey: grey, path: "a.png")
        #expect(found.pieceCount == 2)
    }

    @Test func `few single digits are counted as several`() throws {
        let several = try (0..<300).filter { index in
            let (width, height, grey) = Self.row(of: [index])
            return try DigitNormalizer().normalize(width: width, height: height, grey: grey, path: "a.png")
                .pieceCount > 1
        }
        #expect(several.count <= 6, "\(several)")
    }
}
