import Console
import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

extension ImageTraining {
    /// All options of a training.
    package struct Options: TrainingOptions {
        package var epochs = 50
        package var batchSize = 128
        package var cell = RecurrentCell.lstm
        package var hiddenSize = 12
        package var layers = 2
        package var bidirectional = true
        package var readout = ReadoutName.all
        /// The dropout probability between layers.
        package var dropout = 0.0
        /// The dropout probability before the linear layer.
        package var readoutDropout = 0.0
        package var labelSmoothing = 0.0
        package var augment = AugmentationName.none
        /// The ranges of augmentation, as in `ImageAugmentation`; if nil, the ranges of `augment`.
        package var augmentShift: Double?
        package var augmentRotation: Double?
        package var augmentScale: Double?
        package var augmentShear: Double?
        package var augmentElastic: Double?
        /// The decay of an exponential moving average of the weights; nil for none.
        package var ema: Double?
        /// The run or checkpoint of the teacher for knowledge distillation; nil for none.
        package var teacher: String?
        /// The weight of the teacher in the loss; nil for ``defaultTeacherWeight``.
        package var teacherWeight: Double?
        /// The softmax temperature for distillation; nil for ``defaultTemperature``.
        package var temperature: Double?
        /// The number of validation images.
        package var validation = 0
        /// Whether the test set is evaluated at the end; nil means yes.
        package var test: Bool?
        /// Early stopping: the number of epochs without a lower validation loss after which training ends; nil for
        /// never.
        package var earlyStopping: Int?
        package var optimizer = OptimizerName.adam
        package var learningRate = 5e-3
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
        package var dataset = ImageDataset.mnist
        package var data = "datasets/mnist"
        package var runs = "runs"
        package var name = "mnist-bilstm"

        package init() {}

        package static let defaultTeacherWeight = 0.5
        package static let defaultTemperature = 2.0
    }

    /// The readouts of models with one output for an image.
    package enum ReadoutName: String, Codable, OptionChoice {
        case all, last, final, mean

        var readout: Readout {
            switch self {
            case .all: .all
            case .last: .last
            case .final: .final
            case .mean: .mean
            }
        }
    }

    package enum OptimizerName: String, Codable, OptionChoice {
        case adam, adamw, sgd, rmsprop
    }

    package enum ScheduleName: String, Codable, OptionChoice {
        case constant, step, cosine, plateau
        case oneCycle = "one-cycle"
    }

    package enum AugmentationName: String, Codable, OptionChoice {
        case none, shift, affine, elastic
    }
}

extension ImageTraining.Options {
    /// Returns the model for images of a size, by default MNIST's.
    package func model(
        rows: Int = 28, columns: Int = 28, classCount: Int = MNIST.classCount
    ) -> SequenceModel {
        SequenceModel(
            stack(inputSize: columns), sequenceLength: rows, classCount: classCount,
            readout: readout.readout,
            dropout: readoutDropout)
    }

    /// Returns the recurrent layers of the model.
    package func stack(inputSize: Int) -> RecurrentStack {
        RecurrentStack(
            cell, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: layers, dropout: dropout,
            bidirectional: bidirectional)
    }

    package func model(for images: LabeledImages) -> SequenceModel {
        model(rows: images.rows, columns: images.columns, classCount: images.classCount)
    }

    /// The number of compute threads.
    package var usedThreads: Int { UsableCores.threads(of: threads) }

    /// The chosen optimizer with its hyperparameters.
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

    /// The ranges of the named augmentation, each replaced if its option is given.
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

    /// A description of the training method, in words.
    package var learningDescription: String {
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
            let loss = validation > 0 ? "validation loss" : "training loss"
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
        if !augmentation.isNone { words.append("augmentation (\(augmentation.words))") }
        if let ema { words.append("EMA of the weights (decay \(ema))") }
        if let teacher {
            words.append(
                "distillation from \(teacher) (weight \(teacherWeight ?? Self.defaultTeacherWeight), "
                    + "temperature \(temperature ?? Self.defaultTemperature))")
        }
        return words.joined(separator: ", ")
    }
}

extension ImageTraining.OptimizerName {
    fileprivate var title: String {
        switch self {
        case .adam: "Adam"
        case .adamw: "AdamW"
        case .sgd: "SGD"
        case .rmsprop: "RMSprop"
        }
    }
}
