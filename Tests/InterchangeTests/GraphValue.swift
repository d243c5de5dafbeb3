/// Numbers with a shape, in row-major order. Integers and truth values are numbers, too.
struct GraphValue {
    var shape: [Int]
    var values: [Double]

    init(_ shape: [Int], _ values: [Double]) {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) numbers of the shape \(shape)")
        self.shape = shape
        self.values = values
    }

    /// Calls `body` with each index and its place in row-major order.
    static func forEachIndex(of shape: [Int], _ body: (_ index: [Int], _ place: Int) -> Void) {
        var index = [Int](repeating: 0, count: shape.count)
        for place in 0..<shape.reduce(1, *) {
            var rest = place
            for axis in shape.indices.reversed() {
                index[axis] = rest % shape[axis]
                rest /= shape[axis]
            }
            body(index, place)
        }
    }

    subscript(index: [Int]) -> Double {
        get { values[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }] }
        set { values[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }] = newValue }
    }

    /// Returns a value of a shape with the numbers that `number` computes from their indices.
    static func of(_ shape: [Int], _ number: ([Int]) -> Double) -> GraphValue {
        var values: [Double] = []
        forEachIndex(of: shape) { index, _ in values.append(number(index)) }
        return GraphValue(shape, values)
    }

    /// Combines two values element by element; dimensions of size 1 are repeated.
    func combined(with other: GraphValue, _ function: (Double, Double) -> Double) -> GraphValue {
        let rank = max(shape.count, other.shape.count)
        func padded(_ shape: [Int]) -> [Int] { .init(repeating: 1, count: rank - shape.count) + shape }
        let (left, right) = (padded(shape), padded(other.shape))
        let result = zip(left, right).map { $0 == 1 ? $1 : $0 }
        precondition(
            zip(zip(left, right), result).allSatisfy {
                ($0.0 == 1 || $0.0 == $1) && ($0.1 == 1 || $0.1 == $1)
            },
            "shapes \(shape) and \(other.shape)")
        func number(_ value: GraphValue, _ padded: [Int], _ index: [Int]) -> Double {
            GraphValue(padded, value.values)[zip(index, padded).map { $1 == 1 ? 0 : $0 }]
        }
        return .of(result) { function(number(self, left, $0), number(other, right, $0)) }
    }

    func transposed(_ order: [Int]) -> GraphValue {
        .of(order.map { shape[$0] }) { index in
            var source = index
            for (axis, from) in order.enumerated() { source[from] = index[axis] }
            return self[source]
        }
    }

    func reshaped(_ shape: [Int]) -> GraphValue { GraphValue(shape, values) }
}
