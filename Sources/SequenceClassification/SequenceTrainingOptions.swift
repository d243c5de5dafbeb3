import Console
import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

extension SequenceTraining {
    /// All options of a training.
    package struct Options: ClassifierOptions {
        package var common = CommonOptions(
            epochs: 60, batchSize: 16, hiddenSize: 24, layers: 1, learningRate: 5e-3,
            name: "sequence-classifier")
        package var readout = ReadoutChoice.final
        /// The validation set: below 1 a fraction of the training set, otherwise a number of sequences; 0 for none.
        package var validation = 0.0
        /// The path of the training set: a file or a folder.
        package var data = "datasets/japanese-vowels/JapaneseVowels_TRAIN.ts.gz"
        /// The path of the test set; nil for the file `…_TEST` beside a file `…_TRAIN`, if it exists.
        package var test: String?
        /// The fraction of the sequences that is set aside as the test set.
        package var testShare: Double?
        /// Whether the test set is neither read nor evaluated.
        package var noTest = false
        package var idColumn = "id"
        package var labelColumn = "label"
        /// Whether missing values are interpolated.
        package var interpolate = false

        package init() {}
    }

    /// The part of the last layer's output that the linear layer reads, for sequences of any length.
    package enum ReadoutChoice: String, Codable, OptionChoice {
        case last, final, mean
    }
}

extension SequenceTraining.Options {
    package static var program: Program { .sequenceClassifier }
    package static var sample: SampleName { .sequence }
    package static var validationExample: String { "0.2" }
    package static var dataKeys: Set<String> { ["test_share", "id_column", "label_column", "interpolate"] }

    package static let fields: [OptionField<Self>] =
        learningFields + [averageField] + validationFields + stackFields + [.init("readout", \.readout)]
        + dropoutFields + recordingFields + dataFields + placeFields

    private static let validationFields: [OptionField<Self>] = [
        .init("validation", \.validation, .part(of: "sequences"), inSweep: .common), earlyStoppingField,
        .init("no_test", \.noTest, .any, .free, inSweep: .decided), seedField,
    ]

    private static let dataFields: [OptionField<Self>] = [
        .init("data", \.data, .named("a file or a folder"), .place, inSweep: .common),
        .init(
            "test", \.test, .named("a file or a folder"), .place, replacing: ["test_share"], inSweep: .common),
        .init("test_share", \.testShare, .betweenZeroAndOne, replacing: ["test"], inSweep: .common),
        .init("id_column", \.idColumn, .named("a column"), inSweep: .common),
        .init("label_column", \.labelColumn, .named("a column"), inSweep: .common),
        .init("interpolate", \.interpolate, inSweep: .common),
    ]

    package var hasValidation: Bool { validation > 0 }
    package var hasTest: Bool { testShare != nil || testPath != nil }

    package var learningDescription: String {
        (learningWords + [common.averageWords].compactMap(\.self)).joined(separator: ", ")
    }

    package static func misfit(of model: SequenceModel) -> String? {
        model.classCount > 0 && model.sequenceLength == nil && model.readout != .each
            ? nil : "expected a classifier of sequences of any length, found another model"
    }

    package func conflict(among given: Set<String>) -> String? {
        if test != nil, testShare != nil {
            return "--test and --test-share cannot be combined; remove one of them"
        }
        return common.conflict(among: given)
    }
}

extension Program {
    /// The program whose runs classify sequences.
    package static let sequenceClassifier = Program(
        name: "sequence-classifier", options: SequenceTraining.Options.self,
        metrics: [.crossEntropy, .accuracy])
}
