import Foundation
import Interchange
import ONNX
import TestSupport
import Testing
import Training

@Suite("The command export", .timeLimit(.minutes(60))) struct ExportTests {
    /// Returns the model in an ONNX file.
    private func imported(_ path: String) throws -> ImportedModel {
        try ImportedModel(onnx: Array(Data(contentsOf: URL(filePath: path))), path: path)
    }

    private func object(_ outcome: Tool.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func `a run's model is written into its directory, with every bit of the weights`() throws {
        let place = try Workplace(SmallImages(rows: 9, columns: 13))
        #expect(
            try place.run("--epochs", "1", "--hidden-size", "5", "--cell", "gru", "--ema", "0.9").exitCode
                == 0)
        let outcome = try Tool.run(["export", "latest", "--runs", place.runs, "--to", "onnx"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Input: input (N, 9, 13), float\nOutput: logits (N, 10), float\n"))
        #expect(outcome.output.contains("numpy.zeros((1, 9, 13), numpy.float32)"))
        let checkpoint = try Checkpoint(path: place.latest("checkpoints/last.safetensors"))
        let model = try imported(place.latest("model.onnx"))
        #expect(model.model == checkpoint.model)
        expectSameBits(model.parameters, checkpoint.parameters)

        let other = place.path + "/averaged.onnx"
        let averaged = try Tool.run([
            "export", place.latest("checkpoints/last.safetensors"), "--to", "onnx", "--averaged", "--out",
            other, "--json", "--opset", "9", "--softmax",
        ])
        #expect(averaged.exitCode == 0, "\(averaged.errors)")
        let found = try object(averaged)
        #expect(found["opset"] as? Int == 9 && found["ir_version"] as? Int == 4)
        #expect(found["path"] as? String == other)
        expectSameBits(try imported(other).parameters, try #require(checkpoint.average))
        let file = try ONNXFile(bytes: Array(Data(contentsOf: URL(filePath: other))), path: other)
        #expect(file.model.graph.outputs.map(\.name) == ["probabilities"])
        #expect(file.model.metadata["classes"] == #"["0","1","2","3","4","5","6","7","8","9"]"#)
        #expect(file.model.metadata["input"]?.contains("divided by 255") == true)
        #expect(
            file.model.metadata["run"] == place.runNames.last
                && found["bytes"] as? Int == file.model.encoded().count)
    }

    @Test func `without a format, the formats are listed`() throws {
        let outcome = try Tool.run(["export"])
        #expect(outcome.exitCode == 0 && outcome.output.contains("mnist-bilstm export latest --to onnx"))
        #expect(try object(Tool.run(["export", "--json"])).keys.contains("onnx"))
    }

    @Test func `after an error no file is written or changed`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1", "--hidden-size", "3").exitCode == 0)
        let path = place.path + "/kept.onnx"
        try Data("before".utf8).write(to: URL(filePath: path))
        let damaged = place.path + "/damaged.safetensors"
        try Data("no checkpoint".utf8).write(to: URL(filePath: damaged))
        let runs = ["--runs", place.runs]
        for (words, exitCode) in [
            (["export", "latest", "--to", "onnx", "--no-lengths", "--out", path] + runs, 64),
            (["export", "latest", "--to", "onnx", "--opset", "23", "--out", path] + runs, 64),
            (["export", "latest", "--to", "onnx", "--averaged", "--out", path] + runs, 64),
            (["export", "latest", "--out", path] + runs, 64),
            (["export", damaged, "--to", "onnx", "--out", path] + runs, 65),
            (["export", "nothing", "--to", "onnx", "--out", path] + runs, 66),
            (["export", "latest", "--to", "onnx", "--out", place.path + "/no/model.onnx"] + runs, 74),
        ] as [([String], Int32)] {
            let outcome = try Tool.run(words)
            #expect(outcome.exitCode == exitCode && outcome.output == "", "\(words): \(outcome.errors)")
        }
        #expect(try text(path) == "before")
        #expect(!place.exists("model.onnx"))
    }

    @Test func `one network of a forecast run is chosen`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "all", "--seeds", "2").exitCode == 0)
        let ambiguous = try place.tool("export", "latest", "--to", "onnx")
        #expect(
            ambiguous.exitCode == 64 && ambiguous.errors.contains("choose one with --model: rnn, lstm, gru"))
        // The command below the list of formats works.
        let listed = try #require(
            place.tool("export", "latest").lines.first { $0.hasPrefix("Export with: ") })
        #expect(listed.hasPrefix("Export with: stock-forecast export latest --model "), "\(listed)")
        let words = listed.split(separator: " ").dropFirst(3).map(String.init)
        let typed = try Tool.run(words, program: Tool.products.appending(path: "stock-forecast").path)
        #expect(typed.exitCode == 0, "\(words): \(typed.errors)")
        let outcome = try place.tool("export", "latest", "--to", "onnx", "--model", "gru", "--seed", "1")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let path = place.run + "/gru-1/model.onnx"
        let checkpoint = try Checkpoint(path: place.run + "/gru-1/checkpoints/last.safetensors")
        expectSameBits(try imported(path).parameters, checkpoint.parameters)
        let file = try ONNXFile(bytes: Array(Data(contentsOf: URL(filePath: path))), path: path)
        #expect(file.model.metadata["preparation"]?.contains("scaler") == true)
        #expect(file.model.metadata["run"]?.hasSuffix("/gru-1") == true)
        #expect(
            try place.tool("export", "latest", "--to", "onnx", "--model", "gru", "--seed", "9").exitCode == 64
        )
    }

    @Test func `models of sequences and of texts have lengths and symbols`() throws {
        let place = try SequencePlace()
        try place.train()
        let outcome = try place.tool("export", "latest", "--to", "onnx")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Input: input (N, L, 2), float; lengths (N,), int32\n"))
        let file = try ONNXFile(bytes: Array(place.place.bytes("model.onnx")), path: "model.onnx")
        #expect(file.model.metadata["classes"] == #"["up","down","walkFast"]"#)

        let text = try place.write("poem.txt", (0..<90).map { "\($0 % 5). 나 보기가 \($0 * $0 % 7)\n" }.joined())
        let trained = try place.tool(
            "train", "--text", text, "--hidden-size", "10", "--epochs", "1", "--batch-size", "8", "--window",
            "12")
        #expect(trained.exitCode == 0, "\(trained.errors)")
        let exported = try place.tool("export", "latest", "--to", "onnx", "--no-lengths")
        #expect(exported.exitCode == 0, "\(exported.errors)")
        #expect(exported.output.contains("Input: symbols (N, L), int64\nOutput: logits (N, L, 12), float\n"))
        let other = try ONNXFile(bytes: Array(place.place.bytes("model.onnx")), path: "model.onnx")
        #expect(other.model.metadata["classes"]?.contains("\"보\"") == true)
    }

    @Test func `a directory for a hub has the weights, their scores and no other file's place`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1", "--hidden-size", "3").exitCode == 0)
        let run = ["export", "latest", "--runs", place.runs]
        let outcome = try Tool.run(run + ["--to", "hub"])
        #expect(outcome.exitCode == 0 && outcome.output.contains("hf upload"), "\(outcome.errors)")
        #expect(
            outcome.output.hasPrefix("Written: ") && !outcome.output.contains("\n\n\n"), "\(outcome.output)")
        let checkpoint = try Checkpoint(path: place.latest("checkpoints/last.safetensors"))
        expectSameBits(try imported(place.latest("hub/model.onnx")).parameters, checkpoint.parameters)
        let card = try text(place.latest("hub/README.md"))
        let accuracy = try #require(place.json("summary.json", "test_accuracy") as? Double)
        #expect(card.hasPrefix("---\nlibrary_name: ") && card.contains("value: \(accuracy / 100)\n"))
        #expect(!card.contains(place.path))

        // A description that was changed stays.
        try Data("licence: mine\n".utf8).write(to: URL(filePath: place.latest("hub/README.md")))
        let again = try Tool.run(run + ["--to", "hub"])
        #expect(again.exitCode == 0 && again.output.contains("README.md was there and is kept"))
        #expect(again.lines.count == outcome.lines.count + 1, "\(again.output)")
        #expect(try text(place.latest("hub/README.md")) == "licence: mine\n")
        // Neither a run nor a directory of other files is written to.
        let configuration = try text(place.latest("config.json"))
        for directory in [place.latest(""), place.path] {
            let refused = try Tool.run(run + ["--to", "hub", "--out", directory])
            #expect(refused.exitCode == 64 && refused.errors.contains("expected a new or empty directory"))
        }
        #expect(try text(place.latest("config.json")) == configuration)
        #expect(!FileManager.default.fileExists(atPath: place.path + "/README.md"))
    }

    @Test func `a page has the scores of its own weights only, and no link is followed`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "2", "--hidden-size", "3").exitCode == 0)
        let run = ["export", "latest", "--runs", place.runs]
        let outside = place.path + "/outside"
        try FileManager.default.createSymbolicLink(
            atPath: place.latest("digits.html"), withDestinationPath: outside)
        #expect(try Tool.run(run + ["--to", "html"]).exitCode == 0)
        #expect(!FileManager.default.fileExists(atPath: outside))
        let page = try text(place.latest("digits.html"))
        let checkpoints = try FileManager.default.contentsOfDirectory(atPath: place.latest("checkpoints"))
            .sorted()
        let first = try #require(checkpoints.first { $0.hasPrefix("step-") })
        let other = place.path + "/other.html"
        let words = ["export", place.latest("checkpoints/\(first)"), "--to", "html", "--out", other]
        #expect(try Tool.run(words).exitCode == 0)
        #expect(page.contains(/"accuracy":[0-9]/))
        #expect(try !text(other).contains(/"accuracy":[0-9]/))
    }

    @Test(arguments: [["sequence-classifier", "html"], ["stock-forecast", "hub"], ["mnist-bilstm", "pdf"]])
    func `a format that a tool does not have is refused`(words: [String]) throws {
        let outcome = try Tool.run(
            ["export", "--to", words[1]], program: Tool.products.appending(path: words[0]).path)
        #expect(outcome.exitCode == 64 && outcome.errors.contains("--to must be "), "\(outcome.errors)")
    }
}
