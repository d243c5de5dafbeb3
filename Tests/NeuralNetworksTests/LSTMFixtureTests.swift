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
        let layer = LSTMLayer(
            LSTM(
                inputSize: shape[2], hiddenSize: hidden, numLayers: test.layers, bias: test.bias,
                bidirectional: test.bidirectional), instructionSet: test.set)
        let parameters = try fixture.parameters("param.", layer.layout)
        for (index, value) in parameters.enumerated() { layer.parameters.base[index] = Float(value) }
        let input = try fixture.floats("input")
        let state = LSTMLayer.State(hidden: try fixture.floats("h0"), cell: try fixture.floats("c0"))

        let result = layer(input, batch: shape[0], steps: shape[1], state: state)
        expectClose(result.output, try fixture.doubles("output"), "output")
        expectClose(result.state.hidden, try fixture.doubles("h_n"), "h_n")
        expectClose(result.state.cell, try fixture.doubles("c_n"), "c_n")

        let gradients = layer.gradients(
            input, batch: shape[0], steps: shape[1], state: state, outputGradient: try fixture.floats("R"),
            stateGradient: LSTMLayer.State(hidden: try fixture.floats("S"), cell: try fixture.floats("U")))
        expectClose(gradients.input, try fixture.doubles("grad.input"), "grad.input")
        expectClose(gradients.initialState.hidden, try fixture.doubles("grad.h0"), "grad.h0")
        expectClose(gradients.initialState.cell, try fixture.doubles("grad.c0"), "grad.c0")
        for parameter in layer.layout.parameters {
            expectClose(
                Array(gradients.parameters[parameter.range]), try fixture.doubles("grad." + parameter.name),
                parameter.name)
        }
    }
}
