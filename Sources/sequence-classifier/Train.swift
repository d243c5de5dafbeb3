import ArgumentParser
import Commands
import Platform
import Runs
import SequenceClassification

struct Train: TrainingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model: LSTM, GRU or RNN.",
        discussion: """
            Example: sequence-classifier train --data mine.ts --test-share 0.2
                     sequence-classifier train --cell gru --hidden-size 32 --name wider
                     sequence-classifier train --resume latest
                     sequence-classifier train --text poems.txt

            Each channel is scaled to mean 0 and variance 1 over the training set; the scaling is part of the model. \
            \(HelpText.training)

            With --text, the model predicts the next character at each step, and the command sample writes text. The \
            batch is the number of streams that are read side by side. Defaults then: --no-bidirectional --epochs 20 \
            --batch-size 64 --hidden-size 128 --learning-rate 0.004 --clip-norm 1 --validation 0.1.

            Exit codes: 0 done, 1 loss not finite, 64 bad option, 65 bad data, 66 missing data or run, \
            \(HelpText.trainingExitCodes)
            """)

    @OptionGroup var resuming: ResumeArguments<SequenceClassifierTool.Options>

    @OptionGroup(title: "Data") var data: DataArguments

    @OptionGroup(title: "Training") var optimization: OptimizationArguments

    @OptionGroup(title: "Model") var model: ModelArguments

    @OptionGroup(title: "Run") var keeping: RecordingArguments<SequenceTraining.Options>

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<SequenceTraining.Options>

    func validate() throws {
        try resuming.check(keeping)
        if resuming.resume == nil { _ = try options() }
    }

    func options() throws -> SequenceTraining.Options { try .init().changed(by: given) }

    func train(unless isKnown: ((Receipt) throws -> Bool)?) throws -> ExitStatus {
        let resumption = try resuming.resumption(in: process.runs)
        let options = try (resumption?.options ?? .init()).changed(by: given)
        if let run = resumption, (run.options.text == nil) != (options.text == nil) {
            let kind = run.options.text == nil ? "sequences" : "a text"
            throw OptionError(
                "\(run.lock.run.path) was trained on \(kind), and can be resumed only on the same data; remove --data and --text."
            )
        }
        let allowsChanges = resuming.allowChanges
        return options.text == nil
            ? try SequenceTraining(options, resuming: resumption, allowsChanges: allowsChanges)
                .run(opensPage: keeping.page.page, unless: isKnown)
            : try TextTraining(options, resuming: resumption, allowsChanges: allowsChanges)
                .run(opensPage: keeping.page.page, unless: isKnown)
    }

    /// The options that a sweep can try.
    struct Tried: ParsableArguments {
        @OptionGroup var data: DataArguments
        @OptionGroup var optimization: OptimizationArguments
        @OptionGroup var model: ModelArguments
    }

    /// The options of the place of the data on this machine.
    struct Place: SequenceArguments {
        @Option(help: "Training set on this machine (default: the plan's)", completion: .file())
        var data: String?

        @Option(help: "Test set on this machine (default: the plan's)", completion: .file())
        var test: String?

        @Option(help: "Text on this machine (default: the plan's)", completion: .file())
        var text: String?
    }

    static var sweepExamples: SweepExamples {
        SweepExamples(
            whole: "--seeds 0-9 --set layers=1,2 --validation 50", name: "layers-3fa2b1",
            other: "--resume layers-3fa2b1", plan: "--seeds 0 --validation 0.2",
            until: "--until 0.01 --set layers=1,2 --validation 50",
            validation: "--validation is required, except with --text, whose default is 0.1")
    }
}

/// A group of options of a training on sequences.
protocol SequenceArguments: RunArguments where Options == SequenceTraining.Options {}

/// The options of the data.
struct DataArguments: SequenceArguments {
    @Option(
        help: ArgumentHelp(
            """
            Training set: a .ts file, a CSV file with a row for each step, or a folder with a subfolder of CSV files for \
            each class, also with .gz (default: \(Options().data))
            """, valueName: "path"), completion: .file())
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Test set, in the same form (default: the file …_TEST beside a file …_TRAIN, or none)",
            valueName: "path"), completion: .file())
    var test: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Fraction of the sequences to set aside as the test set, between 0 and 1, of each class, in place of --test; the \
            same sequences for every seed
            """, valueName: "fraction"))
    var testShare: Double?

    @Option(
        help: ArgumentHelp(
            "CSV column with the sequence's id (default: \(Options().idColumn))", valueName: "column"))
    var idColumn: String?

    @Option(
        help: ArgumentHelp(
            "CSV column with the class (default: \(Options().labelColumn))", valueName: "column"))
    var labelColumn: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Interpolate missing values in time (default: --no-interpolate, they are an error)")
    var interpolate: Bool?

    @Option(
        help: ArgumentHelp(
            """
            Text in UTF-8, also with .gz, in place of sequences; its end is the validation text. Its defaults: see help \
            train
            """, valueName: "file"), completion: .file())
    var text: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Characters of a window, the number of steps that gradients go back; states are carried on (--text only; \
            default: \(Options().window))
            """, valueName: "steps"))
    var window: Int?
}

/// The options of training.
struct OptimizationArguments: SequenceArguments {
    @OptionGroup var learning: LearningArguments<Options>

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Validation set: fraction of the training set, below 1, or number of sequences, chosen at random by --seed from \
            each class. The best checkpoint, early stopping and the plateau schedule then use the validation loss (default: 0)
            """, valueName: "part"))
    var validation: Double?

    @OptionGroup var stopping: EarlyStoppingArguments<Options>

    @Flag(help: "Do not evaluate on the test set at the end")
    var noTest = false

    @Option(
        parsing: .unconditional,
        help: "Random seed for initial weights, order, dropout and the validation set (default: 0)")
    var seed: UInt64?
}

/// The options of the model.
struct ModelArguments: SequenceArguments {
    @OptionGroup var stack: StackArguments<Options>

    @Flag(
        inversion: .prefixedNo,
        help: "Also read each sequence from its last step to its first (default: --bidirectional)")
    var bidirectional: Bool?

    @Option(
        help: """
            Input of the final linear layer: the output of the last time step, the final hidden states, or the mean of all \
            outputs (default: \(Options().readout.rawValue))
            """)
    var readout: SequenceTraining.ReadoutChoice?

    @OptionGroup var dropout: DropoutArguments<Options>
}

extension SequenceTraining.ReadoutChoice: ExpressibleByArgument {}
