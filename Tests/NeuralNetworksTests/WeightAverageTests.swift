import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Exponential moving average of weights")
struct WeightAverageTests {
    /// A model whose parameters have three slices.
    private static let problem = ClassifierPropertyTests.problem

    private static func engine(_ decay: Double?, threads: Int = 1) -> SequenceEngine {
        problem.engine(Adam(learningRate: 5e-3), averageDecay: decay, threads: threads)
    }

    private static func train(_ engine: SequenceEngine, step: Int) {
        engine.train(problem, 20 * step..<20 * step + 40)
    }

    @Test(arguments: [0, 0.3, 0.999])
    func `the average equals a computation in double precision`(decay: Double) throws {
        let engine = Self.engine(decay)
        var expected = engine.parameters.elements.map(Double.init)
        for step in 1...6 {
            Self.train(engine, step: step)
            let kept = min(decay, Double(1 + step) / Double(10 + step))
            for (index, parameter) in engine.parameters.elements.enumerated() {
                expected[index] = kept * expected[index] + (1 - kept) * Double(parameter)
            }
            let found = try #require(engine.average).values.elements
            let worst = zip(found, expected).map { abs(Double($0) - $1) / max(abs($1), 0.01) }.max()
            #expect(try #require(worst) < 1e-5, "step \(step)")
            #expect(!found.contains { $0.isNaN })
        }
    }

    @Test
    func `any number of threads gives the same bytes and the parameters do not change`() throws {
        let (plain, single) = (Self.engine(nil), Self.engine(0.9))
        for step in 0..<3 {
            Self.train(plain, step: step)
            Self.train(single, step: step)
        }
        expectEqual(single.bits, plain.bits)
        for threads in 2...4 {
            let engine = Self.engine(0.9, threads: threads)
            for step in 0..<3 { Self.train(engine, step: step) }
            expectEqual(engine.bits, plain.bits)
            #expect((engine.average?.values.elements == single.average?.values.elements) == true)
        }
        #expect(plain.average == nil && plain.withAverage { 1 } == nil)
    }

    @Test
    func `the average is evaluated in place of the parameters and training then continues unchanged`() throws
    {
        let (engine, other) = (Self.engine(0.9, threads: 2), Self.engine(0.9))
        for step in 0..<3 {
            Self.train(engine, step: step)
            Self.train(other, step: step)
            let average = try #require(other.average).values.elements
            let averaged = FloatBuffer(count: average.count)
            averaged.assign(average)
            let expected = SequenceEngine(model: Self.problem.model, parameters: averaged)
            let score = Self.problem.withSequences { sequences in
                engine.withAverage { engine.evaluate(sequences) }
            }
            #expect(score == Self.problem.withSequences { expected.evaluate($0) })
            #expect(score != Self.problem.withSequences { engine.evaluate($0) })
        }
        expectEqual(engine.bits, other.bits)
        #expect((engine.average?.values.elements == other.average?.values.elements) == true)
    }

    @Test
    func `an invalid decay traps`() async {
        await #expect(processExitsWith: .failure) { _ = Self.engine(1) }
        await #expect(processExitsWith: .failure) { _ = Self.engine(-0.1) }
        await #expect(processExitsWith: .failure) { _ = Self.engine(.nan) }
    }
}
