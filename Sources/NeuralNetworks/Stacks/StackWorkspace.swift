import KernelInterface
import Platform

/// The memory for the forward and backward passes of one shard through a stack of recurrent layers. It is allocated
/// once for a length and used for every shard that a worker computes.
///
/// The caller fills `input`, sets initial states if there are any, calls `forward`, reads `output`, fills
/// `outputGradient`, calls `backward`, and calls `addGradients`.
final class StackWorkspace {
    let stack: RecurrentStack
    let steps: Int

    /// [L][D][lane] The input.
    let input: LaneTensor

    /// [L][lane] The symbols, in place of the input, if the purpose includes `symbols`; otherwise empty.
    let symbols: UnsafeMutableBufferPointer<Int32>

    /// [L] The features of the input that may be non-zero: at first all; the caller may narrow them.
    let inputRanges: UnsafeMutablePointer<FeatureRange>

    /// [L][outputSize][lane] The output of the last layer, and the gradient of the loss with respect to it.
    var output: LaneTensor { outputs[stack.numLayers - 1] }
    var outputGradient: LaneTensor { outputGradients[stack.numLayers - 1] }

    /// The passes; the index is layer · directions + direction.
    private var passes: [RecurrentPass]
    /// The output of each layer, as read by the next layer or the caller; it is `states` if there is no filter.
    private let outputs: [LaneTensor]
    /// The hidden states of each layer.
    private let states: [LaneTensor]
    private var outputGradients: [LaneTensor]
    /// The owner of `outputGradients`, if they are borrowed.
    private var borrowed: OutputGradients?
    private let packed: PackedStack
    private let kernels: any KernelSet
    private let memory: FloatBuffer
    let purpose: Purpose
    /// [lane] The length of each sequence.
    private let lengths: UnsafeMutablePointer<Float>
    /// [layer][lane] The keys of the dropout masks.
    private let dropoutKeys: UnsafeMutablePointer<UInt32>
    private let tableGradient: UnsafeMutablePointer<Float>?
    private var hasLengths = false

    /// The purpose of a workspace; fewer options need less memory.
    struct Purpose: OptionSet {
        let rawValue: Int
        /// `backward` will be called.
        static let training = Purpose(rawValue: 1)
        /// The gradients of the outputs are borrowed before each backward pass.
        static let borrowsGradients = Purpose(rawValue: 2)
        /// Sequences may have different lengths. The input is zero past the end of each sequence.
        static let lengths = Purpose(rawValue: 4)
        /// The content of the input past the end of a sequence is arbitrary, and the output past the end, which is read,
        /// is zero.
        static let padded = Purpose(rawValue: 8)
        /// The input is symbols, for which the packed stack has tables.
        static let symbols = Purpose(rawValue: 16)
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
        symbols = .allocate(capacity: purpose.contains(.symbols) ? steps * shardLanes : 0)
        symbols.initialize(repeating: 0)
        dropoutKeys = .allocate(capacity: stack.numLayers * shardLanes)
        dropoutKeys.initialize(repeating: 0, count: stack.numLayers * shardLanes)
        let (memory, parts) = Arena.divided { arena in
            WorkspaceParts(
                &arena, packed: packed, stack: stack, steps: steps, purpose: purpose, inputRanges: ranges)
        }
        self.memory = memory
        input = parts.input
        outputs = parts.outputs
        states = parts.states
        outputGradients = parts.outputGradients
        passes = parts.passes
        lengths = parts.lengths
        tableGradient = parts.tableGradient
    }

    deinit {
        inputRanges.deallocate()
        symbols.deallocate()
        dropoutKeys.deallocate()
    }

    // MARK: States, each [H][lane]; the index is layer · directions + direction

    /// Returns the hidden state before the first step. It is zero at first, and kept from pass to pass until it is set.
    func initialHidden(_ index: Int) -> UnsafeMutablePointer<Float> {
        passes[index].previousOutput[passes[index].step(at: 0)]
    }

    /// Returns the hidden state after the last step.
    func finalHidden(_ index: Int) -> UnsafeMutablePointer<Float> {
        passes[index].output[passes[index].step(at: passes[index].steps - 1)]
    }

