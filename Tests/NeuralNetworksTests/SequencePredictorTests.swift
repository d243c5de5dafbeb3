import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("One sequence at a time")
struct SequencePredictorTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let features: Int, hidden: Int, layers: Int, bidirectional: Bool, steps: Int, classes: Int
        var bias = BiasStyle.pytorch

        func model(_ cell: RecurrentCell, _ readout: Readout) -> SequenceModel {
            SequenceModel(
                RecurrentStack(
                    cell, inputSize: features, hiddenSize: hidden, numLayers: layers, bias: bias,
                    bidirectional: bidirectional), sequenceLength: steps, classCount: classes,
                readout: readout)
        }

        var testDescription: String {
            "D \(features), H \(hidden), \(layers) layers, \(bidirectional ? "both ways" : "one way"), "
                + "L \(steps), C \(classes), bias \(bias)"
        }
    }

    static let shapes = [
        Shape(features: 3, hidden: 1, layers: 1, bidirectional: false, steps: 1, classes: 2),
        Shape(features: 28, hidden: 12, layers: 2, bidirectional: true, steps: 9, classes: 10),
        Shape(features: 9, hidden: 16, layers: 3, bidirectional: false, steps: 7, classes: 3, bias: .none),
        Shape(features: 5, hidden: 33, layers: 3, bidirectional: true, steps: 6, classes: 17, bias: .keras),
        Shape(features: 4, hidden: 16, layers: 1, bidirectional: true, steps: 11, classes: 1, bias: .keras),
        Shape(features: 2, hidden: 33, layers: 2, bidirectional: false, steps: 13, classes: 5),
    ]

    @Test(
        arguments: InstructionSet.available,
        cartesian(RecurrentCell.allCases, Readout.ofSequences))
    func `scores are bit-identical to those in a batch`(
        _ set: InstructionSet, _ kind: (cell: RecurrentCell, readout: Readout)
    ) {
        for shape in Self.shapes {
            expectSameAsBatch(
                shape.model(kind.cell, kind.readout), steps: shape.steps, set, "\(shape.testDescription)")
        }
    }

    /// Expects the same scores alone and in a batch. There are more sequences than one shard has, and the last shard has
    /// idle lanes.
    private func expectSameAsBatch(_ model: SequenceModel, steps: Int, _ set: InstructionSet, _ what: String)
    {
        let parameters = strongParameters(model)
        let size = model.stack.inputSize * steps
        let count = 35
        let bytes = (0..<count * size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let engine = SequenceEngine(model: model, parameters: parameters, instructionSet: set)
        let predictor = SequencePredictor(model: model, parameters: parameters, instructionSet: set)
        bytes.withUnsafeBufferPointer { bytes in
            let sequences = SequenceSamples(
                bytes: bytes.baseAddress!, labels: bytes.baseAddress!, count: count)
            let expected = engine.outputs(sequences, indices: (0..<count).map(Int32.init))
            // (With a single unit, a ReLU may be zero for all sequences.)
            if model.stack.hiddenSize > 1 { #expect(Set(expected).count >= count, "\(what)") }
            for index in 0..<count {
                let image = bytes.baseAddress! + index * size
                let batch = Array(expected[index * model.classCount..<(index + 1) * model.classCount])
                expectEqual(
                    predictor.outputs(image).map(\.bitPattern), batch.map(\.bitPattern),
                    "\(what), sequence \(index)")
                #expect(predictor.predict(image) == batch.firstIndex(of: batch.max()!), "\(what)")
            }
        }
    }

    /// Returns initial parameters multiplied by three, so that gates leave the middle of their range.
    private func strongParameters(_ model: SequenceModel) -> FloatBuffer {
        let parameters = model.initialParameters(seed: 3)
        for index in 0..<parameters.count { parameters.base[index] *= 3 }
        return parameters
    }

    @Test(
        arguments: InstructionSet.available,
        cartesian(RecurrentCell.allCases, Readout.ofSequences))
    func `a NaN in any parameter shows in the scores`(
        _ set: InstructionSet, _ kind: (cell: RecurrentCell, readout: Readout)
    ) {
        let shape = Shape(features: 3, hidden: 5, layers: 2, bidirectional: true, steps: 3, classes: 2)
        let model = shape.model(kind.cell, kind.readout)
        let bytes = (1...UInt8(shape.features * shape.steps)).map { 20 * $0 }
        for parameter in model.layout.parameters {
            let parameters = model.initialParameters(seed: 3)
            parameters.base[parameter.range.last!] = .nan
            let predictor = SequencePredictor(model: model, parameters: parameters, instructionSet: set)
            let scores = bytes.withUnsafeBufferPointer { Array(predictor.outputs($0.baseAddress!)) }
            #expect(scores.contains { $0.isNaN }, "\(parameter.name)")
        }
    }

    @Test(arguments: RecurrentCell.allCases)
    func `a call does not depend on the previous one`(_ cell: RecurrentCell) {
        let model = Self.shapes[1].model(cell, .final)
        let size = model.stack.inputSize * Self.shapes[1].steps
        let images = [UInt8(10), 250].map { [UInt8](repeating: $0, count: size) }
        let predictor = SequencePredictor(model: model, parameters: model.initialParameters(seed: 3))
        func bits(_ image: [UInt8]) -> [UInt32] { predictor.outputs(image).map(\.bitPattern) }
        let first = bits(images[0])
        #expect(bits(images[1]) != first)
        #expect(bits(images[0]) == first)
    }
}

/// Returns all pairs.
func cartesian<A, B>(_ a: [A], _ b: [B]) -> [(A, B)] { a.flatMap { a in b.map { (a, $0) } } }
