import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

extension MNISTTraining {
    /// Everything a user can choose.
    package struct Options: Codable, Hashable, Sendable {
        package var epochs = 50
        package var batchSize = 128
        package var cell = RecurrentCell.lstm
        package var hiddenSize = 12
        package var layers = 2
        package var bidirectional = true
        package var readout = Readout.all
        /// Between layers.
        package var dropout = 0.0
        /// Before the linear layer.
        package var readoutDropout = 0.0
        package var labelSmoothing = 0.0
        package var augment = AugmentationName.none
        /// The ranges of augmentation, as `ImageAugmentation` has them; nil for those that `augment` names.
        package var augmentShift: Double?
        package var augmentRotation: Double?
        package var augmentScale: Double?
        package var augmentShear: Double?
        package var augmentElastic: Double?
        /// Decay of an average of the weights; nil for none.
        package var ema: Double?
        /// A run or a checkpoint whose probabilities are learnt beside the labels; nil for none.
        package var teacher: String?
        /// Of the loss; nil for ``defaultTeacherWeight``.
        package var teacherWeight: Double?
        /// Of the probabilities that are compared; nil for ``defaultTemperature``.
        package var temperature: Double?
        /// Images held out of training, to choose by.
        package var validation = 0
        /// Whether the images to test on are scored at the end; nil for yes.
        package var test: Bool?
        /// Epochs without a lower validation loss after which training ends; nil for never.
        package var earlyStopping: Int?
        package var optimizer = OptimizerName.adam
        package var learningRate = 5e-3
        /// Nil for the optimizer's default.
        package var momentum: Double?
        package var weightDecay: Double?
        package var schedule = ScheduleName.constant
        package var warmUpEpochs = 0.0
        /// Of the learning rate, at the end of a cosine.
        package var finalShare = 0.0
        package var stepEpochs = 10
        package var patience = 5
        package var reduction = 0.1
        package var clipNorm: Double?
        package var clipValue: Double?
        package var seed: UInt64 = 0
        /// Steps of one record in the logs; 0 for none but those of epochs.
        package var logEvery = 100
        package var checkpoints = CheckpointPolicy()
        /// In seconds.
        package var timeLimit: Double?
        package var progress = EpochPrinter.Progress.auto
        package var quiet = false
        package var threads = UsableCores.count
        package var dataset = ImageDataset.mnist
        package var data = "datasets/mnist"
        package var runs = "runs"
        package var name = "mnist-bilstm"

        package init() {}

        package static let defaultTeacherWeight = 0.5
        package static let defaultTemperature = 2.0
    }

    package enum OptimizerName: String, Codable, CaseIterable, Sendable {
        case adam, adamw, sgd, rmsprop
    }

    package enum ScheduleName: String, Codable, CaseIterable, Sendable {
        case constant, step, cosine, plateau
        case oneCycle = "one-cycle"
    }

    package enum AugmentationName: String, Codable, CaseIterable, Sendable {
        case none, shift, affine, elastic
    }
}

extension MNISTTraining.Options {
    /// The model that reads images of this size; MNIST's by default.
    package func model(
        rows: Int = 28, columns: Int = 28, classCount: Int = MNIST.classCount
    ) -> SequenceModel {
        SequenceModel(
            stack(inputSize: columns), sequenceLength: rows, classCount: classCount, readout: readout,
            dropout: readoutDropout)
    }

    /// The recurrent layers of the model.
    package func stack(inputSize: Int) -> RecurrentStack {
        RecurrentStack(
            cell, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: layers, dropout: dropout,
            bidirectional: bidirectional)
    }

    package func model(for images: LabeledImages) -> SequenceModel {
        model(rows: images.rows, columns: images.columns, classCount: images.classCount)
    }

    /// What the names and numbers of the options come to.
    var chosenOptimizer: any Optimizer {
        switch optimizer {
        case .adam: Adam(learningRate: learningRate, weightDecay: weightDecay ?? 0)
        case .adamw: AdamW(learningRate: learningRate, weightDecay: weightDecay ?? AdamW().weightDecay)
        case .sgd:
            SGD(
                learningRate: learningRate, momentum: momentum ?? 0.9, nesterov: (momentum ?? 0.9) > 0,
                weightDecay: weightDecay ?? 0)
        case .rmsprop:
            RMSprop(
                learningRate: learningRate, momentum: momentum ?? 0, weightDecay: weightDecay ?? 0)
        }
    }

