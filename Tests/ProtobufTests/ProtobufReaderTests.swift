import Protobuf
import TestSupport
import Testing

/// Reads all fields of a message.
private func fields(_ bytes: [UInt8]) throws(ProtobufError) -> [String] {
    var reader = ProtobufReader(bytes)
    var found: [String] = []
    while let field = try reader.next() {
        let value =
            switch field.value {
            case .varint(let value): "varint \(Int64(bitPattern: value))"
            case .eightBytes(let value): "eight \(Double(bitPattern: value))"
            case .fourBytes(let value): "four \(Float(bitPattern: value))"
            case .bytes(let range): "bytes \(Array(bytes[range]))"
            }
        found.append("\(field.offset): \(field.number) \(value)")
    }
    return found
}

@Suite struct ProtobufReaderTests {
    @Test func readsWhatTheWriterWrites() throws {
        var writer = ProtobufWriter()
        writer.integer(1, -5)
        writer.integer(2, 300)
        writer.float(3, 1.5)
        writer.double(4, unlessZero: -0.25)
        writer.string(536_870_911, "ab")
        writer.message(6) { $0.integers(1, [7, 0]) }
        #expect(
            try fields(writer.bytes) == [
                "0: 1 varint -5", "11: 2 varint 300", "14: 3 four 1.5", "19: 4 eight -0.25",
                "28: 536870911 bytes [97, 98]", "36: 6 bytes [8, 7, 8, 0]",
            ])
    }

    @Test func readsAMessageInsideAnother() throws {
        var reader = ProtobufReader([9, 9, 0x08, 0x2A, 9], in: 2..<4)
        let field = try #require(try reader.next())
        guard case .varint(42) = field.value else {
            Issue.record("\(field)")
            return
        }
        #expect(field.offset == 2)
        #expect(try reader.next() == nil)
    }

    @Test(
        arguments: [
            ([0x08], 1, "the end of an integer", "the end of the message"),
            ([0x08, 0x80], 1, "the end of an integer", "the end of the message"),
            ([0x08] + .init(repeating: 0xFF, count: 10), 1, "an integer of 64 bits", "a longer one"),
            ([0x08] + .init(repeating: 0xFF, count: 9) + [0x02], 1, "an integer of 64 bits", "a longer one"),
            ([0x00, 0x01], 0, "the number of a field, 1 to 536,870,911", "0"),
            ([0x08, 0x01, 0x0B], 2, "a field of the form 0, 1, 2 or 5", "the form 3"),
            ([0x0D, 1, 2, 3], 1, "a number of 4 bytes", "3 bytes"),
            ([0x09, 1, 2, 3], 1, "a number of 8 bytes", "3 bytes"),
            ([0x0A, 0x03, 1, 2], 1, "at most 2 bytes, the rest of the message", "3"),
            (
                [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], 1,
                "at most 0 bytes, the rest of the message", "18446744073709551615"
            ),
        ] as [([UInt8], Int, String, String)])
    func refusesDamagedBytes(_ bytes: [UInt8], _ offset: Int, _ expected: String, _ found: String) throws {
        let error = try #require(error(ProtobufError.self) { _ = try fields(bytes) })
        #expect(error == ProtobufError(offset: offset, expected: expected, found: found))
    }
}
