/// A file of an archive with the numbers of tensors.
struct PyTorchStorage: Hashable, Sendable {
    /// The name after `data/`.
    let key: String
    let type: PyTorchType
    /// The number of numbers.
    let count: Int
}

/// A tensor: a part of a storage.
struct TensorView: Hashable, Sendable {
    let storage: PyTorchStorage
    /// The index of the first element in the storage.
    let offset: Int
    let shape: [Int]
    /// The distance in the storage between neighbours along each dimension; 0 if the dimension has no neighbours.
    let strides: [Int]
    /// The number of elements.
    let count: Int

    /// The greatest number of dimensions.
    static let mostDimensions = 8

    /// - Returns: nil if an element is outside the storage, or if there are more elements than in the storage.
    init?(_ storage: PyTorchStorage, offset: Int, shape: [Int], strides: [Int]) {
        guard shape.count == strides.count, shape.count <= Self.mostDimensions, offset >= 0,
            (shape + strides).allSatisfy({ $0 >= 0 })
        else { return nil }
        var count = 1
        var last = offset
        for (size, stride) in zip(shape, strides) {
            let product = count.multipliedReportingOverflow(by: size)
            let distance = max(0, size - 1).multipliedReportingOverflow(by: stride)
            let end = last.addingReportingOverflow(distance.partialValue)
            guard !product.overflow, !distance.overflow, !end.overflow else { return nil }
            (count, last) = (product.partialValue, end.partialValue)
        }
        guard count == 0 || last < storage.count, count <= storage.count else { return nil }
        self.storage = storage
        self.offset = offset
        self.shape = shape
        // PyTorch stores any stride of a dimension of size 1, also one with which an index would overflow.
        self.strides = zip(shape, strides).map { size, stride in size > 1 ? stride : 0 }
        self.count = count
    }

    /// Whether the elements are consecutive in the storage, in row-major order.
    private var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            if stride != expected { return false }
            expected *= size
        }
        return true
    }

    /// Returns the bytes of the elements in row-major order.
    func bytes(of content: [UInt8]) -> [UInt8] {
        let size = storage.type.size
        guard count > 0 else { return [] }
        if isContiguous { return Array(content[offset * size..<(offset + count) * size]) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * size)
        var indices = [Int](repeating: 0, count: shape.count)
        var place = offset
        for _ in 0..<count {
            bytes += content[place * size..<(place + 1) * size]
            // The next element: the last index varies fastest.
            for dimension in shape.indices.reversed() {
                indices[dimension] += 1
                place += strides[dimension]
                if indices[dimension] < shape[dimension] { break }
                place -= strides[dimension] * shape[dimension]
                indices[dimension] = 0
            }
        }
        return bytes
    }
}
