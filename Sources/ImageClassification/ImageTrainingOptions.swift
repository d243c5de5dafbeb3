import Console
import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

extension ImageTraining {
    /// All options of a training.
    package struct Options: ClassifierOptions {
        package var common = CommonOptions(
            epochs: 50, batchSize: 128, hiddenSize: 12, layers: 2, learningRate: 5e-3, name: "mnist-bilstm")
        package var readout = ReadoutName.all
        package var augment = AugmentationName.none
        /// The ranges of augmentation, as in `ImageAugmentation`; if nil, the ranges of `augment`.
        package var augmentShift: Double?
        package var augmentRotation: Double?
        package var augmentScale: Double?
        package var augmentShear: Double?
        package var augmentElastic: Double?
        /// The run or checkpoint of the teacher for knowledge distillation; nil for none.
        package var teacher: String?
        /// The weight of the teacher in the loss; nil for ``defaultTeacherWeight``.
        package var teacherWeight: Double?
        /// The softmax temperature for distillation; nil for ``defaultTemperature``.
        package var temperature: Double?
        /// The run or the file of weights with which training begins; nil for random weights.
        package var initFrom: String?
        /// The part of the model that training does not change; nil for none.
        package var freeze: FrozenPart?
        /// The number of validation images.
        package var validation = 0
        /// Whether the test set is evaluated at the end; nil means yes.
        package var test: Bool?
        package var dataset = ImageDataset.mnist
        package var data = "datasets/mnist"

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

    /// A part of a model, by the prefix of its parameters.
    package enum FrozenPart: String, Codable, OptionChoice {
        case lstm, gru, rnn, fc
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
            common.stack(inputSize: columns), sequenceLength: rows, classCount: classCount,
            readout: readout.readout,
            dropout: common.readoutDropout)
    }

    package func model(for images: LabeledImages) -> SequenceModel {
        model(rows: images.rows, columns: images.columns, classCount: images.classCount)
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

    package var learningDescription: String {
        var words = learningWords
        if !augmentation.isNone { words.append("augmentation (\(augmentation.words))") }
        if let initFrom { words.append("initial weights from \(initFrom)") }
        if let freeze { words.append("\(freeze.rawValue) frozen") }
        if let averageWords = common.averageWords { words.append(averageWords) }
        if let teacher {
            words.append(
                "distillation from \(teacher) (weight \(teacherWeight ?? Self.defaultTeacherWeight), "
                    + "temperature \(temperature ?? Self.defaultTemperature))")
        }
        return words.joined(separator: ", ")
    }
}
