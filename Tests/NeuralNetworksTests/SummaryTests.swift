import Testing

@testable import NeuralNetworks
@testable import Training

@Suite("Summaries")
struct SummaryTests {
    @Test("a layer's parameters are those of its layout", arguments: RecurrentCell.allCases, BiasStyle.allCases)
    func counts(_ cell: RecurrentCell, _ bias: BiasStyle) {
        for bidirectional in [false, true] {
            let stack = RecurrentStack(
                cell, inputSize: 3, hiddenSize: 5, numLayers: 3, bias: bias, bidirectional: bidirectional)
            let layer = RecurrentLayer(stack)
            #expect(layer.parameterCount == layer.layout.count)
            for readout in Readout.allCases {
                let model = SequenceClassifier(stack, sequenceLength: 4, classCount: 7, readout: readout)
                #expect(model.parameterCount == model.layout.count)
            }
        }
    }
}
