import ONNX

/// A dimension of a value before it was combined with others: a dimension of the graph's input, the directions, the
/// hidden units or the outputs.
struct ONNXPart: Hashable {
    enum Kind: Hashable {
        /// A dimension of the input. The first recurrent layer says which is the batch, the time and the features.
        case input(Int)
        /// The directions of a layer's outputs, or the list of final states.
        case directions
        case hidden
        case outputs
    }

    let kind: Kind
    /// The size; nil if it is known only when the model is used.
    let size: Int?
}

/// A value of a graph that depends on the input: its dimensions, and what has been computed so far.
struct ONNXSignal: Hashable {
    /// For each dimension, the parts that are combined in it, the first of which varies slowest; none for size 1.
    var axes: [[ONNXPart]]
    var content: Content

    enum Content: Hashable {
        case input
        /// The outputs of all steps of a layer, of the directions in the list.
        case outputs(layer: Int, directions: [Int])
        /// The final hidden states in the order of the list.
        case states([State])
        /// The cell states of a layer, which no readout has.
        case cellStates
        /// The outputs of a layer at the last step or the first, of the directions in the list.
        case step(layer: Int, directions: [Int], isLast: Bool)
        /// The mean of the outputs of a layer.
        case mean(layer: Int)
        /// The product with the weight of the linear layer.
        case product
        /// The output of the linear layer.
        case scores
    }

    /// A final state: of a layer and a direction.
    struct State: Hashable {
        let layer: Int
        let direction: Int
    }

    /// Returns the outputs of a layer at one step. The last output of the forward direction, and the first of the backward
    /// one, are the final states of these directions.
    static func step(layer: Int, directions: [Int], isLast: Bool) -> Content {
        guard directions == (isLast ? [0] : [1]) else {
            return .step(layer: layer, directions: directions, isLast: isLast)
        }
        return .states([State(layer: layer, direction: directions[0])])
    }

    /// Returns the parts of a dimension that are larger than 1; the first part if there are none.
    func parts(_ axis: Int) -> [ONNXPart] {
        let parts = axes[axis].filter { $0.size != 1 }
        return parts.isEmpty ? Array(axes[axis].prefix(1)) : parts
    }

    /// The size of each dimension, for a shape. One that is unknown, or too large for an integer, stays a product.
    var sizes: [ONNXSize] {
        axes.map { axis in
            let product = axis.reduce(Int?.some(1)) { product, part in
                guard let product, let size = part.size else { return nil }
                let (result, overflows) = product.multipliedReportingOverflow(by: size)
                return overflows ? nil : result
            }
            return product.map { .number($0) } ?? .parts(axis)
        }
    }

    /// Returns the signal with its parts combined to other dimensions, in the same order.
    ///
    /// - Parameter target: The sizes of the new dimensions; 0 for the size of the old dimension, −1 for the rest.
    /// - Returns: The signal; nil if the parts cannot be combined so.
    func reshaped(_ target: [ONNXSize]) -> ONNXSignal? {
        guard target.count(where: { $0 == .number(-1) }) <= 1 else { return nil }
        var rest = axes.flatMap(\.self)[...]
        /// Takes parts from the front, or from the back, for a dimension.
        func take(_ size: ONNXSize, _ axis: Int, fromBack: Bool) -> [ONNXPart]? {
            var wanted: [ONNXPart]?
            var product = 1
            switch size {
            case .parts(let parts): wanted = parts
            case .number(0):
                guard axes.indices.contains(axis) else { return nil }
                wanted = axes[axis]
            case .number(let number): product = number
            }
            var taken: [ONNXPart] = []
            func next() -> ONNXPart? { fromBack ? rest.last : rest.first }
            func move() {
                taken.insert(
                    fromBack ? rest.removeLast() : rest.removeFirst(), at: fromBack ? 0 : taken.count)
            }
            if let wanted {
                for part in fromBack ? wanted.reversed() : wanted {
                    guard next() == part else { return nil }
                    move()
                }
                return taken
            }
            if product == 1, let part = next(), part.size == 1 { move() }
            while product > 1 {
                guard let size = next()?.size, size > 0, product % size == 0 else { return nil }
                product /= size
                move()
            }
            return product == 1 ? taken : nil
        }
        let free = target.firstIndex(of: .number(-1)) ?? target.count
        var (front, back) = ([[ONNXPart]](), [[ONNXPart]]())
        for axis in 0..<free {
            guard let parts = take(target[axis], axis, fromBack: false) else { return nil }
            front.append(parts)
        }
        for axis in (free..<target.count).dropFirst().reversed() {
            guard let parts = take(target[axis], axis, fromBack: true) else { return nil }
            back.insert(parts, at: 0)
        }
        if free < target.count {
            front.append(Array(rest))
        } else if rest.contains(where: { $0.size != 1 }) {
            return nil
        }
        return ONNXSignal(axes: front + back, content: content)
    }
}

/// An element of a shape.
enum ONNXSize: Hashable {
    case number(Int)
    /// The product of sizes that are not all known, or that is too large for an integer.
    case parts([ONNXPart])
}

/// The knowledge about a value of a graph before it is computed.
enum ONNXTraced: Hashable {
    case constant(ONNXTensor)
    /// Integers computed from shapes.
    case shape([ONNXSize])
    /// Zeros of any shape, such as initial states.
    case zeros
    case signal(ONNXSignal)
    /// Nothing; the node computed it from values other than the input.
    case unknown(node: Int)
}
