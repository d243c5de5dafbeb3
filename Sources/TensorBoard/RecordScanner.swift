/// Reads the bytes of an event file record by record, checking both checksums of each; what the records say
/// is not looked at. Tells where a file can be cut, and where one is damaged.
///
/// A TensorBoard that has read a file beyond the place where it is cut shows nothing that is appended later,
/// until it is started anew; what comes in another file of the same directory its default loader shows at
/// once.
package struct RecordScanner: Sendable {
    private let bytes: [UInt8]
    /// Where the records read so far end, in bytes from the start of the file.
    package private(set) var offset = 0
    /// How many records were read.
    package private(set) var count = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Goes over one record; `offset` and `count` stay as they are when it cannot be read.
    ///
    /// - Returns: where the record's data are, or nil at the end of the bytes.
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

    /// Where the first `count` records of a file end, which is where to cut it to leave no others.
    ///
    /// - Throws: `RecordError` if one of these is damaged or missing; what follows them is not looked at.
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

    /// Compares the checksum of a range with that stored right after it.
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
