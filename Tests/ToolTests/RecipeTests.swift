import Console
import Datasets
import Foundation
import ImageClassification
import NeuralNetworks
import Runs
import Testing
import Training

@Suite("--recipe, --augment and augment", .timeLimit(.minutes(60))) struct RecipeTests {
    private func decisive(_ place: Workplace) throws -> String { try place.checkpoint().metadata["options"]! }

    @Test func `the command line overrides a recipe, and the log says so`() throws {
        let place = try Workplace()
        let outcome = try place.run(
            "--recipe", "best", "--epochs", "2", "--warm-up-epochs", "1", "--augment-shift", "0.5")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.lines[0]
                == "Recipe: best, with --augment-shift 0.5 instead of none, --epochs 2 instead of 60, "
                + "--warm-up-epochs 1 instead of 3")
        #expect(
            outcome.output.contains(
                "AdamW, learning rate 0.02, weight decay 0.01, cosine schedule (warm-up 1.0 epochs, final fraction 0.001), augmentation ("
                    + "shift ±0.5 px, rotation ±10.0°, scale ±0.1, shear ±0.1, elastic 0.7 px) · seed 0"))
        #expect(try place.text("train.log") == outcome.output)
        #expect(try place.json("config.json", "options", "learning_rate") as? Double == 0.02)
        #expect(try place.json("config.json", "options", "augment_shift") as? Double == 0.5)

        // The run's configuration as a recipe gives the same weights in any directory.
        let options = try decisive(place)
        let again = try Workplace()
        let second = try again.run("--recipe", place.latest("config.json"), "--threads", "3")
        #expect(second.exitCode == 0, "\(second.errors)")
        #expect(second.lines[0] == "Recipe: " + place.latest("config.json"))
        #expect(try decisive(again) == options)
        #expect(again.runNames.count == 1 && place.runNames.count == 1)
        #expect(
            try again.bytes("checkpoints/last.safetensors") == place.bytes("checkpoints/last.safetensors"))
    }

    @Test func `the tutorial recipe is the default`() throws {
        let (named, plain) = (try Workplace(), try Workplace())
        let outcome = try named.run("--recipe", "tutorial", "--epochs", "1")
        #expect(outcome.lines[0] == "Recipe: tutorial, with --epochs 1 instead of 50")
        #expect(try !plain.run("--epochs", "1").output.contains("Recipe:"))
        #expect(
            try named.bytes("checkpoints/last.safetensors") == plain.bytes("checkpoints/last.safetensors"))
    }

    @Test(arguments: [
        (["--recipe", "bset"], 66, #"no recipe "bset": expected tutorial, best, or"#),
        (["--recipe", "best", "--resume", "latest"], 64, "--recipe has no effect with --resume"),
        (
            ["--recipe", "best", "--epochs", "2", "--warm-up-epochs", "2"], 64,
            "--warm-up-epochs must be below --epochs (2)"
        ),
        (["--recipe", "best", "--clip-norm", "1", "--clip-value", "1"], 64, "cannot be combined"),
        (
            ["--recipe", "best", "--schedule", "constant", "--final-share", "0.1"], 64,
            "--final-share has an effect"
        ),
        (["--recipe", "data"], 65, "data: expected a file such as a run's config.json, found a directory"),
        (["augment", "--index", "3", "--out", "x.png", "--recipe", "bset"], 66, #"no recipe "bset""#),
        (["--augment-scale", "1"], 64, "--augment-scale must be 0 or more and below 1, not 1.0"),
        (["--augment-shift", "-1"], 64, "--augment-shift must be 0 or a positive number, not -1.0"),
        (["--ema", "1"], 64, "--ema must be 0 or more and below 1, not 1.0"),
        (["--augment", "warp"], 64, "warp"),
        (
            ["augment", "--index", "300", "--out", "x.png"], 64,
            "--index must be 0 to 299, one of the 300 images in"
        ),
        (["augment", "--index", "-1", "--out", "x.png"], 64, "--index must be 0 to 299"),
        (
            ["augment", "--index", "3", "--out", "x.png", "--count", "0"], 64,
            "--count must be 1 to 10000, not 0"
        ),
        (["augment", "--index", "3", "--out", "no/x.png"], 74, "no/x.png"),
        (["augment", "--index", "3", "--out", "x.png", "--data", "no"], 66, "no"),
    ])
    func `mistakes are reported, and nothing is written`(arguments: [String], code: Int32, message: String)
        throws
    {
        let place = try Workplace()
        // The tool runs in the directory that contains the data.
        let outcome = try Tool.run(
            arguments.contains("--data") || arguments[0] != "augment"
                ? arguments : arguments + ["--data", "data"], in: URL(filePath: place.path))
        #expect(outcome.exitCode == code)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(place.runNames == [])
        #expect(!FileManager.default.fileExists(atPath: place.path + "/x.png"))
    }

    @Test func `averaged weights are scored in addition and do not change training`() throws {
        let (place, plain) = (try Workplace(), try Workplace())
        let arguments = ["--epochs", "3", "--batch-size", "32", "--validation", "60"]
        let outcome = try Tool.run(place.places + arguments + ["--ema", "0.9"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try Tool.run(plain.places + arguments).exitCode == 0)
        #expect(outcome.output.contains(", EMA of the weights (decay 0.9) · seed 0"))
        #expect(
            outcome.epochLines.count == 3 && outcome.epochLines.allSatisfy { $0.contains("  ema val acc: ") })
        let last = try #require(outcome.lines.first { $0.hasPrefix("Train Acc") })
        let summary = try place.summary()
        let (accuracy, held) = (
            try #require(summary["accuracy", .averagedTest]),
            try #require(summary["accuracy", .averagedValidation])
        )
        let error = try #require(summary["standard_error", .averagedTest])
        func percent(_ number: Double) -> String { TextFormat.fixed(number, decimals: 2) }
        #expect(last.contains(", EMA Val Acc: \(percent(held)), Test Acc: "))
        #expect(last.contains(", EMA Test Acc: \(percent(accuracy)) ± \(percent(error)) (epoch "))
        let header = try place.text("metrics.csv").split(separator: "\n")[0]
        #expect(
            header
                == (["epoch"]
                + ["train", "validation", "ema_validation"].flatMap { split in
                    Program.mnistBiLSTM.metrics.map { "\(split)_\($0.name)" }
                } + ["learning_rate", "seconds", "images_per_second"]).joined(separator: ","))
        #expect(try place.text("metrics.jsonl").split(separator: "\"split\":\"ema_validation\"").count == 4)

        try averagesAreChosen(place, summary)
        let refused = try plain.tool("evaluate", "--averaged")
        #expect(refused.exitCode == 64 && refused.errors.contains(".safetensors has no averaged weights"))
        #expect(try place.text("curves.svg").contains("validation, EMA"))
        #expect(try place.text("report.html").contains("\(percent(accuracy)) ± \(percent(error))\u{A0}%"))

        let (found, expected) = (try place.checkpoint(), try plain.checkpoint())
        #expect(
            found.tensorNames.filter { $0.hasPrefix("ema.") }.count * 3
                == expected.tensorNames.count)
        func parameters(_ place: Workplace) throws -> [Float] {
            try Checkpoint(path: place.latest("checkpoints/last.safetensors")).parameters
        }
        #expect(try (parameters(place) == parameters(plain)) == true)
        #expect(try !plain.text("metrics.csv").contains("ema") && !plain.text("summary.json").contains("ema"))
    }

    /// Checks that evaluate and predict can use the averaged weights, with the summary's figures.
    private func averagesAreChosen(_ place: Workplace, _ summary: RunSummary) throws {
        let (plain, averaged) = (try place.report(), try place.report("--averaged"))
        #expect(!plain.averaged && plain.loss == summary["loss", .test])
        #expect(averaged.averaged && averaged.accuracy == summary["accuracy", .averagedTest])
        #expect(averaged.loss == summary["loss", .averagedTest] && averaged.loss != plain.loss)
        #expect(averaged.standardError == summary["standard_error", .averagedTest])
        let held = try place.report("--averaged", "--split", "validation")
        #expect(
            held.accuracy == summary["accuracy", .averagedValidation]
                && held.loss == summary["loss", .averagedValidation])
        #expect(try place.tool("evaluate", "--averaged").lines[0].hasSuffix(" steps), averaged weights"))
        let arguments =
            ["predict", "--json", "--index", "0,1,2,3,4,5,6,7,8,9", "--run", "latest"] + place.places
        let lines = try [[], ["--averaged"]].map { try PredictTests.lines(Tool.run(arguments + $0)) }
        #expect(lines[0].map(\.probabilities) != lines[1].map(\.probabilities))
    }

    @Test func `averaged weights are scored without test images`() throws {
        let place = try Workplace()
        #expect(
            try place.run("--epochs", "1", "--validation", "60", "--ema", "0.5", "--no-test").exitCode == 0)
        let summary = try place.summary()
        #expect(
            summary["accuracy", .averagedValidation] != nil && summary["loss", .averagedValidation] != nil)
        #expect(summary["accuracy", .averagedTest] == nil && summary["accuracy", .test] == nil)
    }

    @Test func `the warm-up of a recipe is shortened with the number of epochs`() throws {
        let place = try Workplace()
        let outcome = try place.run("--recipe", "best", "--epochs", "1")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.lines[0]
                == "Recipe: best, with --epochs 1 instead of 60, --warm-up-epochs 0.05 instead of 3")
        // A run is resumed with its own options.
        #expect(try place.json("config.json", "options", "warm_up_epochs") as? Double == 0.05)
    }

    /// Options of the recipe that lose their effect by the command line also get their defaults, so that the run's
    /// configuration is a valid recipe.
    @Test func `options that the command line replaces have their defaults`() throws {
        let place = try Workplace()
        let recipe = place.path + "/recipe.json"
        try Data(
            #"""
            {"options": {"epochs": 1, "schedule": "plateau", "patience": 2, "optimizer": "sgd", "momentum": 0.5,
            "augment": "affine", "augment_shift": 3, "clip_norm": 2, "validation": 60, "early_stopping": 2}}
            """#.utf8
        ).write(to: URL(filePath: recipe))
        let outcome = try place.run(
            "--recipe", recipe, "--schedule", "constant", "--optimizer", "adam", "--augment", "none",
            "--clip-value", "1", "--validation", "0")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let expected = try Workplace()
        #expect(try expected.run("--epochs", "1", "--clip-value", "1").exitCode == 0)
        #expect(try decisive(place) == decisive(expected))
    }

    @Test func `the sheet shows the images that training reads`() throws {
        let place = try Workplace()
        let path = place.path + "/sheet.png"
        let arguments = ["augment", "--index", "7", "--out", path, "--data", place.data]
        let outcome = try Tool.run(arguments + ["--augment", "affine", "--seed", "5", "--count", "10"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.output == """
                \(path): image 7 (7), original and 10 augmented images
                Augmentation: shift ±1.5 px, rotation ±10.0°, scale ±0.1 · seed 5

                """)
        let images = try MNIST(directory: place.data).train()
        var augmentation = ImageAugmentation.affine
        augmentation.background = ImagePreparation(of: images).grey
        let expected = AugmentationSheet.draw(images[7], augmentation, seed: 5, epochs: 10)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(expected.png()))
        #expect(try Tool.run(arguments).output.contains("elastic 0.7 px · seed 0"))
        let recipe = place.path + "/recipe.json"
        try Data(#"{"options": {"augment": "shift", "seed": 9}}"#.utf8).write(to: URL(filePath: recipe))
        let ofRecipe = try Tool.run(arguments + ["--recipe", recipe, "--dataset", "fashion-mnist"])
        #expect(ofRecipe.output.contains("image 7 (Sneaker)"), "\(ofRecipe.errors)")
        #expect(ofRecipe.output.hasSuffix("Augmentation: shift ±2.0 px · seed 9\n"))
    }
}
