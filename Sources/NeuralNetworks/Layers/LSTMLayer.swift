import KernelInterface
import Randomness

/// An LSTM with parameters of its own, for use by itself: arrays in, arrays out.
///
///     let layer = LSTMLayer(LSTM(inputSize: 6, hiddenSize: 200), seed: 0)
///     let result = layer(input, batch: 100, steps: 30)   // result.output: (100, 30, 200)
public final class LSTMLayer {
    public let lstm: LSTM
    public let layout: ParameterLayout
    /// Written freely between two calls.
    public let parameters: FloatBuffer

    private let offsets: [LSTM.Offsets]
    private let kernels: any KernelSet
    private let packed: PackedLSTM

    /// Hidden and cell states, each (layers · directions, N, H).
    public struct State: Hashable, Sendable {
        public var hidden: [Float]
        public var cell: [Float]

        public init(hidden: [Float], cell: [Float]) {
            self.hidden = hidden
            self.cell = cell
        }
    }

    public struct Result: Sendable {
        /// (N, L, directions · H)
        public var output: [Float]
        /// After each sequence's last step; of the backward direction, that is its first element.
        public var state: State
    }

    /// Gradients of a scalar.
    public struct Gradients: Sendable {
        /// By the parameters, as `layout` says.
        public var parameters: [Float]
        /// (N, L, D)
        public var input: [Float]
        public var initialState: State
    }

    public init(_ lstm: LSTM, seed: UInt64 = 0, instructionSet: InstructionSet = .best) {
        self.lstm = lstm
        kernels = instructionSet.kernels
        var layout = ParameterLayout()
        offsets = lstm.append(to: &layout, prefix: "")
        self.layout = layout
        parameters = FloatBuffer(count: layout.count)
        packed = PackedLSTM(lstm, offsets: offsets, kernels: kernels)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for index in 0..<layout.count {
            parameters.base[index] = generator.nextSymmetric(bound: lstm.initialBound)
        }
    }

    /// - Parameters:
    ///   - input: (N, L, D)
    ///   - state: initial states; zeros if there are none.
    public func callAsFunction(_ input: [Float], batch: Int, steps: Int, state: State? = nil) -> Result {
        run(input, batch: batch, steps: steps, state: state, gradientOf: nil).result
    }

    /// Gradients of Σ output · outputGradient + Σ final states · stateGradient.
    public func gradients(
        _ input: [Float], batch: Int, steps: Int, state: State? = nil, outputGradient: [Float],
        stateGradient: State? = nil
    ) -> Gradients {
        run(input, batch: batch, steps: steps, state: state, gradientOf: (outputGradient, stateGradient))
            .gradients!
    }