    var chosenSchedule: LearningRateSchedule {
        switch schedule {
        case .constant: .constant
        case .step: .step(epochs: stepEpochs, gamma: reduction)
        case .cosine: .cosine(warmUpEpochs: warmUpEpochs, minimum: finalShare * learningRate)
        case .oneCycle: .oneCycle()
        case .plateau: .reduceOnPlateau(factor: reduction, patience: patience)
        }
    }

    /// The ranges that are named, each of them replaced where one is given.
    package var augmentation: ImageAugmentation {
        let named: ImageAugmentation =
            switch augment {
            case .none: .none
            case .shift: .shift
            case .affine: .affine
            case .elastic: .elastic
            }
        return ImageAugmentation(
            shift: augmentShift ?? named.shift, rotation: augmentRotation ?? named.rotation,
            scale: augmentScale ?? named.scale, shear: augmentShear ?? named.shear,
            elastic: augmentElastic ?? named.elastic)
    }

    package var clipping: GradientClipping {
        clipNorm.map { .norm($0) } ?? clipValue.map { .value($0) } ?? .none
    }

    /// These, where those that have no effect beside the others have their defaults: of another schedule or optimizer,
    /// of images that are not held out, or of a teacher that there is not.
    package var effective: Self {
        let defaults = Self()
        var options = self
        if schedule != .cosine {
            (options.warmUpEpochs, options.finalShare) = (defaults.warmUpEpochs, defaults.finalShare)
        }
        if schedule != .step { options.stepEpochs = defaults.stepEpochs }
        if schedule != .plateau { options.patience = defaults.patience }
        if schedule != .step && schedule != .plateau { options.reduction = defaults.reduction }
        if optimizer != .sgd && optimizer != .rmsprop { options.momentum = nil }
        if validation == 0 { options.earlyStopping = nil }
        if teacher == nil { (options.teacherWeight, options.temperature) = (nil, nil) }
        return options
    }

    /// What cannot be, as options read from a file may be: they must not end in a trap. Those of a command line are
    /// checked there, more closely and in its words.
    package var impossible: String? {
        func whole(_ name: String, _ value: Int, _ range: ClosedRange<Int>) -> String? {
            let expected =
                range.upperBound == .max
                ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
            return range.contains(value)
                ? nil : "impossible \(name.quoted): expected \(expected), found \(value)"
        }
        func share(_ name: String, _ value: Double?) -> String? {
            number(name, value, "0 or more and below 1") { $0 >= 0 && $0 < 1 }
        }
        func positive(_ name: String, _ value: Double?) -> String? {
            number(name, value, "a positive number") { $0 > 0 && $0.isFinite }
        }
        func notNegative(_ name: String, _ value: Double?) -> String? {
            number(name, value, "0 or a positive number") { $0 >= 0 && $0.isFinite }
        }
        func number(
            _ name: String, _ value: Double?, _ expected: String, isPossible: (Double) -> Bool
        ) -> String? {
            guard let value, !isPossible(value) else { return nil }
            return "impossible \(name.quoted): expected \(expected), found \(value)"
        }
        let sizes = 1...1_000_000
        let problems: [String?] = [
            whole("epochs", epochs, sizes), whole("batch_size", batchSize, sizes),
            whole("hidden_size", hiddenSize, 1...65_536), whole("layers", layers, 1...1024),
            share("dropout", dropout), share("readout_dropout", readoutDropout),
            share("label_smoothing", labelSmoothing), whole("validation", validation, 0...(.max)),
            whole("early_stopping", earlyStopping ?? 1, 1...(.max)), positive("learning_rate", learningRate),
            share("momentum", momentum), notNegative("weight_decay", weightDecay),
            notNegative("warm_up_epochs", warmUpEpochs), share("final_share", finalShare),
            whole("step_epochs", stepEpochs, sizes), whole("patience", patience, 0...(.max)),
            number("reduction", reduction, "a number between 0 and 1") { $0 > 0 && $0 < 1 },
            positive("clip_norm", clipNorm), positive("clip_value", clipValue),
            notNegative("augment_shift", augmentShift), notNegative("augment_rotation", augmentRotation),
            share("augment_scale", augmentScale), notNegative("augment_shear", augmentShear),
            notNegative("augment_elastic", augmentElastic), share("ema", ema),
            number("teacher_weight", teacherWeight, "0 to 1") { (0...1).contains($0) },
            positive("temperature", temperature),
            whole("log_every", logEvery, 0...(.max)),
            whole("kept", checkpoints.kept, sizes),
            number("time_limit", timeLimit, "a positive number") { $0 > 0 },
            whole("threads", threads, 1...1024),
            clipNorm != nil && clipValue != nil
                ? "impossible \"clip_norm\" and \"clip_value\": expected one of them, found both" : nil,
            schedule == .cosine && warmUpEpochs > 0 && warmUpEpochs >= Double(epochs)
                ? "impossible \"warm_up_epochs\": expected less than the \(epochs) of \"epochs\", found "
                    + "\(warmUpEpochs)" : nil,
        ]
        return problems.lazy.compactMap { $0 }.first
    }

