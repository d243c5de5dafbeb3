import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Platform
import Runs

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a recurrent network on MNIST, each image read as a sequence of its rows.",
        discussion: """
            Example: mnist-bilstm train --epochs 10 --cell gru --hidden-size 64 --name wider
                     mnist-bilstm train --recipe best --seed 1
                     mnist-bilstm train --resume latest

            Metrics, log and checkpoints go to a directory of their own in runs/; runs/latest points to it. \
            The same seed gives the same weights, to the last bit, for any number of threads, stopped and resumed or \
            not. Ctrl-C ends training after the running step, with everything written; a second one at once. SIGTERM, \
            SIGUSR1, SIGUSR2 and SIGXCPU do as Ctrl-C does.

            Exit codes: 0 done, 1 the loss was not finite, 64 bad option, 65 bad data or recipe, 66 missing data, run \
            or recipe, 69 processor not supported, 71 not enough memory, 73 another process writes to the run, 74 a \
            file of the run could not be written, 75 stopped by the time limit, 129 terminal closed, 130 Ctrl-C, 143 \
            SIGTERM, or 128 + n for another signal n.
            """)

    private static let defaultRecipe = "tutorial"

    @Option(
        help: ArgumentHelp(
            """
            The options to start from, over which those given here win: tutorial, best, or a file of options, as \
            every run's config.json is; of a file those that the weights depend on. A warm-up that does not fit into \
            --epochs takes the same share of them (default: tutorial).
            """, valueName: "recipe"), completion: .recipe)
    var recipe: String?

    @Option(
        help: ArgumentHelp(
            """
            Go on with a run where it was stopped: latest, its name, or the path of it or of one of its checkpoints. \
            Options that are not given are the run's.
            """, valueName: "run"), completion: .run)
    var resume: String?

    @Flag(help: "Let a resumed run go on with other options than its own.")
    var allowChanges = false

    @OptionGroup(title: "Training") var optimization: OptimizationOptions

    @OptionGroup(title: "Augmentation of the training images") var augmentation: AugmentationOptions

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Run") var keeping: KeepingOptions

    @OptionGroup(title: "Places and threads") var places: PlaceOptions

    func validate() throws {
        try checkUse("--allow-changes", allowChanges, of: "--resume", resume != nil)
        guard resume == nil || keeping.name == nil else {
            throw ValidationError("--name has no effect with --resume: a run keeps its name.")
        }
        guard resume == nil || recipe == nil else {
            throw ValidationError("--recipe has no effect with --resume: a run keeps its options.")
        }
        // Of a run that is resumed, and of a file, they are known only when it is read.
        if resume != nil { return }
        let recipe = self.recipe ?? Self.defaultRecipe
        guard let recipe = ImageTraining.Recipe.all.first(where: { $0.name == recipe }) else { return }
        _ = try options(on: recipe)
    }

    /// What a recipe and the command line come to.
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

    /// Trains.
    func train() throws -> ExitStatus {
        guard let resume else { return try start() }
        let resumption = try Resumption(resume, root: places.runs ?? RunDirectory.defaultRoot)
        var options = try options(on: resumption.options)
        // Options without effect would make its config.json a recipe that is refused.
        if allowChanges { options = options.effective }
        // The run has a copy of its own teacher.
        if options.teacher != resumption.options.teacher { try options.resolveTeacher() }
        return try ImageTraining(
            resuming: resumption, options: options, allowsChanges: allowChanges
        ).run()
    }

    private func start() throws -> ExitStatus {
        let recipe = try ImageTraining.Recipe(self.recipe ?? Self.defaultRecipe)
        var options = try options(on: recipe)
        try options.resolveTeacher()
        // Who asked for none need not be told which.
        return try ImageTraining(options, recipe: self.recipe == nil ? nil : recipe).run()
    }

    /// What words of a command line come to, or in a line why they come to nothing.
    static func options(of words: [String]) throws -> ImageTraining.Options {
        do {
            let train = try parse(words)
            return try train.options(on: ImageTraining.Recipe(train.recipe ?? defaultRecipe))
        } catch let error as OptionError {
            throw error
        } catch {
            // What would show a help.
            if exitCode(for: error) == .success { throw OptionError("Unknown option '--help'") }
            throw OptionError(withSuggestion(message(for: error), for: Train.self))
        }
    }
}
