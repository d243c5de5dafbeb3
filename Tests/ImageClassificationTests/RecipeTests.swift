import Foundation
import NeuralNetworks
import Platform
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import ImageClassification

@Suite("Recipes")
struct RecipeTests {
    private typealias Recipe = ImageTraining.Recipe

    private static let directory = Repository.url.appending(path: "Sources/ImageClassification/Recipes")

    @Test(arguments: ["tutorial", "best"])
    func `the named recipes are the files in the repository`(name: String) throws {
        let path = Self.directory.appending(path: name + ".json").path
        let recipe = try Recipe(name)
        #expect(try text(path) == recipe.text())
        #expect(try Recipe(path).options == recipe.options)
        #expect(recipe.name == name && recipe.options.complaint == nil)
    }

    @Test
    func `the tutorial's options are the defaults`() {
        #expect(Recipe.tutorial.options == ImageTraining.Options())
    }

    @Test
    func `the best recipe has the documented values`() {
        let options = Recipe.best.options
        #expect(
            options.epochs == 60
                && options.chosenOptimizer as? AdamW == AdamW(learningRate: 0.02, weightDecay: 0.01))
        #expect(options.chosenSchedule == .cosine(warmUpEpochs: 3, minimum: 0.02 * 0.001))
        #expect(options.augmentation == .elastic)
        // The model is the tutorial's.
        #expect(options.model() == ImageTraining.Options().model())
    }

    /// Writes options into a file as a run does, and reads the file as a recipe.
    private func read(_ content: String) throws -> ImageTraining.Options {
        let directory = try TemporaryDirectory()
        return try Recipe(directory.add("recipe.json", content)).options
    }

    @Test
    func `a run's config.json is a recipe of the options that affect weights`() throws {
        var options = Recipe.best.options
        (options.momentum, options.seed, options.cell) = (0.1 + 0.2, .max, .gruResetBefore)
        options.optimizer = .rmsprop
        var run = options
        (run.threads, run.data, run.name, run.timeLimit, run.quiet) = (1000, "elsewhere", "other", 9, true)
        run.checkpoints.kept = 7
        let trainer = Trainer(model: tinyModel, threads: 1)
        let file = ImageTraining.Configuration(options: run, trainer: trainer, commandLine: ["a"])
        #expect(try read(JSON.text(file)) == options)
    }

    @Test
    func `options missing from a file are the tutorial's`() throws {
        var expected = ImageTraining.Options()
        (expected.epochs, expected.clipNorm) = (7, 2)
        #expect(try read(#"{"options": {"epochs": 7, "clip_norm": 2, "momentum": null}}"#) == expected)
        #expect(try read(#"{"options": {}}"#) == ImageTraining.Options())
    }

    @Test
    func `the directory of a data set is read`() throws {
        var expected = ImageTraining.Options()
        expected.choose(.emnistLetters, data: nil)
        #expect(try read(#"{"options": {"dataset": "emnist-letters"}}"#) == expected)
    }

    @Test(
        arguments: [(nil, 3), (60, 3), (120, 3), (4, 3), (3, 0.15), (2, 0.1), (1, 0.05)] as [(Int?, Double)])
    func `a warm-up that does not fit into the epochs is shortened in proportion`(
        epochs: Int?, warmUp: Double
    ) {
        var expected = Recipe.best.options
        (expected.epochs, expected.warmUpEpochs) = (epochs ?? 60, warmUp)
        #expect(Recipe.best.options(epochs: epochs) == expected)
        var tutorial = ImageTraining.Options()
        tutorial.epochs = epochs ?? 50
        #expect(Recipe.tutorial.options(epochs: epochs) == tutorial)
    }

    @Test(
        arguments: [
            ("", "expected a JSON value, found the end"),
            (#"{"options": {"epochs": 1e999}}"#, "expected a number from -1.8e308 to 1.8e308, found 1e999"),
            (#"{"options": {"epochs": 1, "epochs": 2}}"#, #"expected each key once, found "epochs" again"#),
            ("[]", #"expected an object with an object "options", found []"#),
            (#"{"epochs": 60}"#, #""options": expected an object, found none"#),
            (#"{"options": 3}"#, #""options": expected an object, found 3"#),
            (
                #"{"options": {}, "program": "stock-forecast"}"#,
                #""program": expected "mnist-bilstm", found "stock-forecast""#
            ),
            (
                #"{"options": {"epoch": 60}}"#,
                #"unknown option "epoch"; did you mean "epochs"?"#
            ),
            (
                #"{"options": {"checkpoint_every": 1}}"#,
                #"unknown option "checkpoint_every""#
            ),
            (#"{"options": {"epochs": "many"}}"#, #""epochs": expected a whole number, found "many""#),
            (#"{"options": {"epochs": 1.5}}"#, #""epochs": expected a whole number, found 1.5"#),
            (#"{"options": {"epochs": null}}"#, #""epochs": expected a whole number, found null"#),
            (#"{"options": {"seed": -1}}"#, #""seed": expected a whole number, found -1"#),
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
                #"{"options": {"dataset": "mnsit"}}"#,
                #""dataset": expected mnist, fashion-mnist, kmnist, emnist-letters, emnist-balanced, emnist-byclass, emnist-bymerge, emnist-digits, emnist-mnist, qmnist, idx, "#
                    + #"found "mnsit""#
            ),
            (
                #"{"options": {"learning_rate": -1}}"#,
                "--learning-rate must be a positive number, not -1.0"
            ),
            (
                #"{"options": {"learning_rate": "nan"}}"#,
                "--learning-rate must be a positive number, not nan"
            ),
            (#"{"options": {"layers": 0}}"#, "--layers must be 1 to 16, not 0"),
            (
                #"{"options": {"clip_norm": 1, "clip_value": 1}}"#,
                "--clip-norm and --clip-value cannot be combined; remove one of them"
            ),
            (
                #"{"options": {"schedule": "cosine", "epochs": 3, "warm_up_epochs": 3}}"#,
                "--warm-up-epochs must be below --epochs (3), not 3.0"
            ),
            (
                #"{"options": {"momentum": 0.5}}"#,
                "--momentum has an effect only with --optimizer sgd or rmsprop"
            ),
            (
                #"{"options": {"warm_up_epochs": 1}}"#,
                "--warm-up-epochs has an effect only with --schedule cosine"
            ),
            (
                #"{"options": {"schedule": "one-cycle", "final_share": 0.5}}"#,
                "--final-share has an effect only with --schedule cosine"
            ),
            (
                #"{"options": {"schedule": "plateau", "step_epochs": 3}}"#,
                "--step-epochs has an effect only with --schedule step"
            ),
            (
                #"{"options": {"schedule": "step", "patience": 3}}"#,
                "--patience has an effect only with --schedule plateau"
            ),
            (
                #"{"options": {"schedule": "cosine", "reduction": 0.5}}"#,
                "--reduction has an effect only with --schedule step or plateau"
            ),
            (#"{"options": {"early_stopping": 3}}"#, "--early-stopping has an effect only with --validation"),
            (#"{"options": {"teacher_weight": 0.25}}"#, "--teacher-weight has an effect only with --teacher"),
            (#"{"options": {"temperature": 3}}"#, "--temperature has an effect only with --teacher"),
        ])
    func `an invalid recipe is an error with file, option, expected and found`(
        content: String, reason: String
    ) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("recipe.json", content)
        let found = error(RecipeError.self) { _ = try Recipe(path) }
        let description = (found?.description ?? "").replacing(/: line 1, column \d+/, with: "")
        #expect(description.hasPrefix("\(path): \(reason)"), "\(found?.description ?? "")")
        #expect(found?.exitStatus == .badData)
    }

    @Test(
        arguments: [
            ("{\"options\": {\"epochs\": 2,\n \"seed\": -1}}", "line 2, column 10"),
            ("{\"options\": {\"epochs\": 2,\n \"sed\": -1}}", "line 2, column 9"),
            ("{\"options\":\n\n3}", "line 3, column 1"),
            ("{\"options\": {\"é\": 1e999}}", "line 1, column 19"),
        ])
    func `an error has the line and column of the value`(content: String, place: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("recipe.json", content)
        let found = error(RecipeError.self) { _ = try Recipe(path) }
        #expect(found?.description.hasPrefix("\(path): \(place): ") == true, "\(found?.description ?? "")")
    }

    @Test(
        arguments: [
            #""optimizer": "sgd", "momentum": 0.5"#, #""optimizer": "rmsprop", "momentum": 0.5"#,
            #""schedule": "cosine", "warm_up_epochs": 3, "final_share": 0.5"#,
            #""schedule": "step", "step_epochs": 3, "reduction": 0.5"#,
            #""schedule": "plateau", "patience": 3, "reduction": 0.5"#,
            #""teacher": "runs/latest", "teacher_weight": 0.25, "temperature": 3"#,
            #""validation": 10, "early_stopping": 3"#, #""clip_norm": 1"#, #""clip_value": 1"#,
        ])
    func `options without an effect are accepted in a recipe`(options: String) throws {
        let options = try read("{\"options\": {\(options)}}")
        #expect(options == options.effective && options != ImageTraining.Options())
    }

    @Test
    func `an unknown name and a directory are errors`() throws {
        #expect(error(RecipeError.self) { _ = try Recipe("bset") } == .missing("bset"))
        #expect(RecipeError.missing("bset").exitStatus == .missingInput)
        #expect(
            RecipeError.missing("bset").description.hasSuffix(
                #"expected tutorial, best, or the path of a file such as a run's config.json; did you mean "best"?"#
            )
        )
        let directory = try TemporaryDirectory()
        let found = error(RecipeError.self) { _ = try Recipe(directory.path) }
        #expect(
            found?.description
                == "\(directory.path): expected a file such as a run's config.json, found a directory; give a file in it"
        )
    }

    @Test
    func `options changed on the command line are in the title with both values`() throws {
        #expect(Recipe.best.title(with: Recipe.best.options) == "best")
        var options = Recipe.best.options
        (options.epochs, options.momentum, options.threads) = (2, 0.5, 1000)
        #expect(
            Recipe.best.title(with: options)
                == "best, with --epochs 2 instead of 60, --momentum 0.5 instead of none")
    }
}
