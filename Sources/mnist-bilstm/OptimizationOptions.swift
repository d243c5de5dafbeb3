import ArgumentParser
import Commands
import ImageClassification
import NeuralNetworks

/// How it is trained. What is not given is the recipe's, or that of the run that is resumed.
struct OptimizationOptions: RunArguments {
    typealias Options = ImageTraining.Options

    private static let defaults = Options()

    @Option(
        parsing: .unconditional,
        help: "How often to go through the training images (default: \(defaults.epochs)).")
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "How many images each step of the optimizer takes (default: \(defaults.batchSize)).")
    var batchSize: Int?

    @Option(help: "What moves the weights (default: \(defaults.optimizer.rawValue)).")
    var optimizer: ImageTraining.OptimizerName?

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
    var schedule: ImageTraining.ScheduleName?

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
            """, valueName: "run"), completion: .run)
    var teacher: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the loss that is the teacher's (default: \(ImageTraining.Options.defaultTeacherWeight)).",
            valueName: "share"))
    var teacherWeight: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            By what scores are divided before probabilities are compared with the teacher's (default: \
            \(ImageTraining.Options.defaultTemperature)).
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
        inversion: .prefixedNo,
        help: "Whether to score the images to test on at the end (default: --test).")
    var test: Bool?

    @Option(
        parsing: .unconditional,
        help:
            "Decides the initial weights, the order of the images, how they are augmented and what is dropped (default: 0)."
    )
    var seed: UInt64?

}

extension ImageTraining.OptimizerName: ExpressibleByArgument {}
extension ImageTraining.ScheduleName: ExpressibleByArgument {}
