import ONNX

/// Nodes between the last recurrent layer and the linear layer, which select and join outputs and final states.
extension ONNXTracer {
    /// The elements along a dimension that a node Gather or Slice selects.
    private struct Selection {
        let axis: Int
        /// The indices from 0; nil for the last element of a dimension of unknown size.
        let indices: [Int]?
        /// Whether the dimension remains.
        let keepsAxis: Bool
    }

    /// Selects one step, or one or more directions or final states.
    func selected(_ signal: ONNXSignal) throws(ONNXError) -> ONNXSignal {
        guard let selection = try selection(of: signal) else { return signal }
        let parts = signal.parts(selection.axis)
        if let time, parts == [time] { return try step(selection, of: signal) }
        guard let indices = selection.indices else { throw misfit("a selection of known indices") }
        var result = signal
        let isList = parts.isEmpty || parts.map(\.kind) == [.directions]
        let width = isList ? 1 : parts.last?.size ?? 1
        guard isList || parts.map(\.kind) == [.directions, .hidden] else {
            throw misfit("a selection of steps, directions or final states")
        }
        // A range of units must be whole directions.
        let places = stride(from: 0, to: indices.count, by: width).map { indices[$0] / width }
        guard indices == places.flatMap({ $0 * width..<($0 + 1) * width }),
            selection.keepsAxis || places.count == 1
        else { throw misfit("the units of whole directions") }
        switch signal.content {
        case .states(let states) where places.allSatisfy(states.indices.contains):
            result.content = .states(places.map { states[$0] })
        case .outputs(let layer, let directions) where places.allSatisfy(directions.indices.contains):
            result.content = .outputs(layer: layer, directions: places.map { directions[$0] })
        case .step(let layer, let directions, let isLast) where places.allSatisfy(directions.indices.contains):
            result.content = ONNXSignal.step(
                layer: layer, directions: places.map { directions[$0] }, isLast: isLast)
        default: throw misfit("the last step, directions or final states")
        }
        let hidden = isList ? [] : parts.suffix(1)
        result.axes[selection.axis] = Self.directions(places.count) + hidden
        if !selection.keepsAxis { result.axes.remove(at: selection.axis) }
        return result
    }

    private static func directions(_ count: Int) -> [ONNXPart] {
        count == 1 ? [] : [ONNXPart(kind: .directions, size: count)]
    }

    /// Returns the selection of the current node; nil if it selects everything.
    private func selection(of signal: ONNXSignal) throws(ONNXError) -> Selection? {
        let isSlice = node.operation == "Slice"
        let axes = isSlice ? integers("axes", orInput: 3) ?? [0] : [integer("axis") ?? 0]
        guard axes.count == 1, let axis = axis(axes[0], of: signal) else {
            throw misfit("a selection along one dimension")
        }
        let count: Int? = if case .number(let count) = signal.sizes[axis] { count } else { nil }
        guard isSlice else {
            guard let given = integers(1), !given.isEmpty, given.count <= Self.mostIndices else {
                throw misfit("constant indices")
            }
            let keepsAxis = constant(1)?.shape.isEmpty == false
            guard let count else {
                guard given == [-1] else { throw misfit("the last step") }
                return Selection(axis: axis, indices: nil, keepsAxis: keepsAxis)
            }
            let indices = given.map { $0 < 0 ? $0 + count : $0 }
            guard indices.allSatisfy((0..<count).contains) else { throw misfit("indices below \(count)") }
            return Selection(axis: axis, indices: indices, keepsAxis: keepsAxis)
        }
        guard let start = integers("starts", orInput: 1)?.first,
            let end = integers("ends", orInput: 2)?.first,
            integers(4) ?? [1] == [1]
        else { throw misfit("a constant range") }
        guard let count else {
            // In a dimension of unknown size, all elements, the first or the last can be named.
            if start == 0, end >= Int(Int32.max) { return nil }
            if start == 0, end == 1 { return Selection(axis: axis, indices: [0], keepsAxis: true) }
            guard start == -1, end >= Int(Int32.max) else {
                throw misfit("the first or last step, or all steps")
            }
            return Selection(axis: axis, indices: nil, keepsAxis: true)
        }
        let range = range(start, end, of: count)
        if range == 0..<count { return nil }
        guard !range.isEmpty, range.count <= Self.mostIndices else { throw misfit("a range with elements") }
        return Selection(axis: axis, indices: Array(range), keepsAxis: true)
    }

    private static let mostIndices = 1 << 17

    /// Selects the first or the last step of a layer's outputs.
    private func step(_ selection: Selection, of signal: ONNXSignal) throws(ONNXError) -> ONNXSignal {
        let isLast = selection.indices.map { $0[0] + 1 == time?.size } ?? true
        guard case .outputs(let layer, let directions) = signal.content, selection.indices?.count ?? 1 == 1,
            isLast || selection.indices == [0]
        else { throw misfit("the first or last step of a recurrent layer's outputs") }
        var result = signal
        result.content = ONNXSignal.step(layer: layer, directions: directions, isLast: isLast)
        result.axes[selection.axis] = []
        if !selection.keepsAxis { result.axes.remove(at: selection.axis) }
        return result
    }

    /// Takes the mean over the steps.
    func mean(_ signal: ONNXSignal) throws(ONNXError) -> ONNXSignal {
        guard case .outputs(let layer, let directions) = signal.content,
            directions == Array(0..<layers[layer].directions), let time,
            let axes = integers("axes", orInput: 1), axes.count == 1, let axis = axis(axes[0], of: signal),
            signal.parts(axis) == [time]
        else { throw misfit("the mean over the steps of a recurrent layer's outputs") }
        var result = signal
        result.content = .mean(layer: layer)
        result.axes[axis] = []
        if integer("keepdims") == 0 { result.axes.remove(at: axis) }
        return result
    }

    /// Joins final states, or the outputs of directions: as a list, or side by side as features.
    func concatenated(_ signals: [ONNXSignal]) throws(ONNXError) -> ONNXSignal {
        let expected = "final states, or the directions of one layer, joined"
        guard signals.count == node.inputs.count, var result = signals.first,
            let axis = integer("axis").flatMap({ self.axis($0, of: signals[0]) })
        else { throw misfit(expected) }
        /// The parts of a signal's dimension without the directions, which are joined.
        func rest(_ signal: ONNXSignal) -> [ONNXPart] {
            signal.axes[axis].filter { $0.size != 1 && $0.kind != .directions }
        }
        var states: [ONNXSignal.State] = []
        var (layer, directions) = (Int?.none, [Int]())
        for signal in signals {
            guard signal.axes.count == result.axes.count, rest(signal) == rest(result),
                signal.axes.indices.allSatisfy({ $0 == axis || signal.axes[$0] == result.axes[$0] })
            else { throw misfit(expected) }
            let count: Int
            switch signal.content {
            case .states(let list):
                states += list
                count = list.count
            case .outputs(let found, let list) where layer ?? found == found:
                layer = found
                directions += list
                count = list.count
            default: throw misfit(expected)
            }
            // The list of directions must be in this dimension, or have one element.
            guard count == 1 || signal.axes[axis].first == ONNXPart(kind: .directions, size: count),
                states.count <= Self.mostStates, directions.count <= Self.mostStates
            else { throw misfit(expected) }
        }
        guard states.isEmpty || directions.isEmpty else { throw misfit(expected) }
        result.content = layer.map { .outputs(layer: $0, directions: directions) } ?? .states(states)
        result.axes[axis] = Self.directions(states.count + directions.count) + rest(result)
        return result
    }

    /// The maximum number of final states: of all layers in both directions.
    private static let mostStates = 2048
}
