import KernelInterface
import Randomness

/// Runs a batch of any size through a stack of recurrent layers, shard by shard, on one thread or several. The number of
/// threads does not change a bit of the results.
final class StackRunner {
    let stack: RecurrentStack
    let layout: ParameterLayout
    let parameters: FloatBuffer

    private let seed: UInt64
    private let offsets: [RecurrentStack.Offsets]
    private let kernels: any KernelSet
    private let packed: PackedStack
    private let watch: ParameterWatch
    private let pool: SharedPool
    private let shelf: WorkspaceShelf
    /// Gradients of inputs that may not have been computed yet.
    private var inputGradients: [WeakSource] = []
    /// The gradients of the parameters of the shards that several threads compute at the same time.
    private var slots = FloatBuffer(count: 0)

    private var outputs = BlockMemory()

    private struct WeakSource {
        weak var source: InputGradientSource?
    }

    /// A batch of sequences with their initial states.
    struct Input {
        /// The sequences, (N, L, D) or (L, N, D).
        var numbers: Tensor
        var batch: Int
        var steps: Int
        /// Whether the sequences are (L, N, D).
        var isStepMajor: Bool
        /// The initial states, (layers · directions, N, H); nil for zeros.
        var hidden: Tensor?
        var cell: Tensor?
        var lengths: [Int]?

        fileprivate func places(features: Int) -> LanePlaces {
            isStepMajor ? .groupMajor(steps, batch, features) : .sequenceMajor(steps, features)
        }
    }

    /// A forward pass. In training it keeps its workspaces for the backward pass.
    struct Pass {
        /// The output, (N, L, directions · H) or (L, N, directions · H).
        var output: LaneBlock
        /// The final hidden states, (layers · directions, N, H).
        var hidden: LaneBlock
        var cell: LaneBlock?
        fileprivate var steps: Int
        /// The places of the input.
        fileprivate var inputPlaces: LanePlaces
        /// The number of parameter changes before the pass.
        fileprivate var changes: Int
        fileprivate var workspaces: [StackWorkspace] = []
        fileprivate var order: LaneOrder { output.order }
    }

    /// The gradients of a scalar with respect to the input and the initial states, in their shapes.
    struct InputGradients {
        var input: LaneElements
        var hidden: LaneBlock
        var cell: LaneBlock?
    }

    convenience init(_ stack: RecurrentStack, seed: UInt64, threads: Int, kernels: any KernelSet) {
        self.init(stack, constants: nil, seed: seed, pool: .of(threads: threads), kernels: kernels)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for index in 0..<layout.count {
            parameters.base[index] = generator.nextSymmetric(bound: stack.initialBound)
        }
    }

    /// - Parameter constants: Parameters that never change; nil for zeros, which may change.
    private init(
        _ stack: RecurrentStack, constants: FloatBuffer?, seed: UInt64, pool: SharedPool,
        kernels: any KernelSet
    ) {
        self.stack = stack
        self.seed = seed
        self.kernels = kernels
        var layout = ParameterLayout()
        offsets = stack.append(to: &layout, prefix: "")
        self.layout = layout
        parameters = constants ?? FloatBuffer(count: layout.count)
        packed = PackedStack(stack, offsets: offsets, kernels: kernels)
        watch = ParameterWatch(parameters, areConstant: constants != nil)
        self.pool = pool
        shelf = WorkspaceShelf(packed, stack: stack, kernels: kernels)
    }

    /// Returns a runner with a copy of the parameters, which never changes. Several threads may run it forward at the same
    /// time in inference.
    func snapshot() -> StackRunner {
        let copy = StackRunner(
            stack, constants: parameters.copy(), seed: seed, pool: pool, kernels: kernels)
        copy.packIfChanged()
        return copy
    }

