import ArgumentParser
import Commands
import Console
import Datasets
import ImageClassification
import Platform
import Runs

package struct Train: TrainingCommand {
    package init() {}

    package static let configuration = CommandConfiguration(
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

    @OptionGroup var resuming: ResumeArguments<ImageTraining.Options>

    @OptionGroup(title: "Training") var optimization: OptimizationArguments

    @OptionGroup(title: "Augmentation of training images") var augmentation: AugmentationArguments

    @OptionGroup(title: "Model") var model: ModelArguments

    @OptionGroup(title: "Run") var keeping: RecordingArguments<ImageTraining.Options>

    @OptionGroup(title: "Paths and threads") var places: LocationArguments

    package func validate() throws {
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

    package func options() throws -> ImageTraining.Options {
        var options = try options(on: ImageTraining.Recipe(recipe ?? Self.defaultRecipe))
        _ = try options.resolveInitialWeights(given: givenKeys)
        return options
    }

    private var givenKeys: Set<String> { Set(given.map(\.key)) }

    package static func resolved(_ words: [String], root: String) throws -> [String] {
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

    package func train(unless isKnown: ((Receipt) throws -> Bool)?) throws -> ExitStatus {
        try training().run(opensPage: keeping.page.page, unless: isKnown)
    }

    /// Trains together with other processes; this one is the first.
    package func train(with processes: TrainingProcesses) throws -> ExitStatus {
        var training = try training()
        training.options.threads = processes.threads
        // Open MPI gives each process a terminal even if its own output is a file.
        let screen = Terminal.standardOutput
        let output = Terminal(
            descriptor: screen.descriptor, isInteractive: false, isASCII: screen.isASCII)
        return try training.run(opensPage: keeping.page.page, with: processes, terminal: output)
    }

    /// The number of threads that the command line gives; nil if it does not.
    package var threads: Int? { places.process.threads }

    /// Returns the training of a new run or the remaining training of a run.
    private func training() throws -> ImageTraining {
        guard let resumption = try resuming.resumption(in: places.runs) else { return try newTraining() }
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
        return training
    }

    private func newTraining() throws -> ImageTraining {
        let recipe = try ImageTraining.Recipe(self.recipe ?? Self.defaultRecipe)
        var options = try options(on: recipe)
        try options.resolveTeacher()
        let initial = try options.resolveInitialWeights(given: givenKeys)
        // The header names a recipe only if the command line gives it.
        var training = ImageTraining(options, recipe: self.recipe == nil ? nil : recipe)
        training.initial = initial
        return training
    }

    /// The options that a sweep can try.
    package struct Tried: ParsableArguments {
        package init() {}

        @OptionGroup var optimization: OptimizationArguments
        @OptionGroup var augmentation: AugmentationArguments
        @OptionGroup var model: ModelArguments
        @OptionGroup var images: DataArguments
    }

    /// The option of the place of the images on this machine.
    package struct Place: ImageArguments {
        package init() {}

        @Option(
            help: ArgumentHelp(
                "Directory of the images on this machine (default: the plan's directory)",
                valueName: "directory"), completion: .directory)
        var data: String?
    }

    package static var sweepExamples: SweepExamples {
        SweepExamples(
            whole: "--seeds 0-9 --set cell=lstm,gru --validation 5000", name: "cell-3fa2b1",
            other: "--seeds 0 --set ema=0.9..0.99 --random 9 --validation 500",
            plan: "--seeds 0 --set cell=lstm,gru --validation 500",
            until: "--until 0.01 --set cell=lstm,gru --validation 5000")
    }
}
