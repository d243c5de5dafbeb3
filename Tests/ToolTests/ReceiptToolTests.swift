import Foundation
import Platform
import Runs
import TestSupport
import Testing

/// Receipts of the tool, and the commands that repeat trainings.
@Suite("Receipts of the tool", .timeLimit(.minutes(60))) struct ReceiptToolTests {
    private let place: Workplace
    private let path: String

    init() throws {
        place = try Workplace()
        path = place.latest("receipt.json")
    }

    private func train(_ name: String, _ arguments: String...) throws {
        let outcome = try Tool.run(place.places + ["--epochs", "3", "--name", name] + arguments)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }

    private func call(_ arguments: String...) throws -> Tool.Outcome {
        try Tool.run(arguments + ["--runs", place.runs])
    }

    private func run(_ name: String) -> String {
        place.runs + "/" + (place.runNames.first { $0.hasSuffix("-" + name) } ?? name)
    }

    /// Writes a receipt with another content and its own digest.
    private func forge(_ change: (inout Receipt) -> Void) throws -> String {
        var receipt = try Receipt.read(from: path)
        change(&receipt)
        let forged = place.path + "/forged-\(UUID().uuidString).json"
        try JSON.write(receipt.sealed, to: forged)
        return forged
    }

    @Test func `runs with other threads, stopped or not, have the same receipt, and verify reproduces it`()
        throws
    {
        try train("first", "--threads", "1", "--validation", "60")
        try train("second", "--threads", "2", "--validation", "60", "--checkpoint-every", "1steps")
        let stopped = try Tool.run(
            place.places + [
                "--epochs", "3", "--name", "third", "--validation", "60", "--time-limit", "0.001s",
            ])
        #expect(stopped.exitCode == 75)
        #expect(try call("--resume", "latest").exitCode == 0)
        let receipts = try ["first", "second", "third"].map { try text(run($0) + "/receipt.json") }
        #expect(Set(receipts).count == 1)

        let whole = try call("verify", "latest", "--threads", "1")
        #expect(whole.exitCode == 0 && whole.errors == "", "\(whole.output)")
        let accuracy = try #require(try place.json("summary.json", "test_accuracy") as? Double)
        #expect(whole.result?.hasPrefix("Reproduced to the last bit: 3 epochs, Test Acc: ") == true)
        #expect(whole.result?.contains(String(format: "%.2f", accuracy)) == true, "\(whole.output)")
        let part = try call("verify", path, "--data", place.data, "--epochs", "1")
        #expect(part.exitCode == 0)
        #expect(
            part.result
                == "Reproduced to the last bit: 1 of 3 epochs. The final scores were not compared.")
    }

    @Test func `a forged receipt is not reproduced, and an unusable one says what to do`() throws {
        try train("first")
        func verify(_ receipt: String) throws -> Tool.Outcome {
            try call("verify", receipt, "--data", place.data)
        }
        let other = try verify(forge { $0.epochs[1] = $0.epochs[0] })
        #expect(
            other.exitCode == 1 && other.output.contains("the weights after epoch 1, counted from 0, differ"))
        let scores = try verify(forge { $0.scores["accuracy", .test] = 99.5 })
        #expect(scores.exitCode == 1 && scores.output.contains("test_accuracy: expected 99.5, found "))
        let seed = try verify(forge { $0.segments[0].options["seed"] = .integer(7) })
        #expect(seed.exitCode == 1 && seed.output.contains("the weights after epoch 0"))

        let edited = place.path + "/edited.json"
        try Data(text(path).replacing("\"seed\" : 0", with: "\"seed\" : 7").utf8).write(
            to: URL(filePath: edited))
        for (receipt, code, message) in [
            (edited, 65, "the receipt was changed after it was written"),
            (try forge { $0.program = "sequence-classifier" }, 64, "verify it with that program"),
            (try forge { $0.trajectory = 0 }, 65, "another order of sums"),
            (try forge { $0.data[0].sha256 = $0.epochs[0] }, 65, "give those of the receipt with --data"),
            (place.path + "/none.json", 66, "the file does not exist"),
            (place.data + "/t10k-labels-idx1-ubyte", 65, "expected a JSON value"),
        ] {
            let outcome = try verify(receipt)
            #expect(outcome.exitCode == code && outcome.errors.contains(message), "\(outcome.errors)")
        }
        try FileManager.default.removeItem(atPath: path)
        let missing = try call("verify", "latest")
        #expect(missing.exitCode == 66 && missing.errors.contains("no receipt.json in "))
    }

    @Test func `the checkpoint of any step has the bytes of the run's own`() throws {
        try train("every", "--checkpoint-every", "1steps", "--keep-checkpoints", "100", "--log-every", "2")
        try train("few", "--log-every", "2")
        let names = try FileManager.default.contentsOfDirectory(atPath: run("every") + "/checkpoints")
        let steps = names.compactMap { Int($0.dropFirst(5).prefix(7)) }.sorted()
        #expect(steps.count > 6)
        let file = place.path + "/state.safetensors"
        for step in steps {
            #expect(try call("runs", "at", "latest", "--step", "\(step)", "--save", file).exitCode == 0)
            let own = run("every") + "/checkpoints/step-" + String(format: "%07d", step) + ".safetensors"
            #expect(
                FileManager.default.contents(atPath: file) == FileManager.default.contents(atPath: own),
                "step \(step)")
        }
        _ = try call("runs", "at", "latest", "--step", "2", "--save", file)
        let evaluation = try call("evaluate", file, "--json", "--data", place.data)
        #expect(evaluation.exitCode == 0 && evaluation.output.contains("accuracy"))
        let far = try call("runs", "at", "latest", "--step", "1000000", "--save", file)
        #expect(far.exitCode == 66 && far.errors.contains("expected a step of 0 to "))
        for arguments in [["--save", file], ["--step", "3"], ["--step", "-1", "--save", file]] {
            #expect(try Tool.run(["runs", "at", "latest", "--runs", place.runs] + arguments).exitCode == 64)
        }
    }

    @Test func `the step in which two runs part is found`() throws {
        try train("first")
        try train("second", "--threads", "1")
        try train("third", "--seed", "3")
        let never = try call("runs", "diverge", run("first"), run("second"))
        #expect(never.exitCode == 0 && never.output.contains("Never: equal to the last bit for all "))
        let parted = try call("runs", "diverge", run("first"), run("third"))
        #expect(parted.exitCode == 1 && parted.output.contains("--seed: "))
        #expect(parted.output.contains("The runs differ before the first step, in lstm.weight_ih_l0[0, 0]:"))
        let same = try call("runs", "diverge", "latest", "latest")
        #expect(same.exitCode == 64)
        let missing = try call("runs", "diverge", "latest", "none")
        #expect(missing.exitCode == 66)
    }
}

extension Tool.Outcome {
    /// The last line of the output.
    fileprivate var result: String? { lines.last { !$0.isEmpty } }
}
