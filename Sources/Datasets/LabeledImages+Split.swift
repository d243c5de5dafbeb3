import CZlib
import Randomness

extension LabeledImages {
    /// Holds out the last `count` samples of a permutation that the seed decides: the images to train on, and
    /// those to choose by.
    ///
    /// The permutation is the Fisher–Yates shuffle that `DataLoader` describes, by
    /// `SplitMix64(seed, RandomPurpose.validation.rawValue)`; both parts are in its order.
    ///
    /// - Parameters:
    ///   - count: How many to hold out.
    ///   - seed: Decides the permutation.
    public func holdingOut(_ count: Int, seed: UInt64) -> (train: LabeledImages, validation: LabeledImages) {
        precondition(
            count >= 0 && count <= self.count,
            "holdingOut: expected 0 to \(self.count) of the images, received \(count)")
        var order = (0..<self.count).map(Int32.init)
        order.withUnsafeMutableBufferPointer {
            SplitMix64(seed, RandomPurpose.validation.rawValue).shuffle($0)
        }
        let rest = self.count - count
        return (samples(order[..<rest]), samples(order[rest...]))
    }

    /// A copy of some samples.
    private func samples(_ indices: ArraySlice<Int32>) -> LabeledImages {
        let size = rows * columns
        let images = pixels.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: indices.count * size) { target, filled in
                for index in indices {
                    (target.baseAddress! + filled).initialize(
                        from: source.baseAddress! + Int(index) * size, count: size)
                    filled += size
                }
            }
        }
        return LabeledImages(
            pixels: images, labels: indices.map { labels[Int($0)] }, rows: rows, columns: columns,
            classCount: classCount, origins: indices.map { origins?[Int($0)] ?? $0 })
    }

    /// CRC-32 of all pixels and then all labels: tells one data set from another.
    public var checksum: UInt32 {
        let sum = pixels.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        return UInt32(labels.withUnsafeBufferPointer { crc32_z(sum, $0.baseAddress, $0.count) })
    }
}
