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
        /// The path of a text, in place of sequences; nil for sequences.
        package var text: String?
        /// The number of steps of the windows of a text: the number of steps that gradients go back.
        package var window = 64

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
    package static var dataKeys: Set<String> {
        ["test_share", "id_column", "label_column", "interpolate", "window"]
    }

    package static let fields = groups.flatMap(\.self)

    private static let groups: [[OptionField<Self>]] = [
        learningFields, [averageField], validationFields, stackFields,
        [.init("readout", \.readout, use: .sequences)],
        dropoutFields, recordingFields, dataFields, placeFields,
    ]

    private static let validationFields: [OptionField<Self>] = [
        .init(
            "validation", \.validation, .part(of: "sequences or, with --text, of characters"),
            inSweep: .common), earlyStoppingField,
        .init("no_test", \.noTest, .any, .free, inSweep: .decided), seedField,
    ]

    private static let dataFields: [OptionField<Self>] = [
        .init("data", \.data, .named("a file or a folder"), .place, use: .sequences, inSweep: .common),
        .init(
            "test", \.test, .named("a file or a folder"), .place, use: .sequences, replacing: ["test_share"],
            inSweep: .common),
        .init("test_share", \.testShare, .betweenZeroAndOne, replacing: ["test"], inSweep: .common),
        .init("id_column", \.idColumn, .named("a column"), use: .sequences, inSweep: .common),
        .init("label_column", \.labelColumn, .named("a column"), use: .sequences, inSweep: .common),
        .init("interpolate", \.interpolate, use: .sequences, inSweep: .common),
        .init("text", \.text, .named("a file"), .place, inSweep: .common),
        .init("window", \.window, .range(1...65_536), use: .with("--text") { $0.text != nil }),
    ]

    package var hasValidation: Bool { validation > 0 }
    package var hasTest: Bool { testShare != nil || text == nil && testPath != nil }

    package var learningDescription: String {
        (learningWords + [common.averageWords].compactMap(\.self)).joined(separator: ", ")
    }

    /// The options without reading a test set.
    var withoutTest: Self {
        var options = self
        options.noTest = true
        return options
    }

    package static func misfit(of model: SequenceModel) -> String? {
        let isOfSequences = !model.readsSymbols && model.readout != .each
        let isOfTexts =
            model.readsSymbols && model.readout == .each && !model.stack.bidirectional
            && model.stack.inputSize == model.classCount
        return model.classCount > 0 && model.sequenceLength == nil && (isOfSequences || isOfTexts)
            ? nil
            : "expected a classifier of sequences of any length or a model of texts, found another model"
    }

    package func conflict(among given: Set<String>) -> String? {
        if test != nil, testShare != nil {
            return "--test and --test-share cannot be combined; remove one of them"
        }
        if text != nil, common.bidirectional {
            return
                "--bidirectional and --text cannot be combined, because such a model reads the characters that it predicts; "
                + "remove one of them"
        }
        return common.conflict(among: given)
    }

    /// Replaces the defaults for sequences by the defaults for texts if a command line of a new run gives a text.
    package mutating func follow(_ given: Set<String>, from base: Self) {
        guard text != nil, base == Self() else { return }
        func set<Value>(_ key: String, _ path: WritableKeyPath<Self, Value>, _ value: Value) {
            if !given.contains(key) { self[keyPath: path] = value }
        }
        set("bidirectional", \.common.bidirectional, false)
        set("epochs", \.common.epochs, 20)
        set("batch_size", \.common.batchSize, 64)
        set("hidden_size", \.common.hiddenSize, 128)
        set("learning_rate", \.common.learningRate, 4e-3)
        set("validation", \.validation, 0.1)
        set("name", \.common.name, "text")
        if !given.contains("clip_value") { set("clip_norm", \.common.clipNorm, 1) }
    }
}

extension OptionField.Use where Options == SequenceTraining.Options {
    fileprivate static var sequences: Self { .with("sequences; remove --text") { $0.text == nil } }
}

extension Program {
    /// The program whose runs classify sequences.
    package static let sequenceClassifier = Program(
        name: "sequence-classifier", options: SequenceTraining.Options.self,
        metrics: [.crossEntropy, .accuracy])
}
