import Datasets
import ImageClassification
import NeuralNetworks

/// A model of the main job, and the kernels that compute it.
struct ModelSetup: Sendable {
    /// The options; only the model, the seed, the learning rate and the threads are used.
    let options: ImageTraining.Options
    let instructionSet: InstructionSet

    static let batchSize = ImageTraining.Options().batchSize

    init(_ options: ImageTraining.Options, instructionSet: InstructionSet = .best) {
        self.options = options
        self.instructionSet = instructionSet
    }

    /// Creates the main job's model with any cell and size.
    init(
        cell: RecurrentCell = .lstm, hiddenSize: Int = ImageTraining.Options().hiddenSize, threads: Int = 1,
        instructionSet: InstructionSet = .best
    ) {
        var options = ImageTraining.Options()
        options.cell = cell
        options.hiddenSize = hiddenSize
        options.threads = threads
        self.init(options, instructionSet: instructionSet)
    }

    var cell: RecurrentCell { options.cell }
    var hiddenSize: Int { options.hiddenSize }
    var threads: Int { options.threads }

    func model(for images: LabeledImages) -> SequenceModel {
        options.model(rows: images.rows, columns: images.columns, classCount: images.classCount)
    }

    func stack(inputSize: Int) -> RecurrentStack { options.common.stack(inputSize: inputSize) }

    func engine(for images: LabeledImages) -> SequenceEngine {
        let model = model(for: images)
        return SequenceEngine(
            model: model, parameters: model.initialParameters(seed: options.seed),
            optimizer: Adam(learningRate: options.learningRate), threads: threads,
            instructionSet: instructionSet)
    }
}

/// The number of images processed in some time.
struct Slice: Sendable {
    var images = 0
    var seconds = 0.0
    var times = PhaseTimes()

    init() {}

    var imagesPerSecond: Double { Double(images) / seconds }
}
