import Foundation
import Testing

@testable import NeuralNetworks

@Suite("Models as JSON")
struct ModelCodingTests {
    @Test(arguments: RecurrentCell.allCases, [BiasStyle.pytorch, .keras, .none])
    func `classifiers are read back`(cell: RecurrentCell, bias: BiasStyle) throws {
        for (readout, isBidirectional) in [(Readout.all, true), (.last, false), (.mean, true)] {
            let model = SequenceModel(
                RecurrentStack(
                    cell, inputSize: 7, hiddenSize: 3, numLayers: 2, bias: bias, dropout: 0.1 + 0.2,
                    bidirectional: isBidirectional), sequenceLength: 5, classCount: 9, readout: readout,
                dropout: 0.7)
            let data = try JSONEncoder().encode(model)
            #expect(try JSONDecoder().decode(SequenceModel.self, from: data) == model)
        }
    }

    @Test(arguments: SequenceModel.Activation.allCases)
    func `regressors are read back`(activation: SequenceModel.Activation) throws {
        let model = SequenceModel(
            RecurrentStack(.rnnTanh, inputSize: 4, hiddenSize: 8, numLayers: 2), sequenceLength: 5,
            valueCount: 3, activation: activation)
        let data = try JSONEncoder().encode(model)
        #expect(try JSONDecoder().decode(SequenceModel.self, from: data) == model)
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("classCount"))
        for (old, new) in [
            ("\"valueCount\":3", "\"valueCount\":0"), ("\"\(activation)\"", "\"tanh\""),
            ("\"activation\"", "\"activated\""),
        ] {
            let changed = text.replacingOccurrences(of: old, with: new)
            #expect(changed != text)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(SequenceModel.self, from: Data(changed.utf8))
            }
        }
    }

    @Test(
        arguments: [
            ("inputSize", "0"), ("inputSize", "65537"), ("hiddenSize", "-1"), ("hiddenSize", "65537"),
            ("numLayers", "0"), ("numLayers", "1025"), ("sequenceLength", "0"), ("sequenceLength", "65537"),
            ("classCount", "0"), ("classCount", "65537"), ("dropout", "1"), ("dropout", "-1e-300"),
            ("dropout", "1e300"),
        ])
    func `invalid numbers are rejected with the expected values`(name: String, value: String) throws {
        let model = SequenceModel(
            RecurrentStack(.gru, inputSize: 2, hiddenSize: 3), sequenceLength: 4, classCount: 5)
        let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        let pattern = try Regex("\"\(name)\":[0-9]+")
        #expect(text.contains(pattern))
        let changed = text.replacing(pattern, with: "\"\(name)\":\(value)")
        #expect {
            try JSONDecoder().decode(SequenceModel.self, from: Data(changed.utf8))
        } throws: { error in
            guard case .dataCorrupted(let context)? = error as? DecodingError else { return false }
            return context.codingPath.last?.stringValue == name
                && context.debugDescription.hasPrefix("expected ")
        }
    }
}
