import Console
import Datasets
import NeuralNetworks
import Platform
import Runs
import SequenceFiles
import Training

/// The data of a training: the training set, the validation set and the test set, all read and checked.
package struct SequenceTrainingData: ClassifierData {
    package let train: LabeledSequences
    package let validation: LabeledSequences?
    /// The test set; nil if there is none, or if it is not evaluated.
    let testSet: LabeledSequences?
    package let fingerprint: String
    package let title: String
    /// The names of the classes and channels, which the model needs besides its weights.
    let form: SequenceForm
    /// Warnings for the user.
    let warnings: [String]

    package var classNames: [String]? { form.classes }
    package var preparation: String { get throws { try JSON.text(form, pretty: false) } }

    package var longest: Int { max(form.longest, testSet?.longest ?? 0) }

    package func test() throws -> LabeledSequences? { testSet }

    package let contents: [Receipt.Content]
    package func contents(ofTest sequences: LabeledSequences) -> [Receipt.Content] {
        [Receipt.Content("test_sequences", sha256: sequences.sha256)]
    }

    /// - Throws: `DatasetError`; ``OptionError`` for sets that would be empty or have one class.
    package init(_ options: SequenceTraining.Options) throws {
        let file = try options.read(options.data)
        let form = SequenceForm(file)
        self.form = form
        // The test set is the same for every seed, so that runs with different seeds can be compared.
        let parts = options.testShare.flatMap { file.sequences.settingAside($0, seed: 0) }
        testSet =
            try options.noTest
            ? nil : parts?.part ?? options.testPath.map { try options.read($0, form).sequences }
        let rest = parts?.rest ?? file.sequences
        let held = options.hasValidation ? rest.settingAside(options.validation, seed: options.seed) : nil
        guard held != nil || !options.hasValidation else {
            throw OptionError(
                "--validation must be below \(rest.count), the number of training sequences, not "
                    + "\(options.validation.json.description).")
        }
        (train, validation) = (held?.rest ?? rest, held?.part)
        let labels = Set(train.labels)
        guard labels.count > 1 else {
            throw OptionError(
                "expected training sequences of at least 2 classes, found only \(form.classes[labels.first ?? 0].quoted); use a "
                    + "smaller --test-share or --validation, or give more sequences")
        }
        warnings = form.classes.indices.filter { !labels.contains($0) }.map {
            "the training set has no sequence of the class \(form.classes[$0].quoted); the model learns not to predict it"
        }
        contents = [Receipt.Content("sequences", sha256: file.sequences.sha256)]
        fingerprint =
            "\(file.sequences.count) sequences of \(form.channels) channels, CRC-32 "
            + String(file.sequences.checksum, radix: 16)
        let sets = [(train, "training"), (validation, "validation"), (testSet, "test")].compactMap {
            set, name in
            set.map { TextFormat.count($0.count, "\(name) sequence") }
        }
        title =
            "\(options.data), \(sets.joined(separator: ", ")), \(TextFormat.count(form.channels, "channel")), up to "
            + "\(TextFormat.count(form.longest, "step")), \(form.classes.count) classes"
    }
}

extension SequenceTraining.Options {
    /// Reads a file or a folder.
    ///
    /// - Parameters:
    ///   - form: The form of the training set, which the file must have; nil for any form.
    ///   - classesAreOptional: Whether the file may lack classes.
    func read(
        _ path: String, _ form: SequenceForm? = nil, classesAreOptional: Bool = false
    ) throws(DatasetError) -> SequenceFile {
        var options = SequenceFileOptions()
        options.missing = interpolate ? .interpolate : .refuse
        (options.idColumn, options.labelColumn, options.needsClasses) = (idColumn, labelColumn, true)
        if let form { options.require(form, classesAreOptional: classesAreOptional) }
        do throws(DatasetError) {
            return try SequenceFile(path: path, options: options)
        } catch {
            throw error.onCommandLine
        }
    }

    /// The path of the test set; nil for none, or for a part of the data.
    var testPath: String? { testShare == nil ? test ?? SequenceFile.testSet(beside: data) : nil }
}
