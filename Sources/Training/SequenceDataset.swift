import Datasets
import NeuralNetworks
import Platform

/// A data set of sequences for training and evaluating a model. `LabeledImages` (each row of an image is a time
/// step), `SequenceWindows` and `LabeledSequences` conform to it.
public protocol SequenceDataset: BatchDataset {
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
    public var classNames: [String]? {
        switch targets {
        case .classes(let names), .stepClasses(let names): names
        case .values, .stepValues: nil
        }
    }

    /// A view of all sequences with their lengths, targets and weights.
    public var sequences: SequenceSamples {
        let (values, firstSteps, lengths) = memory
        let sampleTargets: SequenceSamples.Targets
        switch (targets, labelMemory, valueMemory) {
        case (.classes, let labels?, _): sampleTargets = .labels(labels)
        case (.stepClasses, let labels?, _): sampleTargets = .stepLabels(labels)
        case (.values, _, let numbers?): sampleTargets = .values(numbers)
        case (.stepValues, _, let numbers?): sampleTargets = .stepValues(numbers)
        default: preconditionFailure("sequences: expected classes or values")
        }
        return SequenceSamples(
            .numbers(values), firstSteps: firstSteps, lengths: lengths, longest: longest,
            targets: sampleTargets,
            weights: weightMemory, count: count)
    }

    public func misfit(to model: SequenceModel) -> String? {
        guard model.sequenceLength == nil, channels == model.stack.inputSize else {
            return
                "expected \(model.inputShape), the input shape of the model, received (N, L, \(channels)), "
                + "sequences of any length L"
        }
        guard hasStepTargets == model.hasStepOutputs else {
            return hasStepTargets
                ? "expected a target for each sequence, received one for each step; give the model the readout each"
                : "expected a target for each step, as the readout is each, received one for each sequence"
        }
        switch (targets, model.output) {
        case (.classes(let names), .classes(let count)), (.stepClasses(let names), .classes(let count)):
            return names.count <= count
                ? nil : "expected at most \(count) classes, the number of the model, received \(names.count)"
        case (.values(let width), .values(let count, _)), (.stepValues(let width), .values(let count, _)):
            return width == count
                ? nil : "expected \(count) values, the number of the model, received \(width)"
        case (_, .values): return "expected values, as the model computes, received classes"
        case (_, .classes): return "expected classes, as the model computes, received values"
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
