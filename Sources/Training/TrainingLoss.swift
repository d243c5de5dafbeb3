import NeuralNetworks
import Platform

/// A loss of the outputs of a ``TrainableModel``: `CrossEntropyLoss`, `BCEWithLogitsLoss`, `MSELoss`, or your own.
public protocol TrainingLoss {
    /// Returns the loss of a batch, with its gradient with respect to the output. Targets of another kind trap.
    func loss(_ output: Tensor, _ batch: SequenceBatch) -> Loss

    /// The loss by which a model is evaluated: without label smoothing. The default is the loss itself.
    var evaluated: Self { get }

    /// The metrics of each epoch unless the trainer is given others. The default is the loss.
    var metrics: [Metric] { get }
}

extension TrainingLoss {
    public var evaluated: Self { self }

    public var metrics: [Metric] {
        [Metric("loss", title: "Loss", higherIsBetter: false) { $0.loss }]
    }
}

extension CrossEntropyLoss: TrainingLoss {
    /// Returns the loss of scores (N, C) with N labels, or (N, L, C) with N · L labels.
    public func loss(_ output: Tensor, _ batch: SequenceBatch) -> Loss {
        guard case .labels(let labels) = batch.targets else {
            preconditionFailure("CrossEntropyLoss: expected classes, received values")
        }
        return self(output, labels, lengths: batch.stepLengths(of: output), weights: batch.weights)
    }

    public var evaluated: CrossEntropyLoss { CrossEntropyLoss(classWeights: classWeights) }

    public var metrics: [Metric] { [.crossEntropy, .accuracy] }
}

extension BCEWithLogitsLoss: TrainingLoss {
    /// Returns the loss of scores (N, V), or (N, L, V), with values 0...1 in the same shape.
    public func loss(_ output: Tensor, _ batch: SequenceBatch) -> Loss {
        self(
            output, batch.values(for: "BCEWithLogitsLoss"), lengths: batch.stepLengths(of: output),
            weights: batch.weights)
    }

    public var metrics: [Metric] { [.binaryCrossEntropy] }
}

extension MSELoss: TrainingLoss {
    /// Returns the loss of outputs (N, V), or (N, L, V), with values in the same shape.
    public func loss(_ output: Tensor, _ batch: SequenceBatch) -> Loss {
        self(
            output, batch.values(for: "MSELoss"), lengths: batch.stepLengths(of: output),
            weights: batch.weights)
    }

    public var metrics: [Metric] { [.squaredError] }
}

extension SequenceBatch {
    fileprivate func values(for loss: String) -> Tensor {
        guard case .values(let values) = targets else {
            preconditionFailure("\(loss): expected values, received classes")
        }
        return values
    }

    /// The lengths, if the output has steps: of target sequences, (N, T, …), or of the inputs, (N, L, …).
    fileprivate func stepLengths(of output: Tensor) -> [Int]? {
        output.shape.count < 3 ? nil : decoder?.lengths ?? lengths
    }

    /// Returns the score of a loss: its sum over the targets, and the number of correct predictions of classes.
    func score(_ output: Tensor, _ loss: Loss) -> Score {
        let shape = output.shape
        let (count, steps) = (input.shape[0], shape.count < 3 ? 1 : shape[1])
        let lengths = stepLengths(of: output)
        var score = Score()
        score.count = count
        if shape.count >= 3 { score.stepCount = lengths?.reduce(0, +) ?? count * steps }
        if case .labels(let labels) = targets {
            score.correct = output.argmax().enumerated().count { row, predicted in
                let (sequence, step) = row.quotientAndRemainder(dividingBy: steps)
                return step < lengths?[sequence] ?? steps && predicted == labels[row]
            }
        }
        // A loss may count several numbers for each target.
        let weight = loss.count == 0 ? 0 : loss.weight * Double(score.targetCount) / Double(loss.count)
        if weight != Double(score.targetCount) { score.weightSum = weight }
        score.lossSum = loss.value * score.weight
        return score
    }
}

extension Metric {
    /// The loss of outputs that are each true or false: the mean binary cross-entropy.
    public static let binaryCrossEntropy = Metric(
        "loss", title: "Loss", unit: "binary cross-entropy", higherIsBetter: false
    ) { $0.loss }
}
