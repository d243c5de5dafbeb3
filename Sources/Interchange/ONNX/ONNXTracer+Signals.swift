import ONNX

extension ONNXTracer {
    /// Reads a node that changes the shape of what depends on the input, selects a part of it, or is the linear layer.
    mutating func readSignals(_ signals: [ONNXSignal]) throws(ONNXError) {
        if node.operation == "Concat" {
            return set(.signal(try limited(concatenated(signals))))
        }
        if node.operation == "Add", case .product = signals[0].content, signals.count == 1 {
            return try addBias(signals[0])
        }
        guard case .signal(let signal)? = value(0), signals.count == 1 else {
            throw misfit("recurrent layers, one after the other")
        }
        switch node.operation {
        case "Identity", "Dropout": set(.signal(signal))
        case "Cast":
            guard integer("to") == ONNXElementType.float.number else { throw misfit("floats") }
            set(.signal(signal))
        case "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze":
            guard let result = reshaped(signal) else {
                throw misfit("a change of the shape that keeps batch, time and units apart")
            }
            set(.signal(try limited(result)))
        case "Gather", "Slice": set(.signal(try selected(signal)))
        case "ReduceMean": set(.signal(try mean(signal)))
        case "Gemm", "MatMul": try readProduct(signal)
        case "Softmax", "LogSoftmax", "Sigmoid":
            guard signal.content == .scores || signal.content == .product, activation == nil else {
                throw misfit("\(node.operation) only after the linear layer")
            }
            activation = node.operation
            set(.signal(signal))
        default:
            throw misfit(
                head == nil
                    ? "a recurrent layer, a readout or the linear layer" : "the end after the linear layer")
        }
    }

    /// Limits the memory of a chain of nodes.
    private func limited(_ signal: ONNXSignal) throws(ONNXError) -> ONNXSignal {
        guard signal.axes.count <= Self.mostAxes else { throw misfit("at most \(Self.mostAxes) dimensions") }
        return signal
    }

    // MARK: Shapes

    private func reshaped(_ signal: ONNXSignal) -> ONNXSignal? {
        var result = signal
        let rank = signal.axes.count
        switch node.operation {
        case "Transpose":
            let order =
                if case .integers(let order)? = node.attributes["perm"] { order } else {
                    Array((0..<rank).reversed())
                }
            guard order.sorted() == Array(0..<rank) else { return nil }
            result.axes = order.map { signal.axes[$0] }
        case "Flatten":
            let axis = integer("axis") ?? 1
            guard let place = axis == rank ? rank : self.axis(axis, of: signal) else { return nil }
            result.axes = [signal.axes[..<place].flatMap(\.self), signal.axes[place...].flatMap(\.self)]
        case "Squeeze":
            let given = integers("axes", orInput: 1)
            let axes =
                given
                ?? signal.axes.indices.filter { index in signal.axes[index].allSatisfy { $0.size == 1 } }
            let places = axes.compactMap { self.axis($0, of: signal) }
            guard places.count == axes.count else { return nil }
            for axis in Set(places).sorted(by: >) {
                guard signal.axes[axis].allSatisfy({ $0.size == 1 }) else { return nil }
                result.axes.remove(at: axis)
            }
        case "Unsqueeze":
            guard let axes = integers("axes", orInput: 1), axes.count == 1 else { return nil }
            let axis = axes[0] < 0 ? axes[0] + rank + 1 : axes[0]
            guard (0...rank).contains(axis) else { return nil }
            result.axes.insert([], at: axis)
        default:
            guard let target = sizes(of: value(1)), target.count <= Self.mostAxes,
                integer("allowzero") ?? 0 == 0 || !target.contains(.number(0))
            else { return nil }
            return signal.reshaped(target)
        }
        return result
    }
}
