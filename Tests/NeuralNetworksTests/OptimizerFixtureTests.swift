import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

/// A module with only parameters and gradients.
final class Numbers: Module {
    let layout: ParameterLayout
    let parameters: FloatBuffer
    let gradients: FloatBuffer

    init(_ numbers: [Float]) {
        var layout = ParameterLayout()
        layout.append("numbers", shape: [numbers.count])
        self.layout = layout
        parameters = FloatBuffer(count: numbers.count)
        gradients = FloatBuffer(count: numbers.count)
        parameters.fill(numbers)
    }
}

extension FloatBuffer {
    func fill(_ numbers: some Sequence<Float>) {
        for (index, number) in numbers.enumerated() { base[index] = number }
    }
}

@Suite("Optimizers, schedules and losses against PyTorch in double precision")
struct OptimizerFixtureTests {
    struct Run: CustomTestStringConvertible, Sendable {
        let name: String
        let optimizer: any Optimizer
        var clipping = GradientClipping.none
        var schedule = LearningRateSchedule.constant
        var testDescription: String { name }
    }

    /// The runs in `Scripts/optimizer_fixture.py`.
    static let runs = [
        Run(name: "sgd", optimizer: SGD(learningRate: 0.03)),
        Run(name: "sgd_momentum", optimizer: SGD(learningRate: 0.02, momentum: 0.8)),
        Run(
            name: "sgd_nesterov",
            optimizer: SGD(learningRate: 0.02, momentum: 0.7, nesterov: true, weightDecay: 0.05)),
        Run(name: "adam", optimizer: Adam(learningRate: 0.01)),
        Run(
            name: "adam_decay",
            optimizer: Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.3)),
        Run(name: "adamw", optimizer: AdamW(learningRate: 0.02)),
        Run(
            name: "adamw_decay",
            optimizer: AdamW(learningRate: 0.02, beta1: 0.85, beta2: 0.9, weightDecay: 0.4)),
        Run(name: "rmsprop", optimizer: RMSprop()),
        Run(
            name: "rmsprop_momentum",
            optimizer: RMSprop(
                learningRate: 0.004, alpha: 0.9, epsilon: 1e-5, momentum: 0.6, weightDecay: 0.02)),
        Run(name: "sgd_norm", optimizer: SGD(learningRate: 0.03, momentum: 0.5), clipping: .norm(2.5)),
        Run(name: "adam_value", optimizer: Adam(learningRate: 0.01), clipping: .value(0.04)),
        Run(name: "adamw_one_cycle", optimizer: AdamW(learningRate: 0.05), schedule: .oneCycle()),
    ]

    @Test(arguments: InstructionSet.available, runs)
    func `twelve steps on two modules equal PyTorch's`(_ set: InstructionSet, _ run: Run) throws {
        let fixture = try Fixture("optimizers_ref64")
        let modules = try ["a", "b"].map { Numbers(try fixture.floats("start.\($0)")) }
        let optimization = Optimization(
            of: modules, by: run.optimizer, clipping: run.clipping, instructionSet: set)
        let gradients = try ["a", "b"].map { try fixture.floats("gradients.\($0)") }
        let expected = try ["a", "b"].map { try fixture.doubles("\(run.name).\($0)") }
        for step in 0..<12 {
            for (module, gradients) in zip(modules, gradients) {
                let count = module.layout.count
                module.gradients.fill(gradients[step * count..<(step + 1) * count])
            }
            optimization.learningRate = run.schedule.learningRate(
                base: run.optimizer.learningRate, at: TrainingPlace(step: step, stepsPerEpoch: 12, epochs: 1))
            #expect(optimization.step())
            if run.clipping.needsNorm {
                let norms = try fixture.doubles(run.name + ".norms")
                expectClose(
                    [try #require(optimization.gradientNorm)], [norms[step]], absolute: 0, relative: 1e-12)
            } else {
                #expect(optimization.gradientNorm == nil)
            }
            for (module, expected) in zip(modules, expected) {
                let count = module.layout.count
                // The relative error of Adam's 1 - β₂ in single precision is 1.3e-5.
                expectClose(
                    module.parameters.elements, Array(expected[step * count..<(step + 1) * count]),
                    absolute: 2e-6, relative: 1e-6, "\(run.name), step \(step)")
                #expect(module.gradients.elements.allSatisfy { $0 == 0 })
            }
        }
        #expect(optimization.stepCount == 12)
    }

    @Test(
        arguments: [
            ("step", LearningRateSchedule.step(epochs: 2, gamma: 0.3)), ("cosine", .cosine()),
            ("warm_cosine", .cosine(warmUpEpochs: 1.5, minimum: 0.001)), ("one_cycle", .oneCycle()),
            ("one_cycle_options", .oneCycle(warmUpShare: 0.45, divisor: 10, finalDivisor: 50)),
        ])
    func `learning rates of 6 epochs of 7 steps equal PyTorch's`(
        _ name: String, _ schedule: LearningRateSchedule
    ) throws {
        let expected = try Fixture("optimizers_ref64").doubles("rates.\(name)")
        let found = (0..<42).map {
            schedule.learningRate(base: 0.02, at: TrainingPlace(step: $0, stepsPerEpoch: 7, epochs: 6))
        }
        expectClose(found, expected, absolute: 1e-15, relative: 1e-12, name)
    }

    @Test(
        arguments: [
            ("plateau", LearningRateSchedule.reduceOnPlateau()),
            ("plateau_options", .reduceOnPlateau(factor: 0.05, patience: 2, threshold: 5e-3)),
        ])
    func `learning rates reduced on plateaus equal PyTorch's`(
        _ name: String, _ schedule: LearningRateSchedule
    ) throws {
        let fixture = try Fixture("optimizers_ref64")
        var plateau = Plateau()
        let found = try fixture.doubles("plateau.losses").enumerated().map { epoch, loss in
            schedule.epochEnded(loss: loss, base: 0.02, &plateau)
            // The schedule's state can be stored.
            plateau = try JSONDecoder().decode(Plateau.self, from: JSONEncoder().encode(plateau))
            return schedule.learningRate(
                base: 0.02, at: TrainingPlace(step: epoch, stepsPerEpoch: 1, epochs: 99), plateau: plateau)
        }
        expectClose(found, try fixture.doubles("rates.\(name)"), absolute: 0, relative: 1e-12, name)
        #expect(Set(found).count > 2)
    }

    @Test(arguments: InstructionSet.available, [0.1, 0.35, 1.0])
    func `losses with smoothed labels equal PyTorch's`(_ set: InstructionSet, share: Double) throws {
        let fixture = try Fixture("optimizers_ref64")
        let (count, classes) = (37, 5)
        let scores = try fixture.floats("smoothing.scores")
        let labels = try fixture.file.values(of: "smoothing.labels", as: UInt8.self)
        var loss = 0.0
        var gradient = [Float](repeating: 0, count: scores.count)
        for first in stride(from: 0, to: count, by: shardLanes) {
            let lanes = 0..<min(shardLanes, count - first)
            var shard = [Float](repeating: 0, count: classes * shardLanes)
            for lane in lanes {
                for label in 0..<classes {
                    shard[label * shardLanes + lane] = scores[(first + lane) * classes + label]
                }
            }
            let result = set.kernels.crossEntropy(
                scores: &shard, classes: classes, labels: lanes.map { Int32(labels[first + $0]) },
                count: lanes.count, weights: LossWeights(), scale: 1 / Float(count),
                labelSmoothing: Float(share))
            loss += result.sum / Double(count)
            for lane in lanes {
                for label in 0..<classes {
                    gradient[(first + lane) * classes + label] = shard[label * shardLanes + lane]
                }
            }
        }
        expectClose([loss], try fixture.doubles("smoothing.\(share).loss"), "loss")
        expectClose(gradient, try fixture.doubles("smoothing.\(share).gradient"), absolute: 1e-7, "gradient")
    }
}
