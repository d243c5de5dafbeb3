import CZlib
import Platform

/// A zip archive (PKWARE's APPNOTE 6.3), read by the directory at its end: files that are stored or deflated, without
/// encryption, in one part and below 4 GiB. The names in it are only compared, never used as paths.
package struct ZipArchive {
    package let entries: [Entry]
    private let file: InputFile
    /// The offset of the directory. The data of all files end before it.
    private let directoryOffset: Int

    /// A file in the archive.
    package struct Entry: Sendable, Hashable {
        package let name: String
        /// The number of unpacked bytes.
        package let byteCount: Int
        let packedByteCount: Int
        package let method: Int
        let isEncrypted: Bool
        package let checksum: UInt32
        /// The offset of the header before its data.
        package let offset: Int
    }

    /// Reads the directory.
    ///
    /// - Throws: `DatasetError` for a file that is not a zip archive, or a zip archive of an unsupported kind.
    package init(path: String) throws(DatasetError) {
        file = try InputFile(path: path)
        let end = try ZipEnd(file)
        directoryOffset = end.directoryOffset
        entries = try end.entries(file)
    }

    /// Returns the entry of the file with a name.
    ///
    /// - Throws: `DatasetError` if the archive has no file with this name.
    package func entry(_ name: String) throws(DatasetError) -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw file.invalid(
                .missingEntry, at: directoryOffset, expected: name, found: "\(entries.count) other files")
        }
        return entry
    }

    /// Returns the unpacked content of a file, after checking its CRC-32.
    package func contents(of entry: Entry) throws(DatasetError) -> [UInt8] {
        guard !entry.isEncrypted, entry.method == 0 || entry.method == 8 else {
            throw file.invalid(
                .unsupportedZip, at: entry.offset,
                expected: "\(entry.name) stored or deflated, not encrypted",
                found: entry.isEncrypted ? "encryption" : "method \(entry.method)")
        }
        guard entry.byteCount < 0xFFFF_FFFF else {
            throw file.invalid(
                .unsupportedZip, at: entry.offset, expected: "\(entry.name) of less than 4 GiB",
                found: "zip64")
        }
        let start = try dataOffset(of: entry)
        let packed = try file.bytes(at: start, count: entry.packedByteCount)
        let content: [UInt8]
        if entry.method == 0 {
            content = packed
        } else {
            // Deflate makes at most 1032 bytes from one byte; nothing is allocated for an impossible size.
            guard entry.byteCount / 1032 <= entry.packedByteCount else { throw wrongLength(entry, "fewer") }
            content = try inflated(packed, entry, at: start)
        }
        guard content.count == entry.byteCount else { throw wrongLength(entry, "\(content.count)") }
        let checksum = UInt32(content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
        guard checksum == entry.checksum else {
            throw file.invalid(
                .zipChecksum, at: start,
                expected: entry.checksum.hexadecimal(digits: 8) + " for \(entry.name)",
                found: checksum.hexadecimal(digits: 8))
        }
        return content
    }

    /// Returns the offset of the data, after a header that repeats the name.
    private func dataOffset(of entry: Entry) throws(DatasetError) -> Int {
        let headerSize = 30
        guard entry.offset <= directoryOffset - headerSize else {
            throw damaged(
                at: entry.offset, "the header of \(entry.name) before the directory", "its end after it")
        }
        let header = try file.bytes(at: entry.offset, count: headerSize)
        guard header.number(at: 0, 4) == 0x0403_4B50 else {
            throw damaged(
                at: entry.offset, "the header of \(entry.name), 0x04034B50",
                header.number(at: 0, 4).hexadecimal(digits: 8))
        }
        let start = entry.offset + headerSize + header.number(at: 26, 2) + header.number(at: 28, 2)
        guard entry.packedByteCount <= directoryOffset - start else {
            throw damaged(
                at: start, "\(entry.packedByteCount) bytes of \(entry.name) before the directory",
                "\(max(0, directoryOffset - start))")
        }
        return start
    }

    private func inflated(_ packed: [UInt8], _ entry: Entry, at start: Int) throws(DatasetError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            throw .unreadable(file: file.path, reason: "zlib has no memory for its window")
        }
        defer { inflateEnd(&stream) }
        var status = Z_OK
        var packed = packed
        // The room for one byte more than expected shows whether the content is too long.
        let content = [UInt8](unsafeUninitializedCapacity: entry.byteCount + 1) { target, filled in
            packed.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(entry.byteCount + 1)
                status = inflate(&stream, Z_FINISH)
                filled = entry.byteCount + 1 - Int(stream.avail_out)
            }
        }
        if content.count > entry.byteCount { throw wrongLength(entry, "more") }
        guard status == Z_STREAM_END, stream.avail_in == 0 else {
            throw damaged(
                at: start + packed.count - Int(stream.avail_in),
                "deflated data of \(entry.name) up to their end",
                stream.msg.map { String(cString: $0) } ?? "an end elsewhere")
        }
        return content
    }

    private func wrongLength(_ entry: Entry, _ found: String) -> DatasetError {
        damaged(at: entry.offset, "\(entry.byteCount) bytes of \(entry.name)", found)
    }

    private func damaged(at offset: Int, _ expected: String, _ found: String) -> DatasetError {
        file.invalid(.damagedZip, at: offset, expected: expected, found: found)
    }
}

