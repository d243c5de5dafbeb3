import Datasets
import NeuralNetworks

/// Sequences that a model can be trained on and scored by: images read by their rows, windows of a table.
public protocol SequenceDataset: Dataset {
    /// A view, good as long as this lives.
    var sequences: SequenceSamples { get }

    /// Why a model cannot read them: what it expects, and what they are; nil if it can.
    func misfit(to model: SequenceModel) -> String?
}

extension SequenceDataset {
    /// Whether a model can read them; a programmer's error if not.
    func checkFit(_ model: SequenceModel) {
        if let misfit = misfit(to: model) { preconditionFailure("samples: \(misfit)") }
    }
}

extension LabeledImages: SequenceDataset {
    public var sequences: SequenceSamples { SequenceSamples(self) }

    public func misfit(to model: SequenceModel) -> String? {
        guard rows == model.sequenceLength, columns == model.stack.inputSize else {
            return "expected \(model.sequenceLength) × \(model.stack.inputSize), as the model reads them, "
                + "received \(rows) × \(columns)"
        }
        guard classCount <= model.classCount else {
            return "expected at most \(model.classCount) classes, as the model tells apart, "
                + "received \(classCount)"
        }
        return nil
    }
}

extension SequenceWindows: SequenceDataset {
    public var sequences: SequenceSamples {
        SequenceSamples(
            .numbers(baseAddress), stride: windowStride, targets: .values(targets), count: count)
    }

    public func misfit(to model: SequenceModel) -> String? {
        guard length == model.sequenceLength, featureCount == model.stack.inputSize else {
            return "expected \(model.sequenceLength) × \(model.stack.inputSize), as the model reads them, "
                + "received \(length) × \(featureCount)"
        }
        guard case .values(1, _) = model.output else {
            return "expected a model that makes one number, received one of \(model.output)"
        }
        return nil
    }
}

extension SequenceSamples {
    /// The rows of images as steps; bytes are scaled to [0, 1]. Valid while `images` lives.
    public init(_ images: LabeledImages) {
        self.init(
            bytes: images.pixels.baseAddress, labels: images.labels.baseAddress, count: images.count,
            scale: 1 / 255, origins: images.origins?.baseAddress)
    }
}
