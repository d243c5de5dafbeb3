import NeuralNetworks
import Training

/// The fields of the shared options, in the order of the help. Each tool puts its own between them.
extension ClassifierOptions {
    /// The fields of optimization, up to label smoothing.
    package static var learningFields: [OptionField<Self>] {
        [
            .init("epochs", \.common.epochs, .range(1...1_000_000)),
            .init("batch_size", \.common.batchSize, .range(1...1_000_000)),
            .init("optimizer", \.common.optimizer),
            .init("learning_rate", \.common.learningRate, .positive),
            .init(
                "momentum", \.common.momentum, .share,
                use: .with("--optimizer sgd or rmsprop") { [.sgd, .rmsprop].contains($0.optimizer) }),
            .init("weight_decay", \.common.weightDecay, .notNegative),
            .init("schedule", \.common.schedule),
            .init("warm_up_epochs", \.common.warmUpEpochs, .notNegative, use: .cosine),
            .init("final_share", \.common.finalShare, .share, use: .cosine),
            .init(
                "step_epochs", \.common.stepEpochs, .range(1...1_000_000),
                use: .with("--schedule step") { $0.schedule == .step }),
            .init(
                "patience", \.common.patience, .range(0...1_000_000),
                use: .with("--schedule plateau") { $0.schedule == .plateau }),
            .init(
                "reduction", \.common.reduction, .betweenZeroAndOne,
                use: .with("--schedule step or plateau") { [.step, .plateau].contains($0.schedule) }),
            .init("clip_norm", \.common.clipNorm, .positive, replacing: ["clip_value"]),
            .init("clip_value", \.common.clipValue, .positive, replacing: ["clip_norm"]),
            .init("label_smoothing", \.common.labelSmoothing, .share),
        ]
    }

    /// The fields of the recurrent layers.
    package static var stackFields: [OptionField<Self>] {
        [
            .init("cell", \.common.cell),
            .init("hidden_size", \.common.hiddenSize, .range(1...2048)),
            .init("layers", \.common.layers, .range(1...16)),
            .init("bidirectional", \.common.bidirectional),
        ]
    }

    package static var dropoutFields: [OptionField<Self>] {
        [
            .init("dropout", \.common.dropout, .share),
            .init("readout_dropout", \.common.readoutDropout, .share),
        ]
    }

    package static var averageField: OptionField<Self> { .init("ema", \.common.ema, .share, .scores) }

    package static var earlyStoppingField: OptionField<Self> {
        .init(
            "early_stopping", \.common.earlyStopping, .range(1...1_000_000),
            use: .with("--validation") { $0.hasValidation })
    }

    package static var seedField: OptionField<Self> { .init("seed", \.common.seed, inSweep: .decided) }

    /// The fields of logs, checkpoints, screen and threads.
    package static var recordingFields: [OptionField<Self>] {
        [
            .init("log_every", \.common.logEvery, .range(0...1_000_000_000), .logs),
            .init(
                "checkpoint_every", \.common.checkpoints.every, .any, .free, place: ["checkpoints", "every"]),
            .init(
                "keep_checkpoints", \.common.checkpoints.kept, .range(1...1_000_000), .free,
                place: ["checkpoints", "kept"]),
            .init(
                "on_save_error", \.common.checkpoints.onSaveError, .any, .free,
                place: ["checkpoints", "on_save_error"]),
            .init(
                "time_limit", \.common.timeLimit, .positive, .passing, inSweep: .decided, isInherited: false,
                unit: "s"),
            .init("progress", \.common.progress, .any, .display, inSweep: .decided),
            .init("quiet", \.common.quiet, .any, .display, inSweep: .decided, isInherited: false),
            .init("language", \.common.language, .any, .display, inSweep: .decided),
            .init(
                "threads", \.common.threads, .range(1...1024), .machine, inSweep: .decided, isInherited: false
            ),
        ]
    }

    /// The fields of the run's place.
    package static var placeFields: [OptionField<Self>] {
        [
            .init("runs", \.common.runs, .named("a directory"), .display, inSweep: .decided),
            .init("name", \.common.name, .runName, .display, inSweep: .decided),
        ]
    }
}

extension CommonOptions {
    /// Returns a sentence, without its full stop, about shared options that exclude each other; nil if there are none.
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
}

// MARK: Differences at a resume

extension ClassifierOptions {
    /// Returns the differences that would change the validation set, each in words.
    package func validationDifferences(to others: Self) -> [String] {
        let isSetAside = hasValidation && others.hasValidation
        return differences(to: others, among: isSetAside ? ["validation", "seed"] : ["validation"])
    }

    /// Returns the differences in the data and the model, which a run with a checkpoint cannot change.
    package func fixedDifferences(to others: Self) -> [String] {
        differences(
            to: others,
            among: Self.dataKeys.union(["cell", "hidden_size", "layers", "bidirectional", "readout"]))
    }
}

extension OptionField.Use where Options: ClassifierOptions {
    fileprivate static var cosine: Self { .with("--schedule cosine") { $0.schedule == .cosine } }
}

extension RecurrentCell: OptionChoice {}
