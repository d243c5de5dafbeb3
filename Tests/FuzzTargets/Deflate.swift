import CZlib

/// Containers of Deflate data, stored and with correct checksums, so that the fuzzer reaches their content.
enum Deflate {
    /// Returns bytes as blocks without compression (RFC 1951, 3.2.4).
    static func stored(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        var output: [UInt8] = []
        var start = 0
        repeat {
            let size = min(0xFFFF, bytes.count - start)
            output.append(start + size == bytes.count ? 1 : 0)
            output += littleEndian(UInt16(size)) + littleEndian(~UInt16(size)) + bytes[start..<start + size]
            start += size
        } while start < bytes.count
        return output
    }

    /// Returns a gzip member (RFC 1952).
    static func gzip(_ bytes: some Collection<UInt8>) -> [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + stored(bytes) + littleEndian(crc(bytes))
            + littleEndian(UInt32(bytes.count))
    }

    /// Returns a zlib stream (RFC 1950).
    static func zlib(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let sum = Array(bytes).withUnsafeBufferPointer { adler32_z(1, $0.baseAddress, $0.count) }
        return [0x78, 0x01] + stored(bytes) + littleEndian(UInt32(sum)).reversed()
    }

    /// Returns whether bytes begin as a zlib stream does.
    static func isZlib(_ bytes: some Collection<UInt8>) -> Bool {
        let head = bytes.prefix(2).map(Int.init)
        return head.count == 2 && head[0] & 0xF == 8 && (head[0] << 8 | head[1]) % 31 == 0
    }

    /// - Parameter sum: The CRC-32 of the previous bytes.
    static func crc(_ bytes: some Collection<UInt8>, after sum: UInt32 = 0) -> UInt32 {
        // For no bytes, zlib returns the initial value and ignores the previous checksum.
        bytes.isEmpty
            ? sum
            : UInt32(Array(bytes).withUnsafeBufferPointer { crc32_z(UInt(sum), $0.baseAddress, $0.count) })
    }
}

func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
