import Foundation
import ImageClassification
import Platform
import Runs
import Testing
import Training

@Suite("The files of a run", .timeLimit(.minutes(60))) struct RunFilesTests {
    @Test func `the configuration has every option`() throws {
        let place = try Workplace()
        let arguments = [
            "--epochs", "2", "--batch-size", "33", "--learning-rate", "0.002", "--hidden-size", "7",
            "--layers", "3", "--no-bidirectional", "--cell", "gru-reset-before", "--readout", "mean",
            "--dropout", "0.25", "--readout-dropout", "0.125", "--label-smoothing", "0.0625",
            "--optimizer", "rmsprop", "--momentum", "0.5", "--weight-decay", "0.001",
            "--schedule", "plateau", "--patience", "3", "--reduction", "0.75", "--clip-norm", "2.5", "--seed",
            "18446744073709551615", "--threads", "2", "--name", "of-my.own_1",
        ]
        #expect(try Tool.run(place.places + arguments).exitCode == 0)
        let options = try #require(try place.json("config.json", "options") as? [String: Any])
        #expect(
            options as NSDictionary == [
                "epochs": 2, "batch_size": 33, "learning_rate": 0.002, "hidden_size": 7, "layers": 3,
                "bidirectional": false, "cell": "gru-reset-before", "readout": "mean", "dropout": 0.25,
                "readout_dropout": 0.125, "label_smoothing": 0.0625, "optimizer": "rmsprop", "momentum": 0.5,
                "weight_decay": 0.001, "schedule": "plateau", "patience": 3, "reduction": 0.75,
                "clip_norm": 2.5, "augment": "none", "final_share": 0, "step_epochs": 10, "warm_up_epochs": 0,
                "seed": NSNumber(value: UInt64.max),
                "threads": 2, "validation": 0, "log_every": 100, "progress": "auto", "quiet": false,
                "language": "en",
                "checkpoints": ["every": "1", "kept": 2, "on_save_error": "stop"],
                "name": "of-my.own_1",
                "dataset": "mnist", "data": place.data, "runs": place.runs,
            ] as NSDictionary)
        #expect(
            try place.json("config.json", "command_line") as? [String] == [Tool.path] + place.places
                + arguments)
        #expect(
            try place.json("config.json", "environment", "package_version") as? String
                == PackageVersion.current)
        #expect(try place.json("config.json", "environment", "processor") as? String != "")
        #expect(
            ["portable", "avx2", "avx512"].contains(
                try place.json("config.json", "instruction_set") as? String))
        #expect(try place.json("config.json", "optimizer", "learning_rate") as? Double == 0.002)
        #expect(place.runNames[0].wholeMatch(of: /\d{8}-\d{6}-of-my\.own_1/) != nil)
    }

    @Test func `the configuration names the commit`() throws {
        let place = try Workplace()
        let commit = "0123456789abcdef0123456789abcdef01234567"
        try FileManager.default.createDirectory(
            atPath: place.path + "/.git", withIntermediateDirectories: true)
        try Data("\(commit)\n".utf8).write(to: URL(filePath: place.path + "/.git/HEAD"))
        let outcome = try Tool.run(["--data", "data", "--epochs", "1"], in: URL(filePath: place.path))
        #expect(outcome.exitCode == 0)
        // Relative paths are resolved in the directory where the tool runs.
        #expect(try place.json("config.json", "environment", "git_commit") as? String == commit)
    }

    @Test func `the configuration is written before the first step`() throws {
        let place = try Workplace(nil)
        let tool = try RunningTool(["--runs", place.runs] + InterruptionTests.slowStep)
        _ = try tool.line(beginning: "Run: ")
        #expect(try place.json("config.json", "options", "hidden_size") as? Int == 128)
        #expect(!place.exists("checkpoints/last.safetensors"))
        tool.send(SIGKILL)
    }

    @Test func `metrics are written in full precision`() throws {
        let place = try Workplace()
        let outcome = try place.run("--epochs", "3")
        let rows = try place.text("metrics.csv").split(separator: "\n").map { $0.split(separator: ",") }
        let columns = rows[0].map(String.init)
        #expect(
            columns
                == ["epoch"] + Program.mnistBiLSTM.metrics.map { "train_\($0.name)" }
                + ["learning_rate", "seconds", "images_per_second"])
        #expect(rows.count == 4)
        for (row, line) in zip(rows.dropFirst(), outcome.epochLines) {
            let cells = Dictionary(uniqueKeysWithValues: zip(columns, row.map(String.init)))
            func number(_ column: String) throws -> Double {
                try #require(cells[column].flatMap(Double.init))
            }
            let (loss, accuracy) = (try number("train_loss"), try number("train_accuracy"))
            let images = try number("seconds") * number("images_per_second")
            #expect(try #require(cells["train_loss"]).count > 8)
            #expect(line.contains("[\(row[0])] train acc: \(String(format: "%.2f", accuracy))  "))
            #expect(line.contains("  loss: \(String(format: "%.4f", loss))  "))
            #expect(line.contains("  lr: \(try #require(cells["learning_rate"]))  "))
            #expect(abs(accuracy * 3 - (accuracy * 3).rounded()) < 1e-9, "of 300 images")
            #expect(abs(images - 300) < 1e-6)
        }
    }

    @Test func `the summary has the printed figures`() throws {
        let place = try Workplace()
        let outcome = try place.run("--epochs", "3", "--batch-size", "128")
        let summary = try #require(try place.json("summary.json") as? [String: Any])
        #expect(summary["state"] as? String == "finished")
        #expect(summary["epochs"] as? Int == 3)
        #expect(summary["steps"] as? Int == 9)
        let train = try #require(summary["train_accuracy"] as? Double)
        let test = try #require(summary["test_accuracy"] as? Double)
        let error = try #require(summary["test_standard_error"] as? Double)
        #expect(abs(error - (test * (100 - test) / 71).squareRoot()) < 1e-9)
        let line = String(format: "Train Acc: %.2f, Test Acc: %.2f ± %.2f", train, test, error)
        #expect(outcome.lines.dropLast().last == line)
        // The accuracies are multiples of 1/300 and 1/71, so all images were scored.
        #expect(abs(train * 3 - (train * 3).rounded()) < 1e-9)
        #expect(abs(test * 0.71 - (test * 0.71).rounded()) < 1e-9)
        #expect(try #require(summary["peak_memory_bytes"] as? Int) > 1 << 20)
        for key in ["train_loss", "test_loss", "training_seconds", "images_per_second"] {
            #expect(try #require(summary[key] as? Double) > 0)
        }
    }

    @Test func `latest is the newest run`() throws {
        let place = try Workplace()
        for name in ["first", "second"] {
            #expect(try place.run("--epochs", "1", "--name", name).exitCode == 0)
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: place.runs + "/latest")
            #expect(target.hasSuffix("-\(name)"))
        }
        #expect(place.runNames.count == 2)
        for name in place.runNames {
            let files = try FileManager.default.subpathsOfDirectory(atPath: place.runs + "/" + name).sorted()
            #expect(
                files == [
                    "checkpoints", "checkpoints/best.safetensors", "checkpoints/last.safetensors",
                    "checkpoints/step-0000003.safetensors", "config.json", "confusion.svg", "curves.svg",
                    "evaluation.json", "events.out.tfevents.000001", "lock", "metrics.csv", "metrics.jsonl",
                    "mistakes.png", "receipt.json", "report.html", "summary.json", "train.log",
                ])
        }
    }

    @Test func `runs started together do not share a directory`() throws {
        let place = try Workplace()
        let tools = try (0..<4).map { try place.start("--epochs", "2", "--seed", "\($0)") }
        for tool in tools { #expect(try tool.finish().exitCode == 0) }
        #expect(place.runNames.count == 4)
        let seeds = try place.runNames.map { name in
            let bytes = try Data(contentsOf: URL(filePath: "\(place.runs)/\(name)/config.json"))
            return try JSONDecoder().decode(Seeded.self, from: bytes).options.seed
        }
        #expect(Set(seeds) == [0, 1, 2, 3])
    }

    private struct Seeded: Decodable {
        struct Options: Decodable { let seed: Int }
        let options: Options
    }
}