/// The record at the end of an archive, which contains the offset of the directory.
private struct ZipEnd {
    let directoryOffset: Int
    let directoryByteCount: Int
    let entryCount: Int

    private static let size = 22

    init(_ file: InputFile) throws(DatasetError) {
        // A comment of up to 65,535 bytes may follow; its length must match.
        let tailSize = min(file.size, Self.size + 0xFFFF)
        let tail = try file.bytes(at: file.size - tailSize, count: tailSize)
        let places = stride(from: tailSize - Self.size, through: 0, by: -1)
        let start = places.first { place in
            tail.number(at: place, 4) == 0x0605_4B50
                && place + Self.size + tail.number(at: place + 20, 2) == tailSize
        }
        guard let start else {
            throw file.invalid(
                .notZip, at: file.size, expected: "the record that ends a zip archive", found: "none")
        }
        let offset = file.size - tailSize + start
        entryCount = tail.number(at: start + 10, 2)
        directoryByteCount = tail.number(at: start + 12, 4)
        directoryOffset = tail.number(at: start + 16, 4)
        guard tail.number(at: start + 4, 2) == 0, tail.number(at: start + 6, 2) == 0,
            tail.number(at: start + 8, 2) == entryCount, entryCount != 0xFFFF,
            directoryByteCount != 0xFFFF_FFFF, directoryOffset != 0xFFFF_FFFF
        else {
            throw file.invalid(
                .unsupportedZip, at: offset, expected: "an archive in one part, of less than 4 GiB",
                found: "several parts or zip64")
        }
        guard directoryOffset + directoryByteCount <= offset else {
            throw file.invalid(
                .damagedZip, at: offset, expected: "the directory before byte \(offset)",
                found: "bytes \(directoryOffset) to \(directoryOffset + directoryByteCount)")
        }
    }

    func entries(_ file: InputFile) throws(DatasetError) -> [ZipArchive.Entry] {
        let directory = try file.bytes(at: directoryOffset, count: directoryByteCount)
        var entries: [ZipArchive.Entry] = []
        var start = 0
        for _ in 0..<entryCount {
            let fixedSize = 46
            guard start + fixedSize <= directory.count, directory.number(at: start, 4) == 0x0201_4B50 else {
                throw file.invalid(
                    .damagedZip, at: directoryOffset + start,
                    expected: "\(entryCount) files in the directory",
                    found: "\(entries.count)")
            }
            let nameEnd = start + fixedSize + directory.number(at: start + 28, 2)
            let next = nameEnd + directory.number(at: start + 30, 2) + directory.number(at: start + 32, 2)
            guard next <= directory.count else {
                throw file.invalid(
                    .damagedZip, at: directoryOffset + start, expected: "a file's name in the directory",
                    found: "the directory's end")
            }
            entries.append(
                ZipArchive.Entry(
                    name: String(decoding: directory[start + fixedSize..<nameEnd], as: UTF8.self),
                    byteCount: directory.number(at: start + 24, 4),
                    packedByteCount: directory.number(at: start + 20, 4),
                    method: directory.number(at: start + 10, 2),
                    isEncrypted: directory.number(at: start + 8, 2) & 1 == 1,
                    checksum: UInt32(directory.number(at: start + 16, 4)),
                    offset: directory.number(at: start + 42, 4)))
            start = next
        }
        return entries
    }
}

extension InputFile {
    /// Returns exactly `count` bytes from `offset` on.
    fileprivate func bytes(at offset: Int, count: Int) throws(DatasetError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        let found = try read(into: buffer, at: offset)
        guard found == count else {
            throw invalid(.truncated, at: offset + found, expected: "\(count) bytes", found: "\(found)")
        }
        return Array(buffer)
    }
}

extension [UInt8] {
    /// Returns a little-endian number.
    fileprivate func number(at offset: Int, _ size: Int) -> Int {
        self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
