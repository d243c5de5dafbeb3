// The features that the next layer reads from a recurrent layer, for models written by hand.

extension RecurrentLayer.Result {
    /// Returns the features of a readout: (N, features), or (features) for a single sequence. The readout `each` traps,
    /// because its features are the output. If sequences have lengths, `last` is the last step of each sequence and `mean`
    /// the mean over the steps of each sequence.
    public func features(_ readout: Readout) -> Tensor {
        let places = ReadoutPlaces(self)
        var result = Tensor(shape: places.featureShape(readout))
        if readout == .final {
            places.eachFinal { feature, unit in
                result.elements[feature] = state.hidden.elements[unit]
            }
        } else {
            places.eachOutput(readout) { feature, output, share in
                result.elements[feature] += share * self.output.elements[output]
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
            places.eachFinal { feature, unit in hidden.elements[unit] = featureGradient.elements[feature] }
            return backward(nil, state: Kind.State(hidden: hidden, cell: Tensor(shape: hidden.shape)))
        }
        var gradient = Tensor(shape: output.shape)
        places.eachOutput(readout) { feature, output, share in
            gradient.elements[output] += share * featureGradient.elements[feature]
        }
        return backward(gradient)
    }
}

/// The indices in a layer's result that a readout reads.
private struct ReadoutPlaces {
    let stack: RecurrentStack
    let batch, steps: Int
    let isBatched: Bool
    /// The distances in the output between two sequences and between two steps.
    let sequenceStride, stepStride: Int
    let lengths: [Int]

    init<Kind>(_ result: RecurrentLayer<Kind>.Result) {
        stack = result.stack
        let shape = result.output.shape
        let width = stack.outputSize
        isBatched = shape.count == 3
        let isSequenceMajor = !isBatched || result.batchFirst
        batch = isBatched ? shape[result.batchFirst ? 0 : 1] : 1
        steps = isBatched ? shape[result.batchFirst ? 1 : 0] : shape[0]
        sequenceStride = isSequenceMajor ? steps * width : width
        stepStride = isSequenceMajor ? width : batch * width
        lengths = result.lengths ?? .init(repeating: steps, count: batch)
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
