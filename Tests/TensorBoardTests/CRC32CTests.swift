import Testing

@testable import TensorBoard

@Suite struct CRC32CTests {
    /// The vectors are from RFC 3720, appendix B.4, and the check value of CRC-32/ISCSI from Greg Cook's catalogue.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ([UInt8](0..<32), 0x46DD_794E),
            ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)]) func `checksums equal the published vectors`(
            bytes: [UInt8], expected: UInt32
        )
    {
        #expect(bytes.withUnsafeBytes(CRC32C.checksum) == expected)
    }

    /// The numbers are from `masked_crc32c` of the package tensorboard 2.21.0.
    @Test(
        arguments: [("", 0xA282_EAD8), ("123456789", 0xC78A_B0E5), ("foo", 0xFEBE_8A61)] as [(String, UInt32)]
    )
    func `masked checksums equal TensorBoard's`(text: String, expected: UInt32) {
        #expect(Array(text.utf8).withUnsafeBytes(CRC32C.masked) == expected)
    }
}
