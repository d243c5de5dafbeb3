// What the next layer reads of a recurrent one, for models that are put together by hand.

extension RecurrentLayer.Result {
    /// The features that a readout takes: (N, features), or (features) without a batch. Of a sequence with a
    /// length, `last` is its own last step and `mean` that over its own steps.
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
    /// Backward from the gradient by the features of a readout.
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

/// Which numbers of a layer's result a readout takes.
private struct ReadoutPlaces {
    let stack: RecurrentStack
    let batch, steps: Int
    let isBatched: Bool
    /// Between two sequences and two steps of the output.
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
        stack.outputSize * (readout == .all ? steps : 1)
    }

    func featureShape(_ readout: Readout) -> [Int] {
        (isBatched ? [batch] : []) + [featureCount(readout)]
    }

    /// Calls `body` with places in features and output, and how much of the output counts.
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

    /// Calls `body` with places in features and hidden states.
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
