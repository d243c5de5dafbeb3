import TestSupport
import Testing

@testable import Pictures

/// A file, and the expected error.
private struct Case: CustomTestStringConvertible, Sendable {
    let problem: PNGError.Problem
    let bytes: [UInt8]
    let offset: Int

    init(_ problem: PNGError.Problem, at offset: Int, _ bytes: [UInt8]) {
        self.problem = problem
        self.bytes = bytes
        self.offset = offset
    }

    var testDescription: String { "\(problem) at \(offset) of \(bytes.count)" }
}

@Suite struct PNGDamageTests {
    private static let rows: [UInt8] = [0, 1, 2, 0, 3, 4]
    private static let data = chunk("IDAT", zlib(rows))
    private static let shortData = chunk("IDAT", zlib([0, 1, 2]))
    private static let end = chunk("IEND")
    private static let palette = chunk("PLTE", [1, 2, 3, 4, 5, 6])

    private static func damaged(_ bytes: [UInt8], _ position: Int, _ byte: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[position] = byte
        return bytes
    }

    private static let chunkCases = [
        Case(.empty, at: 0, []),
        Case(.notPNG, at: 0, Array("GIF89a".utf8)),
        Case(.notPNG, at: 0, [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A]),
        Case(.truncated, at: 4, Array(PNGBytes.signature.prefix(4))),
        Case(.truncated, at: 32 + data.count, Array(png(ihdr(), data).dropLast())),
        // The image data are shorter than the picture needs, and the end is missing.
        Case(.truncated, at: 33 + shortData.count, png(ihdr(), shortData)),
        Case(.truncated, at: 33 + data.count, png(ihdr(5000, 5000, type: 6), data)),
        Case(
            .tooManyChunks, at: 33 + 99_999 * 12,
            png(ihdr(), [[UInt8]](repeating: chunk("tEXt"), count: 100_000).flatMap(\.self), data, end)),
        Case(.invalidChunk, at: 33, png(ihdr(), damaged(data, 0, 0x80), end)),
        Case(.invalidChunk, at: 37, png(ihdr(), damaged(data, 4, 0x30), end)),
        Case(.invalidChunk, at: 33 + data.count, png(ihdr(), data, chunk("IEND", [1]))),
        Case(.wrongChecksum, at: 29, png(damaged(ihdr(), 8 + 3, 3), data, end)),
        Case(.wrongChecksum, at: 33 + 8 + 2, png(ihdr(), damaged(chunk("tRNS", [65, 0]), 9, 1), data, end)),
        Case(.wrongChecksum, at: 33 + 8 + 2, png(ihdr(), damaged(chunk("abCd", [65, 0]), 9, 1), data, end)),
        Case(.wrongOrder, at: 8, png(data, end)),
        Case(.wrongOrder, at: 33, png(ihdr(), ihdr(), data, end)),
        Case(.wrongOrder, at: 33, png(ihdr(), end)),
        Case(.wrongOrder, at: 33, png(ihdr(type: 3), data, end)),
        Case(.wrongOrder, at: 33, png(ihdr(type: 3), chunk("tRNS", [1]), palette, data, end)),
        Case(.wrongOrder, at: 51, png(ihdr(type: 3), palette, palette, data, end)),
        Case(.wrongOrder, at: 47, png(ihdr(), chunk("tRNS", [0, 1]), chunk("tRNS", [0, 1]), data, end)),
        Case(.wrongOrder, at: 33 + data.count, png(ihdr(type: 2), data, palette, end)),
        Case(.wrongOrder, at: 33 + data.count, png(ihdr(), data, chunk("tRNS", [0, 1]), end)),
        Case(.wrongOrder, at: 46 + data.count, png(ihdr(), data, chunk("tEXt", [65]), data, end)),
        Case(.unknownCriticalChunk, at: 33, png(ihdr(), chunk("ABCD"), data, end)),
        Case(.invalidPalette, at: 33, png(ihdr(type: 3), chunk("PLTE", []), data, end)),
        Case(.invalidPalette, at: 33, png(ihdr(type: 3), chunk("PLTE", [1, 2, 3, 4]), data, end)),
        Case(.invalidPalette, at: 33, png(ihdr(bits: 1, type: 3), chunk("PLTE", noise(9)), data, end)),
        Case(.invalidPalette, at: 33, png(ihdr(type: 2), chunk("PLTE", noise(257 * 3)), data, end)),
        Case(.invalidTransparency, at: 33, png(ihdr(), chunk("tRNS", [1]), data, end)),
        Case(.invalidTransparency, at: 33, png(ihdr(type: 2), chunk("tRNS", [0, 1]), data, end)),
        Case(.invalidTransparency, at: 51, png(ihdr(type: 3), palette, chunk("tRNS", noise(3)), data, end)),
        Case(.invalidTransparency, at: 51, png(ihdr(type: 3), palette, chunk("tRNS", []), data, end)),
    ]