    /// How the weights are learnt, in words.
    package var recipe: String {
        var words = [optimizer.title, "learning rate \(learningRate)"]
        switch chosenOptimizer {
        case let sgd as SGD where sgd.momentum > 0: words.append("momentum \(sgd.momentum) (Nesterov)")
        case let rmsprop as RMSprop where rmsprop.momentum > 0: words.append("momentum \(rmsprop.momentum)")
        default: break
        }
        if let weightDecay { words.append("weight decay \(weightDecay)") }
        switch schedule {
        case .constant: break
        case .step: words.append("times \(reduction) every \(stepEpochs) epochs")
        case .plateau:
            let loss = validation > 0 ? "validation loss" : "loss"
            words.append("times \(reduction) after \(patience) epochs without a lower \(loss)")
        case .cosine:
            let warmUp = warmUpEpochs > 0 ? " after \(warmUpEpochs) epochs" : ""
            words.append("cosine schedule\(warmUp)" + (finalShare > 0 ? " to \(finalShare) of it" : ""))
        case .oneCycle: words.append("one-cycle schedule")
        }
        if let clipNorm { words.append("gradient norm up to \(clipNorm)") }
        if let clipValue { words.append("gradients up to ±\(clipValue)") }
        if labelSmoothing > 0 { words.append("label smoothing \(labelSmoothing)") }
        if !augmentation.isNone { words.append("images augmented: \(augmentation.words)") }
        if let ema { words.append("weights averaged by \(ema)") }
        if let teacher {
            words.append(
                "taught by \(teacher) (weight \(teacherWeight ?? Self.defaultTeacherWeight), "
                    + "temperature \(temperature ?? Self.defaultTemperature))")
        }
        return words.joined(separator: ", ")
    }
}

extension MNISTTraining.Options: RunOptions {
    package static var program: Program { .mnistBiLSTM }

    package static let free: Set<String> = [
        "checkpoints", "time_limit", "progress", "quiet", "threads", "data", "runs", "name", "test",
    ]

    package static let recent: Set<String> = ["augment", "final_share"]

    /// Of `order`, those that are one in files.
    static let ofCheckpoints: Set<String> = ["checkpoint_every", "keep_checkpoints", "on_save_error"]

    package static let order = [
        "epochs", "batch_size", "optimizer", "learning_rate", "momentum", "weight_decay", "schedule",
        "warm_up_epochs", "final_share", "step_epochs", "patience", "reduction", "clip_norm", "clip_value",
        "label_smoothing", "augment", "augment_shift", "augment_rotation", "augment_scale", "augment_shear",
        "augment_elastic", "ema", "teacher", "teacher_weight", "temperature", "validation", "early_stopping",
        "test", "seed", "cell", "hidden_size",
        "layers", "bidirectional", "readout",
        "dropout", "readout_dropout", "log_every", "checkpoint_every", "keep_checkpoints", "on_save_error",
        "time_limit", "progress", "quiet", "threads", "dataset", "data", "runs", "name",
    ]

    /// What others would change that would hold out other images, each in words.
    func differencesOfHeldOutImages(to others: Self) throws -> [String] {
        let names = validation > 0 && others.validation > 0 ? ["validation", "seed"] : ["validation"]
        return try differences(to: others, among: names)
    }
}

extension MNISTTraining.OptimizerName {
    fileprivate var title: String {
        switch self {
        case .adam: "Adam"
        case .adamw: "AdamW"
        case .sgd: "SGD"
        case .rmsprop: "RMSprop"
        }
    }
}

extension Program {
    /// The tool whose runs classify images.
    package static let mnistBiLSTM = Program(
        name: "mnist-bilstm", options: MNISTTraining.Options.self, ownsUnnamedRuns: true)
}
