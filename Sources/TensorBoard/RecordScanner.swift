/// Reads the bytes of an event file record by record and checks both checksums of each record, but not its contents. It
/// finds the places where a file can be truncated, and where it is damaged.
///
/// If TensorBoard has already read a file beyond the place where it is truncated, it shows nothing that is appended
/// later until it is restarted. Its default loader shows the records of another file in the same directory at once.
package struct RecordScanner: Sendable {
    private let bytes: [UInt8]
    /// The end of the records read so far, in bytes from the start of the file.
    package private(set) var offset = 0
    /// The number of records read.
    package private(set) var count = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads one record; `offset` and `count` are unchanged if it cannot be read.
    ///
    /// - Returns: The place of the record's data, or nil at the end of the bytes.
    /// - Throws: `RecordError` if the record is truncated or a checksum is wrong.
    package mutating func next() throws(RecordError) -> Range<Int>? {
        let rest = bytes.count - offset
        guard rest > 0 else { return nil }
        guard rest >= RecordFraming.headerSize else {
            throw error(.truncated, expected: "\(RecordFraming.headerSize) bytes", found: "\(rest)")
        }
        let start = offset + RecordFraming.headerSize
        try check(offset..<offset + RecordFraming.lengthSize, .lengthChecksum)
        let length = integer(at: offset, as: UInt64.self)
        guard
            let size = Int(exactly: length),
            size <= rest - RecordFraming.headerSize - RecordFraming.checksumSize
        else {
            let frame = RecordFraming.headerSize + RecordFraming.checksumSize
            throw error(.truncated, expected: "\(frame) + \(length) bytes", found: "\(rest)")
        }
        try check(start..<start + size, .dataChecksum)
        offset = start + size + RecordFraming.checksumSize
        count += 1
        return start..<start + size
    }

    /// Returns the end of the first `count` records of a file: the place to truncate it in order to keep only these.
    ///
    /// - Throws: `RecordError` if one of these records is damaged or missing; later records are not checked.
    package static func end(ofFirst count: Int, in bytes: [UInt8]) throws(RecordError) -> Int {
        precondition(count >= 0, "RecordScanner: expected a number of records, received \(count)")
        var scanner = RecordScanner(bytes)
        while scanner.count < count {
            guard try scanner.next() != nil else {
                throw scanner.error(.missing, expected: "\(count) records", found: "\(scanner.count)")
            }
        }
        return scanner.offset
    }

    /// Compares the checksum of a range with the checksum stored directly after it.
    private func check(_ range: Range<Int>, _ reason: RecordError.Reason) throws(RecordError) {
        let expected = integer(at: range.upperBound, as: UInt32.self)
        let found = bytes.withUnsafeBytes { CRC32C.masked(UnsafeRawBufferPointer(rebasing: $0[range])) }
        guard found == expected else {
            throw error(reason, at: range.lowerBound, expected: "\(expected)", found: "\(found)")
        }
    }

    private func integer<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }

    private func error(
        _ reason: RecordError.Reason, at offset: Int? = nil, expected: String, found: String
    ) -> RecordError {
        RecordError(
            offset: offset ?? self.offset, record: count, reason: reason, expected: expected, found: found)
    }
}
