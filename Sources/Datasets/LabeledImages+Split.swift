import CZlib
import Platform
import Randomness

extension LabeledImages {
    /// Splits the images at random into a training set and a validation set, both copies.
    ///
    /// All images are permuted by the Fisher–Yates shuffle that ``DataLoader`` describes. The last `count` of them are
    /// the validation set, the others the training set, both in the order of the permutation.
    ///
    /// - Parameters:
    ///   - count: The number of validation images. A number outside 0 ... `self.count` traps.
    ///   - seed: The seed of the permutation.
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

    /// Returns a copy of the images at `indices`.
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

    /// The CRC-32 of all pixels followed by all labels, which identifies the data set.
    package var checksum: UInt32 {
        let sum = pixels.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        return UInt32(labels.withUnsafeBufferPointer { crc32_z(sum, $0.baseAddress, $0.count) })
    }
}
