import Datasets
import NeuralNetworks
import Training

/// Returns images of noise with unrelated labels, which a model can only memorise.
package func noiseImages(_ count: Int, rows: Int = 6, columns: Int = 5, classCount: Int = 4) -> LabeledImages
{
    var state: UInt64 = 1
    func next() -> UInt8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 40)
    }
    return LabeledImages(
        pixels: (0..<count * rows * columns).map { _ in next() }, labels: (0..<count).map { _ in next() % 4 },
        rows: rows, columns: columns, classCount: classCount)
}

/// Returns a trainer of a model for ``noiseImages(_:rows:columns:classCount:)``.
package func trainer(learningRate: Double = 5e-3, seed: UInt64 = 0, threads: Int = 1, hiddenSize: Int = 9)
    -> Trainer
{
    Trainer(
        model: SequenceModel(
            RecurrentStack(.lstm, inputSize: 5, hiddenSize: hiddenSize, numLayers: 2, bidirectional: true),
            sequenceLength: 6,
            classCount: 4),
        optimizer: Adam(learningRate: learningRate), seed: seed, threads: threads)
}

package func values(of engine: SequenceEngine) -> [Float] {
    engine.parameters.elements
}

/// The smallest model for these images.
package let tinyModel = SequenceModel(
    RecurrentStack(.gru, inputSize: 5, hiddenSize: 1), sequenceLength: 6, classCount: 4)
