import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Frozen parameters")
struct FrozenParametersTests {
    private static let model = SequenceModel(
        RecurrentStack(.gru, inputSize: 3, hiddenSize: 21, numLayers: 2, bidirectional: true),
        sequenceLength: 5, classCount: 4, readout: .mean)

    private func engine(
        _ optimizer: any Optimizer, clipping: GradientClipping = .none, threads: Int = 2
    ) -> SequenceEngine {
        SequenceEngine(
            model: Self.model, parameters: Self.model.initialParameters(seed: 3), optimizer: optimizer,
            clipping: clipping, averageDecay: 0.9, threads: threads)
    }

    private func train(_ engine: SequenceEngine, steps: Int = 4) {
        let images = (0..<70 * 15).map { UInt8(truncatingIfNeeded: $0 &* 73) }
        let labels = (0..<70).map { UInt8($0 % 4) }
        images.withUnsafeBufferPointer { images in
            labels.withUnsafeBufferPointer { labels in
                let samples = SequenceSamples(
                    bytes: images.baseAddress!, labels: labels.baseAddress!, count: 70)
                let indices = (0..<70).map(Int32.init)
                for _ in 0..<steps {
                    indices.withUnsafeBufferPointer { #expect(engine.train(samples, batch: $0).isApplied) }
                }
            }
        }
    }

    private func bits(_ values: FloatBuffer, _ prefix: String) -> [UInt32] {
        Self.model.layout.parameters.filter { $0.name.hasPrefix(prefix) }
            .flatMap { values.elements[$0.range].map(\.bitPattern) }
    }

    @Test(
        arguments: [
            Adam(learningRate: 0.01, weightDecay: 0.1) as any Optimizer, AdamW(learningRate: 0.01),
            SGD(learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1),
            RMSprop(learningRate: 0.01, momentum: 0.5),
        ], ["gru.", "fc."])
    func `frozen parameters keep every bit, and the others change`(
        optimizer: any Optimizer, prefix: String
    ) {
        for clipping in [GradientClipping.none, .norm(0.1)] {
            let engine = engine(optimizer, clipping: clipping)
            let other = prefix == "gru." ? "fc." : "gru."
            let before = (frozen: bits(engine.parameters, prefix), other: bits(engine.parameters, other))
            engine.freeze([prefix])
            train(engine)
            #expect(bits(engine.parameters, prefix) == before.frozen)
            #expect(bits(engine.average!.values, prefix) == before.frozen)
            #expect(bits(engine.parameters, other) != before.other)
        }
    }

    @Test func `clipping by norm counts only the gradients of parameters that change`() {
        let (frozen, free) = (engine(SGD(learningRate: 0.1)), engine(SGD(learningRate: 0.1)))
        for engine in [frozen, free] { engine.measuresGradientNorm = true }
        frozen.freeze(["gru."])
        train(frozen, steps: 1)
        train(free, steps: 1)
        let (part, whole) = (frozen.gradientNorm ?? .nan, free.gradientNorm ?? .nan)
        #expect(part > 0 && part < whole)
        // The linear layer's first step is the same as without frozen parameters.
        #expect(bits(frozen.parameters, "fc.") == bits(free.parameters, "fc."))
    }

    @Test func `the number of threads changes no bit`() {
        let (one, three) = (engine(Adam(), threads: 1), engine(Adam(), threads: 3))
        for engine in [one, three] {
            engine.freeze(["gru."])
            train(engine)
        }
        #expect(one.parameters.elements.map(\.bitPattern) == three.parameters.elements.map(\.bitPattern))
    }
}
