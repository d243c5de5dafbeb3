import Datasets
import NeuralNetworks

extension SequencePredictor {
    /// Creates a predictor of the model in a checkpoint, which needs nothing else: the file contains the architecture, the
    /// normalization of the input and the weights.
    ///
    /// - Parameters:
    ///   - path: The path of the checkpoint, as ``Checkpoint/write(to:)`` writes it.
    ///   - averaged: Whether to use the averaged weights; if there are none, this throws.
    /// - Throws: As ``Checkpoint/init(path:)``; ``CheckpointError`` for weights that are not finite and for missing averaged
    ///   weights.
    public convenience init(contentsOf path: String, averaged: Bool = false) throws {
        try self.init(Checkpoint(path: path), path: path, averaged: averaged)
    }

    convenience init(_ checkpoint: Checkpoint, path: String, averaged: Bool = false) throws(CheckpointError) {
        guard let weights = averaged ? checkpoint.average : checkpoint.parameters else {
            throw CheckpointError(path: path, problem: .missing("ema"))
        }
        guard weights.allSatisfy(\.isFinite) else { throw CheckpointError(path: path, problem: .notFinite) }
        let parameters = FloatBuffer(count: weights.count)
        parameters.assign(weights)
        self.init(model: checkpoint.model, parameters: parameters)
    }
}

extension InputNormalization {
    /// Creates the normalization that gives each channel the mean 0 and the variance 1 over all steps of all sequences,
    /// which should be the training set; see `StandardScaler`. A channel whose deviation is too small for a `Float` is
    /// divided by 1, as a constant channel.
    public init(fitting sequences: LabeledSequences) {
        let scaler = StandardScaler(fitting: sequences.columns)
        self.init(
            mean: scaler.mean.map { Float($0) },
            deviation: scaler.scale.map { (1 / Float($0)).isFinite ? Float($0) : 1 })
    }
}
