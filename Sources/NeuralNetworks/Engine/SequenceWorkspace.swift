import KernelInterface
import Platform
import Randomness

/// The sequences of a batch that are computed together, one in each lane.
struct Shard {
    let indices: UnsafePointer<Int32>
    let count: Int
}

/// The memory for a model's forward and backward passes over one shard. Each worker has its own.
final class SequenceWorkspace {
    private(set) var profile: PhaseTimes

    private let model: SequenceModel
    private let stack: StackWorkspace
    private let readout: ReadoutWorkspace
    private let head: PackedHead
    private let zeroBias: UnsafePointer<Float>
    private let kernels: any KernelSet
    private let teacher: TeacherWorkspace?
    private let normalization: NormalizationMemory?
    private let lossTerms: LossTerms
    /// [read steps][C][lane] The outputs; after the loss is computed, its gradient with respect to the linear layer's
    /// result. There is one step, or each step of the sequence with the readout `each`.
    let outputs: FloatBuffer
    private lazy var augmenter = ShardAugmenter(
        rows: stack.steps, columns: model.stack.inputSize, kernels: kernels)

    /// The number of steps of the longest sequence.
    var steps: Int { stack.steps }

    /// - Parameters:
    ///   - steps: The number of steps of the longest sequence.
    ///   - classWeights: [C] The weight of each class in the loss; nil if all are 1.
    ///   - profile: The times of an earlier workspace, which are continued.
    init(
        _ model: SequenceModel, steps: Int, stack packedStack: PackedStack, head: PackedHead,
        kernels: any KernelSet, training: Bool, classWeights: FloatBuffer? = nil,
        teacher: TeacherWorkspace? = nil, profile: PhaseTimes = PhaseTimes()
    ) {
        self.profile = profile
        normalization = NormalizationMemory(model.normalization)
        self.model = model
        self.teacher = teacher
        self.head = head
        self.kernels = kernels
        zeroBias = packedStack.zeroBias
        var purpose: StackWorkspace.Purpose = training ? .training : []
        if model.sequenceLength == nil { purpose.insert(.lengths) }
        if model.readsSymbols { purpose.insert(.symbols) }
        stack = StackWorkspace(packedStack, stack: model.stack, steps: steps, kernels: kernels, for: purpose)
        readout = ReadoutWorkspace(model, of: stack, kernels: kernels, training: training)
        lossTerms = LossTerms(model, classWeights: classWeights, kernels: kernels)
        outputs = FloatBuffer(count: (model.hasStepOutputs ? steps : 1) * model.output.count * shardLanes)
    }

    /// Sets a gradient to zero before shards are added to it.
    func clear(_ gradient: UnsafeMutablePointer<Float>, count: Int) {
        profile.begin()
        gradient.clear(count: count)
        profile.end(.weightGradients)
    }

    /// Adds the gradient of the summed loss times `scale` to `gradients` and returns the summed loss.
    ///
    /// - Parameter states: The initial states, which become the final ones; nil for zeros.
    func train(
        _ shard: Shard, of sequences: SequenceSamples, states: CarriedStates.Part?, scale: Float,
        labelSmoothing: Float, gradients: UnsafeMutablePointer<Float>
    ) -> ShardLoss {
        profile.begin()
        let (read, readSequences) = augmented(shard, of: sequences)
        profile.end(.gather)
        if let teacher {
            teacher.read(read, of: readSequences)
            profile.end(.teacher)
        }
        computeOutputs(read, of: readSequences, states: states)
        profile.begin()
        func byLabels(_ scale: Float) -> ShardLoss {
            self.loss(shard, of: sequences, scale: scale, labelSmoothing: labelSmoothing)
        }
        let loss =
            teacher?.loss(outputs, count: shard.count, scale: scale, byLabels: byLabels) ?? byLabels(scale)
        stack.clearStateGradients()
        headBackward(gradients)
        profile.end(.head)
        stack.backward()
        profile.end(.backward)
        stack.addGradients(to: gradients, offsets: model.stackOffsets)
        profile.end(.weightGradients)
        return loss
    }

