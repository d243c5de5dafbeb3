import Datasets
import NeuralNetworks
import Platform
import Runs

extension ImageTraining.Options {
    package static var program: Program { .mnistBiLSTM }

    package static let fields = groups.flatMap(\.self)

    private static let groups: [[OptionField<Self>]] = [
        learningFields, augmentationFields, [averageField], teacherFields, initialFields, validationFields,
        stackFields,
        [.init("readout", \.readout)], dropoutFields, recordingFields, dataFields, placeFields,
    ]

    private static let augmentationFields: [OptionField<Self>] = [
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
    ]

    private static let teacherFields: [OptionField<Self>] = [
        .init("teacher", \.teacher, OptionBounds<String>.any, .model),
        .init("teacher_weight", \.teacherWeight, .zeroToOne, use: .teacher),
        .init("temperature", \.temperature, .positive, use: .teacher),
    ]

    private static let initialFields: [OptionField<Self>] = [
        .init("init_from", \.initFrom, OptionBounds<String>.any, .model, inSweep: .common),
        .init("freeze", \.freeze, use: .with("--init-from") { $0.initFrom != nil }),
    ]

    private static let validationFields: [OptionField<Self>] = [
        .init("validation", \.validation, .range(0...1_000_000), inSweep: .common),
        earlyStoppingField,
        .init("test", \.test, OptionBounds<Bool>.any, .free, inSweep: .decided),
        seedField,
    ]

    private static let dataFields: [OptionField<Self>] = [
        .init("dataset", \.dataset, inSweep: .common),
        .init("data", \.data, .named("a directory"), .place, inSweep: .common),
    ]

    package static var sample: SampleName { .image }
    package static var validationExample: String { "5000" }

    package var hasValidation: Bool { validation > 0 }

    package static func misfit(of model: SequenceModel) -> String? {
        (1...256).contains(model.classCount) && model.sequenceLength != nil
            ? nil : "expected a classifier of images, found another model"
    }

    package static var dataKeys: Set<String> { ["dataset", "init_from"] }
    package static var importsWeights: Bool { true }

    package func conflict(among given: Set<String>) -> String? {
        // Without --cell, the model is the one of --init-from, which is checked when it is known.
        (given.contains("cell") ? frozenComplaint : nil) ?? common.conflict(among: given)
    }

    /// A sentence, without its full stop, about a frozen part that the model does not have; nil if there is none.
    var frozenComplaint: String? {
        let part = common.cell.family.lowercased()
        guard let freeze, freeze != .fc, freeze.rawValue != part else { return nil }
        return
            "--freeze \(freeze.rawValue): the parts of a model with --cell \(common.cell.rawValue) are \(part) and fc"
    }

    /// Resets the directory if the data set changes, because its files are in another directory.
    package mutating func follow(_ given: Set<String>, from base: Self) {
        if given.contains("dataset"), dataset != base.dataset, !given.contains("data") {
            data = dataset.directory()
        }
    }
}

extension OptionField<ImageTraining.Options>.Use {
    fileprivate static var teacher: Self { .with("--teacher") { $0.teacher != nil } }
}

extension Program {
    /// The program whose runs classify images.
    package static let mnistBiLSTM = Program(
        name: "mnist-bilstm", options: ImageTraining.Options.self, metrics: [.crossEntropy, .accuracy],
        ownsUnnamedRuns: true)
}

extension ImageDataset: OptionValue {
    package static var expectation: String { (all + [idx]).map(\.name).joined(separator: ", ") }
    package var json: JSONValue { .text(name) }
    package init?(json: JSONValue) {
        guard case .text(let name) = json, let dataset = ImageDataset.named(name) else { return nil }
        self = dataset
    }
}
