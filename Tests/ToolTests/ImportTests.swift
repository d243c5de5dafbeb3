import Foundation
import Platform
import Safetensors
import TestSupport
import Testing

@Suite("mnist-bilstm import and --init-from", .timeLimit(.minutes(60))) struct ImportTests {
    /// Trains a small model and writes its weights as another program would.
    private func weights(
        in place: Workplace, prefix: String = "module.", _ options: [String] = ["--cell", "gru"]
    ) throws -> String {
        let outcome = try Tool.run(
            place.places + ["--epochs", "1", "--hidden-size", "6", "--layers", "1", "--name", "trained"]
                + options)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let checkpoint = try place.checkpoint()
        guard prefix != "onnx" else {
            let path = place.path + "/model.onnx"
            let exported = try Tool.run([
                "export", "trained", "--runs", place.runs, "--to", "onnx", "--out", path,
            ])
            #expect(exported.exitCode == 0, "\(exported.errors)")
            return path
        }
        var writer = SafetensorsWriter()
        for tensor in checkpoint.tensors where !tensor.name.hasPrefix("optimizer.") {
            writer.add(
                prefix + tensor.name, shape: tensor.shape,
                try checkpoint.values(of: tensor.name, as: Float.self))
        }
        let path = place.path + "/weights.safetensors"
        try writer.write(to: path)
        return path
    }

    private func figures(_ place: Workplace, _ run: String) throws -> [String: Double] {
        let outcome = try Tool.run(["evaluate", run] + place.places + ["--json"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return object?.compactMapValues { $0 as? Double } ?? [:]
    }

    private func bits(_ file: SafetensorsFile, _ name: String) throws -> [UInt32] {
        try file.values(of: name, as: Float.self).map(\.bitPattern)
    }

    @Test
    func `an imported run is evaluated as the run from which the weights came, and every command reads it`()
        throws
    {
        let place = try Workplace()
        let file = try weights(in: place)
        let expected = try figures(place, "trained")
        let trained = try place.checkpoint()
        let outcome = try Tool.run(["import", file, "--runs", place.runs, "--data", place.data])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Evaluate it: mnist-bilstm evaluate"))
        let found = try figures(place, "weights")
        #expect(found["accuracy"] == expected["accuracy"] && found["loss"] == expected["loss"])
        #expect(found["accuracy"] != nil && found["loss"] != nil)
        let imported = try place.checkpoint()
        for tensor in imported.tensors {
            #expect(try bits(imported, tensor.name) == bits(trained, tensor.name), "\(tensor.name)")
        }
        #expect(imported.tensors.count == 10)
        let sha = try place.json("config.json", "imported", "sha256") as? String
        #expect(sha?.count == 64)
        #expect(try place.json("config.json", "imported", "path") as? String == file)
        for command in [
            ["predict", "--index", "3", "--run", "weights", "--data", place.data], ["report", "weights"],
            ["summary", "weights"], ["runs", "show", "weights"], ["runs"],
            ["runs", "compare", "trained", "weights"],
        ] {
            let outcome = try Tool.run(command + ["--runs", place.runs])
            #expect(outcome.exitCode == 0, "\(command): \(outcome.errors)")
            guard command[0] == "summary" else { continue }
            #expect(outcome.output.contains("--hidden-size"), "\(outcome.output)")
            for option in ["--epochs", "--learning-rate", "--optimizer", "--seed"] {
                #expect(!outcome.output.contains(option), "\(outcome.output)")
            }
        }
        #expect(try Tool.run(["export", "weights", "--to", "hub", "--runs", place.runs]).exitCode == 0)
        let card = try String(contentsOfFile: place.latest("hub/README.md"), encoding: .utf8)
        #expect(card.contains("imported by this command") && !card.contains("0 epochs"), "\(card)")
        // The weights do not say what they were trained on.
        #expect(card.contains("The training data is unknown") && !card.contains("MNIST"), "\(card)")
        #expect(!card.contains("datasets:"), "\(card)")
        let hub = try #require(try place.json("hub/config.json") as? [String: Any])
        #expect(hub["dataset"] == nil && hub["id2label"] != nil)
        let resumed = try place.run("--resume", "weights")
        #expect(resumed.exitCode == 64)
        #expect(resumed.errors.contains("and no training to resume"), "\(resumed.errors)")
        #expect(resumed.errors.contains("train --init-from \(place.runs)"), "\(resumed.errors)")
    }

    @Test(arguments: ["run", "file", "onnx"])
    func `training begins with given weights, and frozen layers keep every bit`(kind: String) throws {
        let place = try Workplace()
        let file = try weights(in: place, prefix: kind == "onnx" ? "onnx" : "module.")
        let trained = place.runs + "/" + place.runNames[0] + "/checkpoints/"
        let checkpoint =
            try trained
            + FileManager.default.destinationOfSymbolicLink(
                atPath: trained + "last.safetensors")
        let start = try place.checkpoint()
        let arguments = [
            "train", "--init-from", kind == "run" ? "trained" : file, "--freeze", "gru", "--epochs", "2",
            "--name",
            "tuned", "--weight-decay", "0.01", "--ema", "0.9",
        ]
        let outcome = try Tool.run(arguments + place.places)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try place.json("config.json", "options", "cell") as? String == "gru")
        #expect(try place.json("config.json", "options", "hidden_size") as? Int == 6)
        let origin = try place.json("config.json", "initial_weights", "path") as? String
        let source = kind == "run" ? checkpoint : file
        #expect(origin == source)
        let sha = try place.json("config.json", "initial_weights", "sha256") as? String
        #expect(try sha == SHA256.hexDigest(ofFile: source))
        let tuned = try place.checkpoint()
        for tensor in start.tensors where !tensor.name.hasPrefix("optimizer.") {
            let isFrozen = tensor.name.hasPrefix("gru.")
            for name in [tensor.name, "ema." + tensor.name] {
                #expect(try (bits(tuned, name) == bits(start, tensor.name)) == isFrozen, "\(name)")
            }
        }
        let expected = try place.bytes("checkpoints/last.safetensors")

        // A run that is stopped and resumed gives the same bytes, even if the weights are gone.
        let half = try Tool.run(arguments + place.places + ["--time-limit", "0.001s", "--threads", "2"])
        #expect(half.exitCode == 75, "\(half.errors)")
        try FileManager.default.removeItem(atPath: file)
        let rest = try place.run("--resume", "latest")
        #expect(rest.exitCode == 0, "\(rest.errors)")
        #expect(try place.bytes("checkpoints/last.safetensors") == expected)
        #expect(try place.json("config.json", "initial_weights", "sha256") as? String == sha)
    }

    @Test func `another number of classes gets a new linear layer, which is said`() throws {
        let place = try Workplace()
        _ = try weights(in: place)
        let before = try place.checkpoint()
        let other = try Workplace(nil)
        // Labels up to 9 of the data set idx: as many classes as labels need.
        try SmallImages(train: 60, test: 20).write(to: other.data)
        try SmallImages.write(
            (0..<60).map { UInt8($0 % 12) }, shape: [60], to: other.data + "/train-labels-idx1-ubyte")
        let outcome = try Tool.run(
            [
                "train", "--init-from", place.runs + "/" + place.runNames[0], "--dataset", "idx", "--epochs",
                "1", "--freeze", "gru",
            ]
                + other.places)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.output.contains("Warning: the linear layer begins with random weights"),
            "\(outcome.output)")
        #expect(try other.checkpoint()["fc.weight"]?.shape[0] == 12)
        #expect(try bits(other.checkpoint(), "gru.weight_hh_l0") == bits(before, "gru.weight_hh_l0"))
        let frozen = try Tool.run(
            [
                "train", "--init-from", place.runs + "/" + place.runNames[0], "--dataset", "idx", "--freeze",
                "fc",
            ] + other.places)
        #expect(frozen.exitCode == 64 && frozen.errors.contains("--freeze fc"), "\(frozen.errors)")
    }

    @Test(arguments: [["--readout", "final"], ["--readout", "all"]])
    func `a readout that does not fit the file gets a new linear layer`(options: [String]) throws {
        let place = try Workplace()
        let file = try weights(in: place, ["--readout", "last"])
        let outcome = try Tool.run(
            ["train", "--init-from", file, "--epochs", "1", "--name", "tuned"] + options + place.places)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("--rows"), "\(outcome.output)")
        #expect(
            outcome.output.contains("begins with random weights") == options.contains("all"),
            "\(outcome.output)")
    }

    @Test func `a file of PyTorch begins training`() throws {
        let place = try Workplace(SmallImages(train: 60, test: 20, rows: 7, columns: 3))
        let file = Repository.path("Tests/PyTorchFilesTests/Fixtures/state_2.6.pt")
        let outcome = try Tool.run(
            ["train", "--init-from", file, "--dataset", "idx", "--epochs", "1"] + place.places)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("--rows") && !outcome.output.contains("--activation"))
        #expect(
            try place.json("config.json", "initial_weights", "sha256") as? String
                == SHA256.hexDigest(ofFile: file))
        let other = try Tool.run(
            ["train", "--init-from", file, "--dataset", "idx", "--cell", "rnn-relu"] + place.places)
        #expect(other.exitCode == 64 && !other.errors.contains("--activation"), "\(other.errors)")
        #expect(other.errors.contains("rnn-relu"), "\(other.errors)")
    }

    @Test func `a checkpoint of this program is imported with its own readout`() throws {
        let place = try Workplace()
        _ = try weights(in: place, ["--readout", "mean", "--ema", "0.9"])
        let trained = place.runs + "/" + place.runNames[0] + "/checkpoints/last.safetensors"
        let arguments = ["import", trained, "--runs", place.runs, "--name", "again"]
        let refused = try Tool.run(arguments + ["--readout", "last"])
        #expect(
            refused.exitCode == 65 && refused.errors.contains("expected no --readout"), "\(refused.errors)")
        let outcome = try Tool.run(arguments + ["--json"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(try object?["sha256"] as? String == SHA256.hexDigest(ofFile: trained))
        #expect(try #require(object?["notes"] as? [String]).joined().contains("averaged weights"))
        #expect(try place.json("config.json", "options", "readout") as? String == "mean")
        let tuned = try place.run("--init-from", "trained", "--epochs", "1")
        #expect(tuned.output.contains("averaged weights (--ema), too; they are not used"), "\(tuned.output)")
    }

    @Test func `a sweep begins with the weights that a name means when it is made`() throws {
        let place = try Workplace()
        _ = try weights(in: place)
        let outcome = try Tool.run(
            [
                "sweep", "--init-from", "latest", "--seeds", "0", "--validation", "40", "--epochs", "1",
                "--name", "tuned", "--runs", place.runs, "--data", place.data,
            ])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let plan = try String(contentsOfFile: place.runs + "/sweeps/tuned/plan.json", encoding: .utf8)
        #expect(plan.contains("step-") && !plan.contains("\"latest\""), "\(plan)")
    }

    @Test func `mistakes are refused before a run is made`() throws {
        let place = try Workplace()
        let file = try weights(in: place)
        let count = place.runNames.count
        func check(_ arguments: [String], _ code: Int32, _ message: String) throws {
            let outcome = try Tool.run(arguments + ["--runs", place.runs])
            #expect(outcome.exitCode == code, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
            #expect(place.runNames.count == count)
        }
        let legacy = Repository.path("Tests/PyTorchFilesTests/Fixtures/legacy.pt")
        let module = Repository.path("Tests/PyTorchFilesTests/Fixtures/whole_module.pt")
        try check(["import", place.path + "/none.pt"], 66, "none.pt")
        try check(["import", legacy], 65, "format of PyTorch before 1.6")
        try check(["import", module], 65, "__main__.Net")
        try check(["import", file, "--readout", "last"], 65, "does not fit the readout")
        try check(["import", file, "--activation", "relu"], 65, "only with an RNN")
        try check(
            ["import", place.data + "/t10k-labels-idx1-ubyte"], 65,
            "expected a safetensors file, a file of torch.save or an ONNX file")
        try check(["evaluate", file], 65, "mnist-bilstm import \(file)")
        try check(
            ["evaluate", legacy], 65, "a file of PyTorch (torch.save); make a run of it: mnist-bilstm import")
        try check(
            ["train", "--freeze", "lstm", "--data", place.data], 64,
            "--freeze has an effect only with --init-from")
        try check(
            ["train", "--init-from", file, "--freeze", "lstm", "--data", place.data], 64,
            "the parts of a model with --cell gru are gru and fc")
        try check(
            ["train", "--init-from", file, "--hidden-size", "7", "--data", place.data], 64,
            "1 bidirectional gru layer of 7 units for 28 columns")
        try check(["train", "--init-from", "nowhere", "--data", place.data], 66, "nowhere")
    }
}