    /// Returns the summed loss of a shard.
    ///
    /// - Parameters:
    ///   - states: The initial states, which become the final ones; nil for zeros.
    ///   - rows: The memory for the outputs of all sequences; nil if they are not needed.
    func evaluate(
        _ shard: Shard, of sequences: SequenceSamples, states: CarriedStates.Part? = nil,
        keeping rows: OutputRows? = nil
    ) -> ShardLoss {
        computeOutputs(shard, of: sequences, states: states)
        if let rows { copyOutputs(shard.count, to: rows) { Int(shard.indices[$0]) } }
        return loss(shard, of: sequences, scale: 0, labelSmoothing: 0)
    }

    /// Copies the outputs of the first lanes.
    ///
    /// - Parameter place: Returns the place of a lane's sequence in `rows`.
    func copyOutputs(_ count: Int, to rows: OutputRows, place: (_ lane: Int) -> Int) {
        let size = model.output.count
        for lane in 0..<count {
            let first = rows.firstRow(place(lane))
            for step in 0..<(model.hasStepOutputs ? stack.length(ofLane: lane) : 1) {
                let (source, target) = (outputTensor[step], rows.memory + (first + step) * size)
                for value in 0..<size { target[value] = source[value * shardLanes + lane] }
            }
        }
    }

    /// Returns the loss and writes its gradient to `outputs`.
    private func loss(
        _ shard: Shard, of sequences: SequenceSamples, scale: Float, labelSmoothing: Float
    ) -> ShardLoss {
        lossTerms.loss(
            shard, of: sequences, outputs: outputTensor, steps: readout.readSteps, scale: scale,
            labelSmoothing: labelSmoothing)
    }

    /// Sets the dropout masks of the next shard, which are determined by the seed, the number of the training step and
    /// the index of each sequence in the batch.
    func setDropoutKeys(seed: UInt64, step: Int, firstSequence: Int, count: Int) {
        guard model.hasDropout else { return }
        for lane in 0..<shardLanes {
            var generator = SplitMix64(
                seed, RandomPurpose.dropout.rawValue, UInt64(step),
                UInt64(firstSequence + min(lane, count - 1)))
            for layer in 0..<model.stack.numLayers - 1 {
                stack.setDropoutKey(layer: layer, lane: lane, UInt32(truncatingIfNeeded: generator.next()))
            }
            readout.setDropoutKey(lane: lane, UInt32(truncatingIfNeeded: generator.next()))
        }
    }

    /// Returns the shard as training reads it, augmented if the sequences have an augmentation.
    private func augmented(_ shard: Shard, of sequences: SequenceSamples) -> (Shard, SequenceSamples) {
        sequences.augmentation == nil ? (shard, sequences) : augmenter.augment(shard, of: sequences)
    }

    /// Computes the `outputs` of a shard.
    ///
    /// - Parameter states: The initial states, which become the final ones; nil for zeros.
    func computeOutputs(
        _ shard: Shard, of sequences: SequenceSamples, states: CarriedStates.Part? = nil
    ) {
        profile.begin()
        if let places = sequences.places {
            gather(shard, of: sequences, places)
        } else {
            kernels.gather(
                shard, of: sequences, steps: stack.steps, features: model.stack.inputSize, into: stack.input,
                ranges: stack.inputRanges)
        }
        profile.end(.gather)
        stack.clearCells()
        if let states { stack.setStates(states) }
        stack.forward()
        if let states { stack.keepStates(in: states) }
        profile.end(.forward)
        readout.collect()
        headForward()
        profile.end(.head)
    }

    /// Copies sequences of different lengths to the lanes.
    private func gather(_ shard: Shard, of sequences: SequenceSamples, _ places: SequencePlaces) {
        stack.setLengths(count: shard.count) { Int(places.lengths[Int(shard.indices[$0])]) }
        switch sequences.inputs {
        case .bytes: preconditionFailure("sequences of different lengths: expected numbers, received bytes")
        case .numbers(let values):
            kernels.gather(
                values: values, places: places, indices: shard.indices, count: shard.count,
                steps: stack.longest, features: model.stack.inputSize, mean: normalization?.mean,
                factor: normalization?.factor, into: stack.input)
        case .symbols(let symbols): gather(symbols, shard, places)
        }
        stack.clearInitialHidden()
    }

