import ImageClassification
import Pictures

extension FuzzTarget {
    /// A PNG file, whose checksums are corrected. Image data that do not begin as a zlib stream are treated as rows and
    /// compressed. A picture that is read must be the same when it is written again.
    static let png = FuzzTarget("png") { input in
        let picture = try Bitmap(png: repaired(input.bytes), path: "picture.png", pixelLimit: 1 << 16)
        try require(
            picture.grey().count == picture.width * picture.height, "a grey picture of another size")
        guard picture.samples.count <= 1 << 14 else { return }
        let written = try readBack { try Bitmap(png: picture.png(), path: "written.png") }
        try require(written == picture, "the picture differs when it is written again")
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count > 8 else { return bytes }
        var file = Array(bytes[..<8])
        var (place, hasData) = (8, false)
        // A chunk: its length, its type, its content, its CRC-32.
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - place - 12 else { break }
            let type = bytes[place + 4..<place + 8]
            var content = Array(bytes[place + 8..<place + 8 + length])
            if type.elementsEqual("IDAT".utf8), !hasData {
                hasData = true
                if !Deflate.isZlib(content) { content = Deflate.zlib(content) }
            }
            file += bigEndian(UInt32(content.count)) + type + content + bigEndian(Deflate.crc(type + content))
            place += 12 + length
        }
        return file + bytes[place...]
    }

    /// A grey picture for a model: four bytes (width, height, polarity, sides of the result), then its pixels, repeated
    /// as needed.
    static let picture = FuzzTarget("picture") { input in
        guard input.bytes.count > 4 else { return }
        let (width, height) = (Int(input.bytes[0]) + 1, Int(input.bytes[1]) + 1)
        let pixels = input.bytes[4...]
        let grey = (0..<width * height).map { pixels[4 + $0 % pixels.count] }
        let polarities = DigitNormalizer.Polarity.allCases
        let side = input.bytes[3]
        let normalizer = DigitNormalizer(
            rows: side == 0 ? 28 : Int(side & 0xF) + 1, columns: side == 0 ? 28 : Int(side >> 4) + 1,
            polarity: polarities[Int(input.bytes[2]) % polarities.count])
        let digit = try normalizer.normalize(width: width, height: height, grey: grey, path: "picture.png")
        try require(
            digit.pixels.count == normalizer.rows * normalizer.columns && digit.rows == normalizer.rows
                && digit.columns == normalizer.columns, "a digit of another size")
        try require(digit.polarity != .automatic, "a polarity that was not decided")
        try require(digit.pixels.contains { $0 > 0 }, "a digit without ink")
    }
}
