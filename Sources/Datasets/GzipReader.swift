import CZlib
import Platform

/// A gzip file (RFC 1952), unpacked while it is read: from a buffer of 256 KiB of input directly into the caller's
/// memory. Several members in one file are one stream. Zeros after the last member are padding, as in `gunzip`: tapes,
/// block devices and some archives fill up their last block. Reading ends without an error only if the CRC-32 and the
/// length of every member are right and nothing else follows the last member.
package final class GzipReader: ByteSource {
    private let file: InputFile
    /// zlib keeps a pointer to its stream, so the stream must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    private var memberStart = 0
    private var finished = false

    package init(_ file: InputFile) {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let gzipOnly: Int32 = 16
        let status = inflateInit2_(
            stream, gzipOnly + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot start: expected \(Z_OK), received \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Returns whether the file begins as a gzip file does; its name is ignored.
    package static func recognizes(_ file: InputFile) throws(DatasetError) -> Bool {
        try bytes(of: file, at: 0, count: 2) == [0x1F, 0x8B]
    }

    package var path: String { file.path }

    /// The maximum size of the unpacked content. At best, Deflate encodes a length of 258 bytes in one bit and its
    /// distance in another: 1032 bytes in one byte.
    package var contentLimit: ContentLimit { .atMost(min(file.size, Int.max / 1032) * 1032) }

    package func location(_ offset: Int) -> DatasetError.Location { .unpackedByte(offset) }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        var filled = 0
        while filled < buffer.count && !finished {
            try refill()
            let room = min(buffer.count - filled, 1 << 30)
            stream.pointee.next_out = (buffer.baseAddress! + filled).assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            filled += room - Int(stream.pointee.avail_out)
            switch status {
            case Z_OK: continue
            case Z_STREAM_END: try startNextMember()
            default: throw try failure(status)
            }
        }
        return filled
    }

    /// The offset in the file of the next byte that zlib reads.
    private var position: Int { file.position - Int(stream.pointee.avail_in) }

    private func refill() throws(DatasetError) {
        guard stream.pointee.avail_in == 0 else { return }
        let count = try file.read(into: input)
        stream.pointee.next_in = input.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
    }

    private func startNextMember() throws(DatasetError) {
        try refill()
        memberStart = position
        // A member never begins with a zero.
        if stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 { try skipPadding() }
        finished = stream.pointee.avail_in == 0
        inflateReset(stream)
    }

    /// Skips the zeros after the last member, which must extend to the end of the file.
    private func skipPadding() throws(DatasetError) {
        while stream.pointee.avail_in > 0 {
            let rest = UnsafeBufferPointer(start: stream.pointee.next_in, count: Int(stream.pointee.avail_in))
            guard rest.allSatisfy({ $0 == 0 }), file.position - memberStart <= Self.longestPadding else {
                throw trailingData()
            }
            stream.pointee.avail_in = 0
            try refill()
        }
    }

    /// The maximum number of zeros of padding. More would only take time: a sparse file can have any number of them.
    private static let longestPadding = 16 << 20

    private func trailingData() -> DatasetError {
        invalid(
            .trailingData, at: memberStart, expected: "the end of the file or another gzip member",
            found: "\(file.size - memberStart) bytes of something else")
    }

    private func failure(_ status: Int32) throws(DatasetError) -> DatasetError {
        if memberStart > 0 && position - memberStart <= 2 { return trailingData() }
        if status == Z_BUF_ERROR {
            return invalid(
                .truncated, at: position, expected: "more gzip data", found: "the end of the file")
        }
        if status == Z_MEM_ERROR {
            return .unreadable(file: path, reason: "zlib has no memory for its window")
        }
        let message = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
        switch message {
        case "incorrect data check":
            return invalid(
                .checksumMismatch, at: position - 4, expected: try storedField(),
                found: UInt32(truncatingIfNeeded: stream.pointee.adler).hexadecimal(digits: 8))
        case "incorrect length check":
            return invalid(
                .lengthMismatch, at: position - 4, expected: try storedField(),
                found: UInt32(truncatingIfNeeded: stream.pointee.total_out).hexadecimal(digits: 8))
        default:
            return invalid(.damagedGzip, at: position, expected: "valid gzip data", found: message)
        }
    }

    /// Returns the little-endian number that zlib has just read from a member's trailer.
    private func storedField() throws(DatasetError) -> String {
        let bytes = try Self.bytes(of: file, at: position - 4, count: 4)
        return bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }.hexadecimal(digits: 8)
    }

    private func invalid(
        _ problem: DatasetError.Problem, at offset: Int, expected: String, found: String
    ) -> DatasetError {
        .invalid(file: path, problem: problem, at: .byte(offset), expected: expected, found: found)
    }

    private static func bytes(of file: InputFile, at offset: Int, count: Int) throws(DatasetError) -> [UInt8]
    {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        return Array(buffer.prefix(try file.read(into: buffer, at: offset)))
    }
}
