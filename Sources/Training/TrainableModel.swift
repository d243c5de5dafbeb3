import NeuralNetworks
import Platform

/// A model made of modules that a ``Trainer`` trains: `Sequential`, or a class of your own.
///
/// ```swift
/// final class Tagger: TrainableModel {
///     let gru = GRU(inputSize: 2, hiddenSize: 8, batchFirst: true, seed: 1)
///     let linear = Linear(inputSize: 8, outputSize: 3, seed: 2)
///     var namedModules: [(name: String, module: any Module)] { [("gru", gru), ("linear", linear)] }
///
///     func output(_ batch: SequenceBatch) -> Tensor {
///         linear(gru(batch.input, lengths: batch.lengths).features(.final))
///     }
///
///     func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
///         let states = gru.forward(batch.input, lengths: batch.lengths, step: step)
///         let scores = linear.forward(states.result.features(.final))
///         return TrainingPass(scores.output) { states.backward(scores.backward($0), from: .final) }
///     }
/// }
/// ```
public protocol TrainableModel: AnyObject {
    /// The modules that are trained, each once, with their names in checkpoints: the parameter `weight` of the module
    /// "linear" is `linear.weight`.
    var namedModules: [(name: String, module: any Module)] { get }

    /// Returns the output of a batch in inference, without dropout.
    func output(_ batch: SequenceBatch) -> Tensor

    /// Runs a batch for training.
    ///
    /// - Parameters:
    ///   - batch: At most 32 samples.
    ///   - step: The number that, with a layer's seed, determines its dropout masks: pass it to the layers.
    func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass
}

/// A forward pass of a ``TrainableModel`` that can be run backward.
public struct TrainingPass {
    /// The output, before softmax or the logistic function.
    public let output: Tensor
    let backward: (Tensor) -> Void

    /// Creates a pass.
    ///
    /// - Parameters:
    ///   - output: The output, before softmax or the logistic function.
    ///   - backward: Adds the gradients of the parameters to the modules', given the gradient of the output in its shape.
    public init(_ output: Tensor, backward: @escaping (Tensor) -> Void) {
        self.output = output
        self.backward = backward
    }
}

extension TrainingPass: CustomStringConvertible {
    /// The shape and the numbers of the output, as PyTorch prints tensors.
    public var description: String { "output \(output.shape)\n\(output)" }
}

extension Sequential: TrainableModel {
    /// Reads the batch, with its sequences padded to the model's number of steps. If each step has a target, the output has
    /// the steps of the batch.
    public func output(_ batch: SequenceBatch) -> Tensor {
        let output = self(fitted(batch.input), lengths: batch.lengths)
        return paddedSteps(output, batch).map(output.steps) ?? output
    }

    /// Runs the batch for training, with its sequences padded to the model's number of steps.
    public func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
        let pass = forward(fitted(batch.input), lengths: batch.lengths, step: step)
        guard let steps = paddedSteps(pass.output, batch) else {
            return TrainingPass(pass.output) { pass.backward($0) }
        }
        let modelSteps = pass.output.shape[1]
        return TrainingPass(pass.output.steps(steps)) { pass.backward($0.steps(modelSteps)) }
    }

    /// Returns the number of steps of the batch, if the output has a target at each of them, and more steps, because the
    /// input was padded; otherwise nil.
    private func paddedSteps(_ output: Tensor, _ batch: SequenceBatch) -> Int? {
        guard output.rank == 3, batch.input.rank == 3, output.shape[1] == inputSizes.first else { return nil }
        let (count, steps) = (batch.input.shape[0], batch.input.shape[1])
        let hasStepTargets =
            switch batch.targets {
            case .labels(let labels): labels.count == count * steps
            case .values(let values): values.rank == 3 && values.shape[1] == steps
            }
        return hasStepTargets && steps < output.shape[1] ? steps : nil
    }

    /// Returns an input (N, L', D) as (N, L, D), or (N, L', 1) as (N, L) for a model of indices. Sequences longer than
    /// the model's L trap, and so do other shapes.
    private func fitted(_ input: Tensor) -> Tensor {
        guard input.shape.count == 3, let steps = inputSizes.first else { return input }
        let readsIndices = inputSizes.count == 1 && input.shape[2] == 1
        guard inputSizes.dropFirst().elementsEqual([input.shape[2]]) || readsIndices else { return input }
        let (batch, length) = (input.shape[0], input.shape[1])
        precondition(
            length <= steps,
            "a sequence of \(length) steps: expected at most \(steps), the inputShape of the Sequential")
        let padded = length < steps ? input.steps(steps) : input
        return readsIndices ? padded.reshaped([batch, steps]) : padded
    }
}

extension Tensor {
    /// Returns (N, L, D) with another number of steps: the first ones, or zeros after the last.
    fileprivate func steps(_ count: Int) -> Tensor {
        let (batch, width) = (shape[0], shape[2])
        let kept = min(count, shape[1]) * width
        let padding = [Float](repeating: 0, count: count * width - kept)
        return Tensor(
            shape: [batch, count, width], (0..<batch).flatMap { slice($0).elements.prefix(kept) + padding })
    }
}
