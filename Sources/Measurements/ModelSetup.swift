import Datasets
import NeuralNetworks
import Training

/// A model of the main job, and what computes it.
public struct ModelSetup: Sendable {
    /// Of these the model, the seed, the learning rate and the threads count.
    public let options: MNISTTraining.Options
    public let instructionSet: InstructionSet

    public static let batchSize = MNISTTraining.Options().batchSize

    public init(_ options: MNISTTraining.Options, instructionSet: InstructionSet = .best) {
        self.options = options
        self.instructionSet = instructionSet
    }

    /// The main job's model with any cell at some size.
    public init(
        cell: RecurrentCell = .lstm, hiddenSize: Int = MNISTTraining.Options().hiddenSize, threads: Int = 1,
        instructionSet: InstructionSet = .best
    ) {
        var options = MNISTTraining.Options()
        options.cell = cell
        options.hiddenSize = hiddenSize
        options.threads = threads
        self.init(options, instructionSet: instructionSet)
    }

    public var cell: RecurrentCell { options.cell }
    public var hiddenSize: Int { options.hiddenSize }
    public var threads: Int { options.threads }

    public func model(for images: LabeledImages) -> SequenceModel {
        options.model(rows: images.rows, columns: images.columns, classCount: images.classCount)
    }

    public func stack(inputSize: Int) -> RecurrentStack { options.stack(inputSize: inputSize) }

    func engine(for images: LabeledImages) -> SequenceEngine {
        let model = model(for: images)
        return SequenceEngine(
            model: model, parameters: model.initialParameters(seed: options.seed),
            optimizer: Adam(learningRate: options.learningRate), threads: threads,
            instructionSet: instructionSet)
    }
}

/// Images done in some time.
public struct Slice: Sendable {
    public var images = 0
    public var seconds = 0.0
    public var times = PhaseTimes()

    public init() {}

    public var imagesPerSecond: Double { Double(images) / seconds }
}
