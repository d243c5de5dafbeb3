import Randomness

/// Zeros each number with a probability in training and divides the others by what is left of it
/// (`torch.nn.Dropout`), so that the expected value stays.
/// Two of one seed drop the same places.
public struct Dropout: Hashable, Codable, Sendable {
    /// Of a zero.
    package let probability: Double
    package let seed: UInt64

    public init(_ probability: Double = 0.5, seed: UInt64 = 0) {
        precondition(probability >= 0 && probability < 1, "dropout must be of 0..<1, not \(probability)")
        self.probability = probability
        self.seed = seed
    }

    /// In inference: nothing changes.
    public func callAsFunction(_ input: Tensor) -> Tensor { input }

    /// In training. What is dropped follows from the seed, the number of the training step and the place in
    /// the tensor; the gradient by the input is the same function of the gradient by the output.
    public func forward(_ input: Tensor, step: Int) -> Tensor {
        guard probability > 0 else { return input }
        var generator = SplitMix64(seed, RandomPurpose.dropout.rawValue, UInt64(step))
        let scale = Float(1 / (1 - probability))
        let limit = Float(probability)
        var output = input
        for index in output.elements.indices {
            output.elements[index] *= generator.nextUnit() < limit ? 0 : scale
        }
        return output
    }

    public func backward(_ outputGradient: Tensor, step: Int) -> Tensor {
        forward(outputGradient, step: step)
    }
}
