import NeuralNetworks
import Testing
import Training

/// A training configuration with a property that a checkpoint must store.
package struct Course: CustomTestStringConvertible, Sendable {
    package var testDescription: String
    package var optimizer: any Optimizer = Adam(learningRate: 5e-3)
    package var schedule = LearningRateSchedule.constant
    package var clipping = GradientClipping.none
    package var dropout = 0.0
    package var augmentation = ImageAugmentation.none
    package var hasValidation = false
    package var averageDecay: Double?
    package var hasTeacher = false
    package var gradientNormInterval: Int?

    /// The number of epochs, each with three steps.
    package static let epochs = 3
    package static let stepCount = 9

    package func trainer(threads: Int = 1) -> Trainer {
        let trainer = Trainer(
            model: SequenceModel(
                RecurrentStack(
                    .lstm, inputSize: 5, hiddenSize: 3, numLayers: 2, dropout: dropout, bidirectional: true),
                sequenceLength: 6, classCount: 4, dropout: dropout / 2),
            optimizer: optimizer, schedule: schedule, clipping: clipping, labelSmoothing: dropout,
            augmentation: augmentation, averageDecay: averageDecay,
            distillation: hasTeacher ? Self.teacher : nil, seed: 3, threads: threads)
        trainer.gradientNormInterval = gradientNormInterval
        return trainer
    }

    private static var teacher: Distillation {
        let model = SequenceModel(
            RecurrentStack(.gru, inputSize: 5, hiddenSize: 4), sequenceLength: 6, classCount: 4)
        return Distillation(
            teacher: model, parameters: model.initialParameters(seed: 1), weight: 0.5, temperature: 2)
    }

    /// Trains for all remaining epochs.
    @discardableResult
    package func fit(_ trainer: Trainer, _ callbacks: any Callback...) throws -> Trainer.Ending {
        try trainer.fit(
            noiseImages(40), epochs: Self.epochs - trainer.state.epoch, batchSize: 16,
            validation: hasValidation ? noiseImages(70) : nil, callbacks: callbacks)
    }

    package static let all: [Course] = [
        Course(testDescription: "Adam"),
        Course(testDescription: "AdamW, norm clipped", optimizer: AdamW(), clipping: .norm(0.05)),
        Course(testDescription: "SGD", optimizer: SGD(learningRate: 0.5), clipping: .value(0.01)),
        Course(
            testDescription: "SGD with momentum, cosine",
            optimizer: SGD(learningRate: 0.1, momentum: 0.9, nesterov: true),
            schedule: .cosine(warmUpEpochs: 0.5)),
        Course(
            testDescription: "RMSprop, step", optimizer: RMSprop(), schedule: .step(epochs: 1, gamma: 0.5)),
        Course(testDescription: "RMSprop with momentum", optimizer: RMSprop(momentum: 0.5)),
        Course(testDescription: "dropout, smoothing, one cycle", schedule: .oneCycle(), dropout: 0.25),
        Course(testDescription: "augmentation", augmentation: .elastic),
        Course(testDescription: "a teacher", hasTeacher: true),
        Course(
            testDescription: "plateau of the validation loss, norm measured",
            schedule: .reduceOnPlateau(factor: 0.5, patience: 0, threshold: 0.5), hasValidation: true,
            gradientNormInterval: 2),
        Course(testDescription: "averaged weights", hasValidation: true, averageDecay: 0.9),
    ]
}

/// A checkpoint with content in each of its parts.
package enum SampleCheckpoint {
    /// Returns a trainer in the middle of an epoch, after a best epoch, a plateau and a validation loss.
    package static func trainer(stop: Int = 5) throws -> Trainer {
        let course = Course.all[7]
        let trainer = course.trainer()
        let journal = Journal()
        journal.stopAfterStep = stop
        try course.fit(trainer, journal)
        return trainer
    }

    package static func checkpoint() throws -> Checkpoint {
        var logs = LogPositions()
        (logs.rows, logs.records, logs.events) = (1, 7, 9)
        (logs.window.lossSum, logs.window.correct, logs.window.count) = (0.1 + 0.2, 3, 17)
        return Checkpoint(
            of: try trainer(), logs: logs,
            details: .init(options: #"{"a":"\"sha256\":\"x"}"#, data: "\"sha256\":\"\u{1}é"))
    }
}
