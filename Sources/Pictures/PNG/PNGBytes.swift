import CZlib

/// A chunk of a PNG file.
struct PNGChunk: Equatable {
    let type: String
    /// The offset of the chunk's length in the file.
    let offset: Int
    let content: Range<Int>
    /// Whether the chunk has a wrong CRC but the pixels do not depend on it.
    let isDamaged: Bool

    /// The ancillary chunks of the specification that only describe the picture or its maker.
    static let descriptive: Set<String> = [
        "bKGD", "cHRM", "eXIf", "gAMA", "hIST", "iCCP", "iTXt", "pHYs", "sBIT", "sPLT", "sRGB", "tEXt",
        "tIME",
        "zTXt",
    ]

    /// Whether a reader that does not know the chunk may skip it: its first letter is lower case.
    var isAncillary: Bool { type.utf8.first! & 0x20 != 0 }
}

/// The bytes of a PNG file, which are read chunk by chunk.
struct PNGBytes {
    let bytes: [UInt8]
    let path: String

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    func error(
        _ problem: PNGError.Problem, at offset: Int, expected: String, found: String
    ) -> PNGError {
        PNGError(path: path, problem: problem, offset: offset, expected: expected, found: found)
    }

    /// Returns the big-endian number of four bytes.
    func number(at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Checks the first eight bytes of the file.
    ///
    /// - Returns: The offset of the first chunk.
    func checkSignature() throws(PNGError) -> Int {
        let start = bytes.prefix(8)
        if bytes.isEmpty { throw error(.empty, at: 0, expected: "a PNG picture", found: "0 bytes") }
        guard start.elementsEqual(Self.signature.prefix(start.count)) else {
            let format = PictureFormat(bytes)
            var error = error(
                .notPNG, at: 0, expected: "a PNG picture", found: format?.name ?? "the bytes \(Array(start))")
            error.remedy = format?.remedy
            throw error
        }
        try require(8, at: 0, "PNG's first bytes")
        return 8
    }

    /// Returns the chunk at `offset`, after checking its length, type and CRC.
    func chunk(at offset: Int) throws(PNGError) -> PNGChunk {
        try require(8, at: offset, "a chunk's length and type")
        let length = Int(number(at: offset))
        guard length <= 0x7FFF_FFFF else {
            throw error(
                .invalidChunk, at: offset, expected: "a length below 2147483648", found: "\(length)")
        }
        let letters = bytes[offset + 4..<offset + 8]
        guard letters.allSatisfy({ (0x41...0x5A).contains($0 & ~0x20) }) else {
            throw error(
                .invalidChunk, at: offset + 4, expected: "a chunk type of four letters",
                found: "the bytes \(Array(letters))")
        }
        let type = String(decoding: letters, as: UTF8.self)
        try require(length + 12, at: offset, "chunk \(type) of \(length) bytes and its CRC-32")
        let computed = bytes.withUnsafeBufferPointer { bytes in
            UInt32(crc32(0, bytes.baseAddress! + offset + 4, UInt32(length + 4)))
        }
        let stored = number(at: offset + 8 + length)
        guard stored == computed || PNGChunk.descriptive.contains(type) else {
            throw error(
                .wrongChecksum, at: offset + 8 + length,
                expected: "\(hexadecimal(computed)) for chunk \(type)", found: hexadecimal(stored))
        }
        return PNGChunk(
            type: type, offset: offset, content: offset + 8..<offset + 8 + length,
            isDamaged: stored != computed)
    }

    private func require(_ count: Int, at offset: Int, _ what: String) throws(PNGError) {
        guard bytes.count - offset < count else { return }
        throw error(
            .truncated, at: bytes.count, expected: "\(what), \(count) bytes from byte \(offset) on",
            found: "the end of the file after \(bytes.count - offset)")
    }
}

private func hexadecimal(_ number: UInt32) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - text.count) + text
}
