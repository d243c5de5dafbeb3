import CAllocations
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Arrays returned by predictors and streams")
struct PredictorOutputTests {
    /// A function with an array of outputs, called with different input each time.
    enum Source: CaseIterable {
        case numbers, steps, bytes, symbols, stream, symbolStream

        /// Returns a function of the number of a call.
        func outputs() throws -> (Int) -> [Float] {
            let readsSymbols = self == .symbols || self == .symbolStream
            let stack = RecurrentStack(.lstm, inputSize: readsSymbols ? 7 : 3, hiddenSize: 5)
            var model = SequenceModel(
                stack, classCount: readsSymbols ? 7 : 4, readout: self == .steps ? .each : .final)
            if readsSymbols { model = model.readingSymbols() }
            let predictor = SequencePredictor(model: model, parameters: model.initialParameters(seed: 3))
            let stream = try predictor.stream()
            let numbers = (0..<2).map { seed in randomNumbers(12, seed: UInt64(seed)).map { Float($0) } }
            let bytes = (0..<2).map { seed in (0..<12).map { UInt8(20 * $0 + seed) } }
            let symbols = [[1, 4, 2], [3, 0, 6]]
            let steps = numbers.map { Array($0[..<3]) }
            return switch self {
            case .numbers, .steps: { predictor.outputs(numbers[$0 % 2]) }
            case .bytes: { predictor.outputs(bytes[$0 % 2]) }
            case .symbols: { predictor.outputs(symbols: symbols[$0 % 2]) }
            case .stream: { stream.push(steps[$0 % 2]) }
            case .symbolStream: { stream.push(symbol: symbols[$0 % 2][0]) }
            }
        }
    }

    @Test(arguments: Source.allCases)
    func `a later call does not change an array that is kept`(_ source: Source) throws {
        let (outputs, others) = (try source.outputs(), try source.outputs())
        let kept = (0..<4).map(outputs)
        let expected = (0..<4).map { call in others(call).map(\.bitPattern) }
        #expect(kept.map { $0.map(\.bitPattern) } == expected)
        #expect(Set(expected).count > 1)
    }

    // An exit test captures values since Swift 6.3.
    #if compiler(>=6.3)
        /// Counted in a process of its own, where no other test runs.
        @Test(arguments: Source.allCases)
        func `nothing is allocated after the first call if no array is kept`(_ source: Source) async {
            await #expect(processExitsWith: .success) { [name = "\(source)"] in
                guard let source = Source.allCases.first(where: { "\($0)" == name }) else {
                    fatalError("expected a source, received \(name)")
                }
                let outputs = try source.outputs()
                var sum = outputs(0)[0] + outputs(1)[0]
                // The least of several counts, because the runtime's threads may allocate now and then.
                let counts = (0..<5).map { _ in
                    let before = allocation_count()
                    for call in 0..<100 { sum += outputs(call)[0] }
                    return before < 0 ? 0 : allocation_count() - before
                }
                guard counts.min() == 0, sum.isFinite else { fatalError("allocations: \(counts)") }
            }
        }
    #endif
}
