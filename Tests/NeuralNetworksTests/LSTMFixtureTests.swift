import Testing

@testable import NeuralNetworks

@Suite("LSTM against PyTorch's outputs, states and gradients")
struct LSTMFixtureTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let layers: Int
        let bidirectional: Bool
        let bias: Bool
        let type: String
        let set: InstructionSet

        var file: String {
            "lstm_l\(layers)_\(bidirectional ? "bi" : "uni")_\(bias ? "bias" : "nobias")_\(type)"
        }
        var testDescription: String { "\(file), \(set)" }

        static let all = InstructionSet.available.flatMap { set in
            [1, 2].flatMap { layers in
                [true, false].flatMap { bidirectional in
                    [true, false].flatMap { bias in
                        ["f32", "f64"].map {
                            Case(layers: layers, bidirectional: bidirectional, bias: bias, type: $0, set: set)
                        }
                    }
                }
            }
        }
    }

    @Test("fixture", arguments: Case.all)
    func matches(_ test: Case) throws {
        let fixture = try Fixture(test.file)
        let shape = try fixture.shape("input")
        let hidden = try fixture.shape("param.weight_hh_l0")[1]
        let stack = RecurrentStack(
            .lstm, inputSize: shape[2], hiddenSize: hidden, numLayers: test.layers,
            bias: test.bias ? .pytorch : .none, bidirectional: test.bidirectional)
        let layer = RecurrentLayer<LSTMKind>(
            stack: stack, batchFirst: true, seed: 0, instructionSet: test.set)
        let parameters = try fixture.parameters("param.", layer.layout)
        for (index, value) in parameters.enumerated() { layer.parameters.base[index] = Float(value) }
        func tensor(_ name: String) throws -> Tensor {
            Tensor(shape: try fixture.shape(name), try fixture.floats(name))
        }
        func state(_ hidden: String, _ cell: String) throws -> LSTMState {
            LSTMState(hidden: try tensor(hidden), cell: try tensor(cell))
        }
        let pass = layer.forward(try tensor("input"), state: try state("h0", "c0"))
        expectClose(pass.output.elements, try fixture.doubles("output"), "output")
        expectClose(pass.state.hidden.elements, try fixture.doubles("h_n"), "h_n")
        expectClose(pass.state.cell.elements, try fixture.doubles("c_n"), "c_n")

        let gradients = pass.backward(try tensor("R"), state: try state("S", "U"))
        expectClose(gradients.input.elements, try fixture.doubles("grad.input"), "grad.input")
        expectClose(gradients.initialState.hidden.elements, try fixture.doubles("grad.h0"), "grad.h0")
        expectClose(gradients.initialState.cell.elements, try fixture.doubles("grad.c0"), "grad.c0")
        for parameter in layer.layout.parameters {
            expectClose(
                Array(layer.gradients.elements[parameter.range]),
                try fixture.doubles("grad." + parameter.name), parameter.name)
        }
    }
}
