import Datasets
import NeuralNetworks
import Platform
import Runs
import TensorBoard
import Training

/// The main job: trains a recurrent classifier on MNIST, prints and logs its progress, and evaluates it at the end.
package struct ImageTraining: ClassifierTraining {
    package var options: Options
    package let resumption: Resumption<Options>?
    let recipe: Recipe?
    /// The weights with which the run begins, if they were read already.
    package var initial: InitialModel?
    /// The copies of the teacher and of the initial weights that are used; nil for a new run.
    private let copies: RunCopies?

    /// Creates the training of a new run.
    ///
    /// - Parameters:
    ///   - options: All options.
    ///   - recipe: The recipe of the options, which is printed; nil if there is none.
    package init(_ options: Options, recipe: Recipe? = nil) {
        self.options = options
        self.recipe = recipe
        (resumption, copies) = (nil, nil)
    }

    package init(options: Options, resumption: Resumption<Options>?) {
        self.options = options
        self.resumption = resumption
        (recipe, copies) = (nil, nil)
    }

    private init(_ options: Options, copies: RunCopies?) {
        self.options = options
        self.copies = copies
        (recipe, resumption) = (nil, nil)
    }

    package static func replaying(_ options: Options, of run: RunDirectory) -> ImageTraining {
        var options = options
        options.test = false
        return ImageTraining(options, copies: .of(run))
    }

    package static func verifying(
        _ options: Options, of run: RunDirectory?, evaluatesTest: Bool
    ) -> ImageTraining {
        var options = options
        options.test = evaluatesTest
        return ImageTraining(options, copies: run.map(RunCopies.of))
    }

    package static func helping(_ options: Options, with copies: [RunCopy]) -> ImageTraining {
        var options = options
        options.test = false
        return ImageTraining(options, copies: .received(copies))
    }

    package var origin: String? { recipe.map { "Recipe: \($0.title(with: options))" } }

    package func data() throws -> ImageTrainingInput { try data { try ImageTrainingData($0) } }

    /// - Parameter read: Reads the images, or returns those that were read before.
    package func data(reading read: (Options) throws -> ImageTrainingData) throws -> ImageTrainingInput {
        let data = try read(options)
        if options.test ?? true { try data.checkTest() }
        try resumption?.check(data: data.fingerprint)
        if let complaint = options.frozenComplaint { throw OptionError(complaint + ".") }
        let initial = try initialModel()
        if let initial {
            let model = options.model(for: data.train)
            _ = try initial.parameters(
                for: model, random: model.initialParameters(seed: options.seed).elements)
            guard options.freeze != .fc || initial.keepsLinearLayer(of: model) else {
                throw OptionError("--freeze fc: \(initial.notices(for: model)[0]); remove the option.")
            }
        }
        let teacher = try teacher()
        try teacher?.check(options.model(for: data.train), options)
        return ImageTrainingInput(
            data: data, teacher: teacher, initial: initial, evaluatesTest: options.test ?? true,
            classNames: options.dataset.classNames(count: options.model(for: data.train).classCount))
    }

    /// Returns the teacher; a resumed run has a copy of it.
    private func teacher() throws -> Teacher? {
        guard options.teacher != nil else { return nil }
        let isKept = resumption.map { $0.options.teacher == options.teacher } ?? false
        let kept = copies ?? (isKept ? resumption.map { .of($0.lock.run) } : nil)
        return try Teacher(options, copy: kept?.checkpoint(\.teacher))
    }

    /// Returns the weights with which the run begins; a resumed run has a copy of them.
    private func initialModel() throws -> InitialModel? {
        guard let name = options.initFrom else { return nil }
        if let initial { return initial }
        if let copies { return try InitialModel(copy: copies.checkpoint(\.initialWeights)) }
        guard let resumption, resumption.options.initFrom == name else {
            return try InitialModel(name, root: options.runs, options.weightChoices)
        }
        return try InitialModel(copy: RunCopies.of(resumption.lock.run).checkpoint(\.initialWeights))
    }

    package func model(_ input: ImageTrainingInput) -> SequenceModel { options.model(for: input.train) }

    package func trainer(_ input: ImageTrainingInput) -> Trainer {
        var augmentation = options.augmentation
        augmentation.background = input.data.preparation.grey
        let trainer = Trainer(
            model: model(input), optimizer: options.chosenOptimizer,
            schedule: options.chosenSchedule, clipping: options.clipping,
            labelSmoothing: options.labelSmoothing, augmentation: augmentation,
            averageDecay: options.ema, distillation: input.teacher?.distillation,
            metrics: Program.mnistBiLSTM.metrics, seed: options.seed, threads: options.usedThreads)
        let engine = trainer.engine
        // The weights were checked with the data.
        if let initial = input.initial,
            let parameters = try? initial.parameters(for: engine.model, random: engine.parameters.elements)
        {
            engine.begin(with: parameters)
        }
        engine.freeze(options.freeze.map { [$0.rawValue + "."] } ?? [])
        return trainer
    }

    package func initialWeights(_ input: ImageTrainingInput) -> WeightOrigin? { input.initial?.origin }

    package func models(_ input: ImageTrainingInput) -> [Receipt.Content] {
        [("initial_weights", input.initial?.checkpoint), ("teacher", input.teacher?.checkpoint)].compactMap {
            role, checkpoint in
            checkpoint.map { Receipt.Content(role, sha256: WeightDigest.sha256(of: $0.parameters)) }
        }
    }

    package func warnings(_ input: ImageTrainingInput) -> [String] {
        [input.teacher?.warning].compactMap(\.self)
            + (input.initial.map { $0.origin.notes + $0.notices(for: model(input)) } ?? [])
    }

    package func copies(_ input: ImageTrainingInput) throws -> [RunCopy] {
        try [
            (\RunDirectory.teacher, input.teacher?.checkpoint), (\.initialWeights, input.initial?.checkpoint),
        ]
        .compactMap { place, checkpoint in
            try checkpoint.map { RunCopy(place, bytes: try $0.serialized()) }
        }
    }

    package func keep(
        mistakes evaluation: Evaluation, of images: LabeledImages, data: ImageTrainingInput
    ) -> (picture: PNGImage?, write: (RunDirectory) throws(FileError) -> Void) {
        let mistakes = PNGImage(MistakeSheet.draw(evaluation, from: images))
        return (
            mistakes,
            { run throws(FileError) in try AtomicFile.write(mistakes.bytes, to: run.mistakes, .content) }
        )
    }

    package func drawReport(_ record: RunRecord) throws(FileError) { try ImageRunReport(record).write() }

    package func memory(_ input: ImageTrainingInput) -> (engine: EngineMemory, data: Int) {
        let model = model(input)
        let engine = EngineMemory(
            model, optimizer: options.chosenOptimizer, batchSize: options.batchSize,
            hasAverage: options.ema != nil, isAugmented: options.augmentation != .none,
            teacher: input.teacher?.checkpoint.model, threads: options.usedThreads)
        // The test set is usually no larger than the training set.
        let images = input.train
        return (engine, images.count * (images.rows * images.columns + model.output.count * 8))
    }
}

extension ImageTraining {
    package typealias Configuration = ClassifierConfiguration<Options>
}

/// The data of the main job, with its teacher.
package struct ImageTrainingInput: ClassifierData {
    let data: ImageTrainingData
    let teacher: Teacher?
    /// The weights with which the run begins; nil for random ones.
    let initial: InitialModel?
    /// Whether the test set is evaluated at the end.
    let evaluatesTest: Bool
    package let classNames: [String]?

    package var train: LabeledImages { data.train }
    package var validation: LabeledImages? { data.validation }
    package var fingerprint: String { data.fingerprint }
    package var title: String { data.title }
    package var preparation: String { get throws { try JSON.text(data.preparation, pretty: false) } }

    package func test() throws -> LabeledImages? { evaluatesTest ? try data.test() : nil }

    package var contents: [Receipt.Content] {
        LabeledImages.contents(of: [data.train] + [data.validation].compactMap(\.self), as: "train")
    }

    package func contents(ofTest images: LabeledImages) -> [Receipt.Content] {
        LabeledImages.contents(of: [images], as: "test")
    }
}
