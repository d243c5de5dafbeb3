import Datasets
import NeuralNetworks

/// A data set of sequences for training and evaluating a model. `LabeledImages` (each row of an image is a time
/// step), `SequenceWindows` and `LabeledSequences` conform to it.
public protocol SequenceDataset: Dataset {
    /// A view of all sequences with their targets. It is valid while the data set is alive.
    var sequences: SequenceSamples { get }

    /// Returns the reason why a model cannot read the sequences, with the expected and the actual sizes; nil if it can.
    func misfit(to model: SequenceModel) -> String?

    /// The names of the classes, in the order of the labels; nil if they have no names or the targets are values.
    var classNames: [String]? { get }
}

extension SequenceDataset {
    /// Nil: the classes have no names.
    public var classNames: [String]? { nil }

    /// Traps if a model cannot read the sequences.
    func checkFit(_ model: SequenceModel) {
        if let misfit = misfit(to: model) { preconditionFailure("samples: \(misfit)") }
    }
}

extension LabeledImages: SequenceDataset {
    /// A view of all images as sequences of their rows, of shape [count, rows, columns], scaled to 0...1.
    public var sequences: SequenceSamples { SequenceSamples(self) }

    public func misfit(to model: SequenceModel) -> String? {
        guard rows == model.sequenceLength, columns == model.stack.inputSize else {
            return
                "expected \(model.inputShape), the input shape of the model, "
                + "received (N, \(rows), \(columns))"
        }
        guard classCount <= model.classCount else {
            return "expected at most \(model.classCount) classes, the number of the model, "
                + "received \(classCount)"
        }
        return nil
    }
}

extension SequenceWindows: SequenceDataset {
    /// A view of all windows, of shape [count, length, featureCount], with one target each.
    public var sequences: SequenceSamples {
        SequenceSamples(
            .numbers(baseAddress), stride: windowStride, targets: .values(targets), count: count)
    }

    public func misfit(to model: SequenceModel) -> String? {
        guard length == model.sequenceLength, featureCount == model.stack.inputSize else {
            return
                "expected \(model.inputShape), the input shape of the model, "
                + "received (N, \(length), \(featureCount))"
        }
        guard case .values(1, _) = model.output else {
            return "expected a model with one output, received one of \(model.output)"
        }
        return nil
    }
}

extension LabeledSequences: SequenceDataset {
    /// The names of the classes, in the order of the labels; nil if the targets are values.
    public var classNames: [String]? { if case .classes(let names) = targets { names } else { nil } }

    /// A view of all sequences with their lengths and targets.
    public var sequences: SequenceSamples {
        let (values, firstSteps, lengths) = memory
        let targets: SequenceSamples.Targets
        if let labels = labelMemory {
            targets = .labels(labels)
        } else if let values = valueMemory {
            targets = .values(values)
        } else {
            preconditionFailure("sequences: expected classes or values")
        }
        return SequenceSamples(
            values, firstSteps: firstSteps, lengths: lengths, longest: longest, targets: targets,
            count: count)
    }

    public func misfit(to model: SequenceModel) -> String? {
        guard model.sequenceLength == nil, channels == model.stack.inputSize else {
            return
                "expected \(model.inputShape), the input shape of the model, received (N, L, \(channels)), "
                + "sequences of any length L"
        }
        switch (targets, model.output) {
        case (.classes(let names), .classes(let count)):
            return names.count <= count
                ? nil : "expected at most \(count) classes, the number of the model, received \(names.count)"
        case (.values(let width), .values(let count, _)):
            return width == count
                ? nil : "expected \(count) values, the number of the model, received \(width)"
        case (.classes, .values): return "expected values, as the model computes, received classes"
        case (.values, .classes): return "expected classes, as the model computes, received values"
        }
    }
}

extension SequenceSamples {
    /// Creates samples in which each row of an image is a time step. Pixels are scaled to 0...1. They are valid while
    /// `images` is alive.
    package init(_ images: LabeledImages) {
        self.init(
            bytes: images.pixels.baseAddress, labels: images.labels.baseAddress, count: images.count,
            scale: 1 / 255, origins: images.origins?.baseAddress)
    }
}
