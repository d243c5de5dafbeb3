import NeuralNetworks
import Platform
import Safetensors

/// A checkpoint of a trainer, for runs: a ``Checkpoint`` of a `SequenceModel`, or a ``ModuleCheckpoint``.
package protocol TrainerCheckpoint: Sendable {
    /// The seed of the training.
    var seed: UInt64 { get }
    /// The number of optimizer steps.
    var stepCount: Int { get }
    /// The progress of training.
    var state: TrainingState { get }
    /// The lengths of the run's logs.
    var logs: LogPositions { get }
    /// Information about the run.
    var details: Checkpoint.Details { get }

    /// Returns the content of the whole file.
    func serialized() throws -> [UInt8]
}

extension TrainerCheckpoint {
    /// Whether the checkpoint was made at the end of the best epoch so far.
    package var isOfBestEpoch: Bool { state.stepInEpoch == 0 && state.best?.epoch == state.epoch - 1 }
}

extension Checkpoint: TrainerCheckpoint {}
extension ModuleCheckpoint: TrainerCheckpoint {}

/// The file of a checkpoint of any model.
package enum CheckpointFile {
    /// Reads an open file and checks all of it.
    ///
    /// - Throws: As ``Checkpoint/init(path:)``.
    package static func read(_ file: OpenFile) throws -> any TrainerCheckpoint {
        let path = file.path
        let file = try SafetensorsFile(file, copies: Checkpoint.copies) { metadata in
            try FileDigest.require(in: metadata, path: path)
        }
        return file.metadata[ModuleCheckpoint.mark] == nil
            ? try Checkpoint(file) : try ModuleCheckpoint(file)
    }
}

extension Trainer {
    /// Returns a checkpoint of the current state, which is copied.
    package func checkpoint(
        logs: LogPositions = .init(), details: Checkpoint.Details = .init()
    ) -> any TrainerCheckpoint {
        modules == nil
            ? Checkpoint(of: self, logs: logs, details: details)
            : ModuleCheckpoint(of: self, logs: logs, details: details)
    }

    /// Restores the state of a checkpoint of any model.
    ///
    /// - Parameters:
    ///   - checkpoint: The checkpoint.
    ///   - path: The path of its file, for errors.
    ///   - secondsOfEpoch: The duration of the current epoch up to the checkpoint, in seconds.
    /// - Throws: ``CheckpointError`` for a checkpoint of another model or optimizer; the trainer is then unchanged.
    package func restore(
        _ checkpoint: any TrainerCheckpoint, path: String, secondsOfEpoch: Double = 0
    ) throws(CheckpointError) {
        func check(_ expected: String, _ found: String, isRight: Bool) throws(CheckpointError) {
            guard !isRight else { return }
            throw CheckpointError(path: path, problem: .misfit(expected: expected, found: found))
        }
        let names = (sequence: "a SequenceModel", modules: "a model made of modules")
        switch checkpoint {
        case let checkpoint as ModuleCheckpoint:
            try check(names.sequence, names.modules, isRight: modules != nil)
            try restore(checkpoint, secondsOfEpoch: secondsOfEpoch)
        case let checkpoint as Checkpoint:
            try check(names.modules, names.sequence, isRight: modules == nil)
            if let (expected, found) = difference(from: checkpoint) {
                throw CheckpointError(path: path, problem: .misfit(expected: expected, found: found))
            }
            restore(checkpoint, secondsOfEpoch: secondsOfEpoch)
        default: preconditionFailure("restore: expected a checkpoint of this module")
        }
    }
}

/// The parts of a trainer that runs describe.
extension Trainer {
    /// The number of optimizer steps so far.
    package var stepCount: Int { core.stepCount }

    package var optimizer: any Optimizer { core.optimizer }

    package var clipping: GradientClipping { core.clipping }

    /// Whether the parameters have an exponential moving average.
    package var hasAverage: Bool { averageDecay != nil }

    /// The decay of this average; nil if there is none.
    package var averageDecay: Double? {
        modules.map { $0.averages.first?.decay } ?? engine.average?.decay
    }

    /// The loss of a model made of modules; nil for a `SequenceModel`.
    package var loss: (any TrainingLoss)? { modules?.loss }

    /// The `SequenceModel`; nil for a model made of modules.
    package var sequenceModel: SequenceModel? { modules == nil ? engine.model : nil }

    /// The model made of modules; nil for a `SequenceModel`.
    package var trainableModel: (any TrainableModel)? { modules?.model }

    /// Each parameter with its name in checkpoints. The memory is valid as long as the trainer.
    package var namedParameters: [(name: String, values: UnsafeBufferPointer<Float>)] { core.namedParameters }

    /// The modules of a model made of them, by name; empty for a `SequenceModel`.
    package var namedModules: [(name: String, module: any Module)] { modules?.namedModules ?? [] }
}
