import KernelInterface
import Randomness

/// Runs a batch of any size through a stack of recurrent layers, shard by shard.
final class StackRunner {
    let stack: RecurrentStack
    let layout: ParameterLayout
    let parameters: FloatBuffer

    private let seed: UInt64
    private let offsets: [RecurrentStack.Offsets]
    private let kernels: any KernelSet
    private let packed: PackedStack
    private let watch: ParameterWatch
    /// Workspaces of earlier passes, for reuse: allocating memory takes longer than a small pass.
    private var spares: [StackWorkspace] = []

    /// A batch of sequences with their initial states.
    struct Input {
        /// The sequences, (N, L, D).
        var numbers: [Float]
        var batch: Int
        var steps: Int
        /// The initial states, (layers · directions, N, H); nil for zeros.
        var hidden: [Float]?
        var cell: [Float]?
        var lengths: [Int]?

        /// The indices of the sequences in the lanes of each shard. They are in their order or, with lengths, sorted
        /// with the longest first, so that the sequences of a shard have similar lengths and the shard ends early.
        fileprivate var shards: [[Int]] {
            var order = Array(0..<batch)
            if let lengths { order.sort { (lengths[$1], $0) < (lengths[$0], $1) } }
            return stride(from: 0, to: batch, by: shardLanes).map {
                Array(order[$0..<min($0 + shardLanes, batch)])
            }
        }
    }

    /// A forward pass. In training it keeps its workspaces for the backward pass.
    struct Pass {
        /// The output, (N, L, directions · H).
        var output: [Float]
        /// The final hidden states, (layers · directions, N, H).
        var hidden: [Float]
        var cell: [Float]?
        fileprivate var batch: Int
        fileprivate var steps: Int
        /// The sequences in the lanes of each shard.
        fileprivate var shards: [[Int]]
        /// The number of parameter changes before the pass.
        fileprivate var changes: Int
        fileprivate var workspaces: [StackWorkspace] = []
    }

    /// The gradients of a scalar with respect to the input and the initial states, in their shapes.
    struct InputGradients {
        var input: [Float]
        var hidden: [Float]
        var cell: [Float]?
    }

    init(_ stack: RecurrentStack, seed: UInt64, kernels: any KernelSet) {
        self.stack = stack
        self.seed = seed
        self.kernels = kernels
        var layout = ParameterLayout()
        offsets = stack.append(to: &layout, prefix: "")
        self.layout = layout
        parameters = FloatBuffer(count: layout.count)
        packed = PackedStack(stack, offsets: offsets, kernels: kernels)
        watch = ParameterWatch(parameters)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for index in 0..<layout.count {
            parameters.base[index] = generator.nextSymmetric(bound: stack.initialBound)
        }
    }

    /// Runs a batch forward.
    ///
    /// - Parameter step: The number of the training step; nil in inference.
    func forward(_ input: Input, step: Int?) -> Pass {
        if watch.look() {
            for task in 0..<packed.taskCount { packed.pack(task: task, from: parameters.base) }
        }
        let stateCount = stack.numLayers * stack.directions * input.batch * stack.hiddenSize
        let zeros = [Float](repeating: 0, count: stateCount)
        let hasCell = stack.cell.hasCellState
        var pass = Pass(
            output: .init(repeating: 0, count: input.batch * input.steps * stack.outputSize), hidden: zeros,
            cell: hasCell ? zeros : nil, batch: input.batch, steps: input.steps, shards: input.shards,
            changes: watch.changes)
        var purpose: StackWorkspace.Purpose = step == nil ? [] : [.training, .inputGradient]
        if input.lengths != nil { purpose.formUnion([.lengths, .padded]) }
        var workspace: StackWorkspace?
        for sequences in pass.shards {
            // A pass that will be run backward keeps a workspace for each shard.
            if workspace == nil || step != nil {
                workspace = takeWorkspace(steps: input.steps, for: purpose)
            }
            guard let workspace else { continue }
            if step != nil { pass.workspaces.append(workspace) }
            if let lengths = input.lengths { workspace.setLengths(sequences.map { lengths[$0] }) }
            if let step { setDropoutKeys(workspace, sequences, step: step) }
            scatter(
                input.numbers, sequences, steps: input.steps, features: stack.inputSize, idle: .copyOfLast,
                to: workspace.input)
            writeStates(sequences, input.batch, input.hidden ?? zeros, .copyOfLast, workspace.initialHidden)
            if hasCell {
                writeStates(sequences, input.batch, input.cell ?? zeros, .copyOfLast, workspace.cell)
            }
            workspace.forward()
            gather(
                workspace.output, sequences, steps: input.steps, features: stack.outputSize, to: &pass.output)
            readStates(sequences, input.batch, workspace.finalHidden, &pass.hidden)
            if hasCell { readStates(sequences, input.batch, workspace.cell, &pass.cell!) }
        }
        if step == nil, let workspace { spares.append(workspace) }
        return pass
    }