    /// Runs a batch forward.
    ///
    /// - Parameter step: The number of the training step; nil in inference.
    func forward(_ input: Input, step: Int?) -> Pass {
        packIfChanged()
        let order = input.lengths.map { LaneOrder(lengths: $0) } ?? LaneOrder(count: input.batch)
        let states = LanePlaces.groupMajor(stateCount, input.batch, stack.hiddenSize)
        let hasCell = stack.cell.hasCellState
        let places = input.places(features: stack.outputSize)
        var pass = Pass(
            // Threads that run the same snapshot do not share a block.
            output: watch.areConstant ? LaneBlock(order, places) : outputs.block(order, places),
            hidden: LaneBlock(order, states), cell: hasCell ? LaneBlock(order, states) : nil,
            steps: input.steps, inputPlaces: input.places(features: stack.inputSize), changes: watch.changes)
        var purpose: StackWorkspace.Purpose = step == nil ? [] : [.training, .borrowsGradients]
        if input.lengths != nil { purpose.formUnion([.lengths, .padded]) }
        // A pass that will be run backward keeps a workspace for each shard.
        if step != nil {
            pass.workspaces = (0..<order.shardCount).map { _ in shelf.take(steps: input.steps, for: purpose) }
        }
        // The backward pass begins with the first shard, whose workspace is then still in the cache.
        pool.run(tasks: order.shardCount) { [pass] task in
            let shard = order.shardCount - 1 - task
            let workspace =
                step == nil ? shelf.take(steps: input.steps, for: purpose) : pass.workspaces[shard]
            forward(input, shard, step, workspace, pass)
            if step == nil { shelf.give([workspace]) }
        }
        return pass
    }

    private func forward(
        _ input: Input, _ shard: Int, _ step: Int?, _ workspace: StackWorkspace, _ pass: Pass
    ) {
        let order = pass.order
        if let lengths = input.lengths {
            workspace.setLengths(count: order.count(ofShard: shard)) { lengths[order.sequence(shard, $0)] }
        }
        if let step { setDropoutKeys(workspace, order, shard, step: step) }
        input.numbers.copy(
            shard, order, pass.inputPlaces, idle: .copyOfLast, to: workspace.input, by: kernels)
        kernels.findRanges(
            of: workspace.input, steps: input.steps, features: stack.inputSize, into: workspace.inputRanges)
        let states = pass.hidden.places
        if let hidden = input.hidden {
            write(hidden, shard, order, states, .copyOfLast, workspace.initialHidden)
        } else {
            workspace.clearInitialHidden()
        }
        if let cell = input.cell {
            write(cell, shard, order, states, .copyOfLast, workspace.cell)
        } else {
            workspace.clearCells()
        }
        workspace.forward()
        let (source, output) = (workspace.output, pass.output[shard])
        let size = stack.outputSize * shardLanes
        for step in 0..<pass.steps { output[step].update(from: source[step], count: size) }
        read(workspace.finalHidden, to: pass.hidden[shard])
        if let cell = pass.cell { read(workspace.cell, to: cell[shard]) }
    }

    private func packIfChanged() {
        guard watch.look() else { return }
        // They are products with the old weights.
        for source in inputGradients.compactMap(\.source) { _ = source.block }
        inputGradients = []
        for task in 0..<packed.taskCount { packed.pack(task: task, from: parameters.base) }
    }

    /// Adds the gradients of the parameters to `gradients` and returns the gradients of the input and initial states.
    ///
    /// - Parameter outputGradient: The gradient of the output, in its shape; nil for zeros.
    ///   The gradients of the states may be nil in the same way.
    func backward(
        _ pass: Pass, outputGradient: Tensor?, hiddenGradient: Tensor?, cellGradient: Tensor?,
        addingTo gradients: FloatBuffer
    ) -> InputGradients {
        watch.check(pass.changes)
        let (order, states) = (pass.order, pass.hidden.places)
        let hidden = LaneBlock(order, states)
        let cell = stack.cell.hasCellState ? LaneBlock(order, states) : nil
        addGradients(shards: order.shardCount, to: gradients) { shard, gradient in
            let workspace = pass.workspaces[shard]
            shelf.withGradients(steps: pass.steps) {
                workspace.borrow($0)
                if let outputGradient {
                    outputGradient.copy(
                        shard, order, pass.output.places, idle: .zero, to: workspace.outputGradient,
                        by: kernels)
                } else {
                    let gradient = workspace.outputGradient
                    for step in 0..<pass.steps { gradient[step].clear(count: stack.outputSize * shardLanes) }
                }
                workspace.clearStateGradients()
                if let hiddenGradient {
                    write(hiddenGradient, shard, order, states, .zero, workspace.hiddenGradient)
                }
                if let cellGradient {
                    write(cellGradient, shard, order, states, .zero, workspace.cellGradient)
                }
                workspace.backward()
            }
            workspace.addGradients(to: gradient, offsets: offsets)
            read(workspace.hiddenGradient, to: hidden[shard])
            if let cell { read(workspace.cellGradient, to: cell[shard]) }
        }
        let source = InputGradientSource(
            pass.workspaces, order: order, places: pass.inputPlaces, shelf: shelf, pool: pool)
        inputGradients.removeAll { $0.source == nil }
        inputGradients.append(WeakSource(source: source))
        return InputGradients(
            input: LaneElements(source, order: order, places: pass.inputPlaces), hidden: hidden, cell: cell)
    }

