import Datasets
import NeuralNetworks
import Training

/// The model of the main job with any cell at some size, and what computes it.
struct ModelSetup {
    var cell = RecurrentCell.lstm
    var hiddenSize = MNISTTraining.Options().hiddenSize
    var threads = 1
    var instructionSet = InstructionSet.best

    static let batchSize = MNISTTraining.Options().batchSize

    func model(for images: LabeledImages) -> SequenceClassifier {
        SequenceClassifier(
            stack(inputSize: images.columns), sequenceLength: images.rows, classCount: images.classCount)
    }

    func stack(inputSize: Int) -> RecurrentStack {
        let options = MNISTTraining.Options()
        return RecurrentStack(
            cell, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: options.layers,
            bidirectional: options.bidirectional)
    }

    func engine(for images: LabeledImages) -> ClassifierEngine {
        let options = MNISTTraining.Options()
        let model = model(for: images)
        return ClassifierEngine(
            model: model, parameters: model.initialParameters(seed: options.seed),
            optimizer: Adam(learningRate: options.learningRate), threads: threads,
            instructionSet: instructionSet)
    }
}

/// Images done in some time.
struct Slice {
    var images = 0
    var seconds = 0.0
    var times = PhaseTimes()

    var imagesPerSecond: Double { Double(images) / seconds }
}
