import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Platform
import Runs

struct Train: TrainingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model: LSTM, GRU or RNN.",
        discussion: """
            Example: mnist-bilstm train --cell gru --hidden-size 64 --name wider
                     mnist-bilstm train --recipe best --seed 1
                     mnist-bilstm train --resume latest

            \(HelpText.training)

            Exit codes: 0 done, 1 loss not finite, 64 bad option, 65 bad data or recipe, 66 missing data, run or \
            recipe, \(HelpText.trainingExitCodes)
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

    @OptionGroup var resuming: ResumeArguments<MNISTBiLSTM>

    @OptionGroup(title: "Training") var optimization: OptimizationArguments

    @OptionGroup(title: "Augmentation of training images") var augmentation: AugmentationArguments

    @OptionGroup(title: "Model") var model: ModelArguments

    @OptionGroup(title: "Run") var keeping: RecordingArguments<ImageTraining.Options>

    @OptionGroup(title: "Paths and threads") var places: LocationArguments

    func validate() throws {
        try resuming.check(keeping)
        guard resuming.resume == nil || recipe == nil else {
            throw ValidationError("--recipe has no effect with --resume: a resumed run keeps its options.")
        }
        // The options of a resumed run or of a recipe file are known only after the file is read.
        if resuming.resume != nil { return }
        let recipe = self.recipe ?? Self.defaultRecipe
        guard let recipe = ImageTraining.Recipe.all.first(where: { $0.name == recipe }) else { return }
        _ = try options(on: recipe)
    }

    /// Returns a recipe's options, changed by the command line.
    private func options(on recipe: ImageTraining.Recipe) throws -> ImageTraining.Options {
        try options(on: recipe.options(epochs: optimization.learning.epochs)).effective
    }

    private func options(on base: ImageTraining.Options) throws -> ImageTraining.Options {
        try base.changed(by: given)
    }

    func options() throws -> ImageTraining.Options {
        var options = try options(on: ImageTraining.Recipe(recipe ?? Self.defaultRecipe))
        _ = try options.resolveInitialWeights(given: givenKeys)
        return options
    }

    private var givenKeys: Set<String> { Set(given.map(\.key)) }

    static func resolved(_ words: [String], root: String) throws -> [String] {
        var words = words
        for (name, path) in [
            ("--teacher", { try ImageModel($0, root: root).path }),
            (
                "--init-from",
                { try InitialModel($0, root: root, ImageTraining.Options().weightChoices).origin.path }
            ),
        ] as [(String, (String) throws -> String)] {
            for index in words.indices {
                if words[index] == name, index + 1 < words.count {
                    words[index + 1] = try path(words[index + 1])
                } else if words[index].hasPrefix(name + "=") {
                    words[index] = try name + "=" + path(String(words[index].dropFirst(name.count + 1)))
                }
            }
        }
        return words
    }

    func train(unless isKnown: ((Receipt) throws -> Bool)?) throws -> ExitStatus {
        guard let resumption = try resuming.resumption(in: places.runs) else {
            return try start(unless: isKnown)
        }
        var options = try options(on: resumption.options)
        // With options that have no effect, the run's config.json would be refused as a recipe.
        if resuming.allowChanges { options = options.effective }
        // The run has copies of its teacher and of its initial weights.
        if options.teacher != resumption.options.teacher { try options.resolveTeacher() }
        let initial =
            options.initFrom == resumption.options.initFrom
            ? nil : try options.resolveInitialWeights(given: givenKeys)
        var training = try ImageTraining(
            options, resuming: resumption, allowsChanges: resuming.allowChanges)
        training.initial = initial
        return try training.run(opensPage: keeping.page.page)
    }

    private func start(unless isKnown: ((Receipt) throws -> Bool)?) throws -> ExitStatus {
        let recipe = try ImageTraining.Recipe(self.recipe ?? Self.defaultRecipe)
        var options = try options(on: recipe)
        try options.resolveTeacher()
        let initial = try options.resolveInitialWeights(given: givenKeys)
        // The header names a recipe only if the command line gives it.
        var training = ImageTraining(options, recipe: self.recipe == nil ? nil : recipe)
        training.initial = initial
        return try training.run(opensPage: keeping.page.page, unless: isKnown)
    }

    /// The options that a sweep can try.
    struct Tried: ParsableArguments {
        @OptionGroup var optimization: OptimizationArguments
        @OptionGroup var augmentation: AugmentationArguments
        @OptionGroup var model: ModelArguments
        @OptionGroup var images: DataArguments
    }

    /// The option of the place of the images on this machine.
    struct Place: ImageArguments {
        @Option(
            help: ArgumentHelp(
                "Directory of the images on this machine (default: the plan's directory)",
                valueName: "directory"), completion: .directory)
        var data: String?
    }

    static var sweepExamples: SweepExamples {
        SweepExamples(
            whole: "--seeds 0-9 --set cell=lstm,gru --validation 5000", name: "cell-3fa2b1",
            other: "--seeds 0 --set ema=0.9..0.99 --random 9 --validation 500",
            plan: "--seeds 0 --set cell=lstm,gru --validation 500",
            until: "--until 0.01 --set cell=lstm,gru --validation 5000")
    }
}
