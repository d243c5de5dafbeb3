import Datasets
import NeuralNetworks
import Platform

/// The data of a call of `fit`, for runs.
package final class TrainingData {
    /// The kind of the training samples.
    package let unit: SampleUnit
    /// The number of samples in a step.
    package let batchSize: Int
    /// Whether there is a validation set.
    package let hasValidation: Bool
    /// Returns a text that identifies the samples: "240 training samples (SHA-256 0f1e2d3c4b5a6978)".
    package let fingerprint: () -> String

    init(_ source: some TrainingSource, validation: (some TrainingSource)?, batchSize: Int) {
        unit = source.unit
        self.batchSize = batchSize
        hasValidation = validation != nil
        fingerprint = {
            source.fingerprint("training")
                + (validation.map { ", \($0.fingerprint(Self.validation))" } ?? "")
        }
    }

    private static let validation = "validation"

    /// Returns whether there is a validation set among the samples that a text identifies.
    package static func hasValidation(in fingerprint: String) -> Bool {
        fingerprint.contains(" \(validation) samples (")
    }
}

extension TrainingSource {
    /// Returns the number of samples and the beginning of a SHA-256 of at most 1,024 of them, from the first to the last.
    fileprivate func fingerprint(_ split: String) -> String {
        let shown = min(count, 1024)
        let indices = (0..<shown).map { shown == 1 ? 0 : $0 * (count - 1) / (shown - 1) }
        let digest = digest(of: indices).prefix(16)
        return "\(count) \(split) samples (SHA-256\(shown < count ? " of \(shown)" : "") \(digest))"
    }
}

extension EngineSource {
    func digest(of indices: [Int]) -> String {
        var sum = SHA256()
        withExtendedLifetime(samples) {
            for index in indices { samples.sequences.add(index, of: engine.model, to: &sum) }
        }
        return sum.hexDigest
    }
}

extension ModuleSource {
    func digest(of indices: [Int]) -> String {
        var sum = SHA256()
        for start in stride(from: 0, to: indices.count, by: 32) {
            samples.batch(at: Array(indices[start..<min(start + 32, indices.count)])).add(to: &sum)
        }
        return sum.hexDigest
    }
}

extension SequenceSamples {
    /// Adds the number of steps, the elements, the targets and the weight of a sequence to a digest.
    fileprivate func add(_ index: Int, of model: SequenceModel, to sum: inout SHA256) {
        let steps = places.map { Int($0.lengths[index]) } ?? model.sequenceLength ?? 0
        let firstStep = places?.firstSteps[index] ?? index * steps
        let width = model.stack.inputSize
        let first = places == nil ? index * (stride ?? steps * width) : firstStep * width
        withUnsafePointer(to: steps) { sum.update($0, 1) }
        switch inputs {
        case .bytes(let bytes, _): sum.update(bytes + first, steps * width)
        case .numbers(let numbers): sum.update(numbers + first, steps * width)
        case .symbols(let symbols): sum.update(symbols + firstStep, steps)
        }
        let values = model.output.count
        switch targets {
        case .labels(let labels): sum.update(labels + index, 1)
        case .values(let numbers): sum.update(numbers + index * values, values)
        case .stepLabels(let labels): sum.update(labels + firstStep, steps)
        case .stepSymbols(let symbols): sum.update(symbols + firstStep, steps)
        case .stepValues(let numbers): sum.update(numbers + firstStep * values, steps * values)
        }
        if let weights { sum.update(weights + index, 1) }
    }
}

extension SequenceBatch {
    /// A field of a batch in a digest.
    private enum Field: Int {
        case inputShape, input, lengths, labels, valueShape, values, weights, decoderLengths, decoderShape,
            decoderInput
    }

    /// Adds the tensors of the batch to a digest, each after its field and the number of its elements, so that other tensors
    /// with the same bytes in a row have another digest.
    func add(to sum: inout SHA256) {
        func add(_ field: Field, _ numbers: [some BitwiseCopyable]) {
            sum.update([field.rawValue, numbers.count], 2)
            sum.update(numbers, numbers.count)
        }
        add(.inputShape, input.shape)
        add(.input, input.elements)
        if let lengths { add(.lengths, lengths) }
        switch targets {
        case .labels(let labels): add(.labels, labels)
        case .values(let values):
            add(.valueShape, values.shape)
            add(.values, values.elements)
        }
        if let weights { add(.weights, weights) }
        if let decoder {
            add(.decoderLengths, decoder.lengths)
            add(.decoderShape, decoder.input.shape)
            add(.decoderInput, decoder.input.elements)
        }
    }
}

extension SHA256 {
    /// Adds the memory of some numbers.
    fileprivate mutating func update<Number: BitwiseCopyable>(_ numbers: UnsafePointer<Number>, _ count: Int)
    {
        update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: numbers, count: count)))
    }
}
