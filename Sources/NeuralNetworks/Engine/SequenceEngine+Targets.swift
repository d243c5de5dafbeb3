import Platform

/// The number of terms of a loss, and the sum of their weights.
struct LossTermCount {
    /// The number of sequences.
    let sequences: Int
    /// The number of steps, if each step has a target; otherwise nil.
    let steps: Int?
    /// The sum of the weights of the targets; nil if all weights are 1.
    let weight: Double?

    /// The factor of the summed loss that gives the mean loss; 0 if all weights are 0.
    var scale: Float {
        guard let weight else { return 1 / Float(steps ?? sequences) }
        return weight > 0 ? 1 / Float(weight) : 0
    }
}

extension SequenceEngine {
    /// Returns the number of targets of the sequences at `indices`, and the sum of their weights, which is added up in
    /// the order of `indices`.
    func lossTerms(of sequences: SequenceSamples, _ indices: UnsafeBufferPointer<Int32>) -> LossTermCount {
        var steps: Int?
        if model.hasStepOutputs, let lengths = sequences.places?.lengths {
            var sum = 0
            for index in indices { sum += Int(lengths[Int(index)]) }
            steps = sum
        }
        var weight: Double?
        if classWeights != nil || sequences.weights != nil {
            var sum = 0.0
            for index in indices { sum += self.weight(ofSequence: Int(index), sequences) }
            weight = sum
        }
        return LossTermCount(sequences: indices.count, steps: steps, weight: weight)
    }

    /// Returns the sum of the weights of a sequence's targets.
    private func weight(ofSequence index: Int, _ sequences: SequenceSamples) -> Double {
        let weight = Double(sequences.weights?[index] ?? 1)
        switch sequences.targets {
        case .labels(let labels):
            return weight * (classWeights.map { Double($0[Int(labels[index])]) } ?? 1)
        case .values: return weight
        case .stepLabels(let labels):
            guard let classWeights else { return weight * Double(stepRange(index, sequences).count) }
            return stepRange(index, sequences).reduce(0) {
                $0 + weight * Double(classWeights[Int(labels[$1])])
            }
        case .stepSymbols(let symbols):
            guard let classWeights else { return weight * Double(stepRange(index, sequences).count) }
            return stepRange(index, sequences).reduce(0) {
                $0 + weight * Double(classWeights[Int(symbols[$1])])
            }
        case .stepValues: return weight * Double(stepRange(index, sequences).count)
        }
    }

    /// Returns the places of a sequence's steps among the steps of all sequences.
    private func stepRange(_ index: Int, _ sequences: SequenceSamples) -> Range<Int> {
        guard let places = sequences.places else {
            preconditionFailure("targets at each step: expected sequences with lengths, received none")
        }
        let first = places.firstSteps[index]
        return first..<first + Int(places.lengths[index])
    }

    /// Traps on symbols out of range, because the kernels do not check them, and on inputs of another kind than the model
    /// reads.
    private func checkInputs(_ sequences: SequenceSamples, _ indices: UnsafeBufferPointer<Int32>) {
        guard case .symbols(let symbols) = sequences.inputs else {
            precondition(
                !model.readsSymbols, "sequences: expected symbols, as the model reads, received numbers")
            return
        }
        precondition(model.readsSymbols, "sequences: expected numbers, as the model reads, received symbols")
        for index in indices {
            for step in stepRange(Int(index), sequences) {
                precondition(
                    symbols[step] >= 0 && symbols[step] < model.stack.inputSize,
                    "symbol \(symbols[step]) of sequence \(index): the model reads symbols below "
                        + "\(model.stack.inputSize)")
            }
        }
    }

    /// Traps on indices, labels and symbols out of range, because the kernels do not check them.
    func checkTargets(_ sequences: SequenceSamples, _ indices: UnsafeBufferPointer<Int32>) {
        for index in indices {
            precondition(index >= 0 && index < sequences.count, "sequence \(index) of \(sequences.count)")
        }
        checkInputs(sequences, indices)
        switch (sequences.targets, model.output) {
        case (.values, .values), (.stepValues, .values): break
        case (.labels(let labels), .classes):
            for index in indices { checkLabel(Int(labels[Int(index)]), ofSequence: index) }
        case (.stepLabels(let labels), .classes):
            for index in indices {
                for step in stepRange(Int(index), sequences) {
                    checkLabel(Int(labels[step]), ofSequence: index)
                }
            }
        case (.stepSymbols(let symbols), .classes):
            for index in indices {
                for step in stepRange(Int(index), sequences) {
                    checkLabel(Int(symbols[step]), ofSequence: index)
                }
            }
        case (.labels, .values), (.stepLabels, .values), (.stepSymbols, .values):
            preconditionFailure("targets: expected values, as the model makes numbers, received labels")
        case (.values, .classes), (.stepValues, .classes):
            preconditionFailure("targets: expected labels, as the model classifies, received values")
        }
        precondition(
            sequences.weights == nil || distillation == nil,
            "distillation: expected sequences without weights, received some with weights")
        switch sequences.targets {
        case .labels, .values:
            precondition(
                !model.hasStepOutputs,
                "targets: expected one for each step, as the readout is each, received one for each sequence")
        case .stepLabels, .stepSymbols, .stepValues:
            precondition(
                model.hasStepOutputs,
                "targets: expected one for each sequence, received one for each step; give the model the readout each"
            )
        }
    }

    private func checkLabel(_ label: Int, ofSequence index: Int32) {
        precondition(
            label >= 0 && label < model.classCount,
            "label \(label) of sequence \(index); there are \(model.classCount) classes")
    }
}