    /// Returns the cell state: the initial one, which must be set before `forward`, and the final one after it.
    func cell(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].cell }

    /// Returns the gradient of the hidden state: the final state's, which must be set before `backward`, and the
    /// initial state's after it.
    func hiddenGradient(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].hiddenGradient }
    /// Returns the gradient of the cell state, used like `hiddenGradient`.
    func cellGradient(_ index: Int) -> UnsafeMutablePointer<Float> { passes[index].cellGradient }

    /// Sets the cell states to zero, the default initial state.
    func clearCells() {
        guard stack.cell.hasCellState else { return }
        for pass in passes { pass.cell.clear(count: stack.hiddenSize * shardLanes) }
    }

    /// Sets the hidden states before the first step to zero. It is needed if lengths change: with other lengths, the place
    /// of a reversed layer's initial state is another.
    func clearInitialHidden() {
        for index in passes.indices { initialHidden(index).clear(count: stack.hiddenSize * shardLanes) }
    }

    /// Sets the gradients of the final states to zero, for a loss that reads only outputs.
    func clearStateGradients() {
        for pass in passes {
            pass.hiddenGradient.clear(count: stack.hiddenSize * shardLanes)
            pass.cellGradient.clear(count: stack.hiddenSize * shardLanes)
        }
    }

    // MARK: Lengths and dropout

    /// Sets the length of each sequence, 1 to `steps`. Call it before states are set.
    func setLengths(_ sequences: [Int]) { setLengths(count: sequences.count) { sequences[$0] } }

    /// Sets the lengths of the first `count` lanes, 1 to `steps`. The lanes past them are copies of the last one.
    func setLengths(count: Int, _ length: (_ lane: Int) -> Int) {
        precondition(purpose.contains(.lengths), "a workspace made without `lengths` takes none")
        hasLengths = true
        var (shortest, longest) = (length(0), length(0))
        for lane in 0..<shardLanes {
            let steps = length(min(lane, count - 1))
            lengths[lane] = Float(steps)
            shortest = min(shortest, steps)
            longest = max(longest, steps)
        }
        for index in passes.indices {
            passes[index].lengths = UnsafePointer(lengths)
            passes[index].steps = longest
            passes[index].shortest = shortest
        }
    }

    /// [lane] The length of each sequence; nil if all have `steps` steps.
    var laneLengths: UnsafePointer<Float>? { hasLengths ? UnsafePointer(lengths) : nil }

    /// Returns the number of steps of a lane's sequence.
    func length(ofLane lane: Int) -> Int { hasLengths ? Int(lengths[lane]) : steps }

    /// Sets the key of the next pass's dropout mask after a layer, for one lane.
    func setDropoutKey(layer: Int, lane: Int, _ key: UInt32) {
        dropoutKeys[layer * shardLanes + lane] = key
    }

    /// The number of steps of the longest sequence.
    var longest: Int { passes[0].steps }

    /// Returns the filter between a layer and its reader, or before the first layer (-1); nil if there is none.
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
        if purpose.contains(.padded), let filter = filter(after: -1) {
            // The padding past the end of a sequence must not contribute, not even as NaN times zero.
            kernels.filter(filter, steps: steps, features: stack.inputSize, from: input, to: input)
        }
        lookUpSymbols()
        let filteredSteps = purpose.contains(.padded) ? steps : longest
        for layer in 0..<stack.numLayers {
            for direction in 0..<stack.directions {
                kernels.forward(
                    stack.cell.recurrence, passes[layer * stack.directions + direction],
                    keepsFactors: purpose.contains(.training))
            }
            guard let filter = filter(after: layer) else { continue }
            kernels.filter(
                filter, steps: filteredSteps, features: stack.outputSize, from: states[layer],
                to: outputs[layer])
        }
    }

    /// Copies the first layer's products with the input from the tables, if the input is symbols.
    private func lookUpSymbols() {
        guard let symbols = UnsafePointer(symbols.baseAddress), purpose.contains(.symbols) else { return }
        for direction in 0..<stack.directions {
            guard let table = packed.directions[direction].inputTable else { continue }
            for step in 0..<longest {
                kernels.lookUp(
                    table, rows: stack.gateRows, symbols: symbols + step * shardLanes,
                    into: passes[direction].gates[step])
            }
        }
    }

    /// Uses other memory for the gradients of the outputs in the next backward pass. Call it before `outputGradient` is
    /// filled.
    func borrow(_ gradients: OutputGradients) {
        precondition(
            purpose.contains(.borrowsGradients) && gradients.steps == steps, "a workspace of \(steps) steps")
        borrowed = gradients
        outputGradients = gradients.layers
        for index in passes.indices {
            let (layer, direction) = index.quotientAndRemainder(dividingBy: stack.directions)
            passes[index].outputGradient = gradients.layers[layer].advanced(
                features: direction * stack.hiddenSize)
        }
    }

    /// Computes the gradients of all gates from `outputGradient`.
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
            if layer > 0 { computeInputGradient(ofLayer: layer, into: outputGradients[layer - 1]) }
        }
    }

    /// Computes the gradient of the input, [L][D][lane], after `backward`.
    func computeInputGradient(into target: LaneTensor) {
        computeInputGradient(ofLayer: 0, into: target)
        for step in longest..<steps { target[step].clear(count: stack.inputSize * shardLanes) }
    }

    private func computeInputGradient(ofLayer layer: Int, into target: LaneTensor) {
        kernels.product(
            rows: stack.inputSize(ofLayer: layer), steps: longest, start: .bias(packed.zeroBias),
            first: inputTerm(layer, 0), second: stack.bidirectional ? inputTerm(layer, 1) : nil,
            output: target)
    }

    private func inputTerm(_ layer: Int, _ direction: Int) -> ProductTerm {
        let index = layer * stack.directions + direction
        return ProductTerm(
            weights: packed.directions[index].inputWeightsTransposed, input: passes[index].gates,
            columns: stack.gateRows)
    }

    /// Adds the gradients of the parameters to a flat buffer.
    func addGradients(to gradients: UnsafeMutablePointer<Float>, offsets: [RecurrentStack.Offsets]) {
        let rows = stack.gateRows
        for (pass, offsets) in zip(passes, offsets) {
            if pass.gatesHaveInput {
                addTableGradient(pass, to: gradients + offsets.weightIH)
            } else {
                kernels.weightGradient(
                    rows: rows, columns: pass.inputSize, steps: longest, outer: pass.gates, inner: pass.input,
                    innerRanges: pass.inputRanges, gradient: gradients + offsets.weightIH,
                    rowStride: pass.inputSize)
            }
            addHiddenGradients(pass, to: gradients + offsets.weightHH)
            guard let biasIH = offsets.biasIH else { continue }
            kernels.biasGradient(rows: rows, steps: longest, outer: pass.gates, gradient: gradients + biasIH)
            guard let biasHH = offsets.biasHH else { continue }
            addHiddenBiasGradient(pass, to: gradients + biasHH, inputBias: gradients + biasIH)
        }
    }

    /// Adds the gradient of the input weights of a layer that reads symbols.
    private func addTableGradient(_ pass: RecurrentPass, to gradient: UnsafeMutablePointer<Float>) {
        guard let tableGradient, let symbols = UnsafePointer(symbols.baseAddress) else { return }
        let rows = stack.gateRows
        tableGradient.clear(count: InputTableShape.count(rows: rows, symbols: pass.inputSize))
        for step in 0..<longest {
            kernels.addToTable(
                pass.gates[step], rows: rows, symbols: symbols + step * shardLanes, table: tableGradient)
        }
        kernels.addTable(tableGradient, rows: rows, symbols: pass.inputSize, to: gradient)
    }

    /// Adds the gradients of the hidden weights: the product of each gate's gradient with the previous state. A GRU's n
    /// is different: inside the reset product it has a separate gradient, and with the reset gate before the product it
    /// reads r ⊙ h'.
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

    /// Sets the gradient of the second bias. Both biases are terms of the same sum, so their gradients are equal,
    /// except inside a reset product.
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
