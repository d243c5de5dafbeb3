import KernelInterface
import Randomness
import Testing

@testable import NeuralNetworks

/// A classifier with initial parameters, and random labelled images to train it on.
struct ClassifierProblem: CustomTestStringConvertible {
    let model: SequenceModel
    let steps: Int
    let count: Int
    let blank: Blank
    /// The images, [N][L][D].
    private(set) var bytes: [UInt8] = []
    private(set) var labels: [UInt8] = []

    /// The pixels that are zero.
    enum Blank: String {
        case none
        /// In all images: the first five columns and the last three, the first row and the last two.
        case borders
        /// In all images the second row, in every second image the left half.
        case parts
        case everything
    }

    init(
        _ stack: RecurrentStack, steps: Int, classes: Int, readout: Readout = .all, count: Int,
        blank: Blank = .none, seed: UInt64 = 1
    ) {
        model = SequenceModel(stack, sequenceLength: steps, classCount: classes, readout: readout)
        self.steps = steps
        self.count = count
        self.blank = blank
        var generator = SplitMix64(seed)
        for image in 0..<count {
            labels.append(UInt8(generator.nextIndex(below: classes)))
            for row in 0..<steps {
                for column in 0..<stack.inputSize {
                    bytes.append(isBlank(image, row, column) ? 0 : UInt8(1 + generator.nextIndex(below: 255)))
                }
            }
        }
    }

    private func isBlank(_ image: Int, _ row: Int, _ column: Int) -> Bool {
        let (rows, columns) = (steps, model.stack.inputSize)
        return switch blank {
        case .none: false
        case .borders: column < 5 || column >= columns - 3 || row == 0 || row >= rows - 2
        case .parts: row == 1 || image.isMultiple(of: 2) && column < columns / 2
        case .everything: true
        }
    }

    var testDescription: String {
        "N \(count), L \(steps), C \(model.classCount), reads \(model.readout), "
            + "blank: \(blank), \(model.stack)"
    }

    func engine(_ set: InstructionSet = .best, threads: Int = 1, seed: UInt64 = 3) -> SequenceEngine {
        SequenceEngine(
            model: model, parameters: model.initialParameters(seed: seed),
            optimizer: Adam(learningRate: 5e-3),
            threads: threads, instructionSet: set)
    }

    /// Returns an engine with all options of training; `model` may differ from the problem's in options that have no
    /// parameters.
    func engine(
        _ optimizer: any Optimizer, clipping: GradientClipping = .none, labelSmoothing: Double = 0,
        averageDecay: Double? = nil, distillation: Distillation? = nil, seed: UInt64 = 0,
        threads: Int = 1, _ set: InstructionSet = .best,
        model: SequenceModel? = nil
    ) -> SequenceEngine {
        SequenceEngine(
            model: model ?? self.model, parameters: self.model.initialParameters(seed: 3),
            optimizer: optimizer,
            clipping: clipping, labelSmoothing: labelSmoothing, averageDecay: averageDecay,
            distillation: distillation, seed: seed, threads: threads, instructionSet: set)
    }

    /// Returns the reference with the same parameters.
    func reference(seed: UInt64 = 3) -> ReferenceModel {
        let parameters = model.initialParameters(seed: seed)
        return withExtendedLifetime(parameters) {
            ReferenceModel(
                model: model, parameters: model.layout.arrays(parameters.elements.map(Double.init)))
        }
    }

    func withSequences<T>(_ body: (SequenceSamples) throws -> T) rethrows -> T {
        try bytes.withUnsafeBufferPointer { bytes in
            try labels.withUnsafeBufferPointer { labels in
                try body(
                    SequenceSamples(bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: count))
            }
        }
    }

    /// The images in the form of the reference: [N][L][D], each number as the kernels compute it.
    var images: [[[Double]]] {
        let size = steps * model.stack.inputSize
        return (0..<count).map { image in
            rows(
                bytes[image * size..<(image + 1) * size].map { Double(Float($0) * (1 / 255)) },
                steps)
        }
    }
}

extension SequenceEngine {
    /// Runs one step on the images at `indices`.
    @discardableResult
    func train(_ problem: ClassifierProblem, _ indices: some Sequence<Int>) -> Score {
        problem.withSequences { sequences in
            indices.map(Int32.init).withUnsafeBufferPointer { train(sequences, batch: $0).score }
        }
    }

    func step(_ problem: ClassifierProblem, _ indices: some Sequence<Int>) -> TrainingStep {
        problem.withSequences { sequences in
            indices.map(Int32.init).withUnsafeBufferPointer { train(sequences, batch: $0) }
        }
    }

    func computeGradients(_ problem: ClassifierProblem, _ indices: some Sequence<Int>) -> Score {
        problem.withSequences { sequences in
            indices.map(Int32.init).withUnsafeBufferPointer { computeGradients(sequences, batch: $0) }
        }
    }

    func outputs(_ problem: ClassifierProblem, _ indices: some Sequence<Int>) -> [Float] {
        problem.withSequences { outputs($0, indices: indices.map(Int32.init)) }
    }

    /// The bits of the parameters and the optimizer's state, including the bits of NaN.
    var bits: [UInt32] {
        ([parameters] + optimizerState.buffers.map(\.values)).flatMap { $0.elements.map(\.bitPattern) }
    }
}
