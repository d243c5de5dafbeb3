import ArgumentParser
import NeuralNetworks
import Runs

/// The options of optimization that all classifiers have. An option that is not given has its default or the value of the
/// resumed run.
package struct LearningArguments<Options: ClassifierOptions>: RunArguments {
    private static var defaults: Options { Options() }

    package init() {}

    @Option(
        parsing: .unconditional,
        help: "Passes over the training set, 1 or more (default: \(defaults.epochs))")
    package var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "\(Options.sample.capitalized) per optimizer step, 1 or more (default: \(defaults.batchSize))")
    var batchSize: Int?

    @Option(help: "Optimizer (default: \(defaults.optimizer.rawValue))")
    var optimizer: OptimizerName?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Learning rate, above 0; the default suits Adam (default: \(defaults.learningRate))",
            valueName: "rate"))
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: "Momentum (sgd: default 0.9, Nesterov; rmsprop: default 0)")
    var momentum: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight decay, 0 or more (adamw: default 0.01; others: default 0)", valueName: "decay"))
    var weightDecay: Double?

    @Option(
        help: """
            Learning-rate schedule; cosine and one-cycle change the rate every step, the others every epoch (default: \
            \(defaults.schedule.rawValue))
            """)
    var schedule: ScheduleName?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Warm-up: epochs in which the learning rate rises to --learning-rate (cosine only; default: \
            \(defaults.warmUpEpochs))
            """, valueName: "epochs"))
    var warmUpEpochs: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Final learning rate as a fraction of --learning-rate (cosine only; default: \(defaults.finalShare))",
            valueName: "fraction"))
    var finalShare: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Epochs between two reductions of the learning rate (step only; default: \(defaults.stepEpochs))",
            valueName: "epochs"))
    var stepEpochs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Epochs without a lower loss before the learning rate is reduced; monitors the validation loss or, without \
            --validation, the training loss (plateau only; default: \(defaults.patience))
            """, valueName: "epochs"))
    var patience: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Factor applied to the learning rate at each reduction (step, plateau; default: \(defaults.reduction))
            """, valueName: "factor"))
    var reduction: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Gradient clipping by norm: maximum norm of the whole gradient, above 0", valueName: "norm"))
    var clipNorm: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Gradient clipping by value: maximum absolute value of each component, above 0",
            valueName: "limit"))
    var clipValue: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Label smoothing: fraction of the target probability spread evenly over all classes (default: \
            \(defaults.labelSmoothing))
            """, valueName: "fraction"))
    var labelSmoothing: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Also keep and evaluate an exponential moving average of the weights with this decay, for example 0.999
            """, valueName: "decay"))
    var ema: Double?
}

extension OptimizerName: ExpressibleByArgument {}
extension ScheduleName: ExpressibleByArgument {}

/// The option of early stopping.
package struct EarlyStoppingArguments<Options: ClassifierOptions>: RunArguments {
    package init() {}

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Early stopping: stop after this many epochs without a lower validation loss",
            valueName: "epochs"))
    var earlyStopping: Int?
}
