import Foundation
import Testing

@testable import NeuralNetworks

@Suite("Limits of models") struct ModelLimitsTests {
    private static func model(
        inputSize: Int = 1, hiddenSize: Int = 1, layers: Int = 1, steps: Int = 1, values: Int = 1
    ) -> SequenceModel {
        SequenceModel(
            RecurrentStack(.rnnTanh, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: layers),
            sequenceLength: steps, valueCount: values)
    }

    /// Sizes, layers, steps and values are at their limits; the numbers of parameters stay small.
    @Test func `a model at its limits is read back from its description`() throws {
        for model in [
            Self.model(inputSize: 65_536), Self.model(hiddenSize: 65_536), Self.model(layers: 1024),
            Self.model(steps: 65_536), Self.model(values: 65_536),
        ] {
            let text = try JSONEncoder().encode(model)
            #expect(try JSONDecoder().decode(SequenceModel.self, from: text) == model)
        }
    }

    @Test func `a model beyond its limits traps`() async {
        await #expect(processExitsWith: .failure) { _ = Self.model(inputSize: 65_537) }
        await #expect(processExitsWith: .failure) { _ = Self.model(hiddenSize: 65_537) }
        await #expect(processExitsWith: .failure) { _ = Self.model(layers: 1025) }
        await #expect(processExitsWith: .failure) { _ = Self.model(steps: 65_537) }
        await #expect(processExitsWith: .failure) { _ = Self.model(values: 65_537) }
    }
}
