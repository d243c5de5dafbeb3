import Platform
import Randomness

/// Dropout (`torch.nn.Dropout`): training sets each number to zero with probability p and divides the others by 1 - p,
/// so that the expected value stays the same (Srivastava et al., 2014).
///
/// Two dropouts with the same seed drop the same places.
public struct Dropout: Hashable, Codable, Sendable {
    /// p, the dropout probability.
    package let probability: Double
    /// The seed of the masks.
    package let seed: UInt64

    /// Creates a dropout with a probability in 0..<1; other probabilities trap.
    public init(_ probability: Double = 0.5, seed: UInt64 = 0) {
        precondition(probability >= 0 && probability < 1, "dropout must be of 0..<1, not \(probability)")
        self.probability = probability
        self.seed = seed
    }

    /// Returns the input unchanged, as inference does.
    public func callAsFunction(_ input: Tensor) -> Tensor { input }

    /// Returns the input with dropout applied, for training. The mask is determined by the seed, the number of the
    /// training step and the index in the tensor.
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

    /// Returns the gradient of the input of `forward` at the same step, in the shape of `outputGradient`.
    public func backward(_ outputGradient: Tensor, step: Int) -> Tensor {
        forward(outputGradient, step: step)
    }
}
