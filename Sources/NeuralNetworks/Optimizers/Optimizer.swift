import KernelInterface
import Platform

/// An update rule for parameters, with its hyperparameters: `SGD`, `Adam`, `AdamW` or `RMSprop`.
///
/// An optimizer is a value. Its state (moments, number of steps) is part of ``Optimization`` or of a trainer.
public protocol Optimizer: Codable, Hashable, Sendable {
    /// The learning rate α, before any `LearningRateSchedule`.
    var learningRate: Double { get set }

    /// Returns the update of one step.
    ///
    /// - Parameters:
    ///   - count: The number of the step, from 1.
    ///   - learningRate: The learning rate of this step, after the schedule.
    func step(_ count: Int, learningRate: Double) -> OptimizerUpdate
}

/// The coefficients of one optimizer step, for the kernels. Its contents are internal to this package.
public struct OptimizerUpdate: Sendable {
    /// The coefficients for the kernels.
    package let step: OptimizerStep

    init(_ step: OptimizerStep) { self.step = step }

    /// PyTorch's names of the optimizer's states, at most two.
    package var stateNames: [String] {
        switch step {
        case .sgd(let step): step.momentum == 0 ? [] : ["momentum_buffer"]
        case .adam: ["exp_avg", "exp_avg_sq"]
        case .rmsprop(let step): step.momentum == 0 ? ["square_avg"] : ["square_avg", "momentum_buffer"]
        }
    }
}

/// The state of an optimizer between steps.
package final class OptimizerState {
    /// The states; a number for each parameter, initially zero.
    package let buffers: [Buffer]
    /// The number of steps so far.
    package var stepCount = 0

    /// One state of all parameters.
    package struct Buffer {
        /// PyTorch's name: `exp_avg`, `exp_avg_sq`, `momentum_buffer` or `square_avg`.
        package let name: String
        /// A number for each parameter, in the layout of the parameters.
        package let values: FloatBuffer
    }

    init(_ optimizer: any Optimizer, count: Int) {
        let update = optimizer.step(1, learningRate: optimizer.learningRate)
        buffers = update.stateNames.map { Buffer(name: $0, values: FloatBuffer(count: count)) }
    }

    /// The state with this name, or nil.
    package subscript(name: String) -> FloatBuffer? { buffers.first { $0.name == name }?.values }
}

/// Traps on hyperparameters out of range; NaN is out of range.
func checkHyperparameters(
    learningRate: Double, weightDecay: Double = 0, momentum: Double = 0, epsilon: Double = 0,
    averages: [Double] = []
) {
    precondition(learningRate >= 0, "learningRate must not be negative, not \(learningRate)")
    precondition(weightDecay >= 0, "weightDecay must not be negative, not \(weightDecay)")
    precondition(momentum >= 0, "momentum must not be negative, not \(momentum)")
    precondition(epsilon >= 0, "epsilon must not be negative, not \(epsilon)")
    for average in averages {
        precondition(average >= 0 && average < 1, "betas and alpha must be of 0..<1, not \(average)")
    }
}
