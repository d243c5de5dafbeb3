import Datasets
import Platform

extension FuzzTarget {
    /// An IDX file, raw or gzip. A raw file must be the same when it is written again, and when it is compressed.
    static let idx = FuzzTarget("idx") { input in
        let path = input.write(input.bytes)
        let isPacked = input.bytes.starts(with: [0x1F, 0x8B])
        let packed = isPacked ? nil : input.write(Deflate.gzip(input.bytes), to: "packed")
        let file: IDXFile
        do {
            file = try IDXFile(path: path)
        } catch {
            try require(
                packed == nil || (try? IDXFile(path: packed!)) == nil,
                "the file is read when it is packed only")
            throw error
        }
        let header = try readBack { try IDXFileHeader(path: path) }
        try require(
            header.shape == file.shape && header.elementType == file.elementType,
            "the header alone is another")
        let content = try FuzzTarget.content(file)
        if let packed {
            try require(content == input.bytes, "the file differs when it is written again")
            let other = try readBack { try IDXFile(path: packed) }
            try require(try FuzzTarget.content(other) == content, "the packed file is another")
        }
        for isTransposed in [false, true] {
            guard let images = try? UnlabeledImages(file, isTransposed: isTransposed) else { continue }
            for index in [0, images.count - 1] where images.count > 0 {
                try require(
                    images.pixels(index).count == images.rows * images.columns, "an image of another size")
            }
        }
    }

    /// Returns the content of an IDX file that has been read.
    private static func content(_ file: IDXFile) throws -> [UInt8] {
        let elements: [UInt8] =
            switch file.elementType {
            case .uint8: try file.elements(of: UInt8.self)
            case .int8: try file.elements(of: Int8.self).map { UInt8(bitPattern: $0) }
            case .int16: try file.elements(of: Int16.self).flatMap(bigEndian)
            case .int32: try file.elements(of: Int32.self).flatMap(bigEndian)
            case .float32: try file.elements(of: Float.self).flatMap { bigEndian($0.bitPattern) }
            case .float64: try file.elements(of: Double.self).flatMap { bigEndian($0.bitPattern) }
            }
        return [0, 0, file.elementType.rawValue, UInt8(file.shape.count)]
            + file.shape.flatMap { bigEndian(UInt32($0)) } + elements
    }

    /// Images and their labels: a byte of options, the size of the images' file in two bytes, its content, and the content
    /// of the labels' file.
    static let idxPair = FuzzTarget("idx-pair") { input in
        guard input.bytes.count >= 3 else { return }
        let options = input.bytes[0]
        let size = min(Int(input.bytes[1]) << 8 | Int(input.bytes[2]), input.bytes.count - 3)
        let files = [input.bytes[3..<3 + size], input.bytes[(3 + size)...]]
        let dataset = [ImageDataset.idx, .emnistLetters, .qmnist, .mnist][Int(options) % 4]
        let folder = input.makeDirectory("pair")
        for (place, file) in dataset.files.enumerated() {
            let content = files[place % 2]
            _ = input.write(
                options & 4 == 0 ? Array(content) : Deflate.gzip(content), to: "pair/\(file.name)")
        }
        let found = try dataset.files(in: folder)
        let images: LabeledImages
        do {
            images = try found.train()
        } catch {
            try require((try? found.test()) == nil, "the same files are read as a test set only")
            throw error
        }
        for index in 0..<images.count {
            try require(images[index].label < images.classCount, "a label outside the classes")
        }
        for index in [0, images.count - 1] where images.count > 0 {
            try require(
                images[index].pixels.count == images.rows * images.columns, "an image of another size")
        }
        if images.count > 0 {
            try readBack { try found.checkTest(like: images) }
            _ = try readBack { try found.test(classCount: images.classCount) }
        }
    }

    /// A gzip file. If the reader finds a wrong checksum or length, the value named in its error must be the correct
    /// one.
    static let gzip = FuzzTarget("gzip") { input in
        var bytes = input.bytes
        for _ in 0..<16 {
            let path = input.write(bytes)
            do {
                let content = try unpacked(path, pieces: 1 << 16)
                try require(content == (try unpacked(path, pieces: 997)), "another content in other pieces")
                return
            } catch DatasetError.invalid(_, let problem, .byte(let offset), _, let found)
                where problem == .checksumMismatch || problem == .lengthMismatch
            {
                let right = littleEndian(UInt32(found.dropFirst(2), radix: 16) ?? 0)
                try require(
                    offset >= 0 && offset + 4 <= bytes.count && Array(bytes[offset..<offset + 4]) != right,
                    "the trailer is right at the place of the error, byte \(offset)")
                bytes.replaceSubrange(offset..<offset + 4, with: right)
            }
        }
    }

    /// Returns the CRC-32 and the size of a gzip file's unpacked content.
    private static func unpacked(_ path: String, pieces: Int) throws -> [UInt32] {
        let reader = try GzipReader(InputFile(path: path))
        guard case .atMost(let limit) = reader.contentLimit else {
            throw FuzzFailure("a gzip file has no exact size")
        }
        var (size, sum) = (0, UInt32(0))
        while true {
            let piece = try reader.readBytes(pieces)
            size += piece.count
            sum = Deflate.crc(piece, after: sum)
            try require(size <= limit, "more than the limit of \(limit) bytes")
            if piece.count < pieces { return [sum, UInt32(size)] }
        }
    }

    /// A zip archive. A wrong CRC-32 in its directory is replaced by the one named in the reader's error.
    static let zipArchive = FuzzTarget("zip") { input in
        var bytes = input.bytes
        for _ in 0..<8 {
            let archive = try ZipArchive(path: input.write(bytes))
            do {
                for entry in archive.entries.prefix(16) {
                    try require(
                        try archive.contents(of: entry).count == entry.byteCount, "a content of another size")
                    let named = try readBack { try archive.entry(entry.name) }
                    try require(named.name == entry.name, "an entry of another name")
                }
                return
            } catch DatasetError.invalid(_, let problem, _, let expected, let found)
                where problem == .zipChecksum
            {
                bytes = try repaired(bytes, expected: expected, found: found)
            }
        }
    }

    /// Returns a zip archive with a corrected CRC-32, from the texts of the error about the wrong one.
    static func repaired(_ bytes: [UInt8], expected: String, found: String) throws(FuzzFailure) -> [UInt8] {
        guard let wrong = UInt32(expected.dropFirst(2).prefix(8), radix: 16),
            let right = UInt32(found.dropFirst(2), radix: 16)
        else { throw FuzzFailure("an error without checksums: \(expected), \(found)") }
        return bytes.replacing(littleEndian(wrong), with: littleEndian(right))
    }
}
