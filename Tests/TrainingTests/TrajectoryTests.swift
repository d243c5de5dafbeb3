import Datasets
import NeuralNetworks
import Platform
import Testing
import Training
import TrainingSamples

/// The weights of small trainings, whose digest each version of the package states.
@Suite("Trajectory") struct TrajectoryTests {
    /// Returns the digest of the weights after two epochs.
    private static func digest(
        _ cell: RecurrentCell, _ optimizer: any Optimizer, _ schedule: LearningRateSchedule,
        _ change: Int, threads: Int
    ) throws -> String {
        let model = SequenceModel(
            RecurrentStack(
                cell, inputSize: 5, hiddenSize: 9 + change, numLayers: 2, dropout: 0.1 * Double(change),
                bidirectional: change != 1),
            sequenceLength: 6, classCount: 4, readout: change == 2 ? .mean : .all)
        let trainer = Trainer(
            model: model, optimizer: optimizer, schedule: schedule,
            clipping: change == 3 ? .norm(0.1) : .none, labelSmoothing: 0.05 * Double(change),
            augmentation: change == 0 ? .affine : .none, seed: UInt64(change), threads: threads)
        try trainer.fit(noiseImages(40), epochs: 2, batchSize: 7, validation: noiseImages(11))
        return trainer.weightsSHA256
    }

    private static func digest(threads: Int) throws -> String {
        let digests = [
            try digest(.lstm, Adam(learningRate: 5e-3), .constant, 0, threads: threads),
            try digest(
                .gru, SGD(learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4),
                .cosine(warmUpEpochs: 0.5, minimum: 1e-3), 1, threads: threads),
            try digest(.gruResetBefore, AdamW(learningRate: 1e-2), .oneCycle(), 2, threads: threads),
            try digest(
                .rnnTanh, RMSprop(learningRate: 1e-3), .reduceOnPlateau(factor: 0.5, patience: 0), 3,
                threads: threads),
            try digest(.rnnReLU, Adam(learningRate: 1e-3), .step(epochs: 1, gamma: 0.5), 4, threads: threads),
        ]
        var sum = SHA256()
        for digest in digests { sum.update(Array(digest.utf8)) }
        return sum.hexDigest
    }

    /// Without a fused multiply-add, sums are rounded twice, and the weights are others.
    @Test(.enabled(if: !InstructionSet.best.description.contains("no FMA")), arguments: [1, 2])
    func `small trainings have the weights of the trajectory's version`(threads: Int) throws {
        let found = try Self.digest(threads: threads)
        #expect(
            found == Trajectory.golden,
            """
            The weights differ from those of trajectory \(Trajectory.version), so that no receipt made before can be \
            reproduced. If the change is intended, raise Trajectory.version and replace Trajectory.golden by \(found).
            """)
    }

    @Test func `the digest has the parameters' bytes in little-endian order`() {
        // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
        #expect(
            WeightDigest.sha256(of: [1, -2])
                == "ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b")
        #expect(WeightDigest.sha256(of: [0]) != WeightDigest.sha256(of: [-0.0]))
    }
}
