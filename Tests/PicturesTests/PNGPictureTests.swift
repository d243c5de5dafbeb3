import TestSupport
import Testing

@testable import Pictures

/// Files that violate the specification but have complete pixels.
@Suite struct PNGPictureTests {
    private static let data = chunk("IDAT", zlib([0, 1, 2, 0, 3, 4]))
    private static let end = chunk("IEND")

    private func read(_ bytes: [UInt8], _ samples: [UInt8] = [1, 2, 3, 4]) throws -> [PNGPicture.Note] {
        let picture = try PNGPicture(bytes, path: "a.png")
        #expect(picture.bitmap.samples == samples)
        return picture.notes
    }

    @Test func `a valid file has no notes`() throws {
        #expect(try read(png(ihdr(), Self.data, Self.end)) == [])
    }

    @Test(arguments: [[0x0A], [0x0D, 0x0A], Array("PK\u{3}\u{4} appended".utf8), noise(70_000)])
    func `bytes after the end are ignored with a note`(rest: [UInt8]) throws {
        let notes = try read(png(ihdr(), Self.data, Self.end, rest))
        #expect(notes == [.bytesAfterEnd(rest.count)])
        #expect(
            notes[0].description
                == "ignored \(rest.count == 1 ? "1 byte" : "\(rest.count) bytes") after the end of the PNG picture"
        )
    }

    @Test(arguments: 1...12) func `a file truncated after the image data is read with a note`(
        missing: Int
    )
        throws
    {
        let whole = png(ihdr(), Self.data, chunk("tEXt", [65, 0]), Self.end)
        for count in [missing, missing + 14] {
            let notes = try read(whole.dropLast(count))
            #expect(
                notes.map(\.description) == ["the end of the PNG file is missing; its image data are whole"])
        }
    }

    @Test func `a second picture after the first is ignored`() throws {
        let one = png(ihdr(), Self.data, Self.end)
        #expect(try read(one + png(ihdr(1, 1), Self.data, Self.end)).count == 1)
    }

    @Test func `bytes after the image data are ignored with a note`() throws {
        let stream = zlib([0, 1, 2, 0, 3, 4])
        #expect(
            try read(png(ihdr(), chunk("IDAT", stream + [0, 9]), Self.end)) == [.bytesAfterData(2)])
        #expect(
            try read(png(ihdr(), Self.data, chunk("IDAT", [7]), chunk("IDAT", [0, 9]), Self.end))
                == [.bytesAfterData(3)])
    }

    /// The palette may have any length, because it is not read.
    @Test(arguments: [0, 3, 768, 10]) func `a palette in a grey picture is ignored with a note`(count: Int)
        throws
    {
        let palette = chunk("PLTE", noise(count))
        #expect(try read(png(ihdr(), palette, Self.data, Self.end)) == [.uselessPalette])
        let alpha = chunk("IDAT", zlib([0, 1, 2, 3, 4]))
        #expect(try read(png(ihdr(2, 1, type: 4), palette, alpha, Self.end)) == [.uselessPalette])
    }

    @Test(arguments: [4, 6] as [UInt8]) func `a transparent color in addition to an alpha channel is ignored`(
        type: UInt8
    )
        throws
    {
        let samples: [UInt8] = type == 4 ? [1, 2] : [1, 2, 3, 4]
        let bytes = png(
            ihdr(1, 1, type: type), chunk("tRNS", [0, 1]), chunk("IDAT", zlib([0] + samples)), Self.end)
        #expect(try read(bytes, samples) == [.uselessTransparency])
    }

    @Test(arguments: ["tEXt", "iCCP", "tIME", "eXIf", "gAMA"])
    func `a damaged chunk that only describes the picture is ignored with a note`(type: String) throws {
        var text = chunk(type, Array("MM\0*".utf8))
        text[text.count - 1] ^= 1
        #expect(try read(png(ihdr(), text, Self.data, Self.end)) == [.damagedChunks(count: 1, first: type)])
        let other = chunk("zTXt", [1])
        let many = [text, other.dropLast() + [other[other.count - 1] ^ 1], text].flatMap { $0 }
        #expect(
            try read(png(ihdr(), many, Self.data, Self.end)) == [.damagedChunks(count: 3, first: type)])
    }

    // MARK: Orientation

    /// Returns a directory with one entry in addition to the orientation, as cameras write it.
    private static func exif(
        _ orientation: Int, littleEndian: Bool = false, type: UInt16 = 3, mark: String = ""
    ) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            let bytes = (0..<size).map { UInt8(value >> (8 * $0) & 255) }
            return littleEndian ? bytes : bytes.reversed()
        }
        let value = type == 4 ? number(orientation, 4) : number(orientation, 2) + [0, 0]
        return Array(mark.utf8) + (littleEndian ? [0x49, 0x49] : [0x4D, 0x4D]) + number(42, 2) + number(8, 4)
            + number(2, 2) + number(0x0100, 2) + number(3, 2) + number(1, 4) + [0, 0, 0, 0]
            + number(0x0112, 2) + number(Int(type), 2) + number(1, 4) + value + number(0, 4)
    }

    /// The rows of a 3 × 2 picture, 1 2 3 over 4 5 6, in each orientation.
    private static let shown: [(width: Int, samples: [UInt8])] = [
        (3, [1, 2, 3, 4, 5, 6]), (3, [3, 2, 1, 6, 5, 4]), (3, [6, 5, 4, 3, 2, 1]), (3, [4, 5, 6, 1, 2, 3]),
        (2, [1, 4, 2, 5, 3, 6]), (2, [4, 1, 5, 2, 6, 3]), (2, [6, 3, 5, 2, 4, 1]), (2, [3, 6, 2, 5, 1, 4]),
    ]

    @Test(arguments: 1...8) func `a picture is turned by its orientation`(orientation: Int) throws {
        let expected = Self.shown[orientation - 1]
        let pixels = chunk("IDAT", zlib([0, 1, 2, 3, 0, 4, 5, 6]))
        for exif in [
            Self.exif(orientation), Self.exif(orientation, littleEndian: true),
            Self.exif(orientation, type: 4),
            Self.exif(orientation, littleEndian: true, mark: "Exif\0\0"),
        ] {
            // The chunk is before or after the pixels.
            for bytes in [
                png(ihdr(3, 2), chunk("eXIf", exif), pixels, Self.end),
                png(ihdr(3, 2), pixels, chunk("eXIf", exif), Self.end),
            ] {
                let picture = try PNGPicture(bytes, path: "a.png")
                #expect(picture.bitmap.width == expected.width)
                #expect(picture.bitmap.samples == expected.samples)
                #expect(picture.notes == (orientation == 1 ? [] : [.turned(orientation: orientation)]))
            }
        }
    }

    @Test(arguments: Bitmap.Format.allCases) func `pixels of any format are moved as a whole`(
        format: Bitmap.Format
    ) {
        let bitmap = Bitmap(width: 5, height: 3, format: format, samples: noise(15 * format.channels))
        for orientation in PNGOrientation.allCases {
            let turned = bitmap.turned(orientation)
            #expect((turned.width, turned.height) == (orientation.exchangesSides ? (3, 5) : (5, 3)))
            let places = Bitmap(width: 5, height: 3, format: .grey, samples: Array(0..<15)).turned(
                orientation)
            for y in 0..<turned.height {
                for x in 0..<turned.width {
                    let place = Int(places[x, y].first!)
                    #expect(turned[x, y] == bitmap[place % 5, place / 5], "\(orientation), \(x), \(y)")
                }
            }
        }
    }

    /// Every prefix of the chunk, and every value of each of its bytes, is read as some orientation.
    @Test func `no EXIF data traps`() throws {
        let whole = Self.exif(6)
        for length in 0..<whole.count {
            _ = PNGOrientation(exif: whole.prefix(length))
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var other = whole
                other[length] = value
                _ = PNGOrientation(exif: other[...])
            }
        }
        for value in [0, 9, 300] { #expect(PNGOrientation(exif: Self.exif(value)[...]) == .upright) }
    }

    // MARK: Other formats

    private static let formats: [(PictureFormat, [UInt8])] = [
        (.jpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8)), (.jpeg, [0xFF, 0xD8, 0xFF, 0xDB]),
        (.gif, Array("GIF89a".utf8)), (.gif, Array("GIF87a".utf8)),
        (.bmp, Array("BM".utf8) + [0, 9, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1]),
        (.webP, Array("RIFF".utf8) + [1, 2, 3, 4] + Array("WEBPVP8 ".utf8)),
        (.heic, [0, 0, 0, 24] + Array("ftypheic".utf8)),
        (.heic, [0, 0, 0, 24] + Array("ftypmif1\0\0\0\0heic".utf8)),
        (.avif, [0, 0, 0, 24] + Array("ftypavif".utf8)), (.tiff, [0x49, 0x49, 0x2A, 0, 8]),
        (.tiff, [0x4D, 0x4D, 0, 0x2A]), (.jpegXL, [0xFF, 0x0A, 0]),
        (.jpeg2000, [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]), (.svg, Array("<svg xmlns=\"\">".utf8)),
        (.svg, Array("\u{FEFF}<?xml version=\"1.0\"?>\n<!-- a -->\n<svg>".utf8)),
        (.icon, [0, 0, 1, 0, 1, 0]),
        (.photoshop, Array("8BPS".utf8)), (.netpbm, Array("P5\n28 28\n255\n".utf8)),
        (.pdf, Array("%PDF-1.7".utf8)), (.pdf, Array("\r\n%PDF-1.4".utf8)),
        (.tiff, [0x49, 0x49, 0x2B, 0, 8]), (.numPy, [0x93] + Array("NUMPY\u{1}\0v\0".utf8)),
        (.gzip, [0x1F, 0x8B, 8]), (.zip, Array("PK\u{3}\u{4}".utf8)),
        (.base64, Array("iVBORw0KGgoAAAANSUhEUgAA".utf8)), (.base64, Array("/9j/4AAQSkZJRg".utf8)),
        (.base64, Array("data:image/png;base64,iVBORw0KGgo".utf8)),
        // Line ends of Unix, Windows and old Mac; 7 bits; UTF-8 of Latin-1; replaced bytes.
        (.convertedPNG, [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0, 0]),
        (.convertedPNG, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0D, 0x0A]),
        (.convertedPNG, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x1A, 0x0D, 0, 0]),
        (.convertedPNG, [0x09, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]),
        (.convertedPNG, [0xC2, 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        (.convertedPNG, [0xEF, 0xBF, 0xBD, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    ]

    @Test func `other formats are recognised by their content and named`() throws {
        for (format, bytes) in Self.formats {
            let error = #expect(throws: PNGError.self) { try Bitmap(png: bytes, path: "dir/a.png") }
            #expect(
                error?.description
                    == "dir/a.png: not a PNG file at byte 0: expected a PNG picture, found \(format.name); "
                    + format.remedy)
        }
        #expect(PictureFormat.jpeg.remedy == "open it in an image viewer and save it as a PNG picture")
        #expect(Set(PictureFormat.allCases.map(\.remedy)).count == 6)
        #expect(Set(Self.formats.map(\.0)) == Set(PictureFormat.allCases))
    }

    @Test func `other content is not a known picture format`() {
        let texts = [
            "", "BM", "BMW is a car with four wheels", "no picture", "P9", "PK", "<p>", "APNG is animated",
            "RIFFxxxxWAVE",
        ]
        for text in texts { #expect(PictureFormat(Array(text.utf8)) == nil, "\(text)") }
        for (_, bytes) in Self.formats {
            for length in 0..<bytes.count { _ = PictureFormat(Array(bytes.prefix(length))) }
        }
    }
}
