import KernelInterface
import Randomness

/// Labelled sequences of bytes in memory, one after the other: images by rows, each L · D bytes.
public struct SequenceSamples {
    public let bytes: UnsafePointer<UInt8>
    public let labels: UnsafePointer<UInt8>
    public let count: Int
    /// What a byte is multiplied with: 1/255 brings images into [0, 1].
    public let scale: Float

    public init(
        bytes: UnsafePointer<UInt8>, labels: UnsafePointer<UInt8>, count: Int, scale: Float = 1 / 255
    ) {
        self.bytes = bytes
        self.labels = labels
        self.count = count
        self.scale = scale
    }
}

/// Sequences computed side by side: part of a batch.
struct Shard {
    let indices: UnsafePointer<Int32>
    let count: Int
}

/// A classifier's forward and backward passes over one shard. One belongs to each worker.
final class SequenceWorkspace {
    private(set) var profile = PhaseTimes()

    private let model: SequenceModel
    private let stack: StackWorkspace
    private let readout: ReadoutWorkspace
    private let head: PackedHead
    private let zeroBias: UnsafePointer<Float>
    private let kernels: any KernelSet
    /// [C][lane]; after the loss, its gradient by them.
    let scores: FloatBuffer

    init(
        _ model: SequenceModel, stack packedStack: PackedStack, head: PackedHead, kernels: any KernelSet,
        training: Bool
    ) {
        self.model = model
        self.head = head
        self.kernels = kernels
        zeroBias = packedStack.zeroBias
        stack = StackWorkspace(
            packedStack, stack: model.stack, steps: model.sequenceLength, kernels: kernels,
            for: training ? .training : [])
        readout = ReadoutWorkspace(model, of: stack, kernels: kernels, training: training)
        scores = FloatBuffer(count: model.classCount * shardLanes)
    }

    /// Zeros a gradient, for shards to be added to.
    func clear(_ gradient: UnsafeMutablePointer<Float>, count: Int) {
        profile.begin()
        gradient.clear(count: count)
        profile.end(.weightGradients)
    }

    /// Adds the gradient of the summed loss times `scale` to `gradients` and returns the summed loss.
    func train(
        _ shard: Shard, of sequences: SequenceSamples, scale: Float, labelSmoothing: Float,
        gradients: UnsafeMutablePointer<Float>
    ) -> ShardLoss {
        computeScores(shard, of: sequences)
        profile.begin()
        let loss = kernels.crossEntropy(
            scores: scores.base, classes: head.classes, labels: sequences.labels, indices: shard.indices,
            count: shard.count, scale: scale, labelSmoothing: labelSmoothing)
        stack.clearStateGradients()
        headBackward(gradients)
        profile.end(.head)
        stack.backward()
        profile.end(.backward)
        stack.addGradients(to: gradients, offsets: model.stackOffsets)
        profile.end(.weightGradients)
        return loss
    }

    func evaluate(_ shard: Shard, of sequences: SequenceSamples) -> ShardLoss {
        computeScores(shard, of: sequences)
        return kernels.crossEntropy(
            scores: scores.base, classes: head.classes, labels: sequences.labels, indices: shard.indices,
            count: shard.count, scale: 0, labelSmoothing: 0)
    }

    /// Decides the dropout masks of the next shard, by the number of the training step and the place of each
    /// sequence in the batch.
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

    /// Leaves the scores of a shard in `scores`.
    func computeScores(_ shard: Shard, of sequences: SequenceSamples) {
        profile.begin()
        let inputSize = model.stack.inputSize
        kernels.gather(
            bytes: sequences.bytes, sampleStride: model.sequenceLength * inputSize,
            indices: shard.indices, count: shard.count, steps: model.sequenceLength, features: inputSize,
            scale: sequences.scale, into: stack.input, ranges: stack.inputRanges)
        profile.end(.gather)
        stack.clearCells()
        stack.forward()
        profile.end(.forward)
        readout.collect()
        headForward()
        profile.end(.head)
    }

    private var scoreTensor: LaneTensor { LaneTensor(base: scores.base, stepStride: 0) }

    private func headForward() {
        kernels.product(
            rows: head.classes, steps: 1, start: .bias(head.bias), first: headTerm(from: 0), second: nil,
            output: scoreTensor)
        kernels.product(
            rows: head.classes, steps: head.steps - 1, start: .output, first: headTerm(from: 1), second: nil,
            output: scoreTensor)
    }

    private func headTerm(from step: Int) -> ProductTerm {
        ProductTerm(
            weights: head.weights + step * head.weightsStride, weightsStepStride: head.weightsStride,
            input: readout.features.advanced(steps: step), columns: head.features)
    }

    private func headBackward(_ gradients: UnsafeMutablePointer<Float>) {
        let offsets = model.headOffsets
        for step in 0..<head.steps {
            kernels.weightGradient(
                rows: head.classes, columns: head.features, steps: 1, outer: scoreTensor,
                inner: readout.features.advanced(steps: step), innerRanges: nil,
                gradient: gradients + offsets.weight + step * head.features,
                rowStride: head.steps * head.features)
        }
        kernels.biasGradient(
            rows: head.classes, steps: 1, outer: scoreTensor, gradient: gradients + offsets.bias)
        kernels.product(
            rows: head.features, steps: head.steps, start: .bias(zeroBias),
            first: ProductTerm(
                weights: head.weightsTransposed, weightsStepStride: head.weightsTransposedStride,
                input: scoreTensor, columns: head.classes),
            second: nil, output: readout.featureGradient)
        readout.distribute()
    }
}
