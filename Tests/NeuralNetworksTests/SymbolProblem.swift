import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

/// Random sequences of symbols in one array, and the next symbols as their targets. The same sequences exist as one-hot
/// vectors.
struct SymbolProblem: CustomTestStringConvertible, Sendable {
    let model: SequenceModel
    let lengths: [Int]
    private let firstSteps: [Int]
    /// The symbols, with one more after the last sequence.
    let symbols: [Int32]
    /// [N] The class of each sequence, for a readout that has one.
    private let labels: [UInt8]

    /// - Parameter model: A model whose classes are the symbols.
    init(_ model: SequenceModel, lengths: [Int], seed: UInt64 = 5) {
        self.model = model
        self.lengths = lengths
        var start = 0
        firstSteps = lengths.map { length in
            defer { start += length }
            return start
        }
        let size = model.stack.inputSize
        symbols = randomNumbers(start + 1, seed: seed).map {
            Int32(min(size - 1, Int(($0 + 1) / 2 * Double(size))))
        }
        labels = lengths.indices.map { UInt8($0 % min(model.classCount, 256)) }
    }

    var testDescription: String { "\(lengths), \(model)" }

    func sequence(_ index: Int) -> [Int] {
        symbols[firstSteps[index]..<firstSteps[index] + lengths[index]].map(Int.init)
    }

    /// The symbols that follow each symbol of a sequence.
    func next(_ index: Int) -> [Int] {
        symbols[firstSteps[index] + 1...firstSteps[index] + lengths[index]].map(Int.init)
    }

    /// Returns one-hot vectors, [L][D].
    func oneHot(_ symbols: [Int]) -> [Float] {
        symbols.flatMap { symbol in (0..<model.stack.inputSize).map { $0 == symbol ? 1 : 0 } }
    }

    func engine(
        _ set: InstructionSet = .best, threads: Int = 1, readsSymbols: Bool = true,
        optimizer: any Optimizer = SGD(learningRate: 0.5, momentum: 0)
    ) -> SequenceEngine {
        SequenceEngine(
            model: readsSymbols ? model.readingSymbols() : model,
            parameters: model.initialParameters(seed: 3),
            optimizer: optimizer, threads: threads, instructionSet: set)
    }

    /// Calls `body` with the sequences as symbols, or as one-hot vectors.
    func withSamples<Result>(
        asSymbols: Bool = true, _ body: (SequenceSamples) throws -> Result
    ) rethrows -> Result {
        let numbers = asSymbols ? [] : oneHot(symbols.map(Int.init))
        let lengths = lengths.map(Int32.init)
        return try withExtendedLifetime((numbers, lengths)) {
            try numbers.withUnsafeBufferPointer { numbers in
                try symbols.withUnsafeBufferPointer { symbols in
                    try labels.withUnsafeBufferPointer { labels in
                        try lengths.withUnsafeBufferPointer { lengths in
                            try firstSteps.withUnsafeBufferPointer { firstSteps in
                                try body(
                                    SequenceSamples(
                                        asSymbols
                                            ? .symbols(symbols.baseAddress!) : .numbers(numbers.baseAddress!),
                                        firstSteps: firstSteps.baseAddress!, lengths: lengths.baseAddress!,
                                        longest: self.lengths.max()!,
                                        targets: model.hasStepOutputs
                                            ? .stepSymbols(symbols.baseAddress! + 1)
                                            : .labels(labels.baseAddress!), count: lengths.count))
                            }
                        }
                    }
                }
            }
        }
    }

    /// Runs one training step on the sequences at `indices`, or on all.
    func train(
        _ engine: SequenceEngine, _ indices: [Int]? = nil, asSymbols: Bool = true,
        carrying states: CarriedStates? = nil
    ) -> TrainingStep {
        withSamples(asSymbols: asSymbols) { samples in
            (indices ?? Array(lengths.indices)).map(Int32.init).withUnsafeBufferPointer {
                engine.train(samples, batch: $0, carrying: states)
            }
        }
    }

    /// Returns the outputs of all sequences, one after the other.
    func outputs(_ engine: SequenceEngine, asSymbols: Bool = true) -> [Float] {
        withSamples(asSymbols: asSymbols) { engine.evaluateWithOutputs($0).outputs }
    }
}
