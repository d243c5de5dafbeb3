import Datasets
import Foundation
import ImageClassification
import Testing
import Training

@Suite("mnist-bilstm summary", .timeLimit(.minutes(60))) struct SummaryTests {
    @Test
    func `the options describe the model`() throws {
        let outcome = try Tool.run(["summary", "--cell", "gru", "--hidden-size", "5", "--layers", "1"])
        #expect(outcome.exitCode == 0)
        var options = ImageTraining.Options()
        (options.cell, options.hiddenSize, options.layers) = (.gru, 5, 1)
        #expect(outcome.output.hasPrefix(options.model().summary() + "\n"))
        // The recurrent layer has 2 × 15 × (28 + 5 + 2) parameters, and the linear layer 10 × (28 × 10 + 1).
        #expect(outcome.output.contains("Parameters: 3,860 (15.1 KiB)"))
        // The forward pass and the gradients with respect to weights and states take 28 × 30 × (2 (28 + 5) + 5), and
        // the linear layer 3 × 2800.
        #expect(outcome.output.contains("multiply-adds of a training step: 68,040 an image"))
        #expect(!outcome.output.contains("Option"))
    }

    @Test
    func `another data set's size and classes are known or read`() throws {
        // No file exists, and none is needed.
        let letters = try Tool.run(["summary", "--dataset", "emnist-letters"])
        #expect(letters.exitCode == 0)
        #expect(
            letters.output.hasPrefix(ImageTraining.Options().model(classCount: 26).summary() + "\n"))
        let place = try Workplace(nil)
        try FamilyImages(dataset: .idx, classCount: 3, rows: 9, columns: 14).write(to: place.data)
        for dataset in [["--dataset", "idx"], []] {
            let own = try Tool.run(["summary", "--data", place.data] + dataset)
            #expect(own.exitCode == 0, "\(own.errors)")
            let classCount = dataset.isEmpty ? 10 : 3
            #expect(
                own.output.hasPrefix(
                    ImageTraining.Options().model(rows: 9, columns: 14, classCount: classCount).summary()))
        }
        let missing = try Tool.run(["summary", "--dataset", "idx", "--data", place.path])
        #expect(missing.exitCode == 66 && missing.output == "")
    }

    @Test
    func `dropout without effect gives a warning`() throws {
        let outcome = try Tool.run(["summary", "--layers", "1", "--dropout", "0.5"])
        #expect(outcome.exitCode == 0 && outcome.output.contains("Warning: "))
    }

    @Test
    func `a summary shows a run's model, checkpoint and options`() throws {
        let place = try Workplace(SmallImages(rows: 9, columns: 13))
        #expect(
            try place.run(
                "--epochs", "2", "--hidden-size", "7", "--cell", "rnn-tanh", "--seed", "18446744073709551615"
            )
            .exitCode == 0)
        let outcome = try Tool.run(["summary", "latest", "--runs", place.runs])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let checkpoint = try Checkpoint(path: place.latest("checkpoints/last.safetensors"))
        #expect(outcome.output.contains(checkpoint.model.summary()))
        #expect(outcome.output.contains("after 2 epochs (6 steps)"))
        #expect(outcome.output.contains("Trained on: 300 images of 9 × 13"))
        let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        for row in [
            ["--hidden-size", "7"], ["--cell", "rnn-tanh"], ["--epochs", "2"],
            ["--seed", "18446744073709551615"],
            ["--batch-size", "128"],
        ] { #expect(rows.contains(row), "\(row)") }
        let copy = place.path + "/copy"
        try FileManager.default.copyItem(
            atPath: URL(filePath: place.latest("checkpoints/last.safetensors")).resolvingSymlinksInPath()
                .path,
            toPath: copy)
        let other = try Tool.run(["summary", copy])
        #expect(other.lines.dropFirst() == outcome.lines.dropFirst())
    }

    @Test(arguments: [
        (["latest", "--cell", "gru"], Int32(64), "--cell has no effect with a run"),
        (["latest", "--no-bidirectional"], 64, "--bidirectional has no effect with a run"),
        (["latest", "--dataset", "idx"], 64, "--dataset has no effect with a run"),
        (["latest", "--data", "x"], 64, "--data has no effect with a run"),
        (["--data", ""], 64, "--data must name a directory"),
        (["--checkpoint", "best"], 64, "--checkpoint has an effect only with a run"),
        (["--hidden-size", "0"], 64, "--hidden-size must be"), (["--hiden-size", "3"], 64, "--hidden-size"),
        (["none"], 66, "no run \"none\""),
    ])
    func `invalid calls are refused`(_ arguments: [String], _ exitCode: Int32, _ message: String) throws {
        let outcome = try Tool.run(["summary"] + arguments)
        #expect(outcome.exitCode == exitCode && outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
