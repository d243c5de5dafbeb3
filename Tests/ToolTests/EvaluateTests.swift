import Console
import Foundation
import ImageClassification
import Platform
import Runs
import Testing

@Suite("mnist-bilstm evaluate", .timeLimit(.minutes(60))) struct EvaluateTests {
    @Test(
        arguments: [
            [], ["--validation", "50"], ["--cell", "gru", "--readout", "final", "--threads", "1"],
            ["--validation", "50", "--learning-rate", "0.3", "--seed", "3"],
        ])
    func `the figures equal the summary's figures, and no file is written`(_ options: [String]) throws {
        let place = try Workplace()
        #expect(try Tool.run(place.places + ["--epochs", "3"] + options).exitCode == 0)
        let before = try place.contents()
        let summary = try place.summary()
        for split in ["test", "train"] + (options.contains("--validation") ? ["validation"] : []) {
            let report = try place.report("--split", split, "--threads", "3")
            #expect(report.split == split)
            let expected =
                switch split {
                case "test": (summary["accuracy", .test], summary["loss", .test])
                case "train": (summary["accuracy", .train], summary["loss", .train])
                default: (summary["accuracy", .validation], summary["loss", .validation])
                }
            #expect(report.accuracy == expected.0)
            #expect(report.loss == expected.1)
            if split == "test" { #expect(report.standardError == summary["standard_error", .test]) }
            #expect(report.confusion.joined().reduce(0, +) == report.images)
            #expect(report.confusion.indices.reduce(0) { $0 + report.confusion[$1][$1] } == report.correct)
        }
        #expect(try place.contents() == before)
    }

    @Test
    func `last and best select the run's checkpoints, and the validation set decides the default`() throws {
        for held in [[], ["--validation", "50"]] {
            let place = try Workplace()
            // A learning rate so large that the loss goes up and down.
            #expect(
                try Tool.run(place.places + ["--epochs", "8", "--learning-rate", "0.5"] + held).exitCode == 0)
            let best = try place.state("best").epoch
            try #require(best != 8, "the last epoch is the best: this tests nothing")
            #expect(try place.report("--checkpoint", "last").epochs == 8)
            #expect(try place.report("--checkpoint", "best").epochs == best)
            #expect(try place.report().epochs == (held.isEmpty ? 8 : best))
        }
    }

    @Test
    func `a run is found by name and path, a checkpoint by path, also outside its run`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "2").exitCode == 0)
        let name = try #require(place.runNames.first)
        let checkpoint = place.latest("checkpoints/last.safetensors")
        let copy = place.path + "/copy"
        try Data(contentsOf: URL(filePath: checkpoint)).write(to: URL(filePath: copy))
        let expected = try place.report()
        for run in ["latest", name, place.runs + "/" + name, place.runs + "/latest/", checkpoint, copy] {
            var report = try place.report(run)
            report.checkpoint = expected.checkpoint
            #expect(report == expected, "\(run)")
        }
    }

    @Test
    func `tables show the same figures`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let report = try place.report()
        let outcome = try place.tool("evaluate")
        let accuracy = TextFormat.fixed(report.accuracy, decimals: 2)
        #expect(outcome.output.contains("Accuracy on the 71 test images: \(accuracy) ± "))
        #expect(outcome.output.contains("Data: \(place.data)\n"))
        let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        for (one, counts) in zip(report.classes, report.confusion) {
            func percent(_ share: Double?) -> String {
                share.map { TextFormat.fixed($0, decimals: 2) } ?? "–"
            }
            #expect(
                rows.contains([
                    one.name, "\(one.count)", percent(one.precision), percent(one.recall), percent(one.f1),
                ]))
            #expect(rows.contains([one.name] + counts.map { $0 == 0 ? "·" : "\($0)" }))
        }
    }

    @Test
    func `invalid calls are refused`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let last = place.latest("checkpoints/last.safetensors")
        let odd = try Workplace(SmallImages(rows: 20, columns: 30))
        let others = try Workplace(SmallImages(train: 290))
        func expect(
            _ arguments: [String], _ exitCode: Int32, _ message: String, data: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let outcome = try Tool.run(
                ["evaluate"] + arguments + ["--runs", place.runs, "--data", data ?? place.data])
            #expect(outcome.exitCode == exitCode, sourceLocation: sourceLocation)
            #expect(outcome.output == "", sourceLocation: sourceLocation)
            #expect(outcome.errors.contains(message), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
        try expect(["missing"], 66, "no run \"missing\"")
        try expect([], 66, "t10k-images-idx3-ubyte", data: place.path + "/nothing")
        try expect([], 65, "expected images of 28 × 28, the input size of the model in ", data: odd.data)
        try expect(["--split", "train"], 65, "found 20 × 30", data: odd.data)
        try expect(["--split", "train"], 65, "was trained on different data", data: others.data)
        try expect(["--split", "validation"], 64, "has no validation set")
        try expect(["--split", "tset"], 64, "--split")
        try expect(["--splt", "test"], 64, "Did you mean '--split'?")
        try expect([last, "--checkpoint", "best"], 64, "--checkpoint has an effect only with a run")
        try expect(["--threads", "0"], 64, "--threads must be 1 to 1024, not 0")
        try expect([place.data], 66, "no run \"\(place.data)\"")

        let copy = place.path + "/damaged.safetensors"
        var bytes = try Data(contentsOf: URL(filePath: last))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: copy))
        try expect([copy], 65, "damaged.safetensors: damaged checkpoint: expected SHA-256")
        try Data("{}".utf8).write(to: URL(filePath: copy))
        try expect([copy], 65, "damaged.safetensors")
    }

    @Test
    func `a damaged last checkpoint is skipped with a warning`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "2").exitCode == 0)
        let last = try #require(place.target(of: "last"))
        try Data().write(to: URL(filePath: place.latest("checkpoints/\(last)")))
        let outcome = try place.tool("evaluate", "--json")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.hasPrefix("Warning: ") && outcome.errors.contains(last))
        #expect(try EvaluationResult(json: outcome.output).epochs == 1)
    }
}

extension Workplace {
    /// Runs a command of the tool other than `train`.
    func tool(_ command: String, _ arguments: String...) throws -> Tool.Outcome {
        try Tool.run([command] + arguments + places)
    }

    func report(_ arguments: String...) throws -> EvaluationResult {
        let outcome = try Tool.run(["evaluate", "--json"] + arguments + places)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try EvaluationResult(json: outcome.output)
    }

    func summary() throws -> RunSummary { try decoded(bytes("summary.json")) }

    /// Returns every file under `runs`.
    func contents() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: runs)
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                (try? Data(contentsOf: URL(filePath: runs + "/" + name))).map { (name, $0) }
            })
    }
}

extension EvaluationResult {
    init(json: String) throws { self = try decoded(Data(json.utf8)) }
}

/// Decodes JSON with numbers to the last bit, unlike `JSONSerialization`.
private func decoded<Value: Decodable>(_ json: Data) throws -> Value {
    try JSON.value(from: String(decoding: json, as: UTF8.self))
}
