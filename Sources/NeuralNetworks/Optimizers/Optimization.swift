import KernelInterface
import Platform

/// The optimization of a model written by hand, with one optimizer for all its modules.
///
///     let optimization = Optimization(of: [lstm, linear], by: Adam(learningRate: 1e-3), clipping: .norm(1))
///     for (input, target) in data {
///         let pass = lstm.forward(input)
///         …                           // the loss and its gradient, backward to every module
///         optimization.step()
///     }
public final class Optimization {
    /// The rule of the steps.
    package let optimizer: any Optimizer
    /// The gradient clipping.
    package let clipping: GradientClipping
    /// The learning rate of the next steps; at first the optimizer's.
    public var learningRate: Double
    /// The Euclidean norm of all gradients together in the last step, before clipping; nil without clipping by norm.
    public private(set) var gradientNorm: Double?
    /// The Euclidean norm of all gradients together in the last step, before clipping.
    package private(set) var measuredNorm: Double?

    private let modules: [any Module]
    private let updaters: [ParameterUpdater]

    /// Creates an optimization. A module that occurs twice traps, and so does a negative clipping limit.
    ///
    /// - Parameters:
    ///   - modules: The layers whose parameters are optimized, each once.
    ///   - optimizer: The rule of the steps.
    ///   - clipping: The gradient clipping.
    ///   - instructionSet: The instruction set of the kernels.
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

    /// The number of steps so far.
    package var stepCount: Int { updaters.first?.state.stepCount ?? 0 }

    /// The optimizer's state for each module, in their order.
    package var states: [OptimizerState] { updaters.map(\.state) }

    /// Clips the gradients, updates the parameters, and sets the gradients to zero.
    ///
    /// - Returns: False if a gradient is infinite or NaN; parameters and states are then unchanged. With
    ///   ``GradientClipping/value(_:)`` an infinite gradient is clipped like any other.
    @discardableResult
    public func step() -> Bool {
        defer { for module in modules { module.zeroGradients() } }
        for (module, updater) in zip(modules, updaters) {
            updater.begin(gradients: module.gradients.base, count: 1)
        }
        let norm = norm()
        measuredNorm = norm
        if clipping.needsNorm { gradientNorm = norm }
        guard clipping.isUsable(norm: norm) else { return false }
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
