import NeuralNetworks
import Platform
import Training

/// The options of a run made by the library: the user's, which only people read, and the trainer's, which decide the weights.
struct TrainingRunSettings {
    /// The user's options.
    private var given: [String: JSONValue]
    /// The trainer's options.
    private let own: [String: JSONValue]
    /// The number of samples in a step; nil before the first call of `fit`.
    var batchSize: Int?
    /// The number of epochs at the end of training; nil before the first call of `fit`.
    var epochs: Int?
    /// Whether the number of epochs decides the weights, through the schedule.
    private let epochsAreDecisive: Bool

    private static let batchSizeKey = "batch_size"
    private static let epochsKey = "epochs"

    /// - Throws: ``RunError/reservedOptions(run:names:)`` for names that the trainer's options have; `EncodingError` for an
    ///   option that cannot be encoded.
    init(of trainer: Trainer, options: [String: any Encodable & Sendable], run: String) throws {
        own = Self.values(of: trainer)
        epochsAreDecisive = trainer.schedule.dependsOnLastEpoch
        let reserved = Set(own.keys).union([Self.batchSizeKey, Self.epochsKey]).intersection(options.keys)
        guard reserved.isEmpty else {
            throw RunError.reservedOptions(run: run, names: reserved.sorted())
        }
        given = try options.mapValues { try JSON.value(from: JSON.text($0, pretty: false)) }
    }

    /// Takes the user's options of a run.
    init(of trainer: Trainer, resuming configuration: RunConfiguration) {
        own = Self.values(of: trainer)
        epochsAreDecisive = trainer.schedule.dependsOnLastEpoch
        given = configuration.options
        for key in [Self.batchSizeKey, Self.epochsKey] { given[key] = nil }
    }

    /// Removes the options of the trainer that made a checkpoint from the user's.
    mutating func forget(_ before: [String: JSONValue]) {
        for key in before.keys { given[key] = nil }
    }

    /// The trainer's options with the batch size and, if the schedule depends on it, the number of epochs: they decide the
    /// weights.
    private var decisive: [String: JSONValue] {
        var options = own
        if let batchSize { options[Self.batchSizeKey] = .integer(batchSize) }
        if epochsAreDecisive, let epochs { options[Self.epochsKey] = .integer(epochs) }
        return options
    }

    /// The text of these options in a checkpoint.
    var text: String { get throws { try JSON.text(decisive, pretty: false) } }

    /// All options, for `config.json`.
    var all: [String: JSONValue] {
        var options = given.merging(decisive) { $1 }
        if let epochs { options[Self.epochsKey] = .integer(epochs) }
        return options
    }

    /// Returns the differences to the options in a checkpoint, each in words. A batch size and a number of epochs that are
    /// not known are none.
    func differences(from before: [String: JSONValue]) -> [String] {
        let now = decisive
        return Set(before.keys).union(now.keys).sorted().compactMap { key in
            let (old, new) = (before[key] ?? .null, now[key] ?? .null)
            guard old != new else { return nil }
            let isOfFit = key == Self.batchSizeKey || key == Self.epochsKey
            // Perhaps only one of the schedules depends on the number of epochs; their difference is named by itself.
            guard !isOfFit || old != .null && new != .null else { return nil }
            return "\(key): the run has \(old.description), \(isOfFit ? "fit received" : "the trainer has") "
                + new.description
        }
    }

    /// Returns the options that a checkpoint stores.
    ///
    /// - Throws: ``CheckpointError`` if they are no JSON object.
    static func values(of details: Checkpoint.Details, path: String) throws -> [String: JSONValue] {
        do {
            return try JSON.value(from: details.options)
        } catch let error as DecodingError {
            throw CheckpointError(path: path, problem: .invalid("options", JSON.reason(error)))
        }
    }

    private static func values(of trainer: Trainer) -> [String: JSONValue] {
        var values = object(OptimizerDescription(optimizer: trainer.optimizer))
        if let loss = trainer.loss as? any Encodable { values.merge(object(loss)) { own, _ in own } }
        values["optimizer"] = .text("\(type(of: trainer.optimizer))")
        values["schedule"] = .text("\(trainer.schedule)")
        values["clipping"] = .text("\(trainer.clipping)")
        values["average_decay"] = trainer.averageDecay?.json
        values["seed"] = trainer.seed.json
        if !trainer.augmentation.isNone { values["augmentation"] = .text("\(trainer.augmentation)") }
        if let loss = trainer.loss {
            values["loss"] = .text("\(type(of: loss))")
        } else {
            values["label_smoothing"] = trainer.engine.labelSmoothing.json
            values["class_weights"] = trainer.engine.classWeights.map { .array($0.map { Double($0).json }) }
        }
        return values
    }

    private static func object(_ value: some Encodable) -> [String: JSONValue] {
        // The optimizers and losses of this package are structures of numbers.
        (try? JSON.value(from: JSON.text(value, pretty: false))) ?? [:]
    }
}

/// The intervals of the records and checkpoints of a run made by the library.
struct TrainingRunRecording: Codable, Hashable {
    /// The number of steps of a record; 0 for records of epochs only.
    var logEvery: Int
    /// The number of steps between two checkpoints; nil for one after each epoch.
    var checkpointEvery: Int?
    /// The number of newest checkpoints that are kept.
    var keepCheckpoints: Int

    init(logEvery: Int, checkpointEvery: Int?, keepCheckpoints: Int) {
        (self.logEvery, self.checkpointEvery) = (logEvery, checkpointEvery)
        self.keepCheckpoints = keepCheckpoints
    }

    private struct File: Decodable { var recording: TrainingRunRecording }

    /// Reads the values of a run.
    ///
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)``.
    init(reading run: RunDirectory) throws {
        self = try RunFile.read(File.self, from: run.configuration).recording
        guard isPossible else {
            throw RunError.invalidFile(path: run.configuration, reason: "recording: numbers out of range")
        }
    }

    var isPossible: Bool { logEvery >= 0 && checkpointEvery ?? 1 >= 1 && keepCheckpoints >= 1 }

    var policy: CheckpointPolicy {
        var policy = CheckpointPolicy()
        policy.every = checkpointEvery.map { .steps($0) } ?? .epochs(1)
        policy.kept = keepCheckpoints
        return policy
    }
}

/// The content of `config.json` of a run made by the library.
struct TrainingRunConfiguration: Encodable {
    var program = RunDirectory.library
    var options: [String: JSONValue]
    var recording: TrainingRunRecording
    var model: SequenceModel?
    var inputShape: String
    var layers: [StoredLayers.Layer]
    var parameters: Int
    var metrics: [StoredMetric]
    var instructionSet: InstructionSet?
    var commandLine = CommandLine.arguments
    var environment = ExecutionEnvironment.current()

    init(of trainer: Trainer, _ settings: TrainingRunSettings, recording: TrainingRunRecording) {
        options = settings.all
        self.recording = recording
        model = trainer.sequenceModel
        let stored = StoredLayers(of: trainer)
        (inputShape, layers) = (stored.inputShape, stored.layers)
        parameters = trainer.namedParameters.reduce(0) { $0 + $1.values.count }
        metrics = trainer.metrics.map(StoredMetric.init)
        instructionSet = model.map { _ in trainer.engine.instructionSet }
    }
}
