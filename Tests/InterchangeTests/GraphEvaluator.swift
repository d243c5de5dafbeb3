import Foundation
import ONNX

/// Computes the nodes of a graph one after the other in `Double`, as ONNX's operators are defined; it knows nothing of the
/// models from which graphs are made.
struct GraphEvaluator {
    let model: ONNXModel

    /// Returns the output of the graph.
    func output(_ inputs: [String: GraphValue]) -> GraphValue {
        var values = inputs
        for tensor in model.graph.initializers { values[tensor.name] = Self.value(tensor) }
        for node in model.graph.nodes {
            let read = node.inputs.map { $0.isEmpty ? nil : values[$0] }
            precondition(
                zip(node.inputs, read).allSatisfy { $0.isEmpty || $1 != nil },
                "\(node.name) reads a value that was not computed before: \(node.inputs)")
            for (name, value) in zip(node.outputs, compute(node, read)) where !name.isEmpty {
                precondition(values[name] == nil, "two values named \(name)")
                values[name] = value
            }
        }
        return values[model.graph.outputs[0].name]!
    }

    private static func value(_ tensor: ONNXTensor) -> GraphValue {
        GraphValue(tensor.shape, tensor.floats?.map { Double($0) } ?? tensor.integers!.map { Double($0) })
    }

    private func compute(_ node: ONNXNode, _ inputs: [GraphValue?]) -> [GraphValue] {
        let first = inputs[0]!
        var second: GraphValue { inputs[1]! }
        func integer(_ name: String) -> Int? {
            if case .integer(let value)? = node.attributes[name] { value } else { nil }
        }
        func integers(_ name: String) -> [Int]? {
            if case .integers(let values)? = node.attributes[name] { values } else { nil }
        }
        switch node.operation {
        case "LSTM", "GRU", "RNN": return RecurrentNode(node).outputs(inputs)
        case "Add": return [first.combined(with: second, +)]
        case "Sub": return [first.combined(with: second, -)]
        case "Mul": return [first.combined(with: second, *)]
        case "Div": return [first.combined(with: second, /)]
        case "Less": return [first.combined(with: second) { $0 < $1 ? 1 : 0 }]
        case "Equal": return [first.combined(with: second) { $0 == $1 ? 1 : 0 }]
        case "Cast": return [first]
        case "Shape": return [GraphValue([first.shape.count], first.shape.map { Double($0) })]
        case "Transpose": return [first.transposed(integers("perm")!)]
        case "Reshape": return [reshape(first, second.values.map { Int($0) })]
        case "Flatten":
            let axis = integer("axis")!
            return [
                first.reshaped([first.shape[..<axis].reduce(1, *), first.shape[axis...].reduce(1, *)])
            ]
        case "Gather":
            precondition(integer("axis") ?? 0 == 0 && second.values.allSatisfy { $0 >= 0 })
            return [
                .of(second.shape + first.shape.dropFirst()) { index in
                    first[[Int(second[Array(index[..<second.shape.count])])] + index[second.shape.count...]]
                }
            ]
        case "ConstantOfShape":
            guard case .tensor(let value)? = node.attributes["value"] else { preconditionFailure("value") }
            return [.of(first.values.map { Int($0) }) { _ in Double(value.integers![0]) }]
        case "NonZero":
            precondition(first.shape.count == 1)
            let places = first.values.indices.filter { first.values[$0] != 0 }
            return [GraphValue([1, places.count], places.map { Double($0) })]
        case "OneHot":
            let depth = Int(second.values[0])
            precondition(integer("axis") == -1)
            return [
                .of(first.shape + [depth]) { index in
                    inputs[2]!.values[first[index.dropLast()] == Double(index.last!) ? 1 : 0]
                }
            ]
        case "Slice": return [slice(first, inputs, integers)]
        case "ReduceMean":
            let axes = integers("axes") ?? second.values.map { Int($0) }
            precondition(axes == [0] && integer("keepdims") == 0)
            precondition((node.inputs.count == 1) == (model.opset < 18), "the axes of ReduceMean")
            let count = first.shape[0]
            return [
                .of(Array(first.shape.dropFirst())) { index in
                    (0..<count).reduce(0) { $0 + first[[$1] + index] } / Double(count)
                }
            ]
        case "Gemm":
            precondition(integer("transB") == 1)
            return [product(first, second.transposed([1, 0])).combined(with: inputs[2]!, +)]
        case "MatMul": return [product(first, second)]
        case "Sigmoid":
            return [GraphValue(first.shape, first.values.map { 1 / (1 + exp(-$0)) })]
        case "Softmax":
            precondition(integer("axis") == first.shape.count - 1)
            let size = first.shape.last!
            return [
                .of(first.shape) { index in
                    let row = (0..<size).map { exp(first[index.dropLast() + [$0]]) }
                    return row[index.last!] / row.reduce(0, +)
                }
            ]
        default: preconditionFailure("the operator \(node.operation)")
        }
    }

    private func reshape(_ value: GraphValue, _ target: [Int]) -> GraphValue {
        var shape = target.enumerated().map { $1 == 0 ? value.shape[$0] : $1 }
        if let free = shape.firstIndex(of: -1) {
            shape[free] = value.values.count / shape.filter { $0 != -1 }.reduce(1, *)
        }
        return value.reshaped(shape)
    }

    /// Slices the first dimension.
    private func slice(
        _ value: GraphValue, _ inputs: [GraphValue?], _ attribute: (String) -> [Int]?
    ) -> GraphValue {
        precondition((inputs.count == 1) == (model.opset < 10), "the range of Slice")
        func parameter(_ name: String, _ index: Int) -> Double {
            inputs.count > index ? inputs[index]!.values[0] : Double(attribute(name)![0])
        }
        let size = value.shape[0]
        func place(_ number: Double) -> Int {
            number < 0 ? size + Int(number) : min(size, Int(min(number, 1e9)))
        }
        precondition(parameter("axes", 3) == 0)
        let (start, end) = (place(parameter("starts", 1)), place(parameter("ends", 2)))
        return .of([end - start] + value.shape.dropFirst()) { value[[start + $0[0]] + $0.dropFirst()] }
    }

    /// Returns the product of matrices; dimensions before the last two are repeated.
    private func product(_ left: GraphValue, _ right: GraphValue) -> GraphValue {
        let inner = left.shape.last!
        precondition(right.shape[right.shape.count - 2] == inner)
        let outer = Array(left.shape.dropLast(2))
        return .of(outer + [left.shape[left.shape.count - 2], right.shape.last!]) { index in
            let (row, column) = (index[index.count - 2], index.last!)
            let batch = index.dropLast(2)
            return (0..<inner).reduce(0) { sum, place in
                sum + left[batch + [row, place]]
                    * right[(right.shape.count > 2 ? Array(batch) : []) + [place, column]]
            }
        }
    }
}
