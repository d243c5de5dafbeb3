import CZlib

/// Unpacks the image data of a PNG file as they are read: one zlib stream (RFC 1950) in several chunks.
final class PNGInflater {
    private let file: PNGBytes
    private let source: UnsafeBufferPointer<UInt8>
    private var chunks: ArraySlice<Range<Int>>
    /// zlib keeps a pointer to its stream, so the stream must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isFinished = false
    /// The offset in the file after the current chunk.
    private var chunkEnd: Int

    /// - Parameters:
    ///   - source: The bytes of `file`, which must not move.
    ///   - chunks: The places of the chunks, at least one.
    init(_ file: PNGBytes, source: UnsafeBufferPointer<UInt8>, chunks: [Range<Int>]) {
        self.file = file
        self.source = source
        self.chunks = chunks[...]
        chunkEnd = chunks[0].lowerBound
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot start: expected \(Z_OK), received \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The offset in the file of the next byte that zlib reads.
    var position: Int { chunkEnd - Int(stream.pointee.avail_in) }

    /// Fills `buffer`.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(PNGError) {
        let filled = try inflateSome(into: buffer)
        guard filled == buffer.count else {
            throw file.error(
                .tooLittleData, at: position, expected: "\(buffer.count - filled) more bytes of a row",
                found: "the end of the zlib stream")
        }
    }

    /// The number of bytes in the chunks that zlib has not read.
    var rest: Int { Int(stream.pointee.avail_in) + chunks.reduce(0) { $0 + $1.count } }

    /// Checks that the stream ends here with the right checksum.
    func finish() throws(PNGError) {
        // `withUnsafeTemporaryAllocation` is not used, because with the compiler of Swift 6.2 it throws `any Error`.
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1)
        defer { buffer.deallocate() }
        let excess = try inflateSome(into: buffer)
        guard excess == 0 else {
            throw file.error(
                .tooMuchData, at: position, expected: "the end of the zlib stream after the last row",
                found: "more pixels")
        }
    }

    /// Unpacks bytes into a buffer.
    ///
    /// - Returns: The number of bytes, less than the size of the buffer only at the end of the stream.
    private func inflateSome(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(PNGError) -> Int {
        var filled = 0
        while filled < buffer.count && !isFinished {
            refill()
            let room = min(buffer.count - filled, 1 << 30)
            stream.pointee.next_out = buffer.baseAddress! + filled
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            filled += room - Int(stream.pointee.avail_out)
            switch status {
            case Z_OK: continue
            case Z_STREAM_END: isFinished = true
            case Z_BUF_ERROR:
                throw file.error(
                    .tooLittleData, at: position, expected: "the rest of the zlib stream",
                    found: "the end of the last IDAT chunk")
            default:
                let message = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
                throw file.error(
                    .damagedData, at: position, expected: "a valid zlib stream", found: message)
            }
        }
        return filled
    }

    private func refill() {
        while stream.pointee.avail_in == 0, let chunk = chunks.popFirst() {
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress! + chunk.lowerBound)
            stream.pointee.avail_in = UInt32(chunk.count)
            chunkEnd = chunk.upperBound
        }
    }
}
