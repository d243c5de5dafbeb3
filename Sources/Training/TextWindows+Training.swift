import Datasets
import NeuralNetworks

extension TextWindows: SequenceDataset {
    /// A view of all windows, in which each step has the next character as its class.
    public var sequences: SequenceSamples {
        let (symbols, firstSteps, lengths) = memory
        return SequenceSamples(
            .symbols(symbols), firstSteps: firstSteps, lengths: lengths, longest: min(length, stepCount),
            targets: .stepSymbols(symbols + 1), count: count, isContinuous: true)
    }

    public func misfit(to model: SequenceModel) -> String? {
        guard model.readsSymbols, model.stack.inputSize == vocabulary.count else {
            return "expected \(model.inputShape), the input shape of the model, received (N, L) of "
                + "\(vocabulary.count) symbols; give the model the inputSize \(vocabulary.count) and readingSymbols()"
        }
        guard model.hasStepOutputs, model.classCount == vocabulary.count else {
            return
                "expected a model that predicts one of \(vocabulary.count) classes at each step, as the readout each "
                + "does, received one of \(model.output)"
        }
        guard !model.stack.bidirectional else {
            return
                "expected a model of one direction, received a bidirectional one, which reads the next characters"
        }
        return nil
    }

    /// Returns the windows at `indices` as indices of symbols, (N, L, 1).
    public func batch(at indices: [Int]) -> SequenceBatch {
        let windows = indices.map { self[$0] }
        let steps = windows.map(\.symbols.count)
        let longest = steps.max() ?? 0
        func padded(_ symbols: [Int]) -> [Int] {
            symbols + [Int](repeating: 0, count: longest - symbols.count)
        }
        return SequenceBatch(
            Tensor(
                shape: [windows.count, longest, 1],
                windows.flatMap { padded($0.symbols).map { Float($0) } }),
            lengths: steps.allSatisfy { $0 == longest } ? nil : steps,
            targets: .labels(windows.flatMap { padded($0.next) }))
    }
}
