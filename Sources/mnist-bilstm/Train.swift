import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Platform
import Runs

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model: LSTM, GRU or RNN.",
        discussion: """
            Example: mnist-bilstm train --cell gru --hidden-size 64 --name wider
                     mnist-bilstm train --recipe best --seed 1
                     mnist-bilstm train --resume latest

            Metrics, log and checkpoints are written to a new directory in runs/; runs/latest points to it. The same \
            seed gives the same weights, bit for bit, for any number of threads, even if the run was stopped and \
            resumed. Ctrl-C stops training after the current step and saves everything; a second Ctrl-C stops at \
            once. SIGTERM, SIGUSR1, SIGUSR2 and SIGXCPU act like Ctrl-C.

            Exit codes: 0 done, 1 loss not finite, 64 bad option, 65 bad data or recipe, 66 missing data, run or \
            recipe, 69 unsupported CPU, 71 not enough memory, 73 run in use by another process, 74 a file could not be \
            written, 75 time limit reached, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for another \
            signal n.
            """)

    private static let defaultRecipe = "tutorial"

    @Option(
        help: ArgumentHelp(
            """
            Options to start from: tutorial, best, or a JSON file such as a run's config.json, of which only options \
            that affect the weights are used. If --epochs is smaller than the recipe's, the warm-up is shortened in \
            proportion (default: tutorial)
            """, valueName: "recipe"), completion: .recipe)
    var recipe: String?

    @Option(
        help: ArgumentHelp(
            """
            Resume a run: latest, its name, or the path of the run or of one of its checkpoints. Options that are not \
            given are the run's
            """, valueName: "run"), completion: .run)
    var resume: String?

    @Flag(help: "Resume with options that differ from the run's")
    var allowChanges = false

    @OptionGroup(title: "Training") var optimization: OptimizationArguments

    @OptionGroup(title: "Augmentation of training images") var augmentation: AugmentationArguments

    @OptionGroup(title: "Model") var model: ModelArguments

    @OptionGroup(title: "Run") var keeping: RecordingArguments

    @OptionGroup(title: "Paths and threads") var places: LocationArguments

    func validate() throws {
        try checkUse("--allow-changes", allowChanges, of: "--resume", resume != nil)
        guard resume == nil || keeping.name == nil else {
            throw ValidationError("--name has no effect with --resume: a resumed run keeps its name.")
        }
        guard resume == nil || recipe == nil else {
            throw ValidationError("--recipe has no effect with --resume: a resumed run keeps its options.")
        }
        // The options of a resumed run or of a recipe file are known only after the file is read.
        if resume != nil { return }
        let recipe = self.recipe ?? Self.defaultRecipe
        guard let recipe = ImageTraining.Recipe.all.first(where: { $0.name == recipe }) else { return }
        _ = try options(on: recipe)
    }

    /// Returns a recipe's options, changed by the command line.
    private func options(on recipe: ImageTraining.Recipe) throws -> ImageTraining.Options {
        try options(on: recipe.options(epochs: optimization.epochs)).effective
    }

    private var given: GivenOptions<ImageTraining.Options> {
        GivenOptions(
            optimization.given + augmentation.given + model.given + keeping.given + places.given)
    }

    private func options(on base: ImageTraining.Options) throws -> ImageTraining.Options {
        let options = given.applied(to: base)
        if let conflict = given.conflict(in: options) { throw ValidationError(conflict + ".") }
        return options
    }

    func run() throws {
        try explained(train)
    }

    /// Starts or resumes training and returns the exit status.
    func train() throws -> ExitStatus {
        guard let resume else { return try start() }
        let resumption = try Resumption(resume, root: places.runs ?? RunDirectory.defaultRoot)
        var options = try options(on: resumption.options)
        // With options that have no effect, the run's config.json would be refused as a recipe.
        if allowChanges { options = options.effective }
        // The run has a copy of its teacher.
        if options.teacher != resumption.options.teacher { try options.resolveTeacher() }
        return try ImageTraining(
            resuming: resumption, options: options, allowsChanges: allowChanges
        ).run()
    }

    private func start() throws -> ExitStatus {
        let recipe = try ImageTraining.Recipe(self.recipe ?? Self.defaultRecipe)
        var options = try options(on: recipe)
        try options.resolveTeacher()
        // The header names a recipe only if the command line gives it.
        return try ImageTraining(options, recipe: self.recipe == nil ? nil : recipe).run()
    }

    /// Returns the options that the words of a command line give. Throws an error with a one-line message if the words
    /// are invalid.
    static func options(of words: [String]) throws -> ImageTraining.Options {
        do {
            let train = try parse(words)
            return try train.options(on: ImageTraining.Recipe(train.recipe ?? defaultRecipe))
        } catch let error as OptionError {
            throw error
        } catch {
            // The words ask for help.
            if exitCode(for: error) == .success { throw OptionError("Unknown option '--help'") }
            throw OptionError(
                withSuggestion(message(for: error), for: Train.self, of: MNISTBiLSTM.self))
        }
    }
}
