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
            "export", place.latest("checkpoints/last.safetensors"), "--to", "onnx", "--averaged", "--save",
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
            (["export", "latest", "--to", "onnx", "--no-lengths", "--save", path] + runs, 64),
            (["export", "latest", "--to", "onnx", "--opset", "23", "--save", path] + runs, 64),
            (["export", "latest", "--to", "onnx", "--averaged", "--save", path] + runs, 64),
            (["export", "latest", "--save", path] + runs, 64),
            (["export", damaged, "--to", "onnx", "--save", path] + runs, 65),
            (["export", "nothing", "--to", "onnx", "--save", path] + runs, 66),
            (["export", "latest", "--to", "onnx", "--save", place.path + "/no/model.onnx"] + runs, 74),
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
}
