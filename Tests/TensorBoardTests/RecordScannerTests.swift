import Testing

@testable import TensorBoard

@Suite struct RecordScannerTests {
    private static let records = [
        EventRecord.fileVersion(wallTime: 1),
        EventRecord.values([.scalar(tag: "loss", value: 0.5)], step: 3, wallTime: 2),
        RecordFraming.frame([]),
        EventRecord.values([.text(tag: "config", markdown: "text")], step: 4, wallTime: 3),
    ]
    private static let file = Array(records.joined())
    /// The ends of the first n records, from n = 0.
    private static let ends = records.reduce(into: [0]) { $0.append($0.last! + $1.count) }

    /// Returns the data ranges up to the end or the first damage, and the error.
    private func scan(_ bytes: [UInt8]) -> (scanner: RecordScanner, data: [Range<Int>], error: RecordError?) {
        var scanner = RecordScanner(bytes)
        var data: [Range<Int>] = []
        do throws(RecordError) {
            while let range = try scanner.next() { data.append(range) }
            return (scanner, data, nil)
        } catch {
            return (scanner, data, error)
        }
    }

    @Test func `a whole file is read`() throws {
        let (scanner, data, error) = scan(Self.file)
        #expect(error == nil)
        #expect(scanner.count == 4)
        #expect(scanner.offset == Self.file.count)
        #expect(data == zip(Self.ends, Self.ends.dropFirst()).map { $0 + 12..<$1 - 4 })
        #expect(RecordFraming.frame(Array(Self.file[data[1]])) == Self.records[1])
        for count in 0...4 {
            #expect(try RecordScanner.end(ofFirst: count, in: Self.file) == Self.ends[count])
        }
    }

    @Test func `too few records are an error`() {
        #expect(
            throws: RecordError(
                offset: Self.file.count, record: 4, reason: .missing, expected: "5 records", found: "4")
        ) { try RecordScanner.end(ofFirst: 5, in: Self.file) }
        #expect(
            throws: RecordError(offset: 0, record: 0, reason: .missing, expected: "1 records", found: "0")
        ) { try RecordScanner.end(ofFirst: 1, in: []) }
    }

    @Test func `truncation at every byte is detected`() {
        for length in 0..<Self.file.count {
            let (scanner, _, error) = scan(Array(Self.file.prefix(length)))
            let whole = Self.ends.lastIndex { $0 <= length }!
            #expect(scanner.count == whole, "\(length) bytes")
            #expect(scanner.offset == Self.ends[whole], "\(length) bytes")
            let rest = length - Self.ends[whole]
            let expected =
                rest < 12 ? "12 bytes" : "16 + \(Self.records[whole].count - 16) bytes"
            #expect(
                error
                    == (rest == 0
                        ? nil
                        : RecordError(
                            offset: Self.ends[whole], record: whole, reason: .truncated, expected: expected,
                            found: "\(rest)")),
                "\(length) bytes")
        }
    }

    /// Every bit is flipped, so that no part of the frame is unchecked; records before the damage can still be kept.
    @Test func `every flipped bit is detected`() throws {
        for offset in Self.file.indices {
            let damaged = Self.ends.lastIndex { $0 <= offset }!
            let place = offset - Self.ends[damaged]
            for bit in 0..<8 {
                var bytes = Self.file
                bytes[offset] ^= 1 << bit
                let (scanner, _, error) = scan(bytes)
                #expect(scanner.count == damaged, "byte \(offset)")
                #expect(error?.record == damaged, "byte \(offset)")
                #expect(error?.reason == (place < 12 ? .lengthChecksum : .dataChecksum), "byte \(offset)")
                #expect(error?.offset == Self.ends[damaged] + (place < 12 ? 0 : 12), "byte \(offset)")
                #expect(error?.expected != error?.found)
                #expect(try RecordScanner.end(ofFirst: damaged, in: bytes) == Self.ends[damaged])
                #expect(throws: RecordError.self) {
                    try RecordScanner.end(ofFirst: damaged + 1, in: bytes)
                }
            }
        }
    }

    /// The lengths have correct checksums.
    @Test(arguments: [UInt64.max, UInt64(Int.max), UInt64(Int.max) - 3, 5])
    func `a length beyond the end is detected`(length: UInt64) {
        var bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) }
        let checksum = bytes.withUnsafeBytes(CRC32C.masked)
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        bytes += [UInt8](repeating: 0, count: 8)
        #expect(
            scan(bytes).error
                == RecordError(
                    offset: 0, record: 0, reason: .truncated, expected: "16 + \(length) bytes", found: "20"))
    }

    @Test func `errors contain the place and the reason`() {
        let error = RecordError(
            offset: 96, record: 2, reason: .dataChecksum, expected: "5", found: "7")
        #expect(
            error.description
                == "byte 96, after 2 records: the checksum of a record's data is wrong: expected 5, found 7")
    }
}
