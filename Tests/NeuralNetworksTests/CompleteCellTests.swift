import TestSupport
import Testing

@testable import NeuralNetworks

/// A new case of `RecurrentCell` compiles and trains before users can reach it in every way. Its layers must be added
/// to the three lists.
@Suite("Every cell is complete")
struct CompleteCellTests {
    /// The stacks of all layers that users can create.
    private static let layers: [RecurrentStack] =
        RNN.Nonlinearity.allCases.map { RNN(inputSize: 3, hiddenSize: 5, nonlinearity: $0).stack }
        + [LSTM(inputSize: 3, hiddenSize: 5).stack]
        + GRU.Reset.allCases.map { GRU(inputSize: 3, hiddenSize: 5, reset: $0).stack }

    /// The first step of all cell layers.
    private static let firstSteps: [Tensor] = {
        let input = Tensor.random([2, 3], seed: 1)
        return RNN.Nonlinearity.allCases.map {
            RNNCell(inputSize: 3, hiddenSize: 5, nonlinearity: $0)(input).hidden
        }
            + [LSTMCell(inputSize: 3, hiddenSize: 5)(input).hidden]
            + GRU.Reset.allCases.map { GRUCell(inputSize: 3, hiddenSize: 5, reset: $0)(input).hidden }
    }()

    private static let sequentialLayers: [SequentialLayer] = [
        .simpleRNN(5), .lstm(5), .gru(5), .gru(5, resetAfter: false),
    ]

    /// The cells without a Keras layer: `.recurrent(RecurrentOptions(.rnnReLU, units: 5))`.
    private static let withoutSequentialName: Set<RecurrentCell> = [.rnnReLU]

    @Test(arguments: RecurrentCell.allCases)
    func `every cell has a layer`(cell: RecurrentCell) {
        #expect(
            Self.layers.filter { $0.cell == cell }.count == 1,
            "expected a layer of \(cell.rawValue), made by RecurrentLayer.swift, in CompleteCellTests.layers")
    }

    @Test(arguments: RecurrentCell.allCases)
    func `every cell has a cell layer`(cell: RecurrentCell) {
        let layer = RecurrentLayer<AnyKind>(
            RecurrentStack(cell, inputSize: 3, hiddenSize: 5), batchFirst: false, seed: 0)
        let step = layer(Tensor.random([1, 2, 3], seed: 1)).output.reshaped([2, 5])
        #expect(
            Self.firstSteps.filter { $0 == step }.count == 1,
            "expected a cell of \(cell.rawValue), made by RecurrentCellLayer.swift, in CompleteCellTests.firstSteps"
        )
    }

    @Test(arguments: RecurrentCell.allCases)
    func `every cell has a layer of Sequential that computes the same`(cell: RecurrentCell) throws {
        let isNamed = Self.sequentialLayers.contains { layer in
            if case .recurrent(let options) = layer { options.cell == cell } else { false }
        }
        #expect(
            isNamed != Self.withoutSequentialName.contains(cell),
            "expected \(cell.rawValue), made by SequentialLayer.swift, in CompleteCellTests.sequentialLayers")
        let model = Sequential(
            inputShape: [4, 3], [.recurrent(RecurrentOptions(cell, units: 5, returnSequences: true))], seed: 7
        )
        let input = Tensor.random([2, 4, 3], seed: 1)
        #expect(model(input).shape == [2, 4, 5])
    }

    /// The weights for one sequence at a time are in a different order; a cell may add its biases in more than one
    /// place.
    @Test(
        arguments: RecurrentCell.allCases)
    func `every cell has parts for one sequence at a time, with its biases`(cell: RecurrentCell) {
        let model = SequenceModel(
            RecurrentStack(cell, inputSize: 3, hiddenSize: 5, bias: .pytorch), sequenceLength: 4,
            classCount: 2)
        let parameters = model.initialParameters(seed: 3)
        for index in 0..<parameters.count { parameters.base[index] *= 3 }
        let image = (0..<12).map { UInt8(20 * $0) }
        let engine = SequenceEngine(model: model, parameters: parameters)
        let predictor = SequencePredictor(model: model, parameters: parameters)
        image.withUnsafeBufferPointer { image in
            let sequences = SequenceSamples(bytes: image.baseAddress!, labels: image.baseAddress!, count: 1)
            #expect(
                Array(predictor.outputs(image.baseAddress!)) == engine.outputs(sequences, indices: [0]),
                "SequenceParts.swift packs the parameters of \(cell.rawValue) as the kernel reads them")
        }
    }
}
