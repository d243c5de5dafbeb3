import NeuralNetworks
import Testing
import TestSupport
import Training

@testable import RunsPage

/// The plain implementation against the engine, the layers and finite differences.
@Suite("States and gradients of one image") struct StateTraceTests {
    private static let rows = 5
    private static let columns = 4

    struct Case: CustomTestStringConvertible, Sendable {
        var cell: RecurrentCell
        var readout: Readout
        var layers = 2
        var bidirectional = true
        var bias = BiasStyle.pytorch

        var testDescription: String {
            "\(cell.rawValue), \(readout), \(layers) layers, \(bidirectional ? "both" : "one"), \(bias)"
        }

        var model: SequenceModel {
            SequenceModel(
                RecurrentStack(
                    cell, inputSize: columns, hiddenSize: 3, numLayers: layers, bias: bias,
                    bidirectional: bidirectional),
                sequenceLength: rows, classCount: 6, readout: readout)
        }

        /// Larger than initial ones, so that gates differ from one half.
        var parameters: [Float] { model.initialParameters(seed: 3).elements.map { 2.5 * $0 } }

        func trace(_ change: StateTrace.Change? = nil) -> StateTrace {
            StateTrace(of: image, label: 2, model: model, parameters: parameters, change: change)
        }
    }

    private static let image = noise(rows * columns, seed: 11)

    private static let cases: [Case] =
        RecurrentCell.allCases.flatMap { cell in
            [Readout.all, .last, .final, .mean].map { Case(cell: cell, readout: $0) }
        } + [
            Case(cell: .lstm, readout: .last, layers: 1, bidirectional: false),
            Case(cell: .gru, readout: .final, layers: 3, bidirectional: false),
            Case(cell: .lstm, readout: .mean, bias: .none), Case(cell: .gru, readout: .all, bias: .keras),
            Case(cell: .gruResetBefore, readout: .final, bias: .keras),
            Case(cell: .rnnTanh, readout: .last, bias: .none),
        ]

    @Test(arguments: cases)
    func `probabilities are the engine's`(_ one: Case) {
        let parameters = FloatBuffer(count: one.parameters.count)
        parameters.assign(one.parameters)
        let predictor = SequencePredictor(model: one.model, parameters: parameters)
        let scores = Array(predictor.outputs(Self.image.map { Float($0) / 255 }))
        let trace = one.trace()
        let expected = Softmax.probabilities(scores)
        #expect(trace.scores.count == 6 && trace.predicted == scores.argmax())
        for (found, expected) in zip(trace.probabilities, expected) {
            #expect(abs(found - expected) <= 1e-5)
        }
    }

    @Test(arguments: cases)
    func `hidden states equal the layers`(_ one: Case) {
        let layer = RecurrentLayer<AnyKind>(one.model.stack, batchFirst: true)
        layer.parameters.assign(Array(one.parameters.prefix(layer.parameters.count)))
        let input = Tensor(
            shape: [1, Self.rows, Self.columns], Self.image.map { Float($0) / 255 })
        let result = layer(input)
        let trace = one.trace()
        let top = trace.layers[one.layers - 1]
        let width = 3 * top.count
        for row in 0..<Self.rows {
            let states = top.flatMap { $0.states[row] }
            for (unit, state) in states.enumerated() {
                #expect(abs(Double(result.output.elements[row * width + unit]) - state) <= 1e-5)
            }
        }
        // The final states of each layer and direction, (layers · directions, 1, H).
        for (index, direction) in trace.layers.joined().enumerated() {
            let isBackward = one.bidirectional && index % 2 == 1
            let row = isBackward ? 0 : Self.rows - 1
            for unit in 0..<3 {
                let hidden = result.state.hidden.elements[index * 3 + unit]
                #expect(abs(Double(hidden) - direction.states[row][unit]) <= 1e-5)
                if let cell = result.state.cellOrNil {
                    #expect(abs(Double(cell.elements[index * 3 + unit]) - direction.cells[row][unit]) <= 1e-5)
                }
            }
        }
    }

    @Test(arguments: cases)
    func `norms of gradients equal finite differences`(_ one: Case) {
        let trace = one.trace()
        let amount = 1e-5
        for (layer, directions) in trace.layers.enumerated() {
            for (direction, own) in directions.enumerated() {
                #expect(own.gradientNorms.count == Self.rows)
                for row in 0..<Self.rows {
                    let gradient = (0..<3).map { unit in
                        func loss(_ sign: Double) -> Double {
                            one.trace(
                                .init(
                                    layer: layer, direction: direction, row: row, unit: unit,
                                    amount: sign * amount)
                            ).loss
                        }
                        return (loss(1) - loss(-1)) / (2 * amount)
                    }
                    let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    #expect(
                        abs(own.gradientNorms[row] - norm) <= 1e-7 + 1e-5 * norm,
                        "layer \(layer), direction \(direction), row \(row)")
                }
            }
        }
    }

    @Test func `gates satisfy the equations of the LSTM`() throws {
        for direction in Case(cell: .lstm, readout: .final).trace().layers.joined() {
            #expect(direction.gates.map(\.name) == ["input", "forget", "candidate", "output"])
        }
        let first = try #require(Case(cell: .lstm, readout: .final).trace().layers.first)
        for (direction, isBackward) in zip(first, [false, true]) {
            let gates = direction.gates.map(\.values)
            for row in 0..<Self.rows {
                let before = isBackward ? row + 1 : row - 1
                for unit in 0..<3 {
                    let previous =
                        direction.cells.indices.contains(before) ? direction.cells[before][unit] : 0
                    let cell = gates[1][row][unit] * previous + gates[0][row][unit] * gates[2][row][unit]
                    #expect(abs(direction.cells[row][unit] - cell) < 1e-12)
                    #expect(gates[0][row][unit] > 0 && gates[0][row][unit] < 1)
                }
            }
        }
    }

    @Test(arguments: [RecurrentCell.gru, .gruResetBefore])
    func `gates satisfy the equation of the GRU`(_ cell: RecurrentCell) throws {
        let direction = try #require(
            Case(cell: cell, readout: .last, bidirectional: false).trace().layers.first?.first)
        #expect(direction.gates.map(\.name) == ["reset", "update", "candidate"] && direction.cells.isEmpty)
        for row in 1..<Self.rows {
            for unit in 0..<3 {
                let (z, n) = (direction.gates[1].values[row][unit], direction.gates[2].values[row][unit])
                let state = (1 - z) * n + z * direction.states[row - 1][unit]
                #expect(abs(state - direction.states[row][unit]) < 1e-12)
            }
        }
    }

    @Test(arguments: [RecurrentCell.rnnTanh, .rnnReLU])
    func `an RNN has no gates`(_ cell: RecurrentCell) {
        let trace = Case(cell: cell, readout: .last).trace()
        #expect(trace.layers.joined().allSatisfy { $0.gates.isEmpty && $0.cells.isEmpty })
    }

    @Test(arguments: [(24, 2, true), (128, 4, true), (2048, 1, false), (2048, 16, false), (600, 16, false)])
    func `models that are too large are not shown`(hidden: Int, layers: Int, isShown: Bool) {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 28, hiddenSize: hidden, numLayers: layers, bidirectional: true),
            sequenceLength: 28, classCount: 10)
        #expect(StateTrace.canShow(model) == isShown)
    }
}
