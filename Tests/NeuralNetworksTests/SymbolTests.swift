import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Symbols as one-hot vectors that are not stored")
struct SymbolTests {
    static let lengths = [5, 1, 12, 7, 3]

    /// All cells, with one and two layers, one and two directions, and the readouts of sequences of any length.
    static let problems: [SymbolProblem] = RecurrentCell.allCases.flatMap { cell in
        [
            (false, 1, Readout.each, BiasStyle.pytorch), (true, 2, .each, .none), (false, 2, .mean, .keras),
            (true, 1, .final, .pytorch),
        ].map { bidirectional, layers, readout, bias in
            let stack = RecurrentStack(
                cell, inputSize: 9, hiddenSize: 5, numLayers: layers, bias: bias, bidirectional: bidirectional
            )
            return SymbolProblem(SequenceModel(stack, classCount: 9, readout: readout), lengths: lengths)
        }
    }

    @Test(arguments: InstructionSet.available, problems)
    func `outputs and losses have the bits of one-hot vectors`(
        _ set: InstructionSet, _ problem: SymbolProblem
    )
        throws
    {
        let (engine, dense) = (problem.engine(set), problem.engine(set, readsSymbols: false))
        let outputs = problem.outputs(engine)
        expectSameBits(outputs, problem.outputs(dense, asSymbols: false))
        let step = problem.train(engine)
        #expect(step.score == problem.train(dense, asSymbols: false).score)
        expectClose(
            engine.gradient(), dense.gradient().map(Double.init), absolute: 1e-7, relative: 1e-5, "gradient")
    }

    @Test(arguments: InstructionSet.available, problems)
    func `a predictor and a stream give the outputs of the engine`(
        _ set: InstructionSet, _ problem: SymbolProblem
    ) throws {
        let model = problem.model.readingSymbols()
        let engine = problem.engine(set)
        let predictor = SequencePredictor(model: model, parameters: engine.parameters, instructionSet: set)
        let stream = try? predictor.stream()
        #expect((stream == nil) == model.stack.bidirectional)
        var outputs = problem.outputs(engine)[...]
        for index in problem.lengths.indices {
            let symbols = problem.sequence(index)
            let expected = Array(outputs.prefix(9 * (model.hasStepOutputs ? symbols.count : 1)))
            outputs = outputs.dropFirst(expected.count)
            expectSameBits(predictor.outputs(symbols: symbols), expected)
            guard let stream else { continue }
            stream.reset()
            let pushed = symbols.map { stream.push(symbol: $0) }
            expectSameBits(model.hasStepOutputs ? pushed.flatMap(\.self) : pushed.last!, expected)
        }
        #expect(outputs.isEmpty)
    }

    @Test(arguments: [RecurrentCell.lstm, .gru, .gruResetBefore])
    func `every gradient equals finite differences`(_ cell: RecurrentCell) {
        let stack = RecurrentStack(cell, inputSize: 6, hiddenSize: 3, numLayers: 2)
        let problem = SymbolProblem(SequenceModel(stack, classCount: 6, readout: .each), lengths: [4, 2, 7])
        let engine = problem.engine(optimizer: SGD(learningRate: 0, momentum: 0))
        _ = problem.train(engine)
        let gradient = engine.gradient()
        for index in 0..<engine.parameters.count {
            let value = engine.parameters.base[index]
            func loss(_ offset: Float) -> Double {
                engine.parameters.base[index] = value + offset
                engine.parametersChanged()
                return problem.withSamples { engine.evaluate($0).loss }
            }
            let slope = (loss(0.01) - loss(-0.01)) / 0.02
            _ = loss(0)
            #expect(abs(slope - Double(gradient[index])) < 2e-4, "parameter \(index)")
        }
    }

    @Test func `a model of more than 256 symbols is trained by several threads`() {
        let stack = RecurrentStack(.gru, inputSize: 300, hiddenSize: 7)
        let problem = SymbolProblem(
            SequenceModel(stack, classCount: 300, readout: .each), lengths: (0..<70).map { 1 + $0 % 9 })
        #expect(problem.symbols.contains { $0 > 255 })
        func parameters(_ threads: Int) -> [Float] {
            let engine = problem.engine(threads: threads)
            for _ in 0..<4 { _ = problem.train(engine) }
            return engine.parameters.elements
        }
        let expected = parameters(1)
        for threads in [2, 3] { expectSameBits(parameters(threads), expected) }
        let engine = problem.engine()
        let before = problem.withSamples { engine.evaluate($0).loss }
        let outputs = problem.outputs(engine).map(Double.init)
        let targets = problem.lengths.indices.flatMap(problem.next)
        let losses = targets.enumerated().map { row, target in
            let scores = outputs[row * 300..<(row + 1) * 300]
            return log(scores.reduce(0) { $0 + exp($1) }) - scores[scores.startIndex + target]
        }
        #expect(abs(before - losses.reduce(0, +) / Double(losses.count)) < 1e-6)
        for _ in 0..<30 { _ = problem.train(engine) }
        #expect(problem.withSamples { engine.evaluate($0).loss } < before - 0.05)
    }

    @Test func `the model says that it reads symbols`() throws {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 60, hiddenSize: 8), classCount: 60, readout: .each
        ).readingSymbols()
        #expect(model.summary().contains("one-hot"))
        #expect(model.summary().contains("(N, L, 60)"))
        let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        #expect(try JSONDecoder().decode(SequenceModel.self, from: Data(text.utf8)) == model)
        let other = text.replacingOccurrences(
            of: "{\"", with: "{\"sequenceLength\":4,\"", options: [.anchored]
        ).replacingOccurrences(of: "\"each\"", with: "\"final\"")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SequenceModel.self, from: Data(other.utf8))
        }
        // 4 · 8 gates of 8 states at 5 steps, forward and twice backward, and the linear layer.
        #expect(model.trainingMultiplyAdds(steps: 5) == 3 * 5 * 32 * 8 + 3 * 5 * 8 * 60)
    }

    @Test func `inputs of the other kind and symbols out of range trap`() async {
        await #expect(processExitsWith: .failure) {
            let problem = SymbolTests.problems[0]
            _ = problem.train(problem.engine(), asSymbols: false)
        }
        await #expect(processExitsWith: .failure) {
            let problem = SymbolTests.problems[0]
            _ = problem.train(problem.engine(readsSymbols: false))
        }
        await #expect(processExitsWith: .failure) {
            let problem = SymbolTests.problems[0]
            let model = problem.model.readingSymbols()
            _ = SequencePredictor(model: model, parameters: model.initialParameters(seed: 0))
                .outputs(symbols: [9])
        }
        await #expect(processExitsWith: .failure) {
            let problem = SymbolTests.problems[0]
            let model = problem.model.readingSymbols()
            _ = SequencePredictor(model: model, parameters: model.initialParameters(seed: 0))
                .outputs([Float](repeating: 0, count: 9))
        }
        await #expect(processExitsWith: .failure) {
            let small = SymbolTests.problems[0]
            let large = SymbolProblem(
                SequenceModel(
                    RecurrentStack(.lstm, inputSize: 12, hiddenSize: 3), classCount: 12, readout: .each),
                lengths: [40])
            _ = large.train(small.engine())
        }
    }
}
