import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("The MNIST classifier against PyTorch on 1,280 real images")
struct ClassifierFixtureTests {
    static let model = SequenceModel(
        RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true),
        sequenceLength: 28,
        classCount: 10)

    /// The images, labels and initial parameters of the fixture.
    struct Data {
        let images: [UInt8]
        let labels: [UInt8]
        let parameters: FloatBuffer

        init() throws {
            let fixture = try Fixture("mnist_bilstm_f32")
            images = try fixture.file.values(of: "images_u8", as: UInt8.self)
            labels = try fixture.file.values(of: "labels", as: UInt8.self)
            parameters = FloatBuffer(count: model.layout.count)
            for (index, value) in try fixture.parameters("param0.", model.layout).enumerated() {
                parameters.base[index] = Float(value)
            }
        }

        func withSequences<T>(_ body: (SequenceSamples) throws -> T) rethrows -> T {
            try images.withUnsafeBufferPointer { images in
                try labels.withUnsafeBufferPointer { labels in
                    try body(
                        SequenceSamples(
                            bytes: images.baseAddress!, labels: labels.baseAddress!, count: labels.count))
                }
            }
        }
    }

    @Test
    func `there are 14,410 parameters under PyTorch's names`() throws {
        #expect(Self.model.layout.count == 14_410)
        let fixture = try Fixture("mnist_bilstm_f32")
        let theirs = fixture.file.tensorNames.filter { $0.hasPrefix("param0.") }.map { $0.dropFirst(7) }
        #expect(Set(Self.model.layout.parameters.map { Substring($0.name) }) == Set(theirs))
    }

    @Test(arguments: InstructionSet.available, [1, 2])
    func `scores, loss, gradients and ten Adam steps equal PyTorch's`(_ set: InstructionSet, threads: Int)
        throws
    {
        let data = try Data()
        let single = try Fixture("mnist_bilstm_f32")
        let double = try Fixture("mnist_bilstm_ref64")
        let engine = SequenceEngine(
            model: Self.model, parameters: data.parameters, optimizer: Adam(learningRate: 5e-3),
            threads: threads,
            instructionSet: set)
        let losses = try double.doubles("losses")
        try data.withSequences { sequences in
            let scores = engine.outputs(sequences, indices: (0..<128).map(Int32.init))
            expectClose(scores, try single.doubles("logits0"), "scores")
            expectClose(scores, try double.doubles("logits0"), "scores")

            for step in 0..<10 {
                let batch = (0..<128).map { Int32(128 * step + $0) }
                let score = batch.withUnsafeBufferPointer { engine.train(sequences, batch: $0).score }
                expectClose([score.loss], [losses[step]], "loss \(step)")
                if step == 0 {
                    let gradient = engine.gradient()
                    expectClose(gradient, try single.parameters("grad0.", Self.model.layout), "gradient")
                    expectClose(gradient, try double.parameters("grad0.", Self.model.layout), "gradient")
                }
                if [1, 2, 10].contains(step + 1) {
                    for fixture in [single, double] {
                        expectClose(
                            engine.parameters.elements,
                            try fixture.parameters("param\(step + 1).", Self.model.layout), absolute: 2e-5,
                            relative: 0, "parameters after \(step + 1)")
                    }
                }
            }
        }
    }
}