    private func takeWorkspace(steps: Int, for purpose: StackWorkspace.Purpose) -> StackWorkspace {
        // Workspaces of another length are not needed, and there could be many of them.
        spares.removeAll { $0.steps != steps }
        if let index = spares.firstIndex(where: { $0.purpose == purpose }) { return spares.remove(at: index) }
        return StackWorkspace(packed, stack: stack, steps: steps, kernels: kernels, for: purpose)
    }

    /// Adds the gradients of the parameters to `gradients` and returns the gradients of the input and initial states.
    func backward(
        _ pass: Pass, outputGradient: [Float], hiddenGradient: [Float]?, cellGradient: [Float]?,
        addingTo gradients: FloatBuffer
    ) -> InputGradients {
        watch.check(pass.changes)
        let zeros = [Float](repeating: 0, count: pass.hidden.count)
        let hasCell = stack.cell.hasCellState
        var found = InputGradients(
            input: .init(repeating: 0, count: pass.batch * pass.steps * stack.inputSize), hidden: zeros,
            cell: hasCell ? zeros : nil)
        for (sequences, workspace) in zip(pass.shards, pass.workspaces) {
            scatter(
                outputGradient, sequences, steps: pass.steps, features: stack.outputSize, idle: .zero,
                to: workspace.outputGradient)
            writeStates(sequences, pass.batch, hiddenGradient ?? zeros, .zero, workspace.hiddenGradient)
            writeStates(sequences, pass.batch, cellGradient ?? zeros, .zero, workspace.cellGradient)
            workspace.backward()
            workspace.addGradients(to: gradients.base, offsets: offsets)
            gather(
                workspace.inputGradient!, sequences, steps: pass.steps, features: stack.inputSize,
                to: &found.input)
            readStates(sequences, pass.batch, workspace.hiddenGradient, &found.hidden)
            if hasCell { readStates(sequences, pass.batch, workspace.cellGradient, &found.cell!) }
        }
        spares += pass.workspaces
        return found
    }

    private func setDropoutKeys(_ workspace: StackWorkspace, _ sequences: [Int], step: Int) {
        for lane in 0..<shardLanes {
            let sequence = sequences[min(lane, sequences.count - 1)]
            var generator = SplitMix64(
                seed, RandomPurpose.dropout.rawValue, UInt64(step), UInt64(sequence))
            for layer in 0..<stack.numLayers - 1 {
                workspace.setDropoutKey(
                    layer: layer, lane: lane, UInt32(truncatingIfNeeded: generator.next()))
            }
        }
    }

    private typealias StatePlace = (Int) -> UnsafeMutablePointer<Float>

    private func writeStates(
        _ sequences: [Int], _ batch: Int, _ numbers: [Float], _ idle: IdleLanes, _ place: StatePlace
    ) {
        for index in 0..<stack.numLayers * stack.directions {
            scatterState(
                numbers, index, sequences, batch: batch, hidden: stack.hiddenSize, idle: idle,
                to: place(index))
        }
    }

    private func readStates(
        _ sequences: [Int], _ batch: Int, _ place: StatePlace, _ numbers: inout [Float]
    ) {
        for index in 0..<stack.numLayers * stack.directions {
            gatherState(place(index), index, sequences, batch: batch, hidden: stack.hiddenSize, to: &numbers)
        }
    }
}
