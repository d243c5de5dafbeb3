import Datasets
import NeuralNetworks
import TrainingSamples

@testable import Training

/// A model written by hand, with dropout, which reads lengths.
final class HandWritten: TrainableModel {
    let gru: GRU
    let linear: Linear

    init(hiddenSize: Int = 5, dropout: Double = 0.25) {
        gru = GRU(
            inputSize: 2, hiddenSize: hiddenSize, numLayers: 2, batchFirst: true, dropout: dropout,
            bidirectional: true, seed: 1)
        linear = Linear(inputSize: 2 * hiddenSize, outputSize: 2, seed: 2)
    }

    var namedModules: [(name: String, module: any Module)] { [("gru", gru), ("linear", linear)] }

    func output(_ batch: SequenceBatch) -> Tensor {
        linear(gru(batch.input, lengths: batch.lengths).features(.final))
    }

    func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
        let states = gru.forward(batch.input, lengths: batch.lengths, step: step)
        let scores = linear.forward(states.result.features(.final))
        return TrainingPass(scores.output) { states.backward(scores.backward($0), from: .final) }
    }
}

/// Sequences of 1 to 12 steps of two channels. The class is the channel with the larger sum; the values are the sums.
func unequalSequences(_ count: Int, values: Bool = false) throws -> LabeledSequences {
    let sequences = (0..<count).map { index in
        (0..<2 * (1 + index * 5 % 12)).map { Float(($0 * 37 + index * 101) % 64) / 32 - 1 }
    }
    let sums = sequences.map { sequence in
        (0..<2).map { channel in
            stride(from: channel, to: sequence.count, by: 2).reduce(Float(0)) { $0 + sequence[$1] }
        }
    }
    return values
        ? try LabeledSequences(sequences, channels: 2, values: sums)
        : try LabeledSequences(sequences, channels: 2, labels: sums.map { $0[0] < $0[1] ? 1 : 0 })
}

/// A training of modules: its model, and the data and options that a checkpoint must restore.
struct ModuleCourse: CustomStringConvertible, Sendable {
    let description: String
    var optimizer: any Optimizer = Adam(learningRate: 1e-2)
    var schedule = LearningRateSchedule.constant
    var clipping = GradientClipping.none
    var isSequential = false
    var hasValidation = false
    var averageDecay: Double?

    static let epochs = 3
    static let stepCount = 9

    func trainer(threads: Int = 1) -> Trainer {
        func make(_ model: @escaping () -> some TrainableModel) -> Trainer {
            Trainer(
                model: model(), replica: model, loss: CrossEntropyLoss(labelSmoothing: 0.1),
                optimizer: optimizer, schedule: schedule, clipping: clipping, averageDecay: averageDecay,
                seed: 3, threads: threads)
        }
        guard isSequential else { return make { HandWritten() } }
        return make {
            Sequential(
                inputShape: [12, 2],
                [
                    .bidirectional(.lstm(4, returnSequences: true)), .dropout(0.3),
                    .gru(3, goBackwards: true),
                    .dense(2),
                ], seed: 5)
        }
    }

    @discardableResult
    func fit(_ trainer: Trainer, _ callbacks: any Callback...) throws -> Trainer.Ending {
        try trainer.fit(
            unequalSequences(170), epochs: Self.epochs - trainer.state.epoch, batchSize: 70,
            validation: hasValidation ? unequalSequences(45) : nil, callbacks: callbacks)
    }

    static let all = [
        ModuleCourse(description: "by hand, Adam"),
        ModuleCourse(
            description: "by hand, SGD, clipped, cosine", optimizer: SGD(learningRate: 0.1, momentum: 0.9),
            schedule: .cosine(warmUpEpochs: 0.5), clipping: .norm(0.2)),
        ModuleCourse(
            description: "Sequential, RMSprop, plateau", optimizer: RMSprop(learningRate: 1e-3),
            schedule: .reduceOnPlateau(factor: 0.5, patience: 0, threshold: 0.5), isSequential: true,
            hasValidation: true, averageDecay: 0.7),
    ]
}
