/// The checksum of TensorBoard's records: CRC-32 with Castagnoli's polynomial (RFC 3720, appendix B.4).
enum CRC32C {
    /// Returns the checksum of bytes. It uses wrapping operators and `while`, since debug builds inline nothing else.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            let table = table.baseAddress!
            var remainder = UInt32.max
            var index = 0
            while index < bytes.count {
                let byte = UInt32(truncatingIfNeeded: bytes[index])
                remainder = table[Int(truncatingIfNeeded: (remainder ^ byte) & 0xFF)] ^ (remainder &>> 8)
                index &+= 1
            }
            return ~remainder
        }
    }

    /// Returns the checksum as records store it: rotated by 15 bits and increased by a constant, since a checksum of
    /// data that contain their own checksum is weak (TensorFlow, `core/lib/hash/crc32c.h`).
    static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let plain = checksum(bytes)
        return (plain &>> 15 | plain &<< 17) &+ 0xA282_EAD8
    }

    /// The remainder for each value of the lowest byte, after division by the polynomial, lowest bit first.
    private static let table: [UInt32] = (0..<256).map { byte in
        var remainder = UInt32(byte)
        for _ in 0..<8 {
            remainder = remainder & 1 == 1 ? remainder &>> 1 ^ 0x82F6_3B78 : remainder &>> 1
        }
        return remainder
    }
}
