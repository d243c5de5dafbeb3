import Foundation
import TestSupport
import Testing

@Suite("Checkpoints of the tool", .timeLimit(.minutes(60))) struct CheckpointTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        var rows = 28
        var columns = 28
        let shapes: [String: [Int]]
        var testDescription: String { arguments.isEmpty ? "defaults" : arguments.joined(separator: " ") }
    }

    static let cases = [
        Case(
            arguments: [],
            shapes: lstm("l0", 48, 28, 12).merging(lstm("l0_reverse", 48, 28, 12)) { $1 }
                .merging(lstm("l1", 48, 24, 12)) { $1 }.merging(lstm("l1_reverse", 48, 24, 12)) { $1 }
                .merging(["fc.weight": [10, 672], "fc.bias": [10]]) { $1 }),
        Case(
            arguments: ["--hidden-size", "7", "--layers", "3", "--no-bidirectional", "--batch-size", "33"],
            shapes: lstm("l0", 28, 28, 7).merging(lstm("l1", 28, 7, 7)) { $1 }.merging(lstm("l2", 28, 7, 7)) {
                $1
            }
            .merging(["fc.weight": [10, 196], "fc.bias": [10]]) { $1 }),
        Case(
            arguments: ["--hidden-size", "1", "--layers", "1", "--batch-size", "1"], rows: 9, columns: 13,
            shapes: lstm("l0", 4, 13, 1).merging(lstm("l0_reverse", 4, 13, 1)) { $1 }
                .merging(["fc.weight": [10, 18], "fc.bias": [10]]) { $1 }),
        Case(
            arguments: [
                "--hidden-size", "33", "--layers", "1", "--no-bidirectional", "--batch-size", "1000",
            ],
            rows: 40, columns: 1,
            shapes: lstm("l0", 132, 1, 33).merging(["fc.weight": [10, 1320], "fc.bias": [10]]) { $1 }),
    ]

    static func lstm(_ suffix: String, _ gateRows: Int, _ inputs: Int, _ hidden: Int) -> [String: [Int]] {
        [
            "lstm.weight_ih_\(suffix)": [gateRows, inputs], "lstm.weight_hh_\(suffix)": [gateRows, hidden],
            "lstm.bias_ih_\(suffix)": [gateRows], "lstm.bias_hh_\(suffix)": [gateRows],
        ]
    }

    /// A checkpoint has PyTorch's names and shapes, for any size of model and images.
    @Test(arguments: cases) func `a checkpoint has PyTorch's names and shapes`(model: Case) throws {
        let place = try Workplace(SmallImages(train: 70, test: 20, rows: model.rows, columns: model.columns))
        let outcome = try Tool.run(place.places + ["--epochs", "2"] + model.arguments)
        #expect(outcome.exitCode == 0)
        for name in ["last", "best"] {
            let file = try place.checkpoint(name)
            let moments = ["exp_avg", "exp_avg_sq"].flatMap { buffer in
                model.shapes.map { ("optimizer.\(buffer).\($0)", $1) }
            }
            #expect(
                Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
                    == model.shapes.merging(moments) { $1 })
            for tensor in file.tensors {
                let values = try file.values(of: tensor.name, as: Float.self)
                #expect(values.allSatisfy { $0.isFinite })
                #expect(Set(values).count > values.count / 2, "\(tensor.name) was not initialised")
            }
        }
        let parameters = model.shapes.values.reduce(0) { $0 + $1.reduce(1, *) }
        #expect(try place.json("config.json", "parameters") as? Int == parameters)
    }

    @Test func `the metadata describe the checkpoint`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "2", "--seed", "5").exitCode == 0)
        let metadata = try place.checkpoint().metadata
        let state = try place.state()
        let row = try place.text("metrics.csv").split(separator: "\n")[2].split(separator: ",")
        #expect(metadata["format"] == "pt")
        #expect(metadata["seed"] == "5")
        #expect(metadata["step"] == "6")
        #expect(metadata["data"]?.hasPrefix("300 images of 28 × 28, CRC-32 ") == true)
        #expect(metadata["options"]?.contains("\"hidden_size\":12") == true)
        #expect(metadata["options"]?.contains("threads") == false)
        #expect(state.epoch == 2)
        #expect(state.best?.epoch == 1)
        #expect(state.best?.loss == Double(row[1]))
    }

    @Test func `the best checkpoint has the lowest loss`() throws {
        let place = try Workplace()
        // A learning rate so large that the loss goes up and down.
        #expect(try place.run("--epochs", "8", "--learning-rate", "0.5").exitCode == 0)
        let rows = try place.text("metrics.csv").split(separator: "\n").dropFirst().map {
            $0.split(separator: ",")
        }
        let best = try #require(rows.min { Double($0[1])! < Double($1[1])! })
        try #require(best[0] != "7", "the last epoch is the best: this tests nothing")
        #expect(try place.state("best").epoch == Int(best[0])! + 1)
        #expect(try place.state("last").epoch == 8)
        #expect(try place.state("last").best?.epoch == Int(best[0])!)
    }

    @Test func `the same seed gives the same bytes for any number of threads`() throws {
        var checkpoints: [Data] = []
        for threads in 1...4 {
            let place = try Workplace()
            #expect(
                try place.run("--epochs", "3", "--batch-size", "130", "--threads", "\(threads)").exitCode == 0
            )
            checkpoints.append(try place.bytes("checkpoints/last.safetensors"))
        }
        #expect(Set(checkpoints).count == 1)
    }

    @Test func `another seed gives other parameters`() throws {
        var checkpoints: Set<Data> = []
        for seed in [0, 1, 2] {
            let place = try Workplace()
            #expect(try place.run("--epochs", "1", "--seed", "\(seed)").exitCode == 0)
            let file = try place.checkpoint()
            let parameters: [Float] = try file.tensorNames.flatMap { try file.values(of: $0) }
            checkpoints.insert(parameters.withUnsafeBytes { Data($0) })
        }
        #expect(checkpoints.count == 3)
    }

    /// The path of a program of the other configuration; nil if it has not been built since the sources changed.
    static func otherBuild(of name: String = Tool.name) -> String? {
        let configuration = Tool.products.lastPathComponent == "debug" ? "release" : "debug"
        let path = Tool.products.deletingLastPathComponent().appending(path: "\(configuration)/\(name)").path
        let sources = Repository.url.appending(path: "Sources")
        let files = try? FileManager.default.subpathsOfDirectory(atPath: sources.path)
        let changes = (files ?? []).compactMap { changed(sources.appending(path: $0).path) }
        guard let built = changed(path), let newest = changes.max(), built > newest else { return nil }
        return path
    }

    private static func changed(_ path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    @Test(.enabled(if: otherBuild() != nil, "only one configuration is built"))
    func `debug and release give the same bytes`() throws {
        var checkpoints: [Data] = []
        for program in [Tool.path, try #require(Self.otherBuild())] {
            let place = try Workplace()
            let outcome = try Tool.run(
                place.places + ["--epochs", "3", "--hidden-size", "17"], program: program)
            #expect(outcome.exitCode == 0)
            checkpoints.append(try place.bytes("checkpoints/last.safetensors"))
        }
        #expect(checkpoints[0] == checkpoints[1])
    }
}
