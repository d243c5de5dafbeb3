import Datasets
import NeuralNetworks

extension MNISTTraining {
    /// Everything a user can choose.
    public struct Options: Codable, Hashable, Sendable {
        public var epochs = 50
        public var batchSize = 128
        public var cell = RecurrentCell.lstm
        public var hiddenSize = 12
        public var layers = 2
        public var bidirectional = true
        public var readout = Readout.all
        /// Between layers.
        public var dropout = 0.0
        /// Before the linear layer.
        public var readoutDropout = 0.0
        public var labelSmoothing = 0.0
        /// Images held out of training, to choose by.
        public var validation = 0
        /// Whether the images to test on are scored at the end; nil for yes.
        public var test: Bool?
        /// Epochs without a lower validation loss after which training ends; nil for never.
        public var earlyStopping: Int?
        public var optimizer = OptimizerName.adam
        public var learningRate = 5e-3
        /// Nil for the optimizer's default.
        public var momentum: Double?
        public var weightDecay: Double?
        public var schedule = ScheduleName.constant
        public var warmUpEpochs = 0.0
        public var stepEpochs = 10
        public var patience = 5
        public var reduction = 0.1
        public var clipNorm: Double?
        public var clipValue: Double?
        public var seed: UInt64 = 0
        /// Steps of one record in the logs; 0 for none but those of epochs.
        public var logEvery = 100
        public var checkpoints = CheckpointPolicy()
        /// In seconds.
        public var timeLimit: Double?
        public var progress = EpochPrinter.Progress.auto
        public var quiet = false
        public var threads = UsableCores.count
        public var dataset = ImageDataset.mnist
        public var data = "datasets/mnist"
        public var runs = "runs"
        public var name = "mnist-bilstm"

        public init() {}
    }

    public enum OptimizerName: String, Codable, CaseIterable, Sendable {
        case adam, adamw, sgd, rmsprop
    }

    public enum ScheduleName: String, Codable, CaseIterable, Sendable {
        case constant, step, cosine, plateau
        case oneCycle = "one-cycle"
    }
}

extension MNISTTraining.Options {
    /// The model that reads images of this size; MNIST's by default.
    public func model(
        rows: Int = 28, columns: Int = 28, classCount: Int = MNIST.classCount
    ) -> SequenceModel {
        SequenceModel(
            stack(inputSize: columns), sequenceLength: rows, classCount: classCount, readout: readout,
            dropout: readoutDropout)
    }

    /// The recurrent layers of the model.
    public func stack(inputSize: Int) -> RecurrentStack {
        RecurrentStack(
            cell, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: layers, dropout: dropout,
            bidirectional: bidirectional)
    }

    func model(for images: LabeledImages) -> SequenceModel {
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
        case .cosine: .cosine(warmUpEpochs: warmUpEpochs)
        case .oneCycle: .oneCycle()
        case .plateau: .reduceOnPlateau(factor: reduction, patience: patience)
        }
    }

    var clipping: GradientClipping {
        clipNorm.map { .norm($0) } ?? clipValue.map { .value($0) } ?? .none
    }

    /// What cannot be, as options read from a file may be: they must not end in a trap. Those of a command line are
    /// checked there, more closely and in its words.
    var impossible: String? {
        func isShare(_ value: Double) -> Bool { value >= 0 && value < 1 }
        func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }
        func isNotNegative(_ value: Double) -> Bool { value >= 0 && value.isFinite }
        let sizes = 1...1_000_000
        let checks: [(String, Bool)] = [
            ("epochs", sizes.contains(epochs)), ("batch_size", sizes.contains(batchSize)),
            ("hidden_size", (1...65_536).contains(hiddenSize)), ("layers", (1...1024).contains(layers)),
            ("dropout", isShare(dropout)), ("readout_dropout", isShare(readoutDropout)),
            ("label_smoothing", isShare(labelSmoothing)), ("validation", validation >= 0),
            ("early_stopping", (earlyStopping ?? 1) > 0), ("learning_rate", isPositive(learningRate)),
            ("momentum", isShare(momentum ?? 0)), ("weight_decay", isNotNegative(weightDecay ?? 0)),
            ("warm_up_epochs", isNotNegative(warmUpEpochs)), ("step_epochs", sizes.contains(stepEpochs)),
            ("patience", patience >= 0), ("reduction", isShare(reduction) && reduction > 0),
            ("clip_norm", isPositive(clipNorm ?? 1)), ("clip_value", isPositive(clipValue ?? 1)),
            ("log_every", logEvery >= 0), ("kept", sizes.contains(checkpoints.kept)),
            ("time_limit", (timeLimit ?? 1) > 0), ("threads", (1...1024).contains(threads)),
        ]
        return checks.first { !$0.1 }.map { "impossible \(quoted($0.0))" }
    }

    /// How the weights are learnt, in words.
    var recipe: String {
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
        case .cosine where warmUpEpochs > 0: words.append("cosine schedule after \(warmUpEpochs) epochs")
        case .cosine, .oneCycle: words.append("\(schedule.rawValue) schedule")
        }
        if let clipNorm { words.append("gradient norm up to \(clipNorm)") }
        if let clipValue { words.append("gradients up to ±\(clipValue)") }
        if labelSmoothing > 0 { words.append("label smoothing \(labelSmoothing)") }
        return words.joined(separator: ", ")
    }
}

extension MNISTTraining.Options: RunOptions {
    static let program = Program.mnistBiLSTM

    static let free: Set<String> = [
        "checkpoints", "time_limit", "progress", "quiet", "threads", "data", "runs", "name", "test",
    ]

    static let order = [
        "epochs", "batch_size", "optimizer", "learning_rate", "momentum", "weight_decay", "schedule",
        "warm_up_epochs", "step_epochs", "patience", "reduction", "clip_norm", "clip_value",
        "label_smoothing",
        "validation", "early_stopping", "test", "seed", "cell", "hidden_size", "layers", "bidirectional",
        "readout",
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
