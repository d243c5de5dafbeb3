import NeuralNetworks

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

extension Sequential: TrainableModel {
    /// Reads the batch, with its sequences padded to the model's number of steps.
    public func output(_ batch: SequenceBatch) -> Tensor {
        self(fitted(batch.input), lengths: batch.lengths)
    }

    /// Runs the batch for training, with its sequences padded to the model's number of steps.
    public func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
        let pass = forward(fitted(batch.input), lengths: batch.lengths, step: step)
        return TrainingPass(pass.output) { pass.backward($0) }
    }

    /// Returns an input (N, L', D) as (N, L, D), or (N, L', 1) as (N, L) for a model of indices. Sequences longer than
    /// the model's L trap, and so do other shapes.
    private func fitted(_ input: Tensor) -> Tensor {
        guard input.shape.count == 3, let steps = inputSizes.first else { return input }
        let readsIndices = inputSizes.count == 1 && input.shape[2] == 1
        guard inputSizes.dropFirst().elementsEqual([input.shape[2]]) || readsIndices else { return input }
        let (batch, length, width) = (input.shape[0], input.shape[1], input.shape[2])
        precondition(
            length <= steps,
            "a sequence of \(length) steps: expected at most \(steps), the inputShape of the Sequential")
        var padded = input
        if length < steps {
            let padding = [Float](repeating: 0, count: (steps - length) * width)
            padded = Tensor(
                shape: [batch, steps, width], (0..<batch).flatMap { input.slice($0).elements + padding })
        }
        return readsIndices ? padded.reshaped([batch, steps]) : padded
    }
}
