import Datasets
import Foundation
import NeuralNetworks
import Pictures
import Testing
import Training

@Suite("--recipe, --augment and augment", .timeLimit(.minutes(20))) struct RecipeTests {
    private func decisive(_ place: Workplace) throws -> String { try place.checkpoint().metadata["options"]! }

    @Test func theCommandLineWinsOverARecipeAndTheLogSaysSo() throws {
        let place = try Workplace()
        let outcome = try place.run(
            "--recipe", "best", "--epochs", "2", "--warm-up-epochs", "1", "--augment-shift", "0.5")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.lines[0]
                == "Recipe: best; the command line's --augment-shift 0.5 instead of none, --epochs 2 instead of 60, "
                + "--warm-up-epochs 1 instead of 3")
        #expect(
            outcome.output.contains(
                "Adam, learning rate 0.02, cosine schedule after 1.0 epochs to 0.001 of it, images augmented: "
                    + "shift ±0.5 px, rotation ±10.0°, scale ±0.1, shear ±0.1, elastic 0.7 px · seed 0"))
        #expect(try place.text("train.log") == outcome.output)
        #expect(try place.json("config.json", "options", "learning_rate") as? Double == 0.02)
        #expect(try place.json("config.json", "options", "augment_shift") as? Double == 0.5)

        // The run as a recipe: the same weights, whatever its place.
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

    @Test func theTutorialsRecipeIsTheDefault() throws {
        let (named, plain) = (try Workplace(), try Workplace())
        let outcome = try named.run("--recipe", "tutorial", "--epochs", "1")
        #expect(outcome.lines[0] == "Recipe: tutorial; the command line's --epochs 1 instead of 50")
        #expect(try !plain.run("--epochs", "1").output.contains("Recipe:"))
        #expect(
            try named.bytes("checkpoints/last.safetensors") == plain.bytes("checkpoints/last.safetensors"))
    }

    @Test(arguments: [
        (["--recipe", "bset"], 64, #"not "bset", which does not exist"#),
        (["--recipe", "best", "--resume", "latest"], 64, "--recipe has no effect with --resume"),
        (["--recipe", "best", "--epochs", "2"], 64, "--warm-up-epochs must be below the 2 of --epochs"),
        (
            ["--recipe", "best", "--schedule", "constant", "--final-share", "0.1"], 64,
            "--final-share has an effect"
        ),
        (["--recipe", "data"], 74, "data"),
        (["--augment-scale", "1"], 64, "--augment-scale must be 0 or more and below 1, not 1.0"),
        (["--augment-shift", "-1"], 64, "--augment-shift must be 0 or a positive number, not -1.0"),
        (["--ema", "1"], 64, "--ema must be 0 or more and below 1, not 1.0"),
        (["--augment", "warp"], 64, "warp"),
        (
            ["augment", "--index", "300", "--out", "x.png"], 64,
            "--index must be 0 to 299, one of the 300 images in"
        ),
        (
            ["augment", "--index", "3", "--out", "x.png", "--count", "0"], 64,
            "--count must be 1 to 10000, not 0"
        ),
        (["augment", "--index", "3", "--out", "no/x.png"], 74, "no/x.png"),
        (["augment", "--index", "3", "--out", "x.png", "--data", "no"], 66, "no"),
    ])
    func mistakes(arguments: [String], code: Int32, message: String) throws {
        let place = try Workplace()
        // The directory in which the tool finds its data.
        let outcome = try Tool.run(
            arguments.contains("--data") || arguments[0] != "augment"
                ? arguments : arguments + ["--data", "data"], in: URL(filePath: place.path))
        #expect(outcome.exitCode == code)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(place.runNames == [])
        #expect(!FileManager.default.fileExists(atPath: place.path + "/x.png"))
    }

    @Test func averagedWeightsAreScoredBesideTheOthersAndChangeNothing() throws {
        let (place, plain) = (try Workplace(), try Workplace())
        let arguments = ["--epochs", "3", "--batch-size", "32", "--validation", "60"]
        let outcome = try Tool.run(place.places + arguments + ["--ema", "0.9"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try Tool.run(plain.places + arguments).exitCode == 0)
        #expect(outcome.output.contains(", weights averaged by 0.9 · seed 0"))
        #expect(
            outcome.epochLines.count == 3 && outcome.epochLines.allSatisfy { $0.contains("  ema val acc: ") })
        let last = try #require(outcome.lines.first { $0.hasPrefix("Train Acc") })
        let accuracy = try #require(last.firstMatch(of: /, EMA Test Acc: (\d+\.\d\d) \(epoch/), "\(last)")
        let stored = try #require(try place.json("summary.json", "ema_test_accuracy") as? Double)
        #expect(abs(try #require(Double(accuracy.1)) - stored) < 0.006)
        let header = try place.text("metrics.csv").split(separator: "\n")[0]
        #expect(
            header
                == "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,ema_validation_loss,"
                + "ema_validation_accuracy,learning_rate,seconds,images_per_second")
        #expect(try place.text("metrics.jsonl").split(separator: "\"split\":\"ema_validation\"").count == 4)

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

    @Test func theSheetShowsWhatTrainingReads() throws {
        let place = try Workplace()
        let path = place.path + "/sheet.png"
        let arguments = ["augment", "--index", "7", "--out", path, "--data", place.data]
        let outcome = try Tool.run(arguments + ["--augment", "affine", "--seed", "5", "--count", "10"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.output == """
                \(path): image 7, label 7, and 10 epochs of it
                Augmentation: shift ±1.5 px, rotation ±10.0°, scale ±0.1 · seed 5

                """)
        let images = try MNIST(directory: place.data).train()
        let expected = AugmentationSheet.draw(images[7], .affine, seed: 5, epochs: 10)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(expected.png()))
        #expect(try Tool.run(arguments).output.contains("elastic 0.7 px · seed 0"))
    }
}