    private static let headerCases = [
        Case(.invalidHeader, at: 8, png(chunk("IHDR", noise(12)), data, end)),
        Case(.invalidHeader, at: 16, png(ihdr(0, 2), data, end)),
        Case(.invalidHeader, at: 16, png(ihdr(2, 0), data, end)),
        Case(.invalidHeader, at: 16, png(ihdr(0x8000_0000, 2), data, end)),
        Case(.tooLarge, at: 16, png(ihdr(5001, 5000), data, end)),
        Case(.tooLarge, at: 16, png(ihdr(65_537, 1), data, end)),
        Case(.tooLarge, at: 16, png(ihdr(1, 65_537), data, end)),
        Case(.tooLarge, at: 16, png(ihdr(4000, 3126, bits: 16, type: 6), data, end)),
        Case(.tooLarge, at: 16, png(ihdr(0x7FFF_FFFF, 0x7FFF_FFFF, bits: 16, type: 6), data, end)),
        Case(.invalidHeader, at: 24, png(ihdr(bits: 3), data, end)),
        Case(.invalidHeader, at: 24, png(ihdr(bits: 4, type: 2), data, end)),
        Case(.invalidHeader, at: 24, png(ihdr(bits: 16, type: 3), palette, data, end)),
        Case(.invalidHeader, at: 25, png(ihdr(type: 1), data, end)),
        Case(.invalidHeader, at: 26, png(ihdr(compression: 1), data, end)),
        Case(.invalidHeader, at: 27, png(ihdr(filter: 1), data, end)),
        Case(.invalidHeader, at: 28, png(ihdr(interlace: 2), data, end)),
    ]

    private static let stream = zlib(rows)
    private static let dataEnd = 41 + stream.count

    private static func picture(_ content: [UInt8], type: UInt8 = 0) -> [UInt8] {
        png(ihdr(type: type), type == 3 ? palette : [], chunk("IDAT", content), end)
    }

    private static let dataCases = [
        Case(.damagedData, at: 43, picture(noise(20))),
        Case(.damagedData, at: dataEnd, picture(damaged(stream, stream.count - 1, 77))),
        // PNG does not allow a preset dictionary.
        Case(.damagedData, at: 47, picture([0x78, 0xBB, 1, 2, 3, 4] + stream)),
        Case(.tooLittleData, at: 41, picture([])),
        Case(.tooLittleData, at: dataEnd - 1, picture(Array(stream.dropLast()))),
        Case(.tooLittleData, at: 41 + zlib([0, 1, 2]).count, picture(zlib([0, 1, 2]))),
        // The header has 25 million pixels, and the file cannot contain any: it is rejected before memory is allocated.
        Case(.tooLittleData, at: 41, png(ihdr(5000, 5000, type: 6), data, end)),
        Case(.tooMuchData, at: 41 + zlib(rows + [0]).count - 4, picture(zlib(rows + [0]))),
        Case(
            .invalidFilter, at: 41 + zlib([5, 1, 2, 0, 3, 4]).count - 7, picture(zlib([5, 1, 2, 0, 3, 4]))),
        Case(.colorNotInPalette, at: 0, picture(zlib([0, 1, 2, 0, 0, 0]), type: 3)),
    ]

