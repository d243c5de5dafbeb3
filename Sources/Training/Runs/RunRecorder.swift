import NeuralNetworks

/// Keeps a run's metrics and checkpoints: a row of `metrics.csv` and `checkpoints/last.safetensors` each
/// epoch, and `checkpoints/best.safetensors` whenever the epoch's training loss is the lowest so far.
///
/// When a signal ends training in mid-epoch, the last checkpoint is written once more; when training diverged
/// it is not, so that the one of the last whole epoch stays.
public final class RunRecorder: Callback {
    private let directory: RunDirectory
    private let metrics: MetricsCSV
    private var lowestLoss = Double.infinity
    private var lastRecord: EpochRecord?

    /// Of `metrics.csv`; accuracy in percent, as everywhere a run shows it.
    public static let columns = [
        "epoch", "train_loss", "train_accuracy", "learning_rate", "seconds", "images_per_second",
    ]

    public init(_ directory: RunDirectory) throws(FileError) {
        self.directory = directory
        metrics = try MetricsCSV(path: directory.metrics, columns: Self.columns)
    }

    public func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {
        try metrics.append([
            .integer(record.epoch), .double(record.loss), .double(100 * record.accuracy),
            .double(record.learningRate),
            .double(record.seconds), .double(record.samplesPerSecond),
        ])
        lastRecord = record
        let checkpoint = Checkpoint(of: trainer, record: record)
        try checkpoint.write(to: directory.lastCheckpoint)
        if record.loss < lowestLoss {
            lowestLoss = record.loss
            try checkpoint.write(to: directory.bestCheckpoint)
        }
    }

    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws {
        guard case .interrupted = ending, trainer.engine.optimizerState.stepCount != lastRecord?.step else {
            return
        }
        try Checkpoint(of: trainer, record: lastRecord).write(to: directory.lastCheckpoint)
    }
}

/// A model's parameters under PyTorch's names, as a safetensors file that `load_state_dict` takes.
public struct Checkpoint: Sendable {
    private var writer: SafetensorsWriter

    /// - Parameters:
    ///   - trainer: whose weights and settings it holds.
    ///   - record: of the last whole epoch, if there was one.
    public init(of trainer: Trainer, record: EpochRecord?) {
        let model = trainer.engine.model
        writer = SafetensorsWriter(metadata: [
            "format": "pt", "package_version": packageVersion, "seed": String(trainer.seed),
            "step": String(trainer.engine.optimizerState.stepCount),
            "hidden_size": String(model.stack.hiddenSize), "layers": String(model.stack.numLayers),
            "bidirectional": String(model.stack.bidirectional),
        ])
        if let record {
            writer.metadata["epoch"] = String(record.epoch)
            writer.metadata["train_loss"] = record.loss.description
            writer.metadata["train_accuracy"] = (100 * record.accuracy).description
        }
        let parameters = trainer.engine.parameters
        for parameter in model.layout.parameters {
            writer.add(
                parameter.name, shape: parameter.shape,
                UnsafeBufferPointer(start: parameters.base + parameter.offset, count: parameter.count))
        }
    }

    public func write(to path: String) throws(FileError) { try writer.write(to: path) }
}
