import KernelInterface

/// The features of one shard that the linear layer reads, and their gradient.
final class ReadoutWorkspace {
    /// [read steps][outputSize][lane] The features.
    let features: LaneTensor
    /// The gradient of `features`, in their shape.
    let featureGradient: LaneTensor

    private let model: SequenceModel
    private let stack: StackWorkspace
    private let kernels: any KernelSet
    private let training: Bool
    /// The features before dropout.
    private let collected: LaneTensor
    private let memory: FloatBuffer
    private var dropoutKeys = [UInt32](repeating: 0, count: shardLanes)

    init(_ model: SequenceModel, of stack: StackWorkspace, kernels: any KernelSet, training: Bool) {
        self.model = model
        self.stack = stack
        self.kernels = kernels
        self.training = training
        let width = model.stack.outputSize
        let steps = model.hasStepOutputs ? stack.steps : model.head.inputSize / width
        let drops = training && model.dropout > 0
        let (memory, parts) = Arena.divided { arena in
            let stride = width * shardLanes
            func tensor(_ isNeeded: Bool, else other: LaneTensor) -> LaneTensor {
                isNeeded ? LaneTensor(base: arena.take(steps * stride), stepStride: stride) : other
            }
            let hasLengths = model.sequenceLength == nil
            let isCopy =
                model.readout == .final || model.readout == .mean || model.readout == .last && hasLengths
            let last = model.readout == .last && !hasLengths ? stack.steps - 1 : 0
            let collected = tensor(isCopy, else: stack.output.advanced(steps: last))
            return (
                collected: collected, features: tensor(drops, else: collected),
                featureGradient: tensor(isCopy, else: stack.outputGradient.advanced(steps: last))
            )
        }
        self.memory = memory
        (collected, features, featureGradient) = parts
    }

    /// Sets the key of the next pass's dropout mask for one lane.
    func setDropoutKey(lane: Int, _ key: UInt32) { dropoutKeys[lane] = key }

    /// Computes the features from the outputs of the stack.
    func collect() {
        switch model.readout {
        case .all, .each: break
        case .last:
            guard let lengths = stack.laneLengths else { break }
            eachLast(lengths) { collected.base[$1] = stack.output[$0][$1] }
        case .final:
            for direction in 0..<model.stack.directions {
                place(direction, in: collected).update(
                    from: stack.finalHidden(lastLayer(direction)), count: unitCount)
            }
        case .mean:
            kernels.mean(
                steps: stack.longest, lengths: stack.laneLengths, features: model.stack.outputSize,
                of: stack.output, into: collected.base)
        }
        drop(collected, to: features)
    }

    /// Computes the gradients of the outputs and final states, which must be zero before, from the gradient of the
    /// features.
    func distribute() {
        drop(featureGradient, to: featureGradient)
        switch model.readout {
        case .all, .each: break
        case .last:
            guard let lengths = stack.laneLengths else {
                for step in 0..<stack.steps - 1 { clearGradient(step) }
                break
            }
            for step in 0..<stack.longest { clearGradient(step) }
            eachLast(lengths) { stack.outputGradient[$0][$1] = featureGradient.base[$1] }
        case .final:
            for step in 0..<stack.longest { clearGradient(step) }
            for direction in 0..<model.stack.directions {
                stack.hiddenGradient(lastLayer(direction)).update(
                    from: place(direction, in: featureGradient), count: unitCount)
            }
        case .mean:
            kernels.spread(
                steps: stack.longest, lengths: stack.laneLengths, features: model.stack.outputSize,
                of: featureGradient.base, into: stack.outputGradient)
        }
    }

    /// Calls `body` with the last step of each lane and each place [feature][lane] of that lane.
    private func eachLast(_ lengths: UnsafePointer<Float>, _ body: (_ step: Int, _ place: Int) -> Void) {
        for place in 0..<model.stack.outputSize * shardLanes {
            body(Int(lengths[place % shardLanes]) - 1, place)
        }
    }

    /// The number of steps that the features have in the current shard.
    var readSteps: Int {
        model.hasStepOutputs ? stack.longest : model.head.inputSize / model.stack.outputSize
    }

    private var unitCount: Int { model.stack.hiddenSize * shardLanes }

    private func lastLayer(_ direction: Int) -> Int {
        (model.stack.numLayers - 1) * model.stack.directions + direction
    }

    private func place(_ direction: Int, in tensor: LaneTensor) -> UnsafeMutablePointer<Float> {
        tensor.base + direction * unitCount
    }

    private func clearGradient(_ step: Int) {
        stack.outputGradient[step].clear(count: model.stack.outputSize * shardLanes)
    }

    private func drop(_ source: LaneTensor, to target: LaneTensor) {
        guard training, model.dropout > 0 else { return }
        dropoutKeys.withUnsafeBufferPointer { keys in
            kernels.filter(
                LaneFilter(lengths: nil, dropoutKeys: keys.baseAddress, dropout: Float(model.dropout)),
                steps: readSteps, features: model.stack.outputSize,
                from: source, to: target)
        }
    }
}
