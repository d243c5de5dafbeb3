import KernelInterface

/// Everything one shard of sequences needs to run forward and backward through an LSTM: made once for a
/// length, used for every shard that a worker computes.
///
/// The caller fills `input`, sets states if there are any, runs `forward`, reads `output`, fills
/// `outputGradient`, runs `backward`, and adds up the gradients.
final class LSTMWorkspace {
    let lstm: LSTM
    let steps: Int

    /// [L][D][lane]
    let input: LaneTensor

    /// [L] Where the input is not zero: everywhere, until whoever fills the input knows better.
    let inputRanges: UnsafeMutablePointer<FeatureRange>

    /// [L][outputSize][lane] of the last layer, and the gradient of the loss by it.
    var output: LaneTensor { outputs[lstm.numLayers - 1] }
    var outputGradient: LaneTensor { outputGradients[lstm.numLayers - 1] }

    /// [L][D][lane], if it was asked for.
    let inputGradient: LaneTensor?

    /// Indexed layer · directions + direction.
    private let passes: [RecurrentPass]
    private let outputs: [LaneTensor]
    private let outputGradients: [LaneTensor]
    private let packed: PackedLSTM
    private let kernels: any KernelSet
    private let memory: FloatBuffer
    private let training: Bool

    /// - Parameters:
    ///   - training: whether `backward` will be called; without it a shard needs a fraction of the memory.
    ///   - inputGradient: whether backward goes on to the gradient by the input.
    init(
        _ packed: PackedLSTM, lstm: LSTM, steps: Int, kernels: any KernelSet, training: Bool,
        inputGradient wantsInputGradient: Bool = false
    ) {
        self.lstm = lstm
        self.steps = steps
        self.packed = packed
        self.kernels = kernels
        self.training = training
        let ranges = UnsafeMutablePointer<FeatureRange>.allocate(capacity: steps)
        ranges.initialize(repeating: FeatureRange(0, lstm.inputSize), count: steps)
        inputRanges = ranges

        /// Steps lie a few cache lines further apart than they need to: at a multiple of 4 KiB all of them
        /// would fall into the same few sets of the cache.
        func tensor(_ arena: inout Arena, steps: Int, features: Int) -> LaneTensor {
            let stride = (features + 4) * shardLanes
            return LaneTensor(base: arena.take(steps * stride), stepStride: steps == 1 ? 0 : stride)
        }
        struct Parts {
            var input: LaneTensor
            var inputGradient: LaneTensor?
            var outputs: [LaneTensor] = []
            var outputGradients: [LaneTensor] = []
            var passes: [RecurrentPass] = []
        }
        func divide(_ arena: inout Arena) -> Parts {
            var parts = Parts(input: tensor(&arena, steps: steps, features: lstm.inputSize))
            let kept = training ? steps : 1
            if wantsInputGradient {
                parts.inputGradient = tensor(&arena, steps: steps, features: lstm.inputSize)
            }
            for layer in 0..<lstm.numLayers {
                // One slot before the first step and one after the last, for the initial states.
                let slots = tensor(&arena, steps: steps + 2, features: lstm.outputSize)
                parts.outputs.append(slots.advanced(steps: 1))
                parts.outputGradients.append(
                    training ? tensor(&arena, steps: steps, features: lstm.outputSize) : slots)
                for direction in 0..<lstm.directions {
                    let weights = packed.directions[layer * lstm.directions + direction]
                    let offset = direction * lstm.hiddenSize
                    parts.passes.append(
                        RecurrentPass(
                            steps: steps, inputSize: lstm.inputSize(ofLayer: layer),
                            hiddenSize: lstm.hiddenSize,
                            isReversed: direction == 1,
                            input: layer == 0 ? parts.input : parts.outputs[layer - 1],
                            inputRanges: layer == 0 ? UnsafePointer(ranges) : nil,
                            output: parts.outputs[layer].advanced(features: offset),
                            gates: tensor(&arena, steps: kept, features: lstm.gateRows),
                            factors: tensor(&arena, steps: kept, features: 2 * lstm.hiddenSize),
                            cell: arena.take(lstm.hiddenSize * shardLanes),
                            outputGradient: parts.outputGradients[layer].advanced(features: offset),
                            hiddenGradient: arena.take(lstm.hiddenSize * shardLanes),
                            cellGradient: arena.take(lstm.hiddenSize * shardLanes),
                            inputWeights: weights.inputWeights, hiddenWeights: weights.hiddenWeights,
                            bias: weights.bias, hiddenWeightsTransposed: weights.hiddenWeightsTransposed))
                }
            }
            return parts
        }
        let (memory, parts) = Arena.divided(divide)
        self.memory = memory
        input = parts.input
        inputGradient = parts.inputGradient
        outputs = parts.outputs
        outputGradients = parts.outputGradients
        passes = parts.passes
    }

