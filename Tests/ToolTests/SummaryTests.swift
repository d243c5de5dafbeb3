import Foundation
import NeuralNetworks
import Testing
import Training

@Suite("mnist-bilstm summary", .timeLimit(.minutes(20))) struct SummaryTests {
    @Test("the model that options come to")
    func options() throws {
        let outcome = try Tool.run(["summary", "--cell", "gru", "--hidden-size", "5", "--layers", "1"])
        #expect(outcome.exitCode == 0)
        var options = MNISTTraining.Options()
        (options.cell, options.hiddenSize, options.layers) = (.gru, 5, 1)
        #expect(outcome.output.hasPrefix(options.model().summary() + "\n"))
        // 2 × 15 × (28 + 5 + 2), and 10 × (28 × 10 + 1).
        #expect(outcome.output.contains("Parameters: 3,860 (15.1 KiB)"))
        // Forward, the gradient by the weights, and by the states: 28 × 30 × (2 (28 + 5) + 5); the linear layer
        // 3 × 2800.
        #expect(outcome.output.contains("multiply-adds of a training step: 68,040 an image"))
        #expect(!outcome.output.contains("Option"))
    }

    @Test("the size and classes of another data set, known or read")
    func datasets() throws {
        // No file is there, or needed.
        let letters = try Tool.run(["summary", "--dataset", "emnist-letters"])
        #expect(letters.exitCode == 0)
        #expect(
            letters.output.hasPrefix(MNISTTraining.Options().model(classCount: 26).summary() + "\n"))
        let place = try Workplace(nil)
        try FamilyImages(dataset: .idx, classCount: 3, rows: 9, columns: 14).write(to: place.data)
        for dataset in [["--dataset", "idx"], []] {
            let own = try Tool.run(["summary", "--data", place.data] + dataset)
            #expect(own.exitCode == 0, "\(own.errors)")
            let classCount = dataset.isEmpty ? 10 : 3
            #expect(
                own.output.hasPrefix(
                    MNISTTraining.Options().model(rows: 9, columns: 14, classCount: classCount).summary()))
        }
        let missing = try Tool.run(["summary", "--dataset", "idx", "--data", place.path])
        #expect(missing.exitCode == 66 && missing.output == "")
    }

    @Test("dropout without effect is warned of")
    func warning() throws {
        let outcome = try Tool.run(["summary", "--layers", "1", "--dropout", "0.5"])
        #expect(outcome.exitCode == 0 && outcome.output.contains("Warning: "))
    }

    @Test("a run's model, checkpoint and options")
    func ofARun() throws {
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
    func refusals(_ arguments: [String], _ exitCode: Int32, _ message: String) throws {
        let outcome = try Tool.run(["summary"] + arguments)
        #expect(outcome.exitCode == exitCode && outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}

@Suite("mnist-bilstm benchmark", .timeLimit(.minutes(20))) struct ShortBenchmarkTests {
    @Test("every figure, of the model asked for, with and without MNIST", arguments: [true, false])
    func figures(_ hasData: Bool) throws {
        let place = try Workplace(hasData ? SmallImages() : nil)
        let outcome = try Tool.run([
            "benchmark", "--seconds", "0.02", "--cell", "gru", "--hidden-size", "3", "--layers", "1",
            "--threads", "2",
            "--data", place.data,
        ])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Model: 1 × bidirectional gru, hidden 3, "))
        #expect(outcome.output.contains("Threads: 2 · "))
        #expect(
            outcome.output.contains(
                hasData ? "Data: mnist in \(place.data)\n" : "Data: random images of 28 × 28"))
        #expect(outcome.output.contains("make benchmark"))
        for name in ["training, images/s", "inference, images/s", "one image, 1 thread, µs"] {
            let line = try #require(outcome.lines.first { $0.hasPrefix(name) })
            let number = line.dropFirst(name.count).split(separator: " ")[0].filter { $0 != "," }
            #expect(try #require(Double(number)) > 0)
        }
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    @Test("other data than MNIST, read or of the same size and classes")
    func datasets() throws {
        let place = try Workplace(nil)
        try FamilyImages(dataset: .idx, classCount: 3, rows: 9, columns: 14).write(to: place.data)
        func benchmark(_ arguments: String...) throws -> Tool.Outcome {
            try Tool.run(
                ["benchmark", "--seconds", "0.02", "--hidden-size", "3", "--layers", "1"] + arguments)
        }
        let own = try benchmark("--dataset", "idx", "--data", place.data)
        #expect(own.output.contains("Data: idx in \(place.data)\n"))
        // 2 × 12 × (14 + 3 + 2), and 3 × (9 × 6 + 1).
        #expect(own.output.contains(", 621 parameters · "))
        let letters = try benchmark("--dataset", "emnist-letters", "--data", place.path)
        #expect(letters.output.contains("Data: random images of 28 × 28, as emnist-letters is not in "))
        // 2 × 12 × (28 + 3 + 2), and 26 × (28 × 6 + 1).
        #expect(letters.output.contains(", 5,186 parameters · "))
        #expect(try benchmark("--dataset", "idx", "--data", place.path).exitCode == 66)
    }

    @Test(arguments: [
        ("--seconds", "0"), ("--seconds", "nan"), ("--seconds", "-1"), ("--threads", "0"),
        ("--hidden-size", "0"),
    ])
    func refusals(_ option: String, _ value: String) throws {
        let outcome = try Tool.run(["benchmark", option, value])
        #expect(outcome.exitCode == 64 && outcome.output == "")
        #expect(outcome.errors.contains("Error: \(option) must be"), "\(outcome.errors)")
    }

    @Test("damaged data are no reason for random images")
    func damage() throws {
        let place = try Workplace()
        try Data("x".utf8).write(to: URL(filePath: place.data + "/train-images-idx3-ubyte"))
        let outcome = try Tool.run(["benchmark", "--seconds", "0.02", "--data", place.data])
        #expect(outcome.exitCode == 65 && outcome.output == "")
    }
}
