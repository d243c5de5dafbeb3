import TestSupport
import Testing

@testable import Pictures

@Suite struct PNGReaderTests {
    @Test func `there is a fixture of every kind`() {
        #expect(PNGFixture.all.count == 60)
        #expect(Set(PNGFixture.all.map { [$0.colorType, $0.bitDepth] }).count == 15)
    }

    @Test(arguments: PNGFixture.all) func `every kind is read`(fixture: PNGFixture) throws {
        #expect(try Bitmap(png: fixture.bytes, path: "a.png") == fixture.expected)
    }

    /// `Bitmap.png` writes a picture of every format, and the reader reads it.
    @Test(arguments: Bitmap.Format.allCases, [[1, 1], [3, 2], [40, 17]])
    func `written pictures are read back`(format: Bitmap.Format, size: [Int]) throws {
        let bitmap = Bitmap(
            width: size[0], height: size[1], format: format,
            samples: noise(size[0] * size[1] * format.channels))
        #expect(try Bitmap(png: bitmap.png(), path: "a.png") == bitmap)
        #expect(bitmap.png() == bitmap.png())
    }

    /// The rows do not compress individually, but they repeat at more than deflate's maximum distance (32 KiB).
    @Test func `equal rows are written once`() {
        let row = noise(40_000)
        let bitmap = Bitmap(width: 40_000, height: 5, format: .grey, samples: (0..<5).flatMap { _ in row })
        #expect(bitmap.png().count < 41_000)
    }

    /// The whole file has a signature, IHDR, one IDAT and IEND.
    @Test func `the file follows the specification`() {
        let bitmap = Bitmap(width: 2, height: 2, format: .greyAlpha, samples: [1, 2, 3, 4, 5, 6, 7, 9])
        let rows = zlib([2, 1, 2, 3, 4, 2, 4, 4, 4, 5])
        #expect(bitmap.png() == png(ihdr(type: 4), chunk("IDAT", rows), chunk("IEND")))
    }

    @Test func `bits above the depth of a transparent color are ignored`() throws {
        let data = chunk("IDAT", zlib([0, 0b1000_0000]))
        let bytes = png(ihdr(2, 1, bits: 1), chunk("tRNS", [0xAB, 0xC1]), data, chunk("IEND"))
        #expect(try Bitmap(png: bytes, path: "a.png").samples == [255, 0, 0, 255])
    }

    @Test func `color pictures may suggest a palette`() throws {
        let data = chunk("IDAT", zlib([0, 1, 2, 3]))
        let bytes = png(ihdr(1, 1, type: 2), chunk("PLTE", [9, 9, 9]), data, chunk("IEND"))
        #expect(try Bitmap(png: bytes, path: "a.png").samples == [1, 2, 3])
    }

    @Test(arguments: [4, 8, 16, 28]) func `a palette may have fewer colors than its bits allow`(count: Int)
        throws
    {
        let colors = (0..<3 * count).map { UInt8($0) }
        let bytes = png(
            ihdr(1, 1, type: 3), chunk("PLTE", colors), chunk("IDAT", zlib([0, UInt8(count - 1)])),
            chunk("IEND"))
        #expect(try Bitmap(png: bytes, path: "a.png").samples == Array(colors.suffix(3)))
    }
}