    deinit { inputRanges.deallocate() }

    // MARK: States, indexed layer · directions + direction, each [H][lane]

    /// The hidden state before the first step; it stays until it is changed, zero at first.
    func initialHidden(_ index: Int) -> UnsafeMutablePointer<Float> {
        passes[index].previousOutput[passes[index].step(at: 0)]
    }

    /// The hidden state after the last step.
    func finalHidden(_ index: Int) -> UnsafeMutablePointer<Float> {
        passes[index].output[passes[index].step(at: steps - 1)]
    }

    /// The cell state: to be set before `forward`, which leaves the final one.
    func cell(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].cell }

    /// Gradients by the final states: to be set before `backward`, which leaves those by the initial ones.
    func hiddenGradient(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].hiddenGradient }
    func cellGradient(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].cellGradient }

    /// Cell states of zero, as every sequence without a state of its own starts.
    func clearCells() {
        for pass in passes { pass.cell.clear(count: lstm.hiddenSize * shardLanes) }
    }

    /// Gradients of zero by the final states, for a loss that reads outputs only.
    func clearStateGradients() {
        for pass in passes {
            pass.hiddenGradient.clear(count: lstm.hiddenSize * shardLanes)
            pass.cellGradient.clear(count: lstm.hiddenSize * shardLanes)
        }
    }

    // MARK: Passes

    func forward() {
        for pass in passes { kernels.lstmForward(pass, keepsFactors: training) }
    }

    /// From `outputGradient` to the gradients of all gates, and of the input where wanted.
    func backward() {
        precondition(training, "a workspace made without `training` keeps nothing to run backward from")
        for layer in stride(from: lstm.numLayers - 1, through: 0, by: -1) {
            for direction in 0..<lstm.directions {
                kernels.lstmBackward(passes[layer * lstm.directions + direction])
            }
            guard let target = layer > 0 ? outputGradients[layer - 1] : inputGradient else { continue }
            kernels.product(
                rows: lstm.inputSize(ofLayer: layer), steps: steps, start: .bias(packed.zeroBias),
                first: inputTerm(layer, 0), second: lstm.bidirectional ? inputTerm(layer, 1) : nil,
                output: target)
        }
    }

    private func inputTerm(_ layer: Int, _ direction: Int) -> ProductTerm {
        let index = layer * lstm.directions + direction
        return ProductTerm(
            weights: packed.directions[index].inputWeightsTransposed, input: passes[index].gates,
            columns: lstm.gateRows)
    }

    /// Adds the gradients by the parameters to a flat buffer.
    func addGradients(to gradients: UnsafeMutablePointer<Float>, offsets: [LSTM.Offsets]) {
        let rows = lstm.gateRows
        for (pass, offsets) in zip(passes, offsets) {
            kernels.weightGradient(
                rows: rows, columns: pass.inputSize, steps: steps, outer: pass.gates, inner: pass.input,
                innerRanges: pass.inputRanges, gradient: gradients + offsets.weightIH,
                rowStride: pass.inputSize)
            kernels.weightGradient(
                rows: rows, columns: pass.hiddenSize, steps: steps, outer: pass.gates,
                inner: pass.previousOutput,
                innerRanges: nil, gradient: gradients + offsets.weightHH, rowStride: pass.hiddenSize)
            guard let biasIH = offsets.biasIH, let biasHH = offsets.biasHH else { continue }
            kernels.biasGradient(rows: rows, steps: steps, outer: pass.gates, gradient: gradients + biasIH)
            // Both biases are added to the same sum, so their gradients are one.
            (gradients + biasHH).update(from: gradients + biasIH, count: rows)
        }
    }
}
