import RecurrentNetworks
import Testing

/// A file with one import uses every module of the library.
@Suite("One import")
struct OneImportTests {
    @Test func `import RecurrentNetworks has the modules of the library`() throws {
        let pairs = try SequencePairs(.symbols([[0, 1]]), targets: .symbols([[1, 0]]))
        let model = EncoderDecoder(.gru, inputs: pairs.inputs, targets: pairs.targets, hiddenSize: 2)
        let output: Tensor = model.output(pairs.batch(at: [0]))
        #expect(output.shape == [1, 3, 3])
        var writer = SafetensorsWriter(metadata: [:])
        writer.add("x", shape: [1], [1] as [Float])
        #expect(try SafetensorsFile(bytes: writer.serialized(), path: "x").tensorNames == ["x"])
        #expect(throws: (any Error).self) { try PriceHistory(path: "missing.csv") }
        #expect(throws: (any Error).self) { try LabeledSequences(contentsOf: "missing.csv") }
    }
}
