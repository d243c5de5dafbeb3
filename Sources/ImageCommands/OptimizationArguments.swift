import ArgumentParser
import Commands
import ImageClassification

/// The options of optimization. An option that is not given has the value of the recipe or of the resumed run.
package struct OptimizationArguments: ImageArguments {
    package init() {}

    @OptionGroup var learning: LearningArguments<Options>

    @Option(
        help: ArgumentHelp(
            """
            Knowledge distillation: train on the labels and on the outputs of this trained model: latest, a run's \
            name, or the path of a run or checkpoint
            """, valueName: "run"), completion: .runOrSweep)
    var teacher: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Weight of the distillation loss in the total loss, 0 to 1 (default: \
            \(ImageTraining.Options.defaultTeacherWeight))
            """, valueName: "weight"))
    var teacherWeight: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Softmax temperature for distillation (logits are divided by it; default: \
            \(ImageTraining.Options.defaultTemperature))
            """, valueName: "number"))
    var temperature: Double?

    @Option(
        help: ArgumentHelp(
            """
            Fine-tuning: begin with trained weights: latest, a run's name, or the path of a run, a checkpoint a file of \
            PyTorch or an ONNX file. Model options that are not given are those of the weights
            """, valueName: "run"), completion: .runOrSweep)
    var initFrom: String?

    @Option(
        help: """
            Part of the model that training does not change: the recurrent layers (lstm, gru, rnn) or the linear \
            layer (fc)
            """)
    var freeze: ImageTraining.FrozenPart?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Number of training images set aside as a validation set, chosen at random by --seed. The best checkpoint, \
            early stopping and the plateau schedule then use the validation loss (default: 0)
            """, valueName: "images"))
    var validation: Int?

    @OptionGroup var stopping: EarlyStoppingArguments<Options>

    @Flag(
        inversion: .prefixedNo,
        help: "Evaluate on the test set at the end (default: --test)")
    var test: Bool?

    @Option(
        parsing: .unconditional,
        help: """
            Random seed for initial weights, image order, augmentation, dropout and the validation set (default: 0)
            """)
    var seed: UInt64?
}

extension ImageTraining.FrozenPart: ExpressibleByArgument {}
