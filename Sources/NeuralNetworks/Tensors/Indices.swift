import Platform

/// An array of whole numbers with any number of dimensions, in row-major order: the words or classes that an
/// ``Embedding`` reads.
///
///     let words = Indices([[4, 2, 1], [3, 1, 0]])
///     words.shape        // [2, 3]
public struct Indices: Hashable, Sendable {
    /// The size of each dimension; empty for a single number.
    public let shape: [Int]
    /// The numbers in row-major order, with the last dimension contiguous.
    public let elements: [Int]

    /// Creates indices in a shape. It traps unless their number is the product of `shape`.
    ///
    /// - Parameters:
    ///   - shape: The size of each dimension, 0 or more; empty for a single number.
    ///   - elements: The numbers in row-major order.
    public init(shape: [Int], _ elements: [Int]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "indices of shape \(shape)")
        precondition(
            elements.count == shape.reduce(1, *), "\(elements.count) numbers for indices \(shape)")
        self.shape = shape
        self.elements = elements
    }

    /// Creates indices of shape [numbers].
    public init(_ numbers: [Int]) { self.init(shape: [numbers.count], numbers) }

    /// Creates indices of shape [rows, columns]. Rows of different lengths trap; `init(_:padding:)` fills them up.
    public init(_ rows: [[Int]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
        self.init(shape: [rows.count, columns], Array(rows.joined()))
    }

    /// Creates indices of shape [rows, the length of the longest row]; shorter rows are filled up with `padding`.
    public init(_ rows: [[Int]], padding: Int) {
        let columns = rows.map(\.count).max() ?? 0
        self.init(
            shape: [rows.count, columns],
            rows.flatMap { $0 + [Int](repeating: padding, count: columns - $0.count) })
    }

    /// Creates indices from the numbers of a tensor, in its shape. A number that is not whole traps.
    public init(_ tensor: Tensor) {
        self.init(
            shape: tensor.shape,
            tensor.elements.enumerated().map { place, number in
                guard let index = Int(exactly: number) else {
                    preconditionFailure("index \(number) at \(place): expected a whole number")
                }
                return index
            })
    }

    /// Traps unless every number is from 0 to `count` - 1.
    func check(below count: Int) {
        for (place, index) in elements.enumerated() {
            precondition(
                index >= 0 && index < count, "index \(index) at \(place): expected 0 to \(count - 1)")
        }
    }
}

extension Tensor {
    /// Creates a tensor of shape `indices.shape` + [classes] whose rows are 1 at their index and 0 elsewhere
    /// (`torch.nn.functional.one_hot`). An index outside 0 ..< classes traps.
    public init(oneHot indices: Indices, classes: Int) {
        precondition(classes > 0, "classes must be positive, not \(classes)")
        indices.check(below: classes)
        var numbers = [Float](repeating: 0, count: indices.elements.count * classes)
        for (row, index) in indices.elements.enumerated() { numbers[row * classes + index] = 1 }
        self.init(shape: indices.shape + [classes], numbers)
    }

    /// Creates a tensor of shape [labels, classes] whose rows are 1 at their label and 0 elsewhere. A label outside
    /// 0 ..< classes traps.
    public init(oneHot labels: [Int], classes: Int) { self.init(oneHot: Indices(labels), classes: classes) }
}
