import Datasets
import Foundation
import NeuralNetworks
import Platform
import TensorBoard
import TestSupport
import Training
import TrainingSamples

@testable import Runs

/// A training whose run is kept in a directory: a model of any kind with its samples.
struct KeptCourse: CustomStringConvertible, Sendable {
    let description: String
    let trainer: @Sendable (_ threads: Int) -> Trainer
    /// Trains for the remaining epochs.
    let fit: @Sendable (Trainer, [any Callback]) throws -> Trainer.Ending

    static let epochs = 3
    /// The number of steps of all epochs.
    static let stepCount = 9

    private init<Samples: BatchDataset>(
        _ description: String, samples: @escaping @Sendable (Int) throws -> Samples,
        hasValidation: Bool = true,
        trainer: @escaping @Sendable (Int) -> Trainer
    ) {
        (self.description, self.trainer) = (description, trainer)
        fit = { trainer, callbacks in
            try trainer.fit(
                samples(70), epochs: Self.epochs - trainer.state.epoch, batchSize: 33,
                validation: hasValidation ? samples(40) : nil, callbacks: callbacks)
        }
    }

    private init<Samples: SequenceDataset>(
        engine description: String, samples: @escaping @Sendable (Int) throws -> Samples, batchSize: Int = 33,
        trainer: @escaping @Sendable (Int) -> Trainer
    ) {
        (self.description, self.trainer) = (description, trainer)
        fit = { trainer, callbacks in
            try trainer.fit(
                samples(70), epochs: Self.epochs - trainer.state.epoch, batchSize: batchSize,
                validation: samples(40), callbacks: callbacks)
        }
    }

    /// A `SequenceModel` that classifies, with averaged weights.
    static let classifier = KeptCourse(engine: "SequenceModel, classes", samples: { try sequences($0) }) {
        Trainer(
            model: SequenceModel(
                RecurrentStack(.lstm, inputSize: 2, hiddenSize: 4, numLayers: 2, dropout: 0.2), classCount: 2),
            averageDecay: 0.9, seed: 3, threads: $0)
    }

    /// A `Sequential` that classifies.
    static let sequential = KeptCourse("Sequential", samples: { try sequences($0) }) { threads in
        let make = { Sequential(inputShape: [12, 2], [.gru(3), .dropout(0.3), .dense(2)], seed: 5) }
        return Trainer(
            model: make(), replica: make, loss: CrossEntropyLoss(),
            optimizer: SGD(learningRate: 0.1, momentum: 0.9),
            schedule: .reduceOnPlateau(factor: 0.5, patience: 0), averageDecay: 0.8, seed: 3, threads: threads
        )
    }

    /// A model of your own with values at each step, and a metric of your own.
    static let stepValues = KeptCourse("your own model, values of steps", samples: { try stepSequences($0) })
    { threads in
        Trainer(
            model: StepModel(), replica: { StepModel() }, loss: MSELoss(), clipping: .norm(0.5),
            metrics: [.squaredError, .rootMeanSquaredError], seed: 7, threads: threads)
    }

    static let encoderDecoder = KeptCourse("EncoderDecoder", samples: { try pairs($0) }, hasValidation: false)
    { threads in
        let make = {
            EncoderDecoder(
                .gru, inputs: .symbols(5), targets: .symbols(5), hiddenSize: 4, embeddingSize: 3,
                seed: 1)
        }
        return Trainer(
            model: make(), replica: make, loss: CrossEntropyLoss(), optimizer: RMSprop(learningRate: 1e-2),
            threads: threads)
    }

    static let text = KeptCourse(
        engine: "text",
        samples: {
            try TextWindows(
                (0..<5 * $0).map { "ab \($0 % 7)" }.joined(), vocabulary: Vocabulary(of: "ab 0123456"),
                length: 20)
        },
        batchSize: 24
    ) {
        let stack = RecurrentStack(.gru, inputSize: 10, hiddenSize: 6)
        return Trainer(
            model: SequenceModel(stack, classCount: 10, readout: .each).readingSymbols(),
            metrics: [.crossEntropy, .accuracy, .perplexity], threads: $0)
    }

    static let all = [classifier, sequential, stepValues, encoderDecoder, text]

    // MARK: Samples

    private static func values(_ count: Int) -> [[Float]] {
        func value(_ place: Int, _ index: Int) -> Float { Float((place * 37 + index * 101) % 64) / 32 - 1 }
        return (0..<count).map { index in
            let length = 2 * (1 + index * 5 % 12)
            return (0..<length).map { value($0, index) }
        }
    }

    /// - Parameter label: The class of all sequences; nil for both classes.
    static func sequences(_ count: Int, shift: Int = 0, label: Int? = nil) throws -> LabeledSequences {
        try LabeledSequences(
            values(count), channels: 2,
            labels: (0..<count).map { label ?? (($0 + shift) % 3 == 0 ? 1 : 0) }, classNames: ["0", "1"])
    }

    static func stepSequences(_ count: Int) throws -> LabeledSequences {
        let values = values(count)
        return try LabeledSequences(
            values, channels: 2,
            stepValues: values.map { $0.map { 2 * $0 } }, valueCount: 2)
    }

    private static func pairs(_ count: Int) throws -> SequencePairs {
        let symbols = (0..<count).map { index in (0...index % 4).map { ($0 * 3 + index) % 5 } }
        return try SequencePairs(
            .symbols(symbols, count: 5), targets: .symbols(symbols.map { $0.reversed() }, count: 5))
    }
}

/// A model with two values at each step, with dropout.
private final class StepModel: TrainableModel {
    private let lstm = LSTM(
        inputSize: 2, hiddenSize: 3, numLayers: 2, batchFirst: true, dropout: 0.2, seed: 1)
    private let linear = Linear(inputSize: 3, outputSize: 2, seed: 2)

    var namedModules: [(name: String, module: any Module)] { [("lstm", lstm), ("linear", linear)] }

    func output(_ batch: SequenceBatch) -> Tensor { linear(lstm(batch.input, lengths: batch.lengths).output) }

    func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
        let states = lstm.forward(batch.input, lengths: batch.lengths, step: step)
        let values = linear.forward(states.result.output)
        return TrainingPass(values.output) { _ = states.backward(values.backward($0)) }
    }
}

/// The files of a run that do not depend on time: the bytes of each checkpoint, the links, and the logs without times.
struct KeptFiles: Hashable {
    var checkpoints: [String: [UInt8]] = [:]
    var links: [String: String] = [:]
    var metrics: [String]
    var records: [String]
    var events: Int

    init(_ path: String) throws {
        let run = RunDirectory(path: path)
        for name in try FileManager.default.contentsOfDirectory(atPath: run.checkpoints) {
            let file = FilePath.join(run.checkpoints, name)
            if let target = POSIX.target(ofLink: file) {
                links[name] = target
            } else {
                checkpoints[name] = try RecordFile.content(of: file)
            }
        }
        metrics = try TestSupport.text(run.metrics).split(separator: "\n").map {
            $0.split(separator: ",").dropLast(2).joined(separator: ",")
        }
        let times = try Regex(#""(seconds|[a-z]+_per_second)":[^,}]+"#)
        records = try TestSupport.text(run.records).split(separator: "\n").map {
            String($0).replacing(times, with: "")
        }
        events = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasPrefix("events.")
        {
            var scanner = RecordScanner(try RecordFile.content(of: FilePath.join(path, name)))
            while try scanner.next() != nil {}
            events += scanner.count - 1
        }
    }
}
