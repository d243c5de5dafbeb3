import Foundation
import Platform
import Randomness
import Runs
import SequenceClassification
import Synchronization
import TestSupport
import Testing

@testable import Sweeps

@Suite("Sweeps of a classifier of sequences", .timeLimit(.minutes(30))) struct SequenceSweepTests {
    /// A plan of two settings × two seeds; each training takes a fraction of a second.
    private static let plan = [
        "--seeds", "0-1", "--set", "cell=rnn-tanh,gru", "--epochs", "4", "--hidden-size", "2", "--batch-size",
        "8", "--validation", "0.25", "--log-every", "0", "--name", "cells",
    ]

    /// Runs `sweep` with arguments on the runs in a directory.
    private func sweep(_ place: SequencePlace, _ arguments: [String]) throws -> Tool.Outcome {
        try start(place, arguments).finish()
    }

    private func start(_ place: SequencePlace, _ arguments: [String]) throws -> RunningTool {
        try RunningTool(["sweep"] + arguments + ["--runs", place.runs], program: Tool.sequencePath)
    }

    private func data(_ place: SequencePlace) -> [String] { ["--data", place.train] }

    private func directory(_ place: SequencePlace) -> SweepDirectory {
        SweepDirectory(path: place.runs + "/sweeps/cells", of: SequenceTraining.Options.self)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// Returns the files that must be the same, however often a sweep is interrupted. The plan has the place of the data.
    private func files(_ place: SequencePlace) throws -> [String: String] {
        try ["plan.json", "results.csv", "test.json"].reduce(into: [:]) { files, name in
            files[name] = try text("\(place.runs)/sweeps/cells/\(name)").replacing(place.place.path, with: "")
        }
    }

    /// Returns the files of an uninterrupted sweep.
    private func undisturbed() throws -> [String: String] {
        try Self.result.withLock { result in
            if let result { return result }
            let place = try SequencePlace()
            let outcome = try sweep(place, Self.plan + data(place))
            try #require(outcome.exitCode == 0, "\(outcome.errors)")
            result = try files(place)
            return result ?? [:]
        }
    }

    private static let result = Mutex<[String: String]?>(nil)

    @Test func `a sweep compares settings and evaluates only the winner on the test set`() throws {
        let place = try SequencePlace()
        let outcome = try sweep(place, Self.plan + data(place))
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        let directory = directory(place)
        #expect(outcome.lines[0] == "Sweep: \(directory.path): 2 settings × 2 seeds, 4 entries")
        #expect(outcome.lines.count { $0.hasPrefix("[") } == 4)
        #expect(try text(directory.log) == outcome.output)

        let plan = try directory.plan()
        #expect(plan.program == "sequence-classifier")
        let rows = try text(directory.results).split(separator: "\n").dropFirst()
        #expect(rows.count == 4)
        for (entry, row) in zip(plan.entries, rows) {
            let run = try #require(try directory.run(of: entry))
            let summary = try RunSummary.read(run)
            let accuracy = try #require(summary["accuracy", .validation])
            #expect(row.split(separator: ",")[8] == "\(accuracy)")
            #expect(summary["accuracy", .test] == nil && summary.state == .finished)
            #expect(!FileManager.default.fileExists(atPath: run.evaluation))
            #expect(try !text(run.log).contains(" test sequences"))
            #expect(try text(run.configuration).contains(#""no_test" : true"#))
        }
        let test: SweepTest = try JSON.read(from: directory.test)
        #expect(test.setting == (try SweepResults(directory).winner) && test.scores.map(\.seed) == [0, 1])
        for score in test.scores {
            let run = try #require(try directory.run(of: plan.entries[score.entry]))
            let evaluation = try place.tool("evaluate", run.path, "--json")
            let told: EvaluationResult = try JSON.value(from: evaluation.output)
            #expect(told.accuracy == score.accuracy && told.loss == score.loss && told.sequences == 24)
        }
        #expect(outcome.output.contains("Test accuracy, evaluated for the winner only"))
        #expect(try text(directory.report).contains("Train the winning setting on all training sequences"))
    }

    /// Everything that is printed to be typed is typed.
    @Test func `the printed commands work, and other commands find the winner`() throws {
        let place = try SequencePlace()
        try #require(try sweep(place, Self.plan + data(place)).exitCode == 0)
        let list = try place.tool("runs")
        #expect(list.lines.last { $0.hasPrefix("cells") }?.contains("4/4") == true, "\(list.output)")
        let shown = try place.tool("runs", "show", "cells")
        #expect(shown.exitCode == 0, "\(shown.errors)")
        func command(_ purpose: String) throws -> [String] {
            let line = try #require(shown.lines.first { $0.hasPrefix(purpose + ": ") }, "\(shown.output)")
            let words = line.dropFirst(purpose.count + 2).split(separator: " ").map(String.init)
            #expect(words[0] == "sequence-classifier")
            return words.dropFirst().map { $0 == "new.csv" ? place.place.path + "/small_TEST.ts" : $0 }
        }
        let evaluated = try Tool.run(command("Evaluate it"), program: Tool.sequencePath)
        #expect(evaluated.output.contains("Accuracy on the 24 test sequences"), "\(evaluated.errors)")
        let predicted = try Tool.run(command("Classify sequences"), program: Tool.sequencePath)
        #expect(predicted.output.hasSuffix(" of 24 correct\n"), "\(predicted.output)\(predicted.errors)")
        let trained = try Tool.run(
            command("Train the winning setting on all training sequences"), program: Tool.sequencePath)
        #expect(
            trained.exitCode == 0
                && trained.output.contains(", 48 training sequences, 24 test sequences"),
            "\(trained.output)\(trained.errors)")
        let korean = try place.tool("sweep", "report", "cells", "--language", "ko")
        #expect(korean.exitCode == 0, "\(korean.errors)")
        let page = try text(directory(place).report)
        #expect(page.contains("<html lang=\"ko\">") && page.contains("시퀀스 분류"))
    }

    /// An entry uses one thread, so the number of threads is the number of entries at a time.
    @Test(arguments: ["1", "2"]) func `any number of entries at a time gives the same bytes`(jobs: String)
        throws
    {
        let expected = try undisturbed()
        let place = try SequencePlace()
        let outcome = try sweep(place, Self.plan + data(place) + ["--jobs", jobs])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try files(place) == expected)
    }

    @Test(arguments: [1, 2] as [UInt64]) func `a sweep killed at any instant is resumed`(chain: UInt64) throws
    {
        let expected = try undisturbed()
        let place = try SequencePlace()
        var random = SplitMix64(chain)
        var kills = 0
        for attempt in 0..<max(3, Torture.kills / 20) {
            let isPlanned = FileManager.default.fileExists(atPath: directory(place).planFile)
            let tool = try start(
                place, attempt % 2 == 1 && isPlanned ? ["--resume", "cells"] : Self.plan + data(place))
            // The first kill is too early for a complete sweep.
            usleep(attempt == 0 ? 50_000 : UInt32(20_000 + 200_000 * random.nextUnit()))
            tool.send(SIGKILL)
            let ending = tool.ending()
            if ending == 0 { break }
            try #require(ending == -SIGKILL)
            kills += 1
        }
        #expect(kills > 0)
        let outcome = try sweep(place, Self.plan + data(place))
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try files(place) == expected, "after \(kills) kills")
    }

    /// The entries are trained in one place, and the report is made in another.
    @Test func `the data may be elsewhere when an entry is trained and when the report is made`() throws {
        let expected = try undisturbed()
        let place = try SequencePlace()
        try #require(try sweep(place, ["plan"] + Self.plan + data(place)).exitCode == 0)
        let here = place.place.path + "/here"
        try FileManager.default.createDirectory(atPath: here, withIntermediateDirectories: true)
        for name in ["small_TRAIN.ts", "small_TEST.ts"] {
            try FileManager.default.moveItem(atPath: "\(place.place.path)/\(name)", toPath: "\(here)/\(name)")
        }
        #expect(try sweep(place, ["run", "cells", "--index", "0"]).exitCode == 66)
        let moved = ["--data", here + "/small_TRAIN.ts"]
        for index in 0..<4 {
            let outcome = try sweep(place, ["run", "cells", "--index", "\(index)"] + moved)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        try FileManager.default.moveItem(atPath: here + "/small_TEST.ts", toPath: here + "/other.ts")
        let report = try sweep(place, ["report", "cells"] + moved + ["--test", here + "/other.ts"])
        #expect(report.exitCode == 0, "\(report.errors)")
        #expect(try files(place) == expected)
    }

    @Test func `without a test set, the report has the validation accuracy and a command that works`() throws
    {
        let place = try SequencePlace()
        try FileManager.default.removeItem(atPath: place.place.path + "/small_TEST.ts")
        let outcome = try sweep(place, Self.plan + data(place))
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        #expect(outcome.output.contains("Winner by") && !outcome.output.contains("Test acc"))
        let directory = directory(place)
        #expect(!FileManager.default.fileExists(atPath: directory.test))
        let page = try text(directory.report)
        #expect(page.contains("validation accuracy of the winner") && !page.contains("No winner yet"))
        let evaluated = try place.tool("evaluate", "cells", "--split", "validation")
        #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
        #expect(outcome.output.contains("Evaluate it: sequence-classifier evaluate cells --split validation"))
    }

    /// The same sequences are the test set of every entry, and none is trained on.
    @Test func `a fraction of the data is a test set that no entry trains on`() throws {
        let place = try SequencePlace()
        let outcome = try sweep(place, Self.plan + data(place) + ["--test-share", "0.25"])
        #expect(outcome.exitCode == 0 && outcome.output.contains("Test accuracy"), "\(outcome.errors)")
        let run = try #require(try directory(place).run(of: directory(place).plan().entries[0]))
        #expect(try text(run.log).contains(", 27 training sequences, 9 validation sequences, 2 channels"))
        let evaluated = try place.tool("evaluate", "cells")
        #expect(evaluated.output.contains("Accuracy on the 12 test sequences"), "\(evaluated.output)")
    }

    /// A text has a validation text by default, and its winner writes samples.
    @Test
    func
        `a sweep of texts compares settings on the validation text and evaluates the winner on the test text`()
        throws
    {
        let place = try SequencePlace()
        let poem = try place.write(
            "poem.txt", (0..<90).map { "\($0 % 5). 나 보기가 \($0 * $0 % 7)\n" }.joined())
        let outcome = try sweep(
            place,
            [
                "--seeds", "0-1", "--set", "cell=gru,lstm", "--text", poem, "--test-share", "0.1", "--epochs",
                "2",
                "--hidden-size", "8", "--batch-size", "8", "--window", "12", "--log-every", "0", "--name",
                "cells",
            ])
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        let directory = directory(place)
        let plan = try directory.plan()
        let rows = try text(directory.results).split(separator: "\n").dropFirst()
        #expect(plan.entries.count == 4 && rows.count == 4)
        for (entry, row) in zip(plan.entries, rows) {
            let run = try #require(try directory.run(of: entry))
            let summary = try RunSummary.read(run)
            let accuracy = try #require(summary["accuracy", .validation])
            #expect(row.split(separator: ",")[8] == "\(accuracy)")
            #expect(summary["loss", .test] == nil && summary.state == .finished)
        }
        let test: SweepTest = try JSON.read(from: directory.test)
        #expect(test.scores.map(\.seed) == [0, 1])
        for score in test.scores {
            let run = try #require(try directory.run(of: plan.entries[score.entry]))
            let evaluation = try place.tool("evaluate", run.path, "--json")
            let told: EvaluationResult = try JSON.value(from: evaluation.output)
            #expect(told.loss == score.loss, "\(evaluation.errors)")
        }
        let page = try text(directory.report)
        #expect(!outcome.output.contains("sequences") && !page.contains("sequences"), "\(outcome.output)")
        let sample = try place.tool("sample", "cells", "--prompt", "나", "--length", "9")
        #expect(sample.exitCode == 0 && sample.output.hasPrefix("나"), "\(sample.errors)")
        let shown = try place.tool("runs", "show", "cells")
        let line = try #require(
            shown.lines.first { $0.contains("sequence-classifier") && $0.contains("--text") },
            "\(shown.output)")
        let words = line.split(separator: ": ").last.map { $0.split(separator: " ").map(String.init) } ?? []
        let trained = try Tool.run(Array(words.dropFirst()), program: Tool.sequencePath)
        #expect(trained.exitCode == 0, "\(words): \(trained.errors)")
        #expect(trained.output.contains("Test Perplexity: ") && !trained.output.contains("Val Perplexity: "))
    }

    @Test(
        arguments: [
            ([], "Error: --seeds is missing"),
            (["--seeds", "0", "--set", "cell=lstm,xyz", "--validation", "9"], "cell xyz: "),
            (["--seeds", "0", "--set", "cell=lstm"], "as in --validation 0.2"),
            (["--seeds", "0", "--set", "sell=lstm", "--validation", "9"], "Unknown option '--sell'"),
            (["--seeds", "0", "--set", "augment=shift", "--validation", "9"], "Unknown option '--augment'"),
            (["--seeds", "0", "--set", "validation=9,12"], "is the same for all"),
            (["--seeds", "0", "--set", "interpolate=true,false"], "is the same for all"),
            (["--seeds", "0", "--set", "no-test=true"], "a sweep sets this option for each entry"),
            (["--seeds", "0", "--validation", "9", "--no-test"], "--no-test cannot be given for a sweep"),
            (
                ["--seeds", "0", "--set", "learning-rate=0.01,1e-2", "--validation", "9"],
                "learning-rate 0.01 and learning-rate 1e-2 train the same weights"
            ),
            (["--seeds", "0", "--validation", "9", "--seed", "1"], "--seed: give the seeds"),
            (["--resume", "cells", "--seeds", "0"], "--resume continues a sweep with its own plan"),
        ])
    func `a refused plan leaves no directory`(arguments: [String], part: String) throws {
        let place = try SequencePlace()
        let outcome = try sweep(place, arguments)
        #expect(outcome.exitCode == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(part) && outcome.output == "", "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    /// Both tools keep their sweeps in one directory.
    @Test func `a sweep of the other tool is listed, but not used`() throws {
        let place = try SequencePlace()
        try #require(try sweep(place, ["plan"] + Self.plan + data(place)).exitCode == 0)
        let runs = ["--runs", place.runs]
        let list = try Tool.run(["runs"] + runs)
        #expect(list.lines.last { $0.hasPrefix("cells") }?.contains("0/4") == true, "\(list.output)")
        for words in [
            ["sweep", "--resume", "cells"], ["sweep", "run", "cells", "--index", "0"],
            ["sweep", "report", "cells"], ["runs", "show", "cells"],
        ] {
            let outcome = try Tool.run(words + runs)
            #expect(
                outcome.exitCode == 64
                    && outcome.errors.contains("is a sweep of sequence-classifier; use sequence-classifier"),
                "\(words): \(outcome.errors)")
        }
        let other = try Tool.run(
            ["sweep", "plan", "--seeds", "0", "--validation", "9", "--name", "cells"] + runs)
        #expect(
            other.exitCode == 64
                && other.errors.contains("program: sequence-classifier in its plan, mnist-bilstm in this")
                && other.errors.contains("run: sequence-classifier sweep --resume"), "\(other.errors)")
        let evaluated = try place.tool("evaluate", "cells")
        #expect(evaluated.errors.contains("resume it: sequence-classifier sweep --resume"))
    }
}
