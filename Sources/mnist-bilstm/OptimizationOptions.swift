import ArgumentParser
import Training

/// How it is trained.
struct OptimizationOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

    @Option(help: "What moves the weights.")
    var optimizer = defaults.optimizer

    @Option(parsing: .unconditional, help: "The optimizer's step size; the default suits Adam.")
    var learningRate = defaults.learningRate

    @Option(parsing: .unconditional, help: "Of sgd, 0.9 by default and Nesterov's, or rmsprop.")
    var momentum: Double?

    @Option(parsing: .unconditional, help: "Of any optimizer; by default 0.01 of adamw, 0 of the others.")
    var weightDecay: Double?

    @Option(
        help: "How the learning rate changes from epoch to epoch or, cosine and one-cycle, from step to step."
    )
    var schedule = defaults.schedule

    @Option(parsing: .unconditional, help: "Of the cosine schedule: epochs in which the rate rises first.")
    var warmUpEpochs: Double?

    @Option(parsing: .unconditional, help: "Of the step schedule: epochs between two reductions.")
    var stepEpochs: Int?

    @Option(
        parsing: .unconditional,
        help: "Of the plateau schedule: epochs without a lower training loss before a reduction.")
    var patience: Int?

    @Option(
        parsing: .unconditional, help: "Of the step and plateau schedules: what the rate is multiplied with.")
    var reduction: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Scale gradients down to this norm, all together.", valueName: "norm"))
    var clipNorm: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Cut each gradient off at this number.", valueName: "limit"))
    var clipValue: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of the wanted probability spread over all classes.", valueName: "share"))
    var labelSmoothing = defaults.labelSmoothing

    func validate() throws {
        try checkPositive("--learning-rate", learningRate)
        if let momentum {
            try checkShare("--momentum", momentum)
            try checkUse(
                "--momentum", of: "--optimizer sgd or rmsprop", [.sgd, .rmsprop].contains(optimizer))
        }
        if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
            throw ValidationError("--weight-decay must be 0 or a positive number, not \(weightDecay).")
        }
        if let warmUpEpochs {
            guard warmUpEpochs >= 0, warmUpEpochs.isFinite else {
                throw ValidationError("--warm-up-epochs must be 0 or a positive number, not \(warmUpEpochs).")
            }
            try checkUse("--warm-up-epochs", of: "--schedule cosine", schedule == .cosine)
        }
        if let stepEpochs {
            try check("--step-epochs", stepEpochs, 1...1_000_000)
            try checkUse("--step-epochs", of: "--schedule step", schedule == .step)
        }
        if let patience {
            try check("--patience", patience, 0...1_000_000)
            try checkUse("--patience", of: "--schedule plateau", schedule == .plateau)
        }
        if let reduction {
            guard reduction > 0, reduction < 1 else {
                throw ValidationError("--reduction must be between 0 and 1, not \(reduction).")
            }
            try checkUse(
                "--reduction", of: "--schedule step or plateau", [.step, .plateau].contains(schedule))
        }
        if let clipNorm { try checkPositive("--clip-norm", clipNorm) }
        if let clipValue { try checkPositive("--clip-value", clipValue) }
        guard clipNorm == nil || clipValue == nil else {
            throw ValidationError("--clip-norm and --clip-value exclude each other; give one of them.")
        }
        try checkShare("--label-smoothing", labelSmoothing)
    }

    /// Whether the schedule fits into the training.
    func validate(epochs: Int) throws {
        if let warmUpEpochs, warmUpEpochs >= Double(epochs) {
            throw ValidationError(
                "--warm-up-epochs must be below the \(epochs) of --epochs, not \(warmUpEpochs).")
        }
        if let stepEpochs, stepEpochs >= epochs {
            throw ValidationError("--step-epochs must be below the \(epochs) of --epochs, not \(stepEpochs).")
        }
    }

    func apply(to options: inout MNISTTraining.Options) {
        options.optimizer = optimizer
        options.learningRate = learningRate
        options.momentum = momentum
        options.weightDecay = weightDecay
        options.schedule = schedule
        options.warmUpEpochs = warmUpEpochs ?? options.warmUpEpochs
        options.stepEpochs = stepEpochs ?? options.stepEpochs
        options.patience = patience ?? options.patience
        options.reduction = reduction ?? options.reduction
        options.clipNorm = clipNorm
        options.clipValue = clipValue
        options.labelSmoothing = labelSmoothing
    }
}

extension MNISTTraining.OptimizerName: ExpressibleByArgument {}
extension MNISTTraining.ScheduleName: ExpressibleByArgument {}
