import KernelInterface

/// Everything one shard of sequences needs to run forward and backward through a stack of recurrent layers:
/// made once for a length, used for every shard that a worker computes.
///
/// The caller fills `input`, sets states if there are any, runs `forward`, reads `output`, fills
/// `outputGradient`, runs `backward`, and adds up the gradients.
final class StackWorkspace {
    let stack: RecurrentStack
    let steps: Int

    /// [L][D][lane]
    let input: LaneTensor

    /// [L] Where the input is not zero: everywhere, until whoever fills the input knows better.
    let inputRanges: UnsafeMutablePointer<FeatureRange>

    /// [L][outputSize][lane] of the last layer, and the gradient of the loss by it.
    var output: LaneTensor { outputs[stack.numLayers - 1] }
    var outputGradient: LaneTensor { outputGradients[stack.numLayers - 1] }

    /// [L][D][lane], if it was asked for.
    let inputGradient: LaneTensor?

    /// Indexed layer · directions + direction.
    private var passes: [RecurrentPass]
    /// What the next layer, or the caller, reads of each layer; `states` where nothing is filtered.
    private let outputs: [LaneTensor]
    /// What each layer remembers from step to step.
    private let states: [LaneTensor]
    private let outputGradients: [LaneTensor]
    private let packed: PackedStack
    private let kernels: any KernelSet
    private let memory: FloatBuffer
    let purpose: Purpose
    /// [lane]
    private let lengths: UnsafeMutablePointer<Float>
    /// [layer][lane]
    private let dropoutKeys: UnsafeMutablePointer<UInt32>
    private var hasLengths = false

    /// What a workspace is for; the less, the less memory it takes.
    struct Purpose: OptionSet {
        let rawValue: Int
        /// `backward` will be called.
        static let training = Purpose(rawValue: 1)
        /// `backward` goes on to the gradient by the input.
        static let inputGradient = Purpose(rawValue: 2)
        /// Sequences may have lengths of their own.
        static let lengths = Purpose(rawValue: 4)
    }

    init(
        _ packed: PackedStack, stack: RecurrentStack, steps: Int, kernels: any KernelSet, for purpose: Purpose
    ) {
        self.stack = stack
        self.steps = steps
        self.packed = packed
        self.kernels = kernels
        self.purpose = purpose
        let ranges = UnsafeMutablePointer<FeatureRange>.allocate(capacity: steps)
        ranges.initialize(repeating: FeatureRange(0, stack.inputSize), count: steps)
        inputRanges = ranges
        dropoutKeys = .allocate(capacity: stack.numLayers * shardLanes)
        dropoutKeys.initialize(repeating: 0, count: stack.numLayers * shardLanes)
        let (memory, parts) = Arena.divided { arena in
            WorkspaceParts(
                &arena, packed: packed, stack: stack, steps: steps, purpose: purpose, inputRanges: ranges)
        }
        self.memory = memory
        input = parts.input
        inputGradient = parts.inputGradient
        outputs = parts.outputs
        states = parts.states
        outputGradients = parts.outputGradients
        passes = parts.passes
        lengths = parts.lengths
    }

    deinit {
        inputRanges.deallocate()
        dropoutKeys.deallocate()
    }

    // MARK: States, indexed layer · directions + direction, each [H][lane]

    /// The hidden state before the first step; it stays until it is changed, zero at first.
    func initialHidden(_ index: Int) -> UnsafeMutablePointer<Float> {
        passes[index].previousOutput[passes[index].step(at: 0)]
    }

    /// The hidden state after the last step.
    func finalHidden(_ index: Int) -> UnsafeMutablePointer<Float> {
        passes[index].output[passes[index].step(at: passes[index].steps - 1)]
    }