    /// Calls `add` for each shard with a buffer to which it adds the shard's gradient, and adds these to `gradients` in the
    /// order of the shards.
    private func addGradients(
        shards: Int, to gradients: FloatBuffer,
        _ add: (_ shard: Int, _ gradient: UnsafeMutablePointer<Float>) -> Void
    ) {
        guard pool.threads > 1, shards > 1 else {
            for shard in 0..<shards { add(shard, gradients.base) }
            return
        }
        // The sums of the shards' gradients are the same as above: a kernel adds once to each number.
        let wave = min(shards, Self.shardsOfThread * pool.threads)
        let stride = FloatBuffer.padded(layout.count)
        if slots.count < wave * stride { slots = FloatBuffer(uninitializedCount: wave * stride) }
        for first in Swift.stride(from: 0, to: shards, by: wave) {
            let count = min(wave, shards - first)
            pool.run(tasks: count) { slot in
                let gradient = slots.base + slot * stride
                gradient.clear(count: stride)
                add(first + slot, gradient)
            }
            pool.run(tasks: (stride + Self.sliceSize - 1) / Self.sliceSize) { slice in
                let range = slice * Self.sliceSize..<min((slice + 1) * Self.sliceSize, stride)
                for slot in 0..<count {
                    let gradient = slots.base + slot * stride
                    for index in range { gradients.base[index] += gradient[index] }
                }
            }
        }
    }

    /// The number of shards of a thread whose gradients are in memory at the same time.
    private static let shardsOfThread = 4
    /// The number of parameters whose gradients a thread sums at once.
    private static let sliceSize = 4096

    private func setDropoutKeys(_ workspace: StackWorkspace, _ order: LaneOrder, _ shard: Int, step: Int) {
        guard stack.drops(after: 0) else { return }
        for lane in 0..<shardLanes {
            let sequence = order.sequence(shard, min(lane, order.count(ofShard: shard) - 1))
            var generator = SplitMix64(
                seed, RandomPurpose.dropout.rawValue, UInt64(step), UInt64(sequence))
            for layer in 0..<stack.numLayers - 1 {
                workspace.setDropoutKey(
                    layer: layer, lane: lane, UInt32(truncatingIfNeeded: generator.next()))
            }
        }
    }

    // MARK: States, [state][H][lane]; a workspace has a place for each

    private typealias StatePlace = (Int) -> UnsafeMutablePointer<Float>

    private var stateCount: Int { stack.numLayers * stack.directions }

    private func write(
        _ states: Tensor, _ shard: Int, _ order: LaneOrder, _ places: LanePlaces, _ idle: IdleLanes,
        _ place: StatePlace
    ) {
        let buffer = LaneBlock(LaneOrder(count: shardLanes), places)
        states.copy(shard, order, places, idle: idle, to: buffer[0], by: kernels)
        for index in 0..<stateCount {
            place(index).update(from: buffer[0][index], count: stack.hiddenSize * shardLanes)
        }
        withExtendedLifetime(buffer) {}
    }

    private func read(_ place: StatePlace, to states: LaneTensor) {
        for index in 0..<stateCount {
            states[index].update(from: place(index), count: stack.hiddenSize * shardLanes)
        }
    }
}
