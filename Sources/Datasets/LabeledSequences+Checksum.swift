import CZlib
import Platform

extension LabeledSequences {
    /// The CRC-32 of each sequence's length, values and target, in their order.
    package var checksum: UInt32 {
        var sum: UInt = 0
        forEachPart { sum = crc32_z(sum, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) }
        return UInt32(sum)
    }

    /// The SHA-256 of the number of channels and the names of the classes as lines of text, then of each sequence's length,
    /// values and target, in their order. Numbers are little-endian.
    package var sha256: String {
        var digest = SHA256()
        let names: [String] =
            switch targets {
            case .classes(let names), .stepClasses(let names): names
            case .values, .stepValues: []
            }
        // A length before each name, because a name can contain a line end.
        let head = ["\(channels)"] + names.flatMap { ["\($0.utf8.count)", $0] }
        digest.update(Array(head.joined(separator: "\n").utf8))
        forEachPart { digest.update($0) }
        return digest.hexDigest
    }

    /// Calls a function with the bytes of each sequence's length, values and target, in their order.
    private func forEachPart(_ body: (UnsafeRawBufferPointer) -> Void) {
        for index in 0..<count {
            let sequence = self[index]
            withUnsafeBytes(of: Int32(sequence.length).littleEndian, body)
            sequence.values.withUnsafeBytes(body)
            switch sequence.target {
            case .label(let label): withUnsafeBytes(of: UInt8(label), body)
            case .stepLabels(let labels): labels.map { UInt8($0) }.withUnsafeBytes(body)
            case .values(let values), .stepValues(let values): values.withUnsafeBytes(body)
            }
        }
    }
}
