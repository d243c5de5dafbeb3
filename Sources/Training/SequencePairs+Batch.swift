import Datasets
import NeuralNetworks

extension SequencePairs: BatchDataset {
    /// Returns pairs as the tensors of an encoder and a decoder, padded with zeros to the longest sequences.
    ///
    /// The input is (N, L) of symbols or (N, L, D) of values. Symbols to write are followed by one that ends the sequence,
    /// with the number after the last symbol: of C symbols, the target at each step is a class 0 to C, and T is the
    /// length of the longest target + 1. The decoder reads that symbol first, too. Values to write have no end; the
    /// decoder reads zeros first.
    public func batch(at indices: [Int]) -> SequenceBatch {
        let pairs = indices.map { self[$0] }
        let input = PaddedSteps(pairs.map(\.input.numbers), inputs)
        let written = pairs.map(\.target.numbers)
        let read: PaddedSteps
        let expected: SequenceBatch.Targets
        switch targets {
        case .symbols(let end):
            read = PaddedSteps(written.map { [Float(end)] + $0 }, targets)
            expected = .labels(
                PaddedSteps(written.map { $0 + [Float(end)] }, targets).tensor.elements.map { Int($0) })
        case .values(let width):
            let start = [Float](repeating: 0, count: width)
            read = PaddedSteps(written.map { start + $0.dropLast(width) }, targets)
            expected = .values(PaddedSteps(written, targets).tensor)
        }
        return SequenceBatch(
            input.tensor, lengths: input.lengths, targets: expected,
            weights: weights.map { weights in indices.map { weights[$0] } },
            decoder: DecoderSteps(read.tensor, lengths: read.lengths))
    }
}

extension SequencePair.Steps {
    /// The values, or the symbols as numbers.
    fileprivate var numbers: [Float] {
        switch self {
        case .symbols(let symbols): symbols.map { Float($0) }
        case .values(let values): values
        }
    }
}

/// Sequences as a tensor (N, L) of symbols or (N, L, D) of values, padded with zeros.
private struct PaddedSteps {
    let tensor: Tensor
    /// The number of steps of each sequence.
    let lengths: [Int]

    init(_ rows: [[Float]], _ elements: SequencePairs.Elements) {
        let width: Int
        switch elements {
        case .symbols: width = 1
        case .values(let count): width = count
        }
        lengths = rows.map { $0.count / width }
        let steps = lengths.max() ?? 0
        let numbers = rows.flatMap { $0 + [Float](repeating: 0, count: steps * width - $0.count) }
        if case .symbols = elements {
            tensor = Tensor(shape: [rows.count, steps], numbers)
        } else {
            tensor = Tensor(shape: [rows.count, steps, width], numbers)
        }
    }
}
