/// A message in Protocol Buffers' binary format (protobuf.dev/programming-guides/encoding), written field by field.
/// Methods with `unlessZero` omit a number that is zero, as `proto3` does for its plain fields.
package struct ProtobufWriter {
    /// The bytes of the fields written so far.
    package private(set) var bytes: [UInt8] = []

    /// Creates a message without fields.
    package init() {}

    /// Adds an `int32`, `int64`, `bool` or enum; nothing if it is zero.
    package mutating func integer(_ field: Int, unlessZero value: Int) {
        if value != 0 { integer(field, value) }
    }

    /// Adds an `int32`, `int64`, `bool` or enum, also if it is zero.
    package mutating func integer(_ field: Int, _ value: Int) {
        key(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// Adds a `repeated` integer as one field for each value, as `proto2` does.
    package mutating func integers(_ field: Int, _ values: [Int]) {
        for value in values { integer(field, value) }
    }

    /// Adds a `double`; nothing if it is zero. `-0.0` is not zero, as in the reference implementation.
    package mutating func double(_ field: Int, unlessZero value: Double) {
        guard value.bitPattern != 0 else { return }
        key(field, .eightBytes)
        fixed(value.bitPattern)
    }

    /// Adds a `float`, also if it is zero.
    package mutating func float(_ field: Int, _ value: Float) {
        key(field, .fourBytes)
        fixed(value.bitPattern)
    }

    /// Adds a packed `repeated double`; nothing if there are no values.
    package mutating func doubles(_ field: Int, _ values: [Double]) {
        guard !values.isEmpty else { return }
        key(field, .lengthDelimited)
        varint(UInt64(values.count * MemoryLayout<Double>.size))
        for value in values { fixed(value.bitPattern) }
    }

    /// Adds `bytes`, also if there are none.
    package mutating func bytes(_ field: Int, _ value: some Collection<UInt8>) {
        key(field, .lengthDelimited)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Adds a `string`, also if it is empty.
    package mutating func string(_ field: Int, _ value: String) {
        bytes(field, value.utf8)
    }

    /// Adds an embedded message with the fields that `fields` writes, also if there are none.
    package mutating func message(_ field: Int, _ fields: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        fields(&inner)
        bytes(field, inner.bytes)
    }

    private mutating func key(_ field: Int, _ type: ProtobufWireType) {
        varint(UInt64(field) << 3 | type.rawValue)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func fixed(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
