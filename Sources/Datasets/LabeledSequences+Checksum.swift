import CZlib

extension LabeledSequences {
    /// The CRC-32 of each sequence's length, values and target, in their order.
    package var checksum: UInt32 {
        var sum: UInt = 0
        func add(_ bytes: UnsafeRawBufferPointer) {
            sum = crc32_z(sum, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        }
        for index in 0..<count {
            let sequence = self[index]
            withUnsafeBytes(of: Int32(sequence.length).littleEndian, add)
            sequence.values.withUnsafeBytes(add)
            switch sequence.target {
            case .label(let label): withUnsafeBytes(of: UInt8(label), add)
            case .stepLabels(let labels): labels.map { UInt8($0) }.withUnsafeBytes(add)
            case .values(let values), .stepValues(let values): values.withUnsafeBytes(add)
            }
        }
        return UInt32(sum)
    }
}
