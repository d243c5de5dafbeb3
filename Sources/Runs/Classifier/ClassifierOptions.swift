import Console
import NeuralNetworks
import Platform
import Training

/// The options that the trainings of all classifiers have. The tools share their arguments, fields and words.
///
/// A tool's options have them as members: `options.epochs` is `options.common.epochs`.
@dynamicMemberLookup
package protocol ClassifierOptions: TrainingOptions {
    var common: CommonOptions { get set }

    /// The name of a sample for people: an image, or a sequence.
    static var sample: SampleName { get }
    /// The keys of the options that determine the data, which a run with a checkpoint cannot change.
    static var dataKeys: Set<String> { get }
    /// A value of `--validation`, for messages: "5000".
    static var validationExample: String { get }
    /// Whether there is a validation set.
    var hasValidation: Bool { get }
    /// Whether the data have a test set.
    var hasTest: Bool { get }
    /// Whether the tool has a command that imports weights.
    static var importsWeights: Bool { get }
    /// The whole training method, in words.
    var learningDescription: String { get }

    /// Returns the reason why the tool cannot use a model, with the expected and the found kind; nil if it can.
    static func misfit(of model: SequenceModel) -> String?

    /// Evaluates a model on the test set of some options. Writes no file.
    ///
    /// - Throws: `DatasetError`; as ``TrainedModel/evaluate(_:split:classNames:by:)``.
    static func test(
        _ model: TrainedModel<Self>, on options: Self, threads: Int
    ) throws -> (score: Score, result: EvaluationResult)
}

extension ClassifierOptions {
    package var hasTest: Bool { true }
    package static var importsWeights: Bool { false }

    /// Returns whether the data of a run have a test set; true if its configuration cannot be read.
    package static func hasTest(of run: RunDirectory) -> Bool {
        let stored = try? RunFile.read(StoredOptions<Self>.self, from: run.configuration)
        return stored?.options.hasTest ?? true
    }

    package subscript<Value>(dynamicMember path: WritableKeyPath<CommonOptions, Value>) -> Value {
        get { common[keyPath: path] }
        set { common[keyPath: path] = newValue }
    }

    package subscript<Value>(dynamicMember path: KeyPath<CommonOptions, Value>) -> Value {
        common[keyPath: path]
    }

    /// The training method in words, up to label smoothing.
    package var learningWords: [String] { common.learningWords(hasValidation: hasValidation) }
}

/// The values of the options that all classifiers have. A tool replaces the defaults that suit its data.
package struct CommonOptions: Hashable, Sendable {
    package var epochs: Int
    package var batchSize: Int
    package var cell = RecurrentCell.lstm
    package var hiddenSize: Int
    package var layers: Int
    package var bidirectional = true
    /// The dropout probability between layers.
    package var dropout = 0.0
    /// The dropout probability before the linear layer.
    package var readoutDropout = 0.0
    package var labelSmoothing = 0.0
    /// The decay of an exponential moving average of the weights; nil for none.
    package var ema: Double?
    /// Early stopping: the number of epochs without a lower validation loss after which training ends; nil for never.
    package var earlyStopping: Int?
    package var optimizer = OptimizerName.adam
    package var learningRate: Double
    /// The momentum; nil for the optimizer's default.
    package var momentum: Double?
    package var weightDecay: Double?
    package var schedule = ScheduleName.constant
    package var warmUpEpochs = 0.0
    /// The final learning rate of the cosine schedule, as a fraction of the initial one.
    package var finalShare = 0.0
    package var stepEpochs = 10
    package var patience = 5
    package var reduction = 0.1
    package var clipNorm: Double?
    package var clipValue: Double?
    package var seed: UInt64 = 0
    /// The logging interval in steps; 0 logs only at epoch ends.
    package var logEvery = 100
    package var checkpoints = CheckpointPolicy()
    /// The time limit in seconds.
    package var timeLimit: Double?
    package var progress = EpochPrinter.Progress.auto
    package var quiet = false
    /// The language of the report and the charts.
    package var language = Language.english
    package var threads = UsableCores.count
    package var runs = RunDirectory.defaultRoot
    package var name: String

    package init(
        epochs: Int, batchSize: Int, hiddenSize: Int, layers: Int, learningRate: Double, name: String
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.hiddenSize = hiddenSize
        self.layers = layers
        self.learningRate = learningRate
        self.name = name
    }
}

package enum OptimizerName: String, Codable, OptionChoice {
    case adam, adamw, sgd, rmsprop
}

package enum ScheduleName: String, Codable, OptionChoice {
    case constant, step, cosine, plateau
    case oneCycle = "one-cycle"
}

extension CommonOptions {
    /// Returns the recurrent layers of the model.
    package func stack(inputSize: Int) -> RecurrentStack {
        RecurrentStack(
            cell, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: layers, dropout: dropout,
            bidirectional: bidirectional)
    }

    /// The number of compute threads.
    package var usedThreads: Int { UsableCores.threads(of: threads) }

    /// The chosen optimizer with its hyperparameters.
    package var chosenOptimizer: any Optimizer {
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

    /// The chosen learning-rate schedule.
    package var chosenSchedule: LearningRateSchedule {
        switch schedule {
        case .constant: .constant
        case .step: .step(epochs: stepEpochs, gamma: reduction)
        case .cosine: .cosine(warmUpEpochs: warmUpEpochs, minimum: finalShare * learningRate)
        case .oneCycle: .oneCycle()
        case .plateau: .reduceOnPlateau(factor: reduction, patience: patience)
        }
    }

    package var clipping: GradientClipping {
        clipNorm.map { .norm($0) } ?? clipValue.map { .value($0) } ?? .none
    }

    /// The training method in words: optimizer, schedule, clipping and label smoothing.
    package func learningWords(hasValidation: Bool) -> [String] {
        var words = [optimizer.title, "learning rate \(learningRate)"]
        switch chosenOptimizer {
        case let sgd as SGD where sgd.momentum > 0: words.append("momentum \(sgd.momentum) (Nesterov)")
        case let rmsprop as RMSprop where rmsprop.momentum > 0: words.append("momentum \(rmsprop.momentum)")
        default: break
        }
        if let weightDecay { words.append("weight decay \(weightDecay)") }
        switch schedule {
        case .constant: break
        case .step: words.append("step schedule (factor \(reduction) every \(stepEpochs) epochs)")
        case .plateau:
            let loss = hasValidation ? "validation loss" : "training loss"
            words.append(
                "plateau schedule (factor \(reduction) after \(patience) epochs without a lower \(loss))")
        case .cosine:
            let details =
                (warmUpEpochs > 0 ? ["warm-up \(warmUpEpochs) epochs"] : [])
                + (finalShare > 0 ? ["final fraction \(finalShare)"] : [])
            words.append("cosine schedule" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"))
        case .oneCycle: words.append("one-cycle schedule")
        }
        if let clipNorm { words.append("gradient clipping (norm \(clipNorm))") }
        if let clipValue { words.append("gradient clipping (value \(clipValue))") }
        if labelSmoothing > 0 { words.append("label smoothing \(labelSmoothing)") }
        return words
    }

    /// The average of the weights in words; nil without one.
    package var averageWords: String? { ema.map { "EMA of the weights (decay \($0))" } }
}

extension OptimizerName {
    fileprivate var title: String {
        switch self {
        case .adam: "Adam"
        case .adamw: "AdamW"
        case .sgd: "SGD"
        case .rmsprop: "RMSprop"
        }
    }
}
