import KernelInterface

/// The optimizer of a model written by hand: of all its modules together.
///
///     let optimization = Optimization(of: [lstm, linear], by: Adam(learningRate: 1e-3), clipping: .norm(1))
///     for (input, target) in data {
///         let pass = lstm.forward(input)
///         …                           // the loss and its gradient, backward to every module
///         optimization.step()
///     }
public final class Optimization {
    package let optimizer: any Optimizer
    package let clipping: GradientClipping
    /// Of the steps to come; the optimizer's at first.
    public var learningRate: Double
    /// Of all gradients together at the last step, before clipping; nil without clipping by norm.
    public private(set) var gradientNorm: Double?

    private let modules: [any Module]
    private let updaters: [ParameterUpdater]

    public init(
        of modules: [any Module], by optimizer: any Optimizer, clipping: GradientClipping = .none,
        instructionSet: InstructionSet = .best
    ) {
        precondition(
            Set(modules.map { ObjectIdentifier($0) }).count == modules.count,
            "modules: expected each once, received one twice")
        clipping.check()
        self.modules = modules
        self.optimizer = optimizer
        self.clipping = clipping
        learningRate = optimizer.learningRate
        updaters = modules.map {
            ParameterUpdater($0.parameters, optimizer: optimizer, kernels: instructionSet.kernels)
        }
    }

    /// Steps so far.
    public var stepCount: Int { updaters.first?.state.stepCount ?? 0 }

    /// What is remembered of each module's parameters.
    public var states: [OptimizerState] { updaters.map(\.state) }

    /// Clips the gradients, moves the parameters, and sets the gradients to zero.
    ///
    /// - Returns: false if the norm is infinite or not a number; then parameters and states stay as they were.
    @discardableResult
    public func step() -> Bool {
        defer { for module in modules { module.zeroGradients() } }
        for (module, updater) in zip(modules, updaters) {
            updater.begin(gradients: module.gradients.base, count: 1)
        }
        if clipping.needsNorm {
            let norm = norm()
            gradientNorm = norm
            guard norm.isFinite else { return false }
        }
        let scale = clipping.scale(norm: gradientNorm ?? 0)
        for updater in updaters {
            updater.state.stepCount += 1
            let update = optimizer.step(updater.state.stepCount, learningRate: learningRate)
            for slice in 0..<updater.sliceCount {
                updater.update(slice: slice, update.step, scale: scale, limit: clipping.limit)
            }
        }
        return true
    }

    private func norm() -> Double {
        var squares = 0.0
        for updater in updaters {
            for slice in 0..<updater.sliceCount { updater.addUp(slice: slice) }
            squares += updater.squaredNorm()
        }
        return squares.squareRoot()
    }
}
