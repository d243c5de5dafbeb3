/// The description of a PNG file's pixels: header, palette, transparency, and the places of the compressed data.
struct PNGContent {
    let header: PNGHeader
    /// Red, green and blue of each colour.
    private(set) var palette: [[UInt8]] = []
    /// The opacity of each colour at the beginning of the palette.
    private(set) var paletteAlpha: [UInt8] = []
    /// The transparent colour: a sample for each channel, in the file's bit depth.
    private(set) var transparentColor: [Int]?
    /// The places in the file of the parts of the zlib stream.
    private(set) var data: [Range<Int>] = []
    private(set) var orientation = PNGOrientation.upright
    private(set) var notes: [PNGPicture.Note] = []
    /// The error of a truncated file that contains some image data, perhaps all of them; nil for a complete file.
    private(set) var cut: PNGError?

    /// The maximum number of chunks of a file. No program writes more, and each takes time.
    private static let mostChunks = 100_000

    var format: Bitmap.Format {
        let hasTransparency = transparentColor != nil || !paletteAlpha.isEmpty
        return switch header.colorType {
        case .grey: hasTransparency ? .greyAlpha : .grey
        case .rgb, .palette: hasTransparency ? .rgba : .rgb
        case .greyAlpha: .greyAlpha
        case .rgba: .rgba
        }
    }

    /// Reads all chunks and checks their order (PNG specification, third edition, 5.6).
    init(_ file: PNGBytes, pixelLimit: Int) throws(PNGError) {
        let first = try file.chunk(at: file.checkSignature())
        guard first.type == "IHDR" else {
            throw file.error(
                .wrongOrder, at: first.offset, expected: "IHDR as the first chunk", found: first.type)
        }
        header = try PNGHeader(first, in: file, pixelLimit: pixelLimit)
        var last = first
        var count = 1
        while last.type != "IEND" {
            let chunk: PNGChunk
            do throws(PNGError) {
                chunk = try file.chunk(at: last.content.upperBound + 4)
            } catch {
                guard error.problem == .truncated, !data.isEmpty else { throw error }
                cut = error
                notes.append(.missingEnd)
                return
            }
            count += 1
            guard count <= Self.mostChunks else {
                throw file.error(
                    .tooManyChunks, at: chunk.offset, expected: "at most \(Self.mostChunks) chunks",
                    found: "more")
            }
            if chunk.isDamaged {
                noteDamage(of: chunk.type)
            } else {
                try take(chunk, after: last, of: file)
            }
            last = chunk
        }
        let rest = file.bytes.count - last.content.upperBound - 4
        if rest > 0 { notes.append(.bytesAfterEnd(rest)) }
    }

    /// Adds a note once, even if it applies to many chunks.
    private mutating func note(_ note: PNGPicture.Note) {
        if !notes.contains(note) { notes.append(note) }
    }

    private mutating func noteDamage(of type: String) {
        for index in notes.indices {
            guard case .damagedChunks(let count, let first) = notes[index] else { continue }
            notes[index] = .damagedChunks(count: count + 1, first: first)
            return
        }
        notes.append(.damagedChunks(count: 1, first: type))
    }

    private mutating func take(
        _ chunk: PNGChunk, after last: PNGChunk, of file: PNGBytes
    ) throws(PNGError) {
        func require(_ condition: Bool, _ expected: String) throws(PNGError) {
            guard !condition else { return }
            throw file.error(.wrongOrder, at: chunk.offset, expected: expected, found: chunk.type)
        }
        switch chunk.type {
        case "IHDR": try require(false, "one IHDR")
        case "PLTE" where !header.colorType.isColor: note(.uselessPalette)
        case "tRNS" where header.colorType.hasAlpha: note(.uselessTransparency)
        case "eXIf": orientation = PNGOrientation(exif: file.bytes[chunk.content])
        case "PLTE":
            try require(palette.isEmpty, "one PLTE")
            try require(data.isEmpty && !hasTransparency, "PLTE before tRNS and IDAT")
            try takePalette(chunk, of: file)
        case "tRNS":
            try require(!hasTransparency, "one tRNS")
            try require(data.isEmpty, "tRNS before IDAT")
            try takeTransparency(chunk, of: file)
        case "IDAT":
            try require(data.isEmpty || last.type == "IDAT", "the IDAT chunks one after the other")
            try require(header.colorType != .palette || !palette.isEmpty, "PLTE before IDAT")
            data.append(chunk.content)
        case "IEND":
            try require(!data.isEmpty, "IDAT before IEND")
            guard chunk.content.isEmpty else {
                throw file.error(
                    .invalidChunk, at: chunk.offset, expected: "IEND of 0 bytes",
                    found: "\(chunk.content.count) bytes")
            }
        default:
            guard chunk.isAncillary else {
                throw file.error(
                    .unknownCriticalChunk, at: chunk.offset, expected: "IHDR, PLTE, IDAT or IEND",
                    found: chunk.type)
            }
        }
    }

    private var hasTransparency: Bool { transparentColor != nil || !paletteAlpha.isEmpty }

    private mutating func takePalette(_ chunk: PNGChunk, of file: PNGBytes) throws(PNGError) {
        let count = chunk.content.count
        let most = header.colorType == .palette ? 1 << header.bitDepth : 256
        guard count % 3 == 0, (1...most).contains(count / 3) else {
            throw file.error(
                .invalidPalette, at: chunk.offset, expected: "1 to \(most) colours of 3 bytes",
                found: "\(count) bytes")
        }
        palette = stride(from: chunk.content.lowerBound, to: chunk.content.upperBound, by: 3).map {
            Array(file.bytes[$0..<$0 + 3])
        }
    }

    private mutating func takeTransparency(_ chunk: PNGChunk, of file: PNGBytes) throws(PNGError) {
        let count = chunk.content.count
        let expected: ClosedRange<Int>
        switch header.colorType {
        case .grey: expected = 2...2
        case .rgb: expected = 6...6
        case .palette where !palette.isEmpty: expected = 1...palette.count
        case .palette:
            throw file.error(.wrongOrder, at: chunk.offset, expected: "PLTE before tRNS", found: "tRNS")
        case .greyAlpha, .rgba: preconditionFailure("tRNS: expected a picture without an alpha channel")
        }
        guard expected.contains(count) else {
            throw file.error(
                .invalidTransparency, at: chunk.offset,
                expected: "\(expected.lowerBound) to \(expected.upperBound) bytes", found: "\(count)")
        }
        if header.colorType == .palette {
            paletteAlpha = Array(file.bytes[chunk.content])
        } else {
            let mask = 1 << header.bitDepth - 1
            transparentColor = stride(from: chunk.content.lowerBound, to: chunk.content.upperBound, by: 2)
                .map { (Int(file.bytes[$0]) << 8 | Int(file.bytes[$0 + 1])) & mask }
        }
    }
}
