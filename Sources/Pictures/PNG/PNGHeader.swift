/// The first chunk of a PNG file, IHDR (PNG specification, third edition, 11.2.1).
struct PNGHeader: Equatable {
    enum ColorType: UInt8 {
        case grey = 0
        case rgb = 2
        case palette = 3
        case greyAlpha = 4
        case rgba = 6

        var channels: Int {
            switch self {
            case .grey, .palette: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        /// Whether pixels have colours, stored or in a palette.
        var isColor: Bool { self != .grey && self != .greyAlpha }

        var hasAlpha: Bool { self == .greyAlpha || self == .rgba }

        var bitDepths: [Int] {
            switch self {
            case .grey: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .greyAlpha, .rgba: [8, 16]
            }
        }
    }

    /// A reduced image of Adam7, or the whole image: `columns` × `rows` pixels at equal distances.
    struct Pass: Equatable {
        var firstColumn = 0
        var firstRow = 0
        var columnStep = 1
        var rowStep = 1
        var columns: Int
        var rows: Int
    }

    let width: Int
    let height: Int
    let bitDepth: Int
    let colorType: ColorType
    let isInterlaced: Bool

    static let size = 13

    /// The maximum number of rows or columns, because each takes some time.
    static let longestSide = 65_536

    /// The number of bytes of a pixel for the filters, at least 1.
    var filterDistance: Int { max(1, bitDepth * colorType.channels / 8) }

    /// Returns the number of bytes of a row without its filter.
    func rowSize(columns: Int) -> Int { (columns * colorType.channels * bitDepth + 7) / 8 }

    /// The passes in the order of the file; empty passes are left out.
    var passes: [Pass] {
        guard isInterlaced else { return [Pass(columns: width, rows: height)] }
        let adam7 = [
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        ]
        return adam7.compactMap { column, row, columnStep, rowStep in
            guard column < width, row < height else { return nil }
            return Pass(
                firstColumn: column, firstRow: row, columnStep: columnStep, rowStep: rowStep,
                columns: (width - column - 1) / columnStep + 1, rows: (height - row - 1) / rowStep + 1)
        }
    }

    /// The number of bytes of the unpacked image data.
    var unpackedSize: Int { passes.reduce(0) { $0 + $1.rows * (1 + rowSize(columns: $1.columns)) } }
}

extension PNGHeader {
    /// Reads and checks the header.
    ///
    /// - Parameter pixelLimit: The maximum number of pixels.
    init(_ chunk: PNGChunk, in file: PNGBytes, pixelLimit: Int) throws(PNGError) {
        let start = chunk.content.lowerBound
        func fail(_ offset: Int, _ expected: String, _ found: String) -> PNGError {
            file.error(.invalidHeader, at: start + offset, expected: expected, found: found)
        }
        guard chunk.content.count == Self.size else {
            throw fail(-8, "IHDR of \(Self.size) bytes", "\(chunk.content.count) bytes")
        }
        let bytes = file.bytes[chunk.content]
        width = Int(file.number(at: start))
        height = Int(file.number(at: start + 4))
        guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else {
            throw fail(0, "a size of 1 x 1 to 2147483647 x 2147483647", "\(width) x \(height)")
        }
        guard width * height <= pixelLimit else {
            throw file.error(
                .tooLarge, at: start, expected: "at most \(pixelLimit) pixels",
                found: "\(width) x \(height) = \(width * height)")
        }
        guard max(width, height) <= Self.longestSide else {
            throw file.error(
                .tooLarge, at: start, expected: "at most \(Self.longestSide) pixels a side",
                found: "\(width) x \(height)")
        }
        guard let colorType = ColorType(rawValue: bytes[start + 9]) else {
            throw fail(9, "a colour type of 0, 2, 3, 4 or 6", "\(bytes[start + 9])")
        }
        self.colorType = colorType
        bitDepth = Int(bytes[start + 8])
        guard colorType.bitDepths.contains(bitDepth) else {
            throw fail(
                8, "a bit depth of \(colorType.bitDepths) for colour type \(colorType.rawValue)",
                "\(bitDepth)")
        }
        let size = width * height * colorType.channels * bitDepth / 8
        guard size <= 4 * pixelLimit else {
            throw file.error(
                .tooLarge, at: start, expected: "at most \(4 * pixelLimit) bytes of pixels",
                found: "\(size) for \(width) x \(height) pixels of \(colorType.channels * bitDepth) bits")
        }
        guard bytes[start + 10] == 0 else { throw fail(10, "compression 0", "\(bytes[start + 10])") }
        guard bytes[start + 11] == 0 else { throw fail(11, "filter method 0", "\(bytes[start + 11])") }
        guard bytes[start + 12] <= 1 else { throw fail(12, "interlace 0 or 1", "\(bytes[start + 12])") }
        isInterlaced = bytes[start + 12] == 1
    }
}
