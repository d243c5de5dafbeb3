/// Reads the fields of a message in Protocol Buffers' binary format, one after the other, in bytes from any source.
///
/// It copies nothing and reads no embedded message by itself: the place of its bytes is returned, and another reader
/// reads them. So the caller decides the depth and the memory.
package struct ProtobufReader {
    /// The content of the whole file.
    package let bytes: [UInt8]
    /// The place of the next field, in bytes from the start of the file.
    package private(set) var offset: Int
    /// The end of the message.
    private let end: Int

    /// A field of a message.
    package struct Field {
        /// The number that names the field.
        package let number: Int
        /// The place of the field's key, in bytes from the start of the file.
        package let offset: Int
        package let value: Value
    }

    /// The value of a field, in one of the four forms of the format.
    package enum Value {
        /// An integer, a `bool` or an enum.
        case varint(UInt64)
        /// A `double`, or an integer of eight bytes.
        case eightBytes(UInt64)
        /// A `float`, or an integer of four bytes.
        case fourBytes(UInt32)
        /// The place of `bytes`, of a `string`, of an embedded message or of packed numbers.
        case bytes(Range<Int>)
    }

    /// Creates a reader of a message.
    ///
    /// - Parameters:
    ///   - bytes: The content of the whole file.
    ///   - range: The place of the message in it; the whole file if nil.
    package init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        let range = range ?? 0..<bytes.count
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Reads one field.
    ///
    /// - Returns: The field; nil at the end of the message.
    /// - Throws: ``ProtobufError`` for bytes that are not a field.
    package mutating func next() throws(ProtobufError) -> Field? {
        guard offset < end else { return nil }
        let start = offset
        let key = try varint()
        guard let number = Int(exactly: key >> 3), (1..<1 << 29).contains(number) else {
            throw error(at: start, expected: "the number of a field, 1 to 536,870,911", found: "\(key >> 3)")
        }
        guard let type = ProtobufWireType(rawValue: key & 7) else {
            throw error(at: start, expected: "a field of the form 0, 1, 2 or 5", found: "the form \(key & 7)")
        }
        return Field(number: number, offset: start, value: try value(type))
    }

    private mutating func value(_ type: ProtobufWireType) throws(ProtobufError) -> Value {
        switch type {
        case .varint: return .varint(try varint())
        case .eightBytes: return .eightBytes(try fixed())
        case .fourBytes: return .fourBytes(try fixed())
        case .lengthDelimited:
            let place = offset
            let length = try varint()
            guard length <= UInt64(end - offset) else {
                throw error(
                    at: place, expected: "at most \(end - offset) bytes, the rest of the message",
                    found: "\(length)")
            }
            defer { offset += Int(length) }
            return .bytes(offset..<offset + Int(length))
        }
    }

    /// Reads an integer that ends before the end of the message.
    package mutating func varint() throws(ProtobufError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard offset < end else {
                throw error(at: start, expected: "the end of an integer", found: "the end of the message")
            }
            let byte = bytes[offset]
            offset += 1
            let part = UInt64(byte & 0x7F)
            guard shift < 63 || part <= 1 else { break }
            value |= part << shift
            if byte < 0x80 { return value }
        }
        throw error(at: start, expected: "an integer of 64 bits", found: "a longer one")
    }

    /// Reads a number of a fixed size, in little-endian order.
    package mutating func fixed<Number: FixedWidthInteger>() throws(ProtobufError) -> Number {
        let size = MemoryLayout<Number>.size
        guard end - offset >= size else {
            throw error(at: offset, expected: "a number of \(size) bytes", found: "\(end - offset) bytes")
        }
        defer { offset += size }
        return bytes.withUnsafeBytes {
            Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
    }

    private func error(at offset: Int, expected: String, found: String) -> ProtobufError {
        ProtobufError(offset: offset, expected: expected, found: found)
    }
}

/// The error that bytes are not a message in Protocol Buffers' binary format.
package struct ProtobufError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place in the file, in bytes from its beginning.
    package let offset: Int
    package let expected: String
    package let found: String

    package init(offset: Int, expected: String, found: String) {
        self.offset = offset
        self.expected = expected
        self.found = found
    }

    package var description: String { "byte \(offset): expected \(expected), found \(found)" }
}
