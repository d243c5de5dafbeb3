import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Cell layers")
struct RecurrentCellTests {
    /// 35 sequences, more than a shard; without a batch, one sequence.
    struct Case: CustomTestStringConvertible, Sendable {
        let cell: RecurrentCell
        var bias = BiasStyle.pytorch
        var batch: Int?

        static let all = RecurrentCell.allCases.flatMap {
            [Case(cell: $0, batch: 35), Case(cell: $0), Case(cell: $0, bias: .none, batch: 2)]
        }

        var testDescription: String {
            "\(cell.rawValue), \(batch.map { "N \($0)" } ?? "no batch"), bias \(bias.rawValue)"
        }

        var stack: RecurrentStack { RecurrentStack(cell, inputSize: 3, hiddenSize: 5, bias: bias) }

        func shape(_ features: Int) -> [Int] { (batch.map { [$0] } ?? []) + [features] }

        func state(_ shape: [Int], seed: UInt64) -> AnyState {
            AnyState(
                hidden: .random(shape, seed: seed),
                cell: cell.hasCellState ? .random(shape, seed: seed + 1) : nil)
        }
    }

    static let steps = 4

    @Test(arguments: Case.all)
    func `a loop over steps is bit-identical to the layer`(_ test: Case) {
        let (layer, cell) = Self.layerAndCell(test)
        let input = Tensor.random([Self.steps] + test.shape(3), seed: 2)
        let initial = test.state(test.shape(5), seed: 3)
        let result = layer(input, state: initial.mapping { Tensor(stacking: [$0]) })
        var state = initial
        var trained = initial
        for step in 0..<Self.steps {
            state = cell(input.slice(step), state)
            trained = cell.forward(input.slice(step), trained).state
            #expect(state == trained)
            expectEqual(state.hidden.elements, result.output.slice(step).elements, "step \(step)")
        }
        #expect(state == result.state.mapping { $0.slice(0) })
    }

    @Test(arguments: Case.all)
    func `no state equals a state of zeros`(_ test: Case) {
        let cell = Self.layerAndCell(test).cell
        let input = Tensor.random(test.shape(3), seed: 2)
        let zeros = test.state(test.shape(5), seed: 3).mapping { Tensor(shape: $0.shape) }
        #expect(cell(input) == cell(input, zeros))
    }

    @Test(arguments: Case.all)
    func `backward through the steps equals the layer's`(_ test: Case) {
        let (layer, cell) = Self.layerAndCell(test)
        let input = Tensor.random([Self.steps] + test.shape(3), seed: 2)
        let initial = test.state(test.shape(5), seed: 3)
        let outputGradient = Tensor.random([Self.steps] + test.shape(5), seed: 5)
        let finalGradient = test.state(test.shape(5), seed: 6)
        let expected = layer.forward(input, state: initial.mapping { Tensor(stacking: [$0]) })
            .backward(outputGradient, state: finalGradient.mapping { Tensor(stacking: [$0]) })

        var passes: [RecurrentCellLayer<AnyKind>.Forward] = []
        for step in 0..<Self.steps {
            passes.append(cell.forward(input.slice(step), passes.last?.state ?? initial))
        }
        var gradient = finalGradient
        for step in (0..<Self.steps).reversed() {
            for index in gradient.hidden.elements.indices {
                gradient.hidden.elements[index] += outputGradient.slice(step).elements[index]
            }
            let found = passes[step].backward(gradient)
            #expect(found.input.shape == test.shape(3))
            expectClose(found.input.elements, expected.input.slice(step).elements, "input \(step)")
            gradient = found.state
        }
        expectClose(gradient.hidden.elements, expected.initialState.hidden.elements, "h_0")
        if test.cell.hasCellState {
            expectClose(gradient.cell!.elements, expected.initialState.cell!.elements, "c_0")
        }
        expectClose(cell.gradients.elements, layer.gradients.elements, absolute: 1e-5, "parameters")
    }

