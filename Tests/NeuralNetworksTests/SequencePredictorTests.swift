import Testing

@testable import NeuralNetworks

@Suite("One sequence at a time")
struct SequencePredictorTests {
    struct Shape: Sendable {
        let features: Int, hidden: Int, layers: Int, bidirectional: Bool, steps: Int, classes: Int
    }

    @Test(
        "the same scores as in a batch, to the last bit", arguments: InstructionSet.available,
        [
            Shape(features: 28, hidden: 12, layers: 2, bidirectional: true, steps: 28, classes: 10),
            Shape(features: 3, hidden: 7, layers: 1, bidirectional: false, steps: 1, classes: 2),
            Shape(features: 5, hidden: 33, layers: 3, bidirectional: true, steps: 6, classes: 17),
            Shape(features: 9, hidden: 16, layers: 2, bidirectional: false, steps: 11, classes: 3),
        ])
    func sameAsBatch(_ set: InstructionSet, _ shape: Shape) {
        let model = SequenceClassifier(
            RecurrentStack(
                .lstm, inputSize: shape.features, hiddenSize: shape.hidden, numLayers: shape.layers,
                bidirectional: shape.bidirectional), sequenceLength: shape.steps, classCount: shape.classes)
        let parameters = model.initialParameters(seed: 3)
        let size = shape.features * shape.steps
        let count = 35
        let bytes = (0..<count * size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let engine = ClassifierEngine(model: model, parameters: parameters, instructionSet: set)
        let predictor = SequencePredictor(model: model, parameters: parameters, instructionSet: set)
        bytes.withUnsafeBufferPointer { bytes in
            let sequences = LabeledSequences(
                bytes: bytes.baseAddress!, labels: bytes.baseAddress!, count: count)
            let expected = engine.scores(sequences, indices: (0..<count).map(Int32.init))
            for index in 0..<count {
                let scores = Array(predictor.scores(bytes.baseAddress! + index * size))
                let batch = Array(expected[index * shape.classes..<(index + 1) * shape.classes])
                #expect(scores.map(\.bitPattern) == batch.map(\.bitPattern))
                #expect(
                    predictor.predict(bytes.baseAddress! + index * size) == batch.firstIndex(of: batch.max()!)
                )
            }
        }
    }
}
