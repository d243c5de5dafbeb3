import KernelInterface

/// How gradients move parameters: `SGD`, `Adam`, `AdamW` or `RMSprop`. A value; what it remembers of the steps
/// before is an `OptimizerState`.
public protocol Optimizer: Codable, Hashable, Sendable {
    /// Before any `LearningRateSchedule`.
    var learningRate: Double { get set }

    /// The update of step `count`, the first being 1, at the learning rate that a schedule came to.
    func step(_ count: Int, learningRate: Double) -> OptimizerUpdate
}

/// The arithmetic of one optimizer step, in the form that the kernels take. Only this package makes one and looks
/// inside.
public struct OptimizerUpdate: Sendable {
    package let step: OptimizerStep

    init(_ step: OptimizerStep) { self.step = step }

    /// PyTorch's names of what is remembered of each parameter; at most two.
    package var stateNames: [String] {
        switch step {
        case .sgd(let step): step.momentum == 0 ? [] : ["momentum_buffer"]
        case .adam: ["exp_avg", "exp_avg_sq"]
        case .rmsprop(let step): step.momentum == 0 ? ["square_avg"] : ["square_avg", "momentum_buffer"]
        }
    }
}

/// What an optimizer remembers of the steps before.
public final class OptimizerState {
    /// One number for each parameter, zero at first.
    public let buffers: [Buffer]
    /// Steps so far.
    public var stepCount = 0

    public struct Buffer {
        /// PyTorch's: `exp_avg`, `exp_avg_sq`, `momentum_buffer`, `square_avg`.
        public let name: String
        public let values: FloatBuffer
    }

    init(_ optimizer: any Optimizer, count: Int) {
        let update = optimizer.step(1, learningRate: optimizer.learningRate)
        buffers = update.stateNames.map { Buffer(name: $0, values: FloatBuffer(count: count)) }
    }

    package subscript(name: String) -> FloatBuffer? { buffers.first { $0.name == name }?.values }
}

/// Stops on numbers that make no optimizer; NaN is one.
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
