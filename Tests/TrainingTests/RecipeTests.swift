import Foundation
import NeuralNetworks
import Testing

@testable import Training

@Suite("Recipes")
struct RecipeTests {
    private typealias Recipe = MNISTTraining.Recipe

    private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "recipes")

    @Test("the files in the repository are what the names stand for", arguments: ["tutorial", "best"])
    func files(name: String) throws {
        let path = Self.directory.appending(path: name + ".json").path
        let recipe = try Recipe(name)
        #expect(try text(path) == recipe.text())
        #expect(try Recipe(path).options == recipe.options)
        #expect(recipe.name == name && recipe.options.impossible == nil)
    }

    @Test("the tutorial's options are the defaults")
    func tutorial() { #expect(Recipe.tutorial.options == MNISTTraining.Options()) }

    @Test("the best recipe, number by number")
    func best() {
        let options = Recipe.best.options
        #expect(options.epochs == 60 && options.chosenOptimizer as? Adam == Adam(learningRate: 0.02))
        #expect(options.chosenSchedule == .cosine(warmUpEpochs: 3, minimum: 0.02 * 0.001))
        #expect(options.augmentation == .elastic)
        // The model is the tutorial's.
        #expect(options.model() == MNISTTraining.Options().model())
    }

    /// Writes options into a file as a run does, and reads them as a recipe.
    private func read(_ content: String) throws -> MNISTTraining.Options {
        let directory = try TemporaryDirectory()
        return try Recipe(directory.add("recipe.json", content)).options
    }

    @Test("a run's config.json is one, without what weights do not depend on")
    func configuration() throws {
        var options = Recipe.best.options
        (options.momentum, options.seed, options.cell) = (0.1 + 0.2, .max, .gruResetBefore)
        var run = options
        (run.threads, run.data, run.name, run.timeLimit, run.quiet) = (1000, "elsewhere", "other", 9, true)
        run.checkpoints.kept = 7
        let trainer = Trainer(model: CheckpointStoreTests.model, threads: 1)
        let file = MNISTTraining.Configuration(options: run, trainer: trainer, commandLine: ["a"])
        #expect(try read(JSON.text(file)) == options)
    }

    @Test("options that a file does not name are the tutorial's")
    func partial() throws {
        var expected = MNISTTraining.Options()
        (expected.epochs, expected.clipNorm) = (7, 2)
        #expect(try read(#"{"options": {"epochs": 7, "clip_norm": 2, "momentum": null}}"#) == expected)
        #expect(try read(#"{"options": {}}"#) == MNISTTraining.Options())
    }

    @Test(
        "what is no recipe is told by file, option, what was expected and found",
        arguments: [
            ("", "expected JSON, found something else or only a part of it"),
            (#"{"epochs": 60}"#, #""options": expected an object, found none"#),
            (#"{"options": 3}"#, #""options": expected an object, found 3"#),
            (
                #"{"options": {}, "program": "stock-forecast"}"#,
                #""program": expected "mnist-bilstm", found "stock-forecast""#
            ),
            (
                #"{"options": {"epoch": 60}}"#,
                #""epoch" is no option; expected some of augment, augment_elastic, "#
            ),
            (
                #"{"options": {"checkpoint_every": 1}}"#,
                #""checkpoint_every" is no option; expected some of "#
            ),
            (#"{"options": {"epochs": "many"}}"#, #""epochs": expected a number, found "many""#),
            (#"{"options": {"epochs": 1.5}}"#, #""epochs": expected a whole number, found 1.5"#),
            (#"{"options": {"epochs": null}}"#, #""epochs": expected a number, found null"#),
            (#"{"options": {"seed": -1}}"#, #""seed": expected a number, found -1"#),
            (#"{"options": {"momentum": [1]}}"#, #""momentum": expected a number, found [1]"#),
            (#"{"options": {"bidirectional": 1}}"#, #""bidirectional": expected true or false, found 1"#),
            (
                #"{"options": {"augment": "elastc"}}"#,
                #""augment": expected none, shift, affine, elastic, found "elastc""#
            ),
            (
                #"{"options": {"optimizer": "lion"}}"#,
                #""optimizer": expected adam, adamw, sgd, rmsprop, found "lion""#
            ),
            (
                #"{"options": {"schedule": 1}}"#,
                #""schedule": expected constant, step, cosine, plateau, one-cycle, "#
            ),
            (#"{"options": {"cell": ""}}"#, #""cell": expected rnn-tanh, "#),
            (#"{"options": {"readout": ""}}"#, #""readout": expected all, "#),
            (
                #"{"options": {"learning_rate": -1}}"#,
                #"impossible "learning_rate": expected a positive number, found -1.0"#
            ),
            (
                #"{"options": {"learning_rate": "nan"}}"#,
                #"impossible "learning_rate": expected a positive number, found nan"#
            ),
            (#"{"options": {"layers": 0}}"#, #"impossible "layers": expected 1 to 1024, found 0"#),
        ])
    func noRecipe(content: String, reason: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("recipe.json", content)
        let found = error(RecipeError.self) { _ = try Recipe(path) }
        #expect(found?.path == path)
        #expect(found?.reason.hasPrefix(reason) == true, "\(found?.reason ?? "")")
        #expect(found.flatMap { Failure.exitCode(for: $0) } == 65)
    }

    @Test("a name that is none")
    func unknown() {
        let found = error(OptionError.self) { _ = try Recipe("bset") }
        #expect(found?.description.hasPrefix("--recipe must be tutorial, best or the path of a file") == true)
        #expect(found?.description.contains("\"bset\"") == true)
    }

    @Test("what the command line changed is in the title, with both values")
    func title() throws {
        #expect(try Recipe.best.title(with: Recipe.best.options) == "best")
        var options = Recipe.best.options
        (options.epochs, options.momentum, options.threads) = (2, 0.5, 1000)
        #expect(
            try Recipe.best.title(with: options)
                == "best; the command line's --epochs 2 instead of 60, --momentum 0.5 instead of none")
    }
}
