import KernelInterface
import Platform

/// An array of numbers with any number of dimensions, in row-major order.
///
///     let x = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])
///     x[1, 0]        // 4
///     x.shape        // [2, 3]
public struct Tensor: Sendable {
    /// The size of each dimension; empty for a single number.
    public let shape: [Int]
    /// The numbers in row-major order, with the last dimension contiguous. Setting a different number of them traps.
    @inlinable
    public var elements: [Float] {
        get { lanes.map(\.elements) ?? ownElements }
        _modify {
            if let lanes { ownElements = lanes.elements }
            lanes = nil
            defer { if ownElements.count != count { failForElementCount() } }
            yield &ownElements
        }
    }
    /// The elements, unless they are in `lanes`.
    @usableFromInline var ownElements: [Float]
    /// The elements as a layer has computed them; nil if they are an array.
    @usableFromInline private(set) var lanes: LaneElements?
    /// The number of elements: the product of `shape`.
    @usableFromInline package let count: Int

    /// Fails for a number of elements that is not the product of `shape`.
    @usableFromInline
    func failForElementCount() -> Never {
        preconditionFailure("\(ownElements.count) numbers for a tensor \(shape) of \(count)")
    }

    /// Creates a tensor of given elements. It traps unless their number is the product of `shape`.
    ///
    /// - Parameters:
    ///   - shape: The size of each dimension, 0 or more; empty for a single number.
    ///   - elements: The numbers in row-major order.
    public init(shape: [Int], _ elements: [Float]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a tensor of shape \(shape)")
        let count = shape.reduce(1, *)
        precondition(
            elements.count == count, "\(elements.count) numbers for a tensor \(shape) of \(count)")
        self.shape = shape
        self.count = count
        ownElements = elements
    }

    /// Creates a tensor of elements in lanes.
    init(shape: [Int], _ lanes: LaneElements) {
        self.shape = shape
        count = lanes.order.count * lanes.places.rows
        precondition(count == shape.reduce(1, *), "\(count) numbers in lanes for a tensor \(shape)")
        ownElements = []
        self.lanes = lanes
    }

    /// Creates a tensor of the numbers of a block. If the batch leaves most lanes idle, they are copied to an array, which
    /// is smaller.
    init(shape: [Int], _ block: LaneBlock) {
        if block.order.count < shardLanes / 2 {
            self.init(shape: shape, block.elements)
        } else {
            self.init(shape: shape, LaneElements(block))
        }
    }

    /// Creates a tensor whose elements are all the same number.
    public init(shape: [Int], repeating number: Float = 0) {
        self.init(shape: shape, .init(repeating: number, count: shape.reduce(1, *)))
    }

    /// Creates a tensor of shape [rows, columns]. Rows of different lengths trap.
    public init(_ rows: [[Float]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
        self.init(shape: [rows.count, columns], Array(rows.joined()))
    }

    /// Creates a tensor of shape [tensors] + their common shape. No tensors, or tensors of different shapes, trap.
    public init(stacking tensors: [Tensor]) {
        precondition(!tensors.isEmpty, "no tensors to stack")
        precondition(
            tensors.allSatisfy { $0.shape == tensors[0].shape },
            "tensors of different shapes to stack: \(tensors.map(\.shape))")
        self.init(shape: [tensors.count] + tensors[0].shape, tensors.flatMap(\.elements))
    }

    /// The number of dimensions.
    package var rank: Int { shape.count }

    /// The number at an index for each dimension. A wrong number of indices, or an index out of range, traps.
    public subscript(_ indices: Int...) -> Float {
        get { elements[offset(indices)] }
        set { elements[offset(indices)] = newValue }
    }

    private func offset(_ indices: [Int]) -> Int {
        precondition(indices.count == rank, "\(indices.count) indices for a tensor \(shape)")
        var offset = 0
        for (index, size) in zip(indices, shape) {
            precondition(index >= 0 && index < size, "index \(indices) of a tensor \(shape)")
            offset = offset * size + index
        }
        return offset
    }

    /// Returns the part at `index` of the first dimension, of shape `shape[1...]`. An index out of range traps.
    public func slice(_ index: Int) -> Tensor {
        precondition(rank > 0 && index >= 0 && index < shape[0], "slice \(index) of a tensor \(shape)")
        let size = count / shape[0]
        return Tensor(
            shape: Array(shape.dropFirst()), Array(elements[index * size..<(index + 1) * size]))
    }

    /// Returns a tensor with the same elements in another shape. A shape with another number of elements traps.
    public func reshaped(_ shape: [Int]) -> Tensor {
        lanes.map { Tensor(shape: shape, $0) } ?? Tensor(shape: shape, elements)
    }

    /// Returns a tensor with the first two dimensions exchanged: (N, L, D) becomes (L, N, D), and the reverse. Fewer
    /// than two dimensions trap.
    package func swappingFirstTwo() -> Tensor {
        precondition(rank >= 2, "a tensor \(shape) has no two dimensions to swap")
        let (first, second) = (shape[0], shape[1])
        let size = shape[2...].reduce(1, *)
        let elements = elements
        var result = [Float](repeating: 0, count: count)
        for i in 0..<first {
            for j in 0..<second {
                for k in 0..<size {
                    result[(j * first + i) * size + k] = elements[(i * second + j) * size + k]
                }
            }
        }
        return Tensor(shape: [second, first] + shape[2...], result)
    }
}

extension Tensor: Hashable {
    /// Returns whether two tensors have the same shape and equal elements.
    public static func == (a: Tensor, b: Tensor) -> Bool { a.shape == b.shape && a.elements == b.elements }

    /// Hashes the shape and the elements.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(shape)
        hasher.combine(elements)
    }
}

extension Tensor {
    /// Returns a tensor (N, L, …) with the steps of each sequence in reverse order; the padding past its end stays in
    /// its place.
    package func reversingSteps(lengths: [Int]? = nil) -> Tensor {
        precondition(rank >= 2, "a tensor \(shape) has no steps to reverse")
        let steps = shape[1]
        let size = shape[2...].reduce(1, *)
        let elements = elements
        var result = Tensor(shape: shape, elements)
        for row in 0..<shape[0] * steps {
            let (sequence, step) = row.quotientAndRemainder(dividingBy: steps)
            let length = lengths?[sequence] ?? steps
            let other = step < length ? sequence * steps + length - 1 - step : row
            for index in 0..<size { result.elements[row * size + index] = elements[other * size + index] }
        }
        return result
    }
}

extension Tensor {
    /// Returns the index of the greatest number in each row of the last dimension; the first of equal numbers.
    public func argmax() -> [Int] {
        precondition(rank > 0 && shape[rank - 1] > 0, "a tensor \(shape) has no rows")
        let width = shape[rank - 1]
        return stride(from: 0, to: count, by: width).map { first in
            elements[first..<first + width].argmax() - first
        }
    }
}

extension Collection where Element: Comparable {
    /// Returns the index of the greatest element; the first of equal elements. An empty collection traps.
    @inlinable
    package func argmax() -> Index {
        precondition(!isEmpty, "argmax: expected at least one element, received none")
        return indices.dropFirst().reduce(startIndex) { self[$1] > self[$0] ? $1 : $0 }
    }
}
