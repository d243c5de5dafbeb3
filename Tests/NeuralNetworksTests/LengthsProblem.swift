import KernelInterface
import Randomness
import TestSupport
import Testing

@testable import NeuralNetworks

/// Random sequences of different lengths in one array, with gaps between them, and their targets and weights.
struct LengthsProblem: CustomTestStringConvertible, Sendable {
    var model: SequenceModel
    let lengths: [Int32]
    let firstSteps: [Int]
    /// [step][D] The values; those between the sequences are NaN.
    var values: [Float]
    /// [N] The labels or, with the readout `each`, [step]; between the sequences they are 255.
    var labels: [UInt8]
    /// [N][V] The targets of a regressor or, with the readout `each`, [step][V]; between the sequences they are NaN.
    var targets: [Float]
    /// [N] The weight of each sequence in the loss; nil for none.
    var weights: [Float]?
    /// [C] The weight of each class in the loss; nil for none.
    var classWeights: [Float]?
    var labelSmoothing = 0.0

    init(_ model: SequenceModel, lengths: [Int]) {
        self.model = model
        self.lengths = lengths.map(Int32.init)
        let size = model.stack.inputSize
        var (starts, values): ([Int], [Float]) = ([], [])
        for (index, length) in lengths.enumerated() {
            values += [Float](repeating: .nan, count: size * (index % 3))
            starts.append(values.count / size)
            values += randomNumbers(length * size, seed: UInt64(index)).map { Float($0) }
        }
        firstSteps = starts
        self.values = values
        var generator = SplitMix64(9)
        let width = model.output.count
        let numbers = model.hasStepOutputs ? values.count / size : lengths.count
        labels = (0..<numbers).map { _ in UInt8(generator.nextIndex(below: max(model.classCount, 1))) }
        targets = randomNumbers(numbers * width, seed: 6).map { Float($0) }
        guard model.hasStepOutputs else { return }
        for step in 0..<numbers where values[step * size].isNaN {
            labels[step] = 255
            for value in 0..<width { targets[step * width + value] = .nan }
        }
    }

    var count: Int { lengths.count }

    var testDescription: String { "lengths \(Set(lengths).sorted()) × \(count), \(model)" }

    /// The number of targets.
    var rowCount: Int { model.hasStepOutputs ? lengths.reduce(0) { $0 + Int($1) } : count }

    /// The targets of each sequence, by their places in `labels`.
    private var targetPlaces: [Range<Int>] {
        (0..<count).map { index in
            model.hasStepOutputs
                ? firstSteps[index]..<firstSteps[index] + Int(lengths[index]) : index..<index + 1
        }
    }

    /// The range of a sequence's outputs among the outputs of all sequences.
    func outputRange(_ index: Int) -> Range<Int> {
        let rows = targetPlaces.map(\.count)
        let first = rows[..<index].reduce(0, +)
        return first * model.output.count..<(first + rows[index]) * model.output.count
    }

    func engine(_ set: InstructionSet = .best, threads: Int = 1, model: SequenceModel? = nil)
        -> SequenceEngine
    {
        SequenceEngine(
            model: model ?? self.model, parameters: self.model.initialParameters(seed: 3),
            optimizer: Adam(learningRate: 5e-3), labelSmoothing: labelSmoothing,
            classWeights: classWeights, threads: threads, instructionSet: set)
    }

    /// Returns the results of the reference model.
    func expected(_ reference: ReferenceModel) -> ReferenceModel.Result {
        let places = targetPlaces
        let weights = weights.map { weights in
            places.enumerated().flatMap { index, range in range.map { _ in Double(weights[index]) } }
        }
        guard model.classCount > 0 else {
            let targets = rows(targets.map(Double.init), targets.count / model.output.count)
            return reference.run(
                sequences, targets: places.flatMap { $0.map { targets[$0] } }, weights: weights)
        }
        return reference.run(
            sequences, labels: places.flatMap { $0.map { Int(labels[$0]) } }, weights: weights,
            classWeights: classWeights?.map(Double.init), smoothing: labelSmoothing)
    }

    /// The values of each sequence, [L][D].
    func elements(_ index: Int) -> [Float] {
        let size = model.stack.inputSize
        return Array(values[firstSteps[index] * size..<(firstSteps[index] + Int(lengths[index])) * size])
    }

    var sequences: [[[Double]]] {
        (0..<count).map { rows(elements($0).map(Double.init), Int(lengths[$0])) }
    }

    func withSamples<T>(_ body: (SequenceSamples) throws -> T) rethrows -> T {
        try withExtendedLifetime((values, targets, labels)) {
            try values.withUnsafeBufferPointer { values in
                try firstSteps.withUnsafeBufferPointer { firstSteps in
                    try lengths.withUnsafeBufferPointer { lengths in
                        try labels.withUnsafeBufferPointer { labels in
                            try targets.withUnsafeBufferPointer { targets in
                                try (weights ?? []).withUnsafeBufferPointer { weights in
                                    try body(
                                        SequenceSamples(
                                            .numbers(values.baseAddress!),
                                            firstSteps: firstSteps.baseAddress!,
                                            lengths: lengths.baseAddress!, longest: Int(lengths.max()!),
                                            targets: kind(labels.baseAddress!, targets.baseAddress!),
                                            weights: self.weights == nil ? nil : weights.baseAddress,
                                            count: count))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func kind(
        _ labels: UnsafePointer<UInt8>, _ targets: UnsafePointer<Float>
    ) -> SequenceSamples.Targets {
        if model.hasStepOutputs {
            return model.classCount > 0 ? .stepLabels(labels) : .stepValues(targets)
        }
        return model.classCount > 0 ? .labels(labels) : .values(targets)
    }

    func train(_ engine: SequenceEngine, _ indices: [Int32]? = nil) -> TrainingStep {
        withSamples { samples in
            (indices ?? (0..<Int32(count)).map { $0 }).withUnsafeBufferPointer {
                engine.train(samples, batch: $0)
            }
        }
    }

    func outputs(_ engine: SequenceEngine, _ indices: [Int32]? = nil) -> [Float] {
        withSamples { engine.outputs($0, indices: indices ?? (0..<Int32(count)).map { $0 }) }
    }
}
