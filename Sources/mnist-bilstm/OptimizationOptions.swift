import ArgumentParser
import Commands
import ImageClassification
import NeuralNetworks

/// How it is trained. What is not given is the recipe's, or that of the run that is resumed.
struct OptimizationOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

    @Option(
        parsing: .unconditional,
        help: "How often to go through the training images (default: \(defaults.epochs)).")
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "How many images each step of the optimizer takes (default: \(defaults.batchSize)).")
    var batchSize: Int?

    @Option(help: "What moves the weights (default: \(defaults.optimizer.rawValue)).")
    var optimizer: MNISTTraining.OptimizerName?

    @Option(
        parsing: .unconditional,
        help: "The optimizer's step size; the default suits Adam (default: \(defaults.learningRate)).")
    var learningRate: Double?

    @Option(parsing: .unconditional, help: "Of sgd, 0.9 by default and Nesterov's, or rmsprop.")
    var momentum: Double?

    @Option(parsing: .unconditional, help: "Of any optimizer; by default 0.01 of adamw, 0 of the others.")
    var weightDecay: Double?

    @Option(
        help: """
            How the learning rate changes from epoch to epoch or, cosine and one-cycle, from step to step (default: \
            \(defaults.schedule.rawValue)).
            """)
    var schedule: MNISTTraining.ScheduleName?

    @Option(
        parsing: .unconditional,
        help:
            "Of the cosine schedule: epochs in which the rate rises first (default: \(defaults.warmUpEpochs))."
    )
    var warmUpEpochs: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of the cosine schedule: share of the learning rate that it ends at (default: \(defaults.finalShare)).",
            valueName: "share"))
    var finalShare: Double?

    @Option(
        parsing: .unconditional,
        help: "Of the step schedule: epochs between two reductions (default: \(defaults.stepEpochs)).")
    var stepEpochs: Int?

    @Option(
        parsing: .unconditional,
        help: """
            Of the plateau schedule: epochs without a lower loss, of the images held out or else of training, before a \
            reduction (default: \(defaults.patience)).
            """)
    var patience: Int?

    @Option(
        parsing: .unconditional,
        help: """
            Of the step and plateau schedules: what the rate is multiplied with (default: \(defaults.reduction)).
            """)
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
        help: ArgumentHelp(
            "Share of the wanted probability spread over all classes (default: \(defaults.labelSmoothing)).",
            valueName: "share"))
    var labelSmoothing: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Average the weights, keeping this share of the average in each step, and score the average, too: 0.999 is \
            usual.
            """, valueName: "share"))
    var ema: Double?

    @Option(
        help: ArgumentHelp(
            """
            Learn a trained model's probabilities beside the labels: of latest, a run's name, or the path of a run or of a \
            checkpoint.
            """, valueName: "run"))
    var teacher: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the loss that is the teacher's (default: \(MNISTTraining.Options.defaultTeacherWeight)).",
            valueName: "share"))
    var teacherWeight: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            By what scores are divided before probabilities are compared with the teacher's (default: \
            \(MNISTTraining.Options.defaultTemperature)).
            """, valueName: "number"))
    var temperature: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Hold out the last images of a permutation that the seed decides: the best checkpoint, early stopping and \
            plateaus then go by their loss (default: 0).
            """, valueName: "images"))
    var validation: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End training after so many epochs without a lower loss of the images held out.",
            valueName: "epochs"))
    var earlyStopping: Int?

    @Flag(
        name: .customLong("test"), inversion: .prefixedNo,
        help: "Whether to score the images to test on at the end (default: --test).")
    var scoresTest: Bool?

    @Option(
        parsing: .unconditional,
        help:
            "Decides the initial weights, the order of the images, how they are augmented and what is dropped (default: 0)."
    )
    var seed: UInt64?

    func validate() throws {
        try check("--epochs", epochs, 1...1_000_000)
        try check("--batch-size", batchSize, 1...60_000)
        try checkPositive("--learning-rate", learningRate)
        try checkShare("--momentum", momentum)
        try checkNotNegative("--weight-decay", weightDecay)
        try checkNotNegative("--warm-up-epochs", warmUpEpochs)
        try checkShare("--final-share", finalShare)
        try check("--step-epochs", stepEpochs, 1...1_000_000)
        try check("--patience", patience, 0...1_000_000)
        if let reduction, !(reduction > 0 && reduction < 1) {
            throw ValidationError("--reduction must be between 0 and 1, not \(reduction).")
        }
        try checkPositive("--clip-norm", clipNorm)
        try checkPositive("--clip-value", clipValue)
        try checkShare("--label-smoothing", labelSmoothing)
        try checkShare("--ema", ema)
        if let teacherWeight, !(0...1).contains(teacherWeight) {
            throw ValidationError("--teacher-weight must be of 0 to 1, not \(teacherWeight).")
        }
        try checkPositive("--temperature", temperature)
        try check("--validation", validation, 0...1_000_000)
        try check("--early-stopping", earlyStopping, 1...1_000_000)
    }

    /// Whether what was given belongs together, and to what the options come to as a whole.
    func validate(in options: MNISTTraining.Options) throws {
        let (optimizer, schedule, epochs) = (options.optimizer, options.schedule, options.epochs)
        try checkUse(
            "--momentum", momentum != nil, of: "--optimizer sgd or rmsprop",
            [.sgd, .rmsprop].contains(optimizer))
        try checkUse("--warm-up-epochs", warmUpEpochs != nil, of: "--schedule cosine", schedule == .cosine)
        try checkUse("--final-share", finalShare != nil, of: "--schedule cosine", schedule == .cosine)
        try checkUse("--step-epochs", stepEpochs != nil, of: "--schedule step", schedule == .step)
        try checkUse("--patience", patience != nil, of: "--schedule plateau", schedule == .plateau)
        try checkUse(
            "--reduction", reduction != nil, of: "--schedule step or plateau",
            [.step, .plateau].contains(schedule))
        try checkUse(
            "--early-stopping", earlyStopping != nil, of: "--validation", options.validation > 0)
        try checkUse("--teacher-weight", teacherWeight != nil, of: "--teacher", options.teacher != nil)
        try checkUse("--temperature", temperature != nil, of: "--teacher", options.teacher != nil)
        guard options.clipNorm == nil || options.clipValue == nil else {
            throw ValidationError("--clip-norm and --clip-value exclude each other; give one of them.")
        }
        if schedule == .cosine, options.warmUpEpochs > 0, options.warmUpEpochs >= Double(epochs) {
            throw ValidationError(
                "--warm-up-epochs must be below the \(epochs) of --epochs, not \(options.warmUpEpochs).")
        }
        if let stepEpochs, stepEpochs >= epochs {
            throw ValidationError("--step-epochs must be below the \(epochs) of --epochs, not \(stepEpochs).")
        }
    }

    func apply(to options: inout MNISTTraining.Options) {
        options.epochs = epochs ?? options.epochs
        options.batchSize = batchSize ?? options.batchSize
        options.optimizer = optimizer ?? options.optimizer
        options.learningRate = learningRate ?? options.learningRate
        options.momentum = momentum ?? options.momentum
        options.weightDecay = weightDecay ?? options.weightDecay
        options.schedule = schedule ?? options.schedule
        options.warmUpEpochs = warmUpEpochs ?? options.warmUpEpochs
        options.finalShare = finalShare ?? options.finalShare
        options.stepEpochs = stepEpochs ?? options.stepEpochs
        options.patience = patience ?? options.patience
        options.reduction = reduction ?? options.reduction
        // One kind of clipping takes the place of the other.
        if clipNorm != nil || clipValue != nil {
            (options.clipNorm, options.clipValue) = (clipNorm, clipValue)
        }
        options.labelSmoothing = labelSmoothing ?? options.labelSmoothing
        options.ema = ema ?? options.ema
        options.teacher = teacher ?? options.teacher
        options.teacherWeight = teacherWeight ?? options.teacherWeight
        options.temperature = temperature ?? options.temperature
        options.validation = validation ?? options.validation
        options.earlyStopping = earlyStopping ?? options.earlyStopping
        options.test = scoresTest ?? options.test
        options.seed = seed ?? options.seed
    }
}

extension MNISTTraining.OptimizerName: ExpressibleByArgument {}
extension MNISTTraining.ScheduleName: ExpressibleByArgument {}
