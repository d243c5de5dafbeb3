import NeuralNetworks
import Platform

/// The steps of the target sequences of a batch: what a decoder reads at each of them, and their number.
public struct DecoderSteps: Sendable {
    /// The decoder's input at each step: the start, then the target of the step before (teacher forcing). (N, T) of
    /// symbols or (N, T, V) of values, padded with zeros.
    public let input: Tensor
    /// The number of steps of each target sequence, 1 to T.
    public let lengths: [Int]

    /// Creates the steps of target sequences. Fewer than two dimensions, another number of lengths than N, and lengths
    /// outside 1 ... T trap.
    ///
    /// - Parameters:
    ///   - input: The decoder's input at each step, (N, T) or (N, T, V).
    ///   - lengths: The number of steps of each target sequence.
    public init(_ input: Tensor, lengths: [Int]) {
        precondition(
            input.shape.count >= 2, "decoder: expected (N, T) or (N, T, V), received \(input.shape)")
        let (count, steps) = (input.shape[0], input.shape[1])
        precondition(lengths.count == count, "\(lengths.count) lengths for \(count) target sequences")
        precondition(
            lengths.allSatisfy { $0 >= 1 && $0 <= steps },
            "lengths of target sequences \(lengths): expected 1 to \(steps)")
        self.input = input
        self.lengths = lengths
    }
}
