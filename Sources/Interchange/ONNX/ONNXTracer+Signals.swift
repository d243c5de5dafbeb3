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
                head == nil ? "a recurrent layer, a readout or the linear layer" : "the end after the linear layer")
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
                given ?? signal.axes.indices.filter { index in signal.axes[index].allSatisfy { $0.size == 1 } }
            for axis in Set(axes.compactMap { self.axis($0, of: signal) }).sorted(by: >) {
                guard signal.axes[axis].allSatisfy({ $0.size == 1 }) else { return nil }
                result.axes.remove(at: axis)
            }
        case "Unsqueeze":
            guard let axes = integers("axes", orInput: 1), axes.count == 1 else { return nil }
            let axis = axes[0] < 0 ? axes[0] + rank + 1 : axes[0]
            guard (0...rank).contains(axis) else { return nil }
            result.axes.insert([], at: axis)
        default:
            guard integer("allowzero") ?? 0 == 0, let target = target, target.count <= Self.mostAxes else {
                return nil
            }
            return signal.reshaped(target)
        }
        return result
    }

    /// The new shape of a node Reshape.
    private var target: [ONNXSize]? {
        switch value(1) {
        case .shape(let sizes)?: sizes
        case .constant(let tensor)?: tensor.integers.map { $0.map { .number($0) } }
        default: nil
        }
    }

    // MARK: Readouts

    /// Selects one step, or one or more final states.
    private func selected(_ signal: ONNXSignal) throws(ONNXError) -> ONNXSignal {
        let isSlice = node.operation == "Slice"
        let axes = isSlice ? integers("axes", orInput: 3) ?? [0] : [integer("axis") ?? 0]
        guard axes.count == 1, let axis = axis(axes[0], of: signal) else {
            throw misfit("a selection along one dimension")
        }
        var result = signal
        let parts = signal.parts(axis)
        let size = signal.sizes[axis]
        var indices: [Int]
        if isSlice {
            guard let start = integers("starts", orInput: 1)?.first, let end = integers("ends", orInput: 2)?.first,
                integers(4) ?? [1] == [1]
            else { throw misfit("a constant range") }
            guard case .number(let count) = size else {
                // Of a dimension of unknown size, only all elements or the last one can be named.
                if start == 0, end >= Int(Int32.max) { return signal }
                guard start == -1, end >= Int(Int32.max) else { throw misfit("the last step, or all steps") }
                return try lastStep(of: result, axis, keepsAxis: true)
            }
            indices = Array(range(start, end, of: min(count, 1 << 24)))
            if indices.count == count { return signal }
        } else {
            guard let given = integers(1), !given.isEmpty, given.count <= 2048 else { throw misfit("constant indices") }
            indices = given
        }
        let keepsAxis = isSlice || constant(1)?.shape.isEmpty == false
        if case .states(let states) = signal.content, parts.isEmpty || parts[0].kind == .directions {
            let chosen = indices.compactMap { index -> ONNXSignal.State? in
                let place = index < 0 ? index + states.count : index
                return states.indices.contains(place) ? states[place] : nil
            }
            guard chosen.count == indices.count, keepsAxis || chosen.count == 1 else { throw misfit("a final state") }
            result.content = .states(chosen)
            result.axes[axis] = chosen.count == 1 ? [] : [ONNXPart(kind: .directions, size: chosen.count)]
            if !keepsAxis { result.axes.remove(at: axis) }
            return result
        }
        let isLast = indices == [-1] || size == .number((indices.first ?? -2) + 1) && indices.count == 1
        guard isLast else { throw misfit("the last step, or final states") }
        return try lastStep(of: result, axis, keepsAxis: keepsAxis)
    }

    private func lastStep(
        of signal: ONNXSignal, _ axis: Int, keepsAxis: Bool
    ) throws(ONNXError) -> ONNXSignal {
        guard case .outputs(let layer) = signal.content, let time, signal.parts(axis) == [time] else {
            throw misfit("the last step of a recurrent layer's outputs")
        }
        var result = signal
        result.content = .last(layer: layer)
        result.axes[axis] = []
        if !keepsAxis { result.axes.remove(at: axis) }
        return result
    }

    private func mean(_ signal: ONNXSignal) throws(ONNXError) -> ONNXSignal {
        guard case .outputs(let layer) = signal.content, let time, let axes = integers("axes", orInput: 1),
            axes.count == 1, let axis = axis(axes[0], of: signal), signal.parts(axis) == [time]
        else { throw misfit("the mean over the steps of a recurrent layer's outputs") }
        var result = signal
        result.content = .mean(layer: layer)
        result.axes[axis] = []
        if integer("keepdims") == 0 { result.axes.remove(at: axis) }
        return result
    }

    /// Joins final states: as a list, or side by side as the features of a linear layer.
    private func concatenated(_ signals: [ONNXSignal]) throws(ONNXError) -> ONNXSignal {
        let expected = "final states of recurrent layers, joined"
        var states: [ONNXSignal.State] = []
        guard signals.count == node.inputs.count, var result = signals.first,
            let axis = integer("axis").flatMap({ axis($0, of: signals[0]) })
        else { throw misfit(expected) }
        let single = result.axes[axis].filter { $0.size != 1 }
        let isList = single.isEmpty || single.allSatisfy { $0.kind == .directions }
        for signal in signals {
            guard case .states(let list) = signal.content, signal.axes.count == result.axes.count,
                signal.axes.indices.allSatisfy({ $0 == axis || signal.axes[$0] == result.axes[$0] })
            else { throw misfit(expected) }
            let parts = signal.axes[axis].filter { $0.size != 1 }
            guard isList ? parts.allSatisfy({ $0.kind == .directions }) : list.count == 1 && parts == single else {
                throw misfit(expected)
            }
            states += list
            guard states.count <= 2048 else { throw misfit(expected) }
        }
        result.content = .states(states)
        let directions = states.count == 1 ? [] : [ONNXPart(kind: .directions, size: states.count)]
        result.axes[axis] = directions + (isList ? [] : single)
        return result
    }
}