    @Test
    func `names and shapes equal PyTorch's`() {
        func check(_ cell: some Module, rows: Int) {
            #expect(
                cell.layout.parameters.map(\.name) == ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
            #expect(cell.layout.parameters.map(\.shape) == [[rows, 3], [rows, 5], [rows], [rows]])
        }
        check(RNNCell(inputSize: 3, hiddenSize: 5), rows: 5)
        check(LSTMCell(inputSize: 3, hiddenSize: 5), rows: 20)
        check(GRUCell(inputSize: 3, hiddenSize: 5), rows: 15)
        #expect(
            LSTMCell(inputSize: 3, hiddenSize: 5, bias: false).layout.parameters.map(\.name)
                == ["weight_ih", "weight_hh"])
    }

    @Test
    func `a cell equals the layer's cell with the same options and seed`() {
        let input = Tensor.random([2, 3], seed: 1)
        func check<Kind>(
            _ cell: RecurrentCellLayer<Kind>, _ layer: RecurrentLayer<Kind>,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            expectEqual(
                cell.parameters.elements, layer.parameters.elements, sourceLocation: sourceLocation)
            let output = layer(input.reshaped([1, 2, 3])).output
            expectEqual(cell(input).hidden.elements, output.elements, sourceLocation: sourceLocation)
        }
        check(RNNCell(inputSize: 3, hiddenSize: 5, seed: 7), RNN(inputSize: 3, hiddenSize: 5, seed: 7))
        check(
            RNNCell(inputSize: 3, hiddenSize: 5, nonlinearity: .relu),
            RNN(inputSize: 3, hiddenSize: 5, nonlinearity: .relu))
        check(LSTMCell(inputSize: 3, hiddenSize: 5, seed: 7), LSTM(inputSize: 3, hiddenSize: 5, seed: 7))
        check(GRUCell(inputSize: 3, hiddenSize: 5, seed: 7), GRU(inputSize: 3, hiddenSize: 5, seed: 7))
        check(
            GRUCell(inputSize: 3, hiddenSize: 5, bias: false, reset: .beforeProduct),
            GRU(inputSize: 3, hiddenSize: 5, bias: false, reset: .beforeProduct))
    }

    @Test
    func `the cell of a layer has a copy of its parameters`() {
        let layer = LSTM(inputSize: 3, hiddenSize: 5)
        let cell = LSTMCell(of: layer)
        #expect(cell["weight_hh"] == layer["weight_hh_l0"])
        cell["weight_hh"][0, 0] = 9
        #expect(layer["weight_hh_l0"][0, 0] != 9)
    }

    @Test
    func `other layers, inputs and states trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = LSTMCell(of: LSTM(inputSize: 3, hiddenSize: 5, numLayers: 2))
        }
        await #expect(processExitsWith: .failure) {
            _ = GRUCell(of: GRU(inputSize: 3, hiddenSize: 5, bidirectional: true))
        }
        await #expect(processExitsWith: .failure) {
            _ = RNNCell(inputSize: 3, hiddenSize: 5)(Tensor(shape: [2, 2, 3]))
        }
        await #expect(processExitsWith: .failure) {
            _ = RNNCell(inputSize: 3, hiddenSize: 5)(
                Tensor(shape: [2, 3]), HiddenState(hidden: Tensor(shape: [5])))
        }
    }

    private static func layerAndCell(
        _ test: Case
    ) -> (layer: RecurrentLayer<AnyKind>, cell: RecurrentCellLayer<AnyKind>) {
        let layer = RecurrentLayer(test.stack)
        layer.randomize(seed: 1)
        return (layer, RecurrentCellLayer(of: layer))
    }
}

extension AnyState {
    fileprivate func mapping(_ transform: (Tensor) -> Tensor) -> AnyState {
        AnyState(hidden: transform(hidden), cell: cell.map(transform))
    }
}
