import KernelInterface
import Platform

// The features that the next layer reads from a recurrent layer, for models written by hand.

extension RecurrentLayer.Result {
    /// Returns the features of a readout: (N, features), or (features) for a single sequence. The readout `each` traps,
    /// because its features are the output. If sequences have lengths, `last` is the last step of each sequence and `mean`
    /// the mean over the steps of each sequence.
    public func features(_ readout: Readout) -> Tensor {
        let places = ReadoutPlaces(self)
        let shape = places.featureShape(readout)
        if readout == .all, places.isSequenceMajor { return output.reshaped(shape) }
        if let found = places.block(readout, output: output, hidden: state.hidden) {
            return Tensor(shape: shape, found)
        }
        var result = Tensor(shape: shape)
        if readout == .final {
            let hidden = state.hidden.elements
            places.eachFinal { feature, unit in result.elements[feature] = hidden[unit] }
        } else {
            let outputs = output.elements
            places.eachOutput(readout) { feature, output, share in
                result.elements[feature] += share * outputs[output]
            }
        }
        return result
    }
}

extension RecurrentLayer.Forward {
    /// Runs the pass backward from the gradient of a readout's features, (N, features) or (features); another shape
    /// traps.
    @discardableResult
    public func backward(_ featureGradient: Tensor, from readout: Readout) -> RecurrentLayer.InputGradients {
        let places = ReadoutPlaces(result)
        precondition(
            featureGradient.shape == places.featureShape(readout),
            "gradient by the features \(featureGradient.shape): expected \(places.featureShape(readout))")
        if readout == .final {
            var hidden = Tensor(shape: state.hidden.shape)
            let slopes = featureGradient.elements
            places.eachFinal { feature, unit in hidden.elements[unit] = slopes[feature] }
            return backward(nil, hidden: hidden, cell: nil)
        }
        // The backward pass does not read gradients past the end of a sequence.
        if readout == .all, places.isSequenceMajor { return backward(featureGradient.reshaped(output.shape)) }
        if let found = places.outputGradient(readout, featureGradient) {
            return backward(Tensor(shape: output.shape, found))
        }
        var gradient = Tensor(shape: output.shape)
        let slopes = featureGradient.elements
        places.eachOutput(readout) { feature, output, share in
            gradient.elements[output] += share * slopes[feature]
        }
        return backward(gradient)
    }
}

/// The indices in a layer's result that a readout reads.
private struct ReadoutPlaces {
    let stack: RecurrentStack
    let batch, steps: Int
    let isBatched: Bool
    /// Whether the output of a sequence is contiguous.
    let isSequenceMajor: Bool
    /// Whether all sequences have `steps` steps.
    private let areFull: Bool
    /// The distances in the output between two sequences and between two steps.
    let sequenceStride, stepStride: Int
    let lengths: [Int]

    init<Kind>(_ result: RecurrentLayer<Kind>.Result) {
        stack = result.stack
        let shape = result.output.shape
        let width = stack.outputSize
        isBatched = shape.count == 3
        isSequenceMajor = !isBatched || result.batchFirst
        batch = isBatched ? shape[result.batchFirst ? 0 : 1] : 1
        steps = isBatched ? shape[result.batchFirst ? 1 : 0] : shape[0]
        sequenceStride = isSequenceMajor ? steps * width : width
        stepStride = isSequenceMajor ? width : batch * width
        areFull = result.lengths == nil
        lengths = result.lengths ?? .init(repeating: steps, count: batch)
    }

    /// Returns the features in the lanes in which a layer has computed them; nil if they are not contiguous there.
    func block(_ readout: Readout, output: Tensor, hidden: Tensor) -> LaneBlock? {
        let width = stack.outputSize
        switch readout {
        case .all: return output.lanes?.block.placed(.sequenceMajor(steps, width))
        case .last where areFull:
            return output.lanes?.block.part(groups: steps - 1..<steps, at: .sequenceMajor(1, width))
        case .final:
            let all = stack.numLayers * stack.directions
            return hidden.lanes?.block.part(
                groups: all - stack.directions..<all, at: .sequenceMajor(stack.directions, stack.hiddenSize))
        case .last, .mean, .each: return nil
        }
    }

    /// Returns the gradient of the output in lanes, from the gradient of the features of the last step of full sequences or
    /// of all steps; nil for other features.
    func outputGradient(_ readout: Readout, _ featureGradient: Tensor) -> LaneBlock? {
        guard isBatched, areFull, readout == .last || readout == .all else { return nil }
        let width = stack.outputSize
        let read = readout == .last ? steps - 1..<steps : 0..<steps
        let order = LaneOrder(count: batch)
        let block = LaneBlock(
            order, isSequenceMajor ? .sequenceMajor(steps, width) : .groupMajor(steps, batch, width))
        let kernels = InstructionSet.best.kernels
        for shard in 0..<order.shardCount {
            block[shard].base.clear(count: read.lowerBound * width * shardLanes)
            featureGradient.copy(
                shard, order, .sequenceMajor(read.count, width), idle: .zero,
                to: block[shard].advanced(steps: read.lowerBound), by: kernels)
        }
        return block
    }

    private func featureCount(_ readout: Readout) -> Int {
        precondition(
            readout != .each,
            "readout: expected all, last, final or mean, received each, which is the output itself")
        return stack.outputSize * (readout == .all ? steps : 1)
    }

    func featureShape(_ readout: Readout) -> [Int] {
        (isBatched ? [batch] : []) + [featureCount(readout)]
    }

    /// Calls `body` with each index in the features, its index in the output, and the weight of the output.
    func eachOutput(_ readout: Readout, _ body: (_ feature: Int, _ output: Int, _ share: Float) -> Void) {
        for sequence in 0..<batch {
            let length = lengths[sequence]
            for step in readout == .last ? length - 1..<length : 0..<length {
                let feature =
                    sequence * featureCount(readout) + (readout == .all ? step * stack.outputSize : 0)
                let output = sequence * sequenceStride + step * stepStride
                let share = readout == .mean ? 1 / Float(length) : 1
                for unit in 0..<stack.outputSize { body(feature + unit, output + unit, share) }
            }
        }
    }

    /// Calls `body` with each index in the features and its index in the hidden states.
    func eachFinal(_ body: (_ feature: Int, _ unit: Int) -> Void) {
        for sequence in 0..<batch {
            for direction in 0..<stack.directions {
                let layer = (stack.numLayers - 1) * stack.directions + direction
                for unit in 0..<stack.hiddenSize {
                    body(
                        sequence * stack.outputSize + direction * stack.hiddenSize + unit,
                        (layer * batch + sequence) * stack.hiddenSize + unit)
                }
            }
        }
    }
}
