/// The frame around each record of an event file, as in TensorFlow's TFRecord files (`core/lib/io/record_writer.h`);
/// all numbers are little-endian:
///
///     UInt64  length of the data
///     UInt32  masked CRC-32C of these eight bytes
///     UInt8   data[length]
///     UInt32  masked CRC-32C of the data
enum RecordFraming {
    static let lengthSize = 8
    static let checksumSize = 4
    /// The number of bytes before the data.
    static let headerSize = lengthSize + checksumSize

    static func frame(_ data: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(headerSize + data.count + checksumSize)
        withUnsafeBytes(of: UInt64(data.count).littleEndian) { length in
            record.append(contentsOf: length)
            append(CRC32C.masked(length), to: &record)
        }
        record.append(contentsOf: data)
        data.withUnsafeBytes { append(CRC32C.masked($0), to: &record) }
        return record
    }

    private static func append(_ checksum: UInt32, to record: inout [UInt8]) {
        withUnsafeBytes(of: checksum.littleEndian) { record.append(contentsOf: $0) }
    }
}