    @Test(arguments: chunkCases + headerCases + dataCases)
    private func `damage is reported with its problem and place`(damage: Case) throws {
        let error = #expect(throws: PNGError.self) { try Bitmap(png: damage.bytes, path: "dir/a.png") }
        #expect(error?.problem == damage.problem)
        // The position of zlib at the end of a row is unspecified.
        if ![.invalidFilter, .colorNotInPalette, .tooMuchData].contains(damage.problem) {
            #expect(error?.offset == damage.offset)
        }
        let text = error?.description ?? ""
        #expect(
            text.hasPrefix("dir/a.png: \(damage.problem.rawValue) at byte \(error?.offset ?? -1): expected "))
        #expect(text.contains(", found ") && text.contains("; "))
    }

    @Test func `every problem is tested`() {
        let tested = Self.chunkCases + Self.headerCases + Self.dataCases
        #expect(Set(tested.map(\.problem)) == Set(PNGError.Problem.allCases))
    }

    @Test func `the caller sets the limit of pixels`() throws {
        let bytes = Bitmap(width: 5, height: 4, format: .grey, samples: noise(20)).png()
        #expect(throws: Never.self) { try Bitmap(png: bytes, path: "a.png", pixelLimit: 20) }
        let error = #expect(throws: PNGError.self) {
            try Bitmap(png: bytes, path: "a.png", pixelLimit: 19)
        }
        #expect(error?.problem == .tooLarge)
    }

    @Test(arguments: PNGFixture.all)
    func `truncation is detected, or noted if the image data are complete`(
        fixture: PNGFixture
    ) {
        for length in 0..<fixture.bytes.count {
            let bytes = Array(fixture.bytes.prefix(length))
            do throws(PNGError) {
                let picture = try PNGPicture(bytes, path: "a.png")
                #expect(picture.bitmap == fixture.expected && picture.notes.contains(.missingEnd))
            } catch {
                #expect(error.problem == (length == 0 ? .empty : .truncated), "\(length) bytes")
                #expect(length < fixture.bytes.count - 12, "\(length) bytes")
            }
        }
    }

    /// The checksums protect every byte of a file.
    @Test(arguments: PNGFixture.all) func `every damaged byte is detected`(fixture: PNGFixture) {
        for position in fixture.bytes.indices {
            for flip in [0x01, 0x20, 0x80, 0xFF] as [UInt8] {
                var bytes = fixture.bytes
                bytes[position] ^= flip
                // A damaged chunk that only describes the picture is skipped with a note.
                let picture = try? PNGPicture(bytes, path: "a.png")
                #expect(
                    picture == nil || picture!.bitmap == fixture.expected && !picture!.notes.isEmpty,
                    "byte \(position)")
            }
        }
    }

    /// Random header, palette, transparency and rows with correct checksums. A picture that is read has the size in its
    /// header; otherwise there is an error.
    @Test(arguments: 0..<100) func `random content never traps`(seed: Int) throws {
        let random = noise(64, seed: UInt64(seed)).map(Int.init)
        let type = [0, 2, 3, 4, 6][random[0] % 5]
        let bits = [1, 2, 4, 8, 16][random[1] % 5]
        let (width, height) = (UInt32(random[2] % 12 + 1), UInt32(random[3] % 12 + 1))
        for size in 0..<60 {
            var content = zlib(noise(size * 7, seed: UInt64(size)).map { $0 % 8 })
            if random[4] % 3 == 0 { content[random[5] % content.count] ^= UInt8(random[6] | 1) }
            let bytes = png(
                ihdr(width, height, bits: UInt8(bits), type: UInt8(type), interlace: UInt8(random[7] % 2)),
                type == 3 ? chunk("PLTE", noise(random[8] % 7 * 3)) : [],
                random[9] % 2 == 0 ? chunk("tRNS", noise(random[10] % 7)) : [],
                chunk("IDAT", content), Self.end)
            if let bitmap = try? Bitmap(png: bytes, path: "a.png") {
                #expect(bitmap.width == width && bitmap.height == height)
            }
        }
    }

    @Test(arguments: 0..<20) func `garbage never traps`(seed: Int) {
        for size in [1, 7, 8, 9, 20, 33, 57, 200] {
            let garbage = noise(size, seed: UInt64(seed))
            #expect(throws: PNGError.self) { try Bitmap(png: garbage, path: "a.png") }
            #expect(throws: PNGError.self) { try Bitmap(png: png(garbage), path: "a.png") }
            #expect(throws: PNGError.self) { try Bitmap(png: png(ihdr(), garbage), path: "a.png") }
        }
    }
}
