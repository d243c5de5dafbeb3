import Datasets
import NeuralNetworks
import Platform
import Runs

extension ImageTraining.Options {
    package static var program: Program { .mnistBiLSTM }

    package static let fields: [OptionField<Self>] = [
        .init("epochs", \.epochs, .range(1...1_000_000)),
        .init("batch_size", \.batchSize, .range(1...1_000_000)),
        .init("optimizer", \.optimizer),
        .init("learning_rate", \.learningRate, .positive),
        .init(
            "momentum", \.momentum, .share,
            use: .with("--optimizer sgd or rmsprop") { [.sgd, .rmsprop].contains($0.optimizer) }),
        .init("weight_decay", \.weightDecay, .notNegative),
        .init("schedule", \.schedule),
        .init("warm_up_epochs", \.warmUpEpochs, .notNegative, use: .cosine),
        .init("final_share", \.finalShare, .share, use: .cosine),
        .init(
            "step_epochs", \.stepEpochs, .range(1...1_000_000),
            use: .with("--schedule step") { $0.schedule == .step }),
        .init(
            "patience", \.patience, .range(0...1_000_000),
            use: .with("--schedule plateau") { $0.schedule == .plateau }),
        .init(
            "reduction", \.reduction, .betweenZeroAndOne,
            use: .with("--schedule step or plateau") { [.step, .plateau].contains($0.schedule) }),
        .init("clip_norm", \.clipNorm, .positive, replacing: ["clip_value"]),
        .init("clip_value", \.clipValue, .positive, replacing: ["clip_norm"]),
        .init("label_smoothing", \.labelSmoothing, .share),
        // The name of an augmentation sets all ranges.
        .init(
            "augment", \.augment,
            replacing: [
                "augment_shift", "augment_rotation", "augment_scale", "augment_shear", "augment_elastic",
            ]),
        .init("augment_shift", \.augmentShift, .notNegative),
        .init("augment_rotation", \.augmentRotation, .notNegative),
        .init("augment_scale", \.augmentScale, .share),
        .init("augment_shear", \.augmentShear, .notNegative),
        .init("augment_elastic", \.augmentElastic, .notNegative),
        .init("ema", \.ema, .share, .logs),
        .init("teacher", \.teacher),
        .init("teacher_weight", \.teacherWeight, .zeroToOne, use: .teacher),
        .init("temperature", \.temperature, .positive, use: .teacher),
        .init("validation", \.validation, .range(0...1_000_000), inSweep: .common),
        .init(
            "early_stopping", \.earlyStopping, .range(1...1_000_000),
            use: .with("--validation") { $0.validation > 0 }),
        .init("test", \.test, OptionBounds<Bool>.any, .free, inSweep: .decided),
        .init("seed", \.seed, inSweep: .decided),
        .init("cell", \.cell),
        .init("hidden_size", \.hiddenSize, .range(1...2048)),
        .init("layers", \.layers, .range(1...16)),
        .init("bidirectional", \.bidirectional),
        .init("readout", \.readout),
        .init("dropout", \.dropout, .share),
        .init("readout_dropout", \.readoutDropout, .share),
        .init("log_every", \.logEvery, .range(0...1_000_000_000), .logs),
        .init("checkpoint_every", \.checkpoints.every, .any, .free, place: ["checkpoints", "every"]),
        .init(
            "keep_checkpoints", \.checkpoints.kept, .range(1...1_000_000), .free,
            place: ["checkpoints", "kept"]),
        .init(
            "on_save_error", \.checkpoints.onSaveError, .any, .free, place: ["checkpoints", "on_save_error"]),
        .init(
            "time_limit", \.timeLimit, .positive, .passing, inSweep: .decided, isInherited: false,
            unit: "s"),
        .init("progress", \.progress, .any, .display, inSweep: .decided),
        .init("quiet", \.quiet, .any, .display, inSweep: .decided, isInherited: false),
        .init("language", \.language, .any, .display, inSweep: .decided),
        .init("threads", \.threads, .range(1...1024), .machine, inSweep: .decided, isInherited: false),
        .init("dataset", \.dataset, inSweep: .common),
        .init("data", \.data, .named("a directory"), .place, inSweep: .common),
        .init("runs", \.runs, .named("a directory"), .display, inSweep: .decided),
        .init("name", \.name, .runName, .display, inSweep: .decided),
    ]

    package func conflict(among given: Set<String>) -> String? {
        if clipNorm != nil, clipValue != nil {
            return "--clip-norm and --clip-value cannot be combined; remove one of them"
        }
        if schedule == .cosine, warmUpEpochs > 0, warmUpEpochs >= Double(epochs) {
            return "--warm-up-epochs must be below --epochs (\(epochs)), not \(warmUpEpochs)"
        }
        if given.contains("step_epochs"), schedule == .step, stepEpochs >= epochs {
            return "--step-epochs must be below --epochs (\(epochs)), not \(stepEpochs)"
        }
        return nil
    }

    /// Resets the directory if the data set changes, because its files are in another directory.
    package mutating func follow(_ given: Set<String>, from base: Self) {
        if given.contains("dataset"), dataset != base.dataset, !given.contains("data") {
            data = dataset.directory()
        }
    }

    /// Returns the differences that would change the validation set, each in words.
    func validationDifferences(to others: Self) -> [String] {
        let isSetAside = validation > 0 && others.validation > 0
        return differences(to: others, among: isSetAside ? ["validation", "seed"] : ["validation"])
    }

    /// Returns the differences in the data set and the model, which a run with a checkpoint cannot change.
    func fixedDifferences(to others: Self) -> [String] {
        differences(
            to: others, among: ["dataset", "cell", "hidden_size", "layers", "bidirectional", "readout"])
    }
}

extension OptionField<ImageTraining.Options>.Use {
    fileprivate static var cosine: Self { .with("--schedule cosine") { $0.schedule == .cosine } }
    fileprivate static var teacher: Self { .with("--teacher") { $0.teacher != nil } }
}

extension Program {
    /// The program whose runs classify images.
    package static let mnistBiLSTM = Program(
        name: "mnist-bilstm", options: ImageTraining.Options.self, metrics: [.crossEntropy, .accuracy],
        ownsUnnamedRuns: true)
}

extension RecurrentCell: OptionChoice {}

extension ImageDataset: OptionValue {
    package static var expectation: String { (all + [idx]).map(\.name).joined(separator: ", ") }
    package var json: JSONValue { .text(name) }
    package init?(json: JSONValue) {
        guard case .text(let name) = json, let dataset = ImageDataset.named(name) else { return nil }
        self = dataset
    }
}