    /// The cell state: to be set before `forward`, which leaves the final one.
    func cell(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].cell }

    /// Gradients by the final states: to be set before `backward`, which leaves those by the initial ones.
    func hiddenGradient(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].hiddenGradient }
    func cellGradient(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].cellGradient }

    /// Cell states of zero, as every sequence without a state of its own starts.
    func clearCells() {
        guard stack.cell.hasCellState else { return }
        for pass in passes { pass.cell.clear(count: stack.hiddenSize * shardLanes) }
    }

    /// Gradients of zero by the final states, for a loss that reads outputs only.
    func clearStateGradients() {
        for pass in passes {
            pass.hiddenGradient.clear(count: stack.hiddenSize * shardLanes)
            pass.cellGradient.clear(count: stack.hiddenSize * shardLanes)
        }
    }

    // MARK: Lengths and dropout

    /// Gives each sequence a length of its own, 1 to `steps`, before states are set.
    func setLengths(_ sequences: [Int]) {
        precondition(purpose.contains(.lengths), "a workspace made without `lengths` takes none")
        hasLengths = true
        let longest = sequences.max() ?? steps
        // Lanes without a sequence are copies of the last one.
        for lane in 0..<shardLanes { lengths[lane] = Float(sequences[min(lane, sequences.count - 1)]) }
        for index in passes.indices {
            passes[index].lengths = UnsafePointer(lengths)
            passes[index].steps = longest
            passes[index].shortest = sequences.min() ?? steps
        }
    }

    /// Decides the dropout masks of the next pass.
    func setDropoutKey(layer: Int, lane: Int, _ key: UInt32) {
        dropoutKeys[layer * shardLanes + lane] = key
    }

    private var longest: Int { passes[0].steps }

    /// What is between a layer and its reader, or before the first (-1); nil if nothing.
    private func filter(after layer: Int) -> LaneFilter? {
        let drops = purpose.contains(.training) && stack.drops(after: layer)
        guard drops || hasLengths else { return nil }
        return LaneFilter(
            lengths: hasLengths ? UnsafePointer(lengths) : nil,
            dropoutKeys: drops ? UnsafePointer(dropoutKeys + layer * shardLanes) : nil,
            dropout: Float(stack.dropout))
    }

    // MARK: Passes

    func forward() {
        precondition(hasLengths == purpose.contains(.lengths), "a workspace for lengths needs them")
        if let filter = filter(after: -1) {
            // What stands past the end of a sequence counts for nothing, not even as a NaN times zero.
            kernels.filter(filter, steps: steps, features: stack.inputSize, from: input, to: input)
        }
        for layer in 0..<stack.numLayers {
            for direction in 0..<stack.directions {
                kernels.forward(
                    stack.cell.recurrence, passes[layer * stack.directions + direction],
                    keepsFactors: purpose.contains(.training))
            }
            guard let filter = filter(after: layer) else { continue }
            kernels.filter(
                filter, steps: steps, features: stack.outputSize, from: states[layer], to: outputs[layer])
        }
    }

    /// From `outputGradient` to the gradients of all gates, and of the input where wanted.
    func backward() {
        precondition(purpose.contains(.training), "only a workspace for training runs backward")
        for layer in stride(from: stack.numLayers - 1, through: 0, by: -1) {
            if let filter = filter(after: layer) {
                kernels.filter(
                    filter, steps: longest, features: stack.outputSize, from: outputGradients[layer],
                    to: outputGradients[layer])
            }
            for direction in 0..<stack.directions {
                kernels.backward(stack.cell.recurrence, passes[layer * stack.directions + direction])
            }
            guard let target = layer > 0 ? outputGradients[layer - 1] : inputGradient else { continue }
            kernels.product(
                rows: stack.inputSize(ofLayer: layer), steps: longest, start: .bias(packed.zeroBias),
                first: inputTerm(layer, 0), second: stack.bidirectional ? inputTerm(layer, 1) : nil,
                output: target)
        }
        guard let inputGradient else { return }
        for step in longest..<steps { inputGradient[step].clear(count: stack.inputSize * shardLanes) }
    }

    private func inputTerm(_ layer: Int, _ direction: Int) -> ProductTerm {
        let index = layer * stack.directions + direction
        return ProductTerm(
            weights: packed.directions[index].inputWeightsTransposed, input: passes[index].gates,
            columns: stack.gateRows)
    }

    /// Adds the gradients by the parameters to a flat buffer.
    func addGradients(to gradients: UnsafeMutablePointer<Float>, offsets: [RecurrentStack.Offsets]) {
        let rows = stack.gateRows
        for (pass, offsets) in zip(passes, offsets) {
            kernels.weightGradient(
                rows: rows, columns: pass.inputSize, steps: longest, outer: pass.gates, inner: pass.input,
                innerRanges: pass.inputRanges, gradient: gradients + offsets.weightIH,
                rowStride: pass.inputSize)
            addHiddenGradients(pass, to: gradients + offsets.weightHH)
            guard let biasIH = offsets.biasIH else { continue }
            kernels.biasGradient(rows: rows, steps: longest, outer: pass.gates, gradient: gradients + biasIH)
            guard let biasHH = offsets.biasHH else { continue }
            addHiddenBiasGradient(pass, to: gradients + biasHH, inputBias: gradients + biasIH)
        }
    }

    /// Gradients by the weights of the hidden state: of all gates with the state before each step, but for the n
    /// of a GRU, whose gradient inside of the reset product, or whose state after it, lies elsewhere.
    private func addHiddenGradients(_ pass: RecurrentPass, to gradient: UnsafeMutablePointer<Float>) {
        let hidden = pass.hiddenSize
        func add(_ rows: Range<Int>, outer: LaneTensor, inner: LaneTensor) {
            kernels.weightGradient(
                rows: rows.count, columns: hidden, steps: longest, outer: outer, inner: inner,
                innerRanges: nil, gradient: gradient + rows.lowerBound * hidden, rowStride: hidden)
        }
        switch stack.cell {
        case .rnnTanh, .rnnReLU, .lstm:
            add(0..<stack.gateRows, outer: pass.gates, inner: pass.previousOutput)
        case .gru:
            add(0..<2 * hidden, outer: pass.gates, inner: pass.previousOutput)
            add(
                2 * hidden..<3 * hidden, outer: pass.gates.advanced(features: 3 * hidden),
                inner: pass.previousOutput)
        case .gruResetBefore:
            add(0..<2 * hidden, outer: pass.gates, inner: pass.previousOutput)
            add(
                2 * hidden..<3 * hidden, outer: pass.gates.advanced(features: 2 * hidden),
                inner: pass.factors.advanced(features: 2 * hidden))
        }
    }

    /// Both biases are added to the same sum, so their gradients are one; not so inside of a reset product.
    private func addHiddenBiasGradient(
        _ pass: RecurrentPass, to gradient: UnsafeMutablePointer<Float>, inputBias: UnsafePointer<Float>
    ) {
        guard stack.cell == .gru else {
            gradient.update(from: inputBias, count: stack.gateRows)
            return
        }
        let hidden = pass.hiddenSize
        gradient.update(from: inputBias, count: 2 * hidden)
        kernels.biasGradient(
            rows: hidden, steps: longest, outer: pass.gates.advanced(features: 3 * hidden),
            gradient: gradient + 2 * hidden)
    }
}