    private func run(
        _ input: [Float], batch: Int, steps: Int, state: State?, gradientOf: (output: [Float], state: State?)?
    ) -> (result: Result, gradients: Gradients?) {
        let width = lstm.outputSize
        let stateCount = lstm.numLayers * lstm.directions * batch * lstm.hiddenSize
        let zeros = State(
            hidden: .init(repeating: 0, count: stateCount), cell: .init(repeating: 0, count: stateCount))
        let initial = state ?? zeros
        precondition(steps > 0, "a sequence needs at least one step")
        precondition(
            input.count == batch * steps * lstm.inputSize,
            "input of \(input.count) numbers; expected (\(batch), \(steps), \(lstm.inputSize))")
        precondition(
            initial.hidden.count == stateCount && initial.cell.count == stateCount,
            "states of \(initial.hidden.count) and \(initial.cell.count) numbers; expected \(stateCount)")
        if let gradientOf {
            precondition(
                gradientOf.output.count == batch * steps * width,
                "output gradient of \(gradientOf.output.count) numbers; expected (\(batch), \(steps), \(width))"
            )
            let state = gradientOf.state ?? zeros
            precondition(
                state.hidden.count == stateCount && state.cell.count == stateCount,
                "state gradients of \(state.hidden.count) and \(state.cell.count) numbers; expected \(stateCount)"
            )
        }

        for task in 0..<packed.taskCount { packed.pack(task: task, from: parameters.base) }
        let workspace = LSTMWorkspace(
            packed, lstm: lstm, steps: steps, kernels: kernels, training: gradientOf != nil,
            inputGradient: gradientOf != nil)
        var result = Result(output: .init(repeating: 0, count: batch * steps * width), state: zeros)
        var gradients = gradientOf.map { _ in
            Gradients(parameters: [], input: .init(repeating: 0, count: input.count), initialState: zeros)
        }
        let parameterGradients = FloatBuffer(count: layout.count)

        for first in stride(from: 0, to: batch, by: shardLanes) {
            let lanes = first..<min(first + shardLanes, batch)
            scatter(input, lanes, steps, lstm.inputSize, to: workspace.input)
            setStates(initial, lanes, batch, workspace.initialHidden, workspace.cell)
            workspace.forward()
            gather(workspace.output, lanes, steps, width, to: &result.output)
            getStates(workspace.finalHidden, workspace.cell, lanes, batch, to: &result.state)
            guard let gradientOf else { continue }
            scatter(gradientOf.output, lanes, steps, width, to: workspace.outputGradient)
            setStates(
                gradientOf.state ?? zeros, lanes, batch, workspace.hiddenGradient, workspace.cellGradient)
            workspace.backward()
            workspace.addGradients(to: parameterGradients.base, offsets: offsets)
            gather(workspace.inputGradient!, lanes, steps, lstm.inputSize, to: &gradients!.input)
            getStates(
                workspace.hiddenGradient, workspace.cellGradient, lanes, batch, to: &gradients!.initialState)
        }
        gradients?.parameters = parameterGradients.elements
        return (result, gradients)
    }

    // MARK: Arrays (sequence, step, feature) to and from lanes

    private func scatter(
        _ array: [Float], _ lanes: Range<Int>, _ steps: Int, _ features: Int, to tensor: LaneTensor
    ) {
        for step in 0..<steps {
            for feature in 0..<features {
                for lane in 0..<shardLanes {
                    let sequence = lanes.lowerBound + lane
                    tensor[step][feature * shardLanes + lane] =
                        lanes.contains(sequence) ? array[(sequence * steps + step) * features + feature] : 0
                }
            }
        }
    }

    private func gather(
        _ tensor: LaneTensor, _ lanes: Range<Int>, _ steps: Int, _ features: Int, to array: inout [Float]
    ) {
        for sequence in lanes {
            for step in 0..<steps {
                for feature in 0..<features {
                    array[(sequence * steps + step) * features + feature] =
                        tensor[step][feature * shardLanes + sequence - lanes.lowerBound]
                }
            }
        }
    }

    private typealias StatePlace = (Int) -> UnsafeMutablePointer<Float>

    private func setStates(
        _ state: State, _ lanes: Range<Int>, _ batch: Int, _ hidden: StatePlace, _ cell: StatePlace
    ) {
        for index in 0..<lstm.numLayers * lstm.directions {
            for unit in 0..<lstm.hiddenSize {
                for lane in 0..<shardLanes {
                    let sequence = lanes.lowerBound + lane
                    let source = (index * batch + sequence) * lstm.hiddenSize + unit
                    let used = lanes.contains(sequence)
                    hidden(index)[unit * shardLanes + lane] = used ? state.hidden[source] : 0
                    cell(index)[unit * shardLanes + lane] = used ? state.cell[source] : 0
                }
            }
        }
    }

    private func getStates(
        _ hidden: StatePlace, _ cell: StatePlace, _ lanes: Range<Int>, _ batch: Int, to state: inout State
    ) {
        for index in 0..<lstm.numLayers * lstm.directions {
            for unit in 0..<lstm.hiddenSize {
                for sequence in lanes {
                    let target = (index * batch + sequence) * lstm.hiddenSize + unit
                    state.hidden[target] = hidden(index)[unit * shardLanes + sequence - lanes.lowerBound]
                    state.cell[target] = cell(index)[unit * shardLanes + sequence - lanes.lowerBound]
                }
            }
        }
    }
}