    /// Copies sequences of symbols to the lanes. Steps past the end of a sequence have the symbol 0, which does not
    /// contribute.
    private func gather(_ symbols: UnsafePointer<Int32>, _ shard: Shard, _ places: SequencePlaces) {
        for lane in 0..<shardLanes {
            let sequence = Int(shard.indices[min(lane, shard.count - 1)])
            let first = symbols + places.firstSteps[sequence]
            let length = Int(places.lengths[sequence])
            for step in 0..<stack.longest {
                stack.symbols[step * shardLanes + lane] = step < length ? first[step] : 0
            }
        }
    }

    /// The outputs. Without outputs at each step, the products of all steps are added to the same numbers.
    private var outputTensor: LaneTensor {
        LaneTensor(
            base: outputs.base, stepStride: model.hasStepOutputs ? model.output.count * shardLanes : 0)
    }

    private func headForward() {
        let steps = model.hasStepOutputs ? readout.readSteps : 1
        kernels.product(
            rows: head.outputs, steps: steps, start: .bias(head.bias), first: headTerm(from: 0), second: nil,
            output: outputTensor)
        kernels.product(
            rows: head.outputs, steps: head.steps - 1, start: .output, first: headTerm(from: 1), second: nil,
            output: outputTensor)
        if model.hasSigmoid { kernels.sigmoid(outputs.base, count: steps * head.outputs * shardLanes) }
    }

    private func headTerm(from step: Int) -> ProductTerm {
        ProductTerm(
            weights: head.weights + step * head.weightsStride,
            weightsStepStride: model.hasStepOutputs ? 0 : head.weightsStride,
            input: readout.features.advanced(steps: step), columns: head.features)
    }

    private func headBackward(_ gradients: UnsafeMutablePointer<Float>) {
        let offsets = model.headOffsets
        // With outputs at each step, one matrix is applied to all steps; otherwise there is a matrix for each step read.
        let stepsOfMatrix = model.hasStepOutputs ? readout.readSteps : 1
        for step in 0..<head.steps {
            kernels.weightGradient(
                rows: head.outputs, columns: head.features, steps: stepsOfMatrix, outer: outputTensor,
                inner: readout.features.advanced(steps: step), innerRanges: nil,
                gradient: gradients + offsets.weight + step * head.features,
                rowStride: head.steps * head.features)
        }
        kernels.biasGradient(
            rows: head.outputs, steps: stepsOfMatrix, outer: outputTensor, gradient: gradients + offsets.bias)
        kernels.product(
            rows: head.features, steps: readout.readSteps, start: .bias(zeroBias),
            first: ProductTerm(
                weights: head.weightsTransposed,
                weightsStepStride: model.hasStepOutputs ? 0 : head.weightsTransposedStride,
                input: outputTensor, columns: head.outputs),
            second: nil, output: readout.featureGradient)
        readout.distribute()
    }
}

extension SampleKernels {
    /// Copies the sequences of a shard, all with the same number of steps, into its lanes.
    ///
    /// - Parameter ranges: [L] Receives the range of features that may be non-zero at each step.
    func gather(
        _ shard: Shard, of sequences: SequenceSamples, steps: Int, features: Int, into target: LaneTensor,
        ranges: UnsafeMutablePointer<FeatureRange>
    ) {
        let stride = sequences.stride ?? steps * features
        switch sequences.inputs {
        case .bytes(let bytes, let scale):
            gather(
                bytes: bytes, sampleStride: stride, indices: shard.indices, count: shard.count, steps: steps,
                features: features, scale: scale, into: target, ranges: ranges)
        case .numbers(let values):
            gather(
                values: values, sampleStride: stride, indices: shard.indices, count: shard.count,
                steps: steps,
                features: features, into: target)
            for step in 0..<steps { ranges[step] = FeatureRange(0, features) }
        case .symbols: preconditionFailure("symbols: expected sequences with lengths, received none")
        }
    }
}
