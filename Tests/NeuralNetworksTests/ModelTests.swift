import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Parameters under PyTorch's names, from PyTorch's distribution")
struct ModelTests {
    @Test
    func `a bidirectional stack has PyTorch's names, shapes and order`() {
        let layout = layout(
            RecurrentStack(.lstm, inputSize: 5, hiddenSize: 3, numLayers: 2, bidirectional: true))
        #expect(
            described(layout) == [
                "weight_ih_l0 [12, 5]", "weight_hh_l0 [12, 3]", "bias_ih_l0 [12]", "bias_hh_l0 [12]",
                "weight_ih_l0_reverse [12, 5]", "weight_hh_l0_reverse [12, 3]", "bias_ih_l0_reverse [12]",
                "bias_hh_l0_reverse [12]",
                "weight_ih_l1 [12, 6]", "weight_hh_l1 [12, 3]", "bias_ih_l1 [12]", "bias_hh_l1 [12]",
                "weight_ih_l1_reverse [12, 6]", "weight_hh_l1_reverse [12, 3]", "bias_ih_l1_reverse [12]",
                "bias_hh_l1_reverse [12]",
            ])
    }

    @Test
    func `a stack without biases in one direction has PyTorch's names and shapes`() {
        let layout = layout(RecurrentStack(.lstm, inputSize: 5, hiddenSize: 3, numLayers: 3, bias: .none))
        #expect(
            described(layout) == [
                "weight_ih_l0 [12, 5]", "weight_hh_l0 [12, 3]", "weight_ih_l1 [12, 3]",
                "weight_hh_l1 [12, 3]",
                "weight_ih_l2 [12, 3]", "weight_hh_l2 [12, 3]",
            ])
    }

    @Test
    func `a classifier has PyTorch's names and shapes`() {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 4, hiddenSize: 2, bias: .none, bidirectional: true),
            sequenceLength: 7,
            classCount: 3)
        #expect(
            described(model.layout) == [
                "lstm.weight_ih_l0 [8, 4]", "lstm.weight_hh_l0 [8, 2]", "lstm.weight_ih_l0_reverse [8, 4]",
                "lstm.weight_hh_l0_reverse [8, 2]", "fc.weight [3, 28]", "fc.bias [3]",
            ])
        #expect(model.head == LinearShape(inputSize: 28, outputSize: 3))
    }

    /// The counts are PyTorch's: `sum(p.numel() for p in nn.LSTM(…).parameters())`.
    @Test(
        arguments: [
            (RecurrentStack(.lstm, inputSize: 10, hiddenSize: 20), 2_560),
            (RecurrentStack(.lstm, inputSize: 10, hiddenSize: 20, numLayers: 2), 5_920),
            (RecurrentStack(.lstm, inputSize: 10, hiddenSize: 20, numLayers: 2, bias: .none), 5_600),
            (RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true), 7_680),
            (
                RecurrentStack(
                    .lstm, inputSize: 28, hiddenSize: 64, numLayers: 3, bias: .none, bidirectional: true),
                243_712
            ),
        ])
    func `parameter counts equal PyTorch's`(_ lstm: RecurrentStack, count: Int) {
        let layout = layout(lstm)
        #expect(layout.count == count)
        #expect(layout.parameters.map(\.count).reduce(0, +) == count)
        var end = 0
        for parameter in layout.parameters {
            #expect(parameter.range.lowerBound == end)
            #expect(layout[parameter.name] == parameter)
            end = parameter.range.upperBound
        }
        #expect(layout["weight_ih_l9"] == nil)
    }

    static let mnist = SequenceModel(
        RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true),
        sequenceLength: 28,
        classCount: 10)

    @Test(
        arguments: [0, 1, 77])
    func `initial parameters are uniform within ±1/√H, the linear layer's within ±1/√inputs`(seed: UInt64) {
        let parameters = Self.mnist.initialParameters(seed: seed)
        for parameter in Self.mnist.layout.parameters {
            let fanIn: Double = parameter.name.hasPrefix("fc.") ? 672 : 12
            let bound = 1 / fanIn.squareRoot()
            let numbers = parameter.range.map { Double(parameters.base[$0]) }
            let count = Double(numbers.count)
            #expect(numbers.allSatisfy { abs($0) <= bound * (1 + 1e-7) }, "\(parameter.name)")
            // Hardly any of the 2²⁴ possible numbers is drawn twice.
            #expect(Double(Set(numbers).count) > 0.99 * count, "\(parameter.name): repeated numbers")
            // The tolerance is five standard errors: b/√(3n) for the mean, b²/3·√(0.8/n) for the variance.
            let mean = numbers.reduce(0, +) / count
            let variance = numbers.reduce(0) { $0 + $1 * $1 } / count
            #expect(abs(mean) < 5 * bound / (3 * count).squareRoot(), "\(parameter.name)")
            #expect(
                abs(variance / (bound * bound / 3) - 1) < 5 * (0.8 / count).squareRoot(), "\(parameter.name)")
        }
    }

    @Test
    func `the same seed gives the same bytes`() {
        let parameters = [0, 0, 1].map { Self.mnist.initialParameters(seed: $0) }
        let bits = parameters.map { $0.elements.map(\.bitPattern) }
        expectEqual(bits[0], bits[1])
        #expect(zip(bits[0], bits[2]).count { $0 == $1 } < 10)
        // Checkpoints and logs of older versions are reproducible as long as this number does not change.
        #expect(hash(bits[0]) == 0x4d4d00fc3b13b715)
    }

    @Test
    func `a layer starts with the same parameters alone and in a classifier`() {
        let parameters = Self.mnist.initialParameters(seed: 4)
        let layer = RecurrentLayer<AnyKind>(Self.mnist.stack, seed: 4)
        withExtendedLifetime((parameters, layer)) {
            expectEqual(
                layer.parameters.elements, Array(parameters.elements.prefix(layer.layout.count)))
        }
    }

    @Test
    func `multiply-adds of a training step equal those counted by hand`() {
        let input = [28 * 96 * 28, 28 * 96 * 24]
        let recurrent = 28 * 96 * 12
        let head = 6_720
        let forward = input[0] + input[1] + 2 * recurrent + head
        // Every weight is used once in the forward pass, once for its gradient, and once for the gradient of its input.
        // The first layer's input has no gradient.
        #expect(Self.mnist.trainingMultiplyAdds(steps: 28) == 3 * forward - input[0])
    }

    /// Five features, three units, two layers in both directions over four steps, two classes.
    @Test(
        arguments: [
            (RecurrentCell.rnnTanh, Readout.all, 1_248), (.rnnReLU, .mean, 1_140),
            (.lstm, .all, 4_560), (.lstm, .last, 4_452), (.lstm, .final, 4_452), (.lstm, .mean, 4_452),
            (.gru, .all, 3_456), (.gru, .last, 3_348), (.gruResetBefore, .all, 3_456),
            (.gruResetBefore, .final, 3_348),
        ])
    func `multiply-adds of every cell and readout equal those counted by hand`(
        _ cell: RecurrentCell, _ readout: Readout, expected: Int
    ) {
        let model = SequenceModel(
            RecurrentStack(cell, inputSize: 5, hiddenSize: 3, numLayers: 2, bidirectional: true),
            sequenceLength: 4, classCount: 2, readout: readout)
        // For one gate: 120 and 144 for the input, 72 twice for the state. A GRU's n has an input part and a state part
        // like all other gates. The linear layer reads 6 features, or 6 of each step.
        #expect(model.trainingMultiplyAdds(steps: 4) == expected)
    }

    private func layout(_ lstm: RecurrentStack) -> ParameterLayout {
        var layout = ParameterLayout()
        _ = lstm.append(to: &layout, prefix: "")
        return layout
    }

    private func described(_ layout: ParameterLayout) -> [String] {
        layout.parameters.map { "\($0.name) \($0.shape)" }
    }
}
