import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("States carried from window to window")
struct CarriedStatesTests {
    struct Case: Decodable {
        let cell: RecurrentCell
        let hidden, layers: Int
    }

    struct Sizes: Decodable {
        let symbols, streams: Int
        let windows: [Int]
        let rate: Double
    }

    /// See Scripts/carried_fixture.py.
    @Test(arguments: InstructionSet.available)
    func `three windows of truncated backpropagation equal PyTorch's`(_ set: InstructionSet) throws {
        let fixture = try Fixture("sequences/carried")
        func decoded<Value: Decodable>(_ key: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(#require(fixture.file.metadata[key]).utf8))
        }
        let sizes: Sizes = try decoded("sizes")
        let cases: [Case] = try decoded("cases")
        #expect(cases.count == 3)
        for (index, test) in cases.enumerated() {
            let stack = RecurrentStack(
                test.cell, inputSize: sizes.symbols, hiddenSize: test.hidden, numLayers: test.layers)
            let model = SequenceModel(stack, classCount: sizes.symbols, readout: .each)
            let texts = Texts(
                try fixture.floats("\(index).text").map { Int32($0) }, streams: sizes.streams, sizes.windows)
            let engine = SequenceEngine(
                model: model.readingSymbols(), parameters: model.initialParameters(seed: 0),
                optimizer: SGD(learningRate: sizes.rate, momentum: 0), instructionSet: set)
            engine.parameters.assign(
                try fixture.parameters("\(index).before.", model.layout).map { Float($0) })
            engine.parametersChanged()
            let states = CarriedStates(engine.model, count: sizes.streams)
            for window in sizes.windows.indices {
                let what = "case \(index), \(test.cell), window \(window):"
                let step = texts.train(engine, window, states)
                expectClose([step.score.loss], try fixture.doubles("\(index).\(window).loss"), "\(what) loss")
                expectClose(
                    engine.gradient(), try fixture.parameters("\(index).\(window).gradient.", model.layout),
                    "\(what) gradient")
            }
            expectClose(states.hidden, try fixture.doubles("\(index).final.hidden"), "final hidden states")
            if test.cell == .lstm {
                expectClose(states.cell, try fixture.doubles("\(index).final.cell"), "final cell states")
            }
            expectClose(
                engine.parameters.elements, try fixture.parameters("\(index).after.", model.layout),
                "parameters")
        }
    }

    /// Texts of equal lengths, one for each stream, in windows; the index of a sequence is stream · windows + window.
    struct Texts {
        let symbols: [Int32]
        let streams: Int
        let windows: [Int]

        /// - Parameter symbols: [stream][sum of windows + 1]
        init(_ symbols: [Int32], streams: Int, _ windows: [Int]) {
            (self.symbols, self.streams, self.windows) = (symbols, streams, windows)
        }

        private func withSamples<Result>(_ body: (SequenceSamples) -> Result) -> Result {
            let length = windows.reduce(0, +) + 1
            var firstSteps: [Int] = []
            for stream in 0..<streams {
                for window in windows.indices {
                    firstSteps.append(stream * length + windows[..<window].reduce(0, +))
                }
            }
            let lengths = (0..<streams).flatMap { _ in windows.map(Int32.init) }
            return symbols.withUnsafeBufferPointer { symbols in
                firstSteps.withUnsafeBufferPointer { firstSteps in
                    lengths.withUnsafeBufferPointer { lengths in
                        body(
                            SequenceSamples(
                                .symbols(symbols.baseAddress!), firstSteps: firstSteps.baseAddress!,
                                lengths: lengths.baseAddress!, longest: windows.max()!,
                                targets: .stepSymbols(symbols.baseAddress! + 1), count: lengths.count))
                    }
                }
            }
        }

        private func indices(_ window: Int) -> [Int32] {
            (0..<streams).map { Int32($0 * windows.count + window) }
        }

        func train(_ engine: SequenceEngine, _ window: Int, _ states: CarriedStates?) -> TrainingStep {
            withSamples { samples in
                indices(window).withUnsafeBufferPointer {
                    engine.train(samples, batch: $0, carrying: states)
                }
            }
        }

        func evaluate(_ engine: SequenceEngine, _ window: Int, _ states: CarriedStates?) -> Score {
            withSamples { samples in
                indices(window).withUnsafeBufferPointer {
                    engine.evaluate(samples, batch: $0, carrying: states)
                }
            }
        }
    }

    /// Streams of 12 steps: forty of them, so that they fill more than one shard.
    static func texts(_ windows: [Int]) -> Texts {
        let symbols = randomNumbers(40 * 13, seed: 4).map { Int32(min(7, Int(($0 + 1) * 4))) }
        return Texts(symbols, streams: 40, windows)
    }

    static func engine(_ cell: RecurrentCell, threads: Int = 1) -> SequenceEngine {
        let stack = RecurrentStack(cell, inputSize: 8, hiddenSize: 5, numLayers: 2)
        let model = SequenceModel(stack, classCount: 8, readout: .each).readingSymbols()
        return SequenceEngine(
            model: model, parameters: model.initialParameters(seed: 1),
            optimizer: SGD(learningRate: 0.1, momentum: 0), threads: threads)
    }

    @Test(arguments: RecurrentCell.allCases, [[5, 5, 2], [1, 11], [4, 4, 4]])
    func `windows give the loss of the whole sequences`(_ cell: RecurrentCell, _ windows: [Int]) {
        let engine = Self.engine(cell)
        let whole = Self.texts([12]).evaluate(engine, 0, nil)
        let texts = Self.texts(windows)
        let states = CarriedStates(engine.model, count: 40)
        var sum = Score()
        for window in windows.indices { sum += texts.evaluate(engine, window, states) }
        #expect(sum.correct == whole.correct && sum.targetCount == whole.targetCount)
        #expect(abs(sum.loss - whole.loss) < 1e-12)
        // Without carried states the windows are other sequences.
        let apart = windows.indices.reduce(into: Score()) { $0 += texts.evaluate(engine, $1, nil) }
        #expect(abs(apart.loss - whole.loss) > 1e-5)
    }

    @Test(arguments: [2, 3])
    func `any number of threads gives the same parameters and states`(_ threads: Int) {
        func trained(_ threads: Int) -> [[Float]] {
            let engine = Self.engine(.lstm, threads: threads)
            let texts = Self.texts([5, 5, 2])
            let states = CarriedStates(engine.model, count: 40)
            for window in 0..<3 { _ = texts.train(engine, window, states) }
            return [engine.parameters.elements, states.hidden, states.cell]
        }
        for (found, expected) in zip(trained(threads), trained(1)) { expectSameBits(found, expected) }
    }

    @Test(arguments: [RecurrentCell.lstm, .gru])
    func `states can be stored and set`(_ cell: RecurrentCell) {
        let engine = Self.engine(cell)
        let states = CarriedStates(engine.model, count: 40)
        let texts = Self.texts([5, 5, 2])
        _ = texts.evaluate(engine, 0, states)
        #expect(states.hidden.count == 2 * 40 * 5 && states.cell.count == (cell == .lstm ? 400 : 0))
        #expect(states.hidden.allSatisfy { $0 != 0 })
        let copy = CarriedStates(engine.model, count: 40)
        (copy.hidden, copy.cell) = (states.hidden, states.cell)
        expectSameBits(copy.hidden, states.hidden)
        #expect(texts.evaluate(engine, 1, copy) == texts.evaluate(engine, 1, states))
        expectSameBits(copy.cell, states.cell)
        copy.clear()
        #expect(copy.hidden.allSatisfy { $0 == 0 } && copy.cell.allSatisfy { $0 == 0 })
    }

    @Test func `too few places, bidirectional models and unsorted lengths trap`() async {
        await #expect(processExitsWith: .failure) {
            let engine = CarriedStatesTests.engine(.lstm)
            _ = CarriedStatesTests.texts([12]).train(engine, 0, CarriedStates(engine.model, count: 39))
        }
        await #expect(processExitsWith: .failure) {
            let stack = RecurrentStack(.gru, inputSize: 3, hiddenSize: 2, bidirectional: true)
            _ = CarriedStates(SequenceModel(stack, classCount: 3, readout: .each), count: 2)
        }
        await #expect(processExitsWith: .failure) {
            let problem = SymbolTests.problems[0]
            let engine = problem.engine()
            _ = problem.train(engine, carrying: CarriedStates(engine.model, count: 9))
        }
    }
}
