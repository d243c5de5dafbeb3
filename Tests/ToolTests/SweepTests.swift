import Foundation
import ImageClassification
import Platform
import Randomness
import Runs
@testable import Sweeps
import Synchronization
import TestSupport
import Testing

@Suite("Sweeps", .timeLimit(.minutes(60))) struct SweepTests {
    /// A plan of two settings × two seeds; each training takes a fraction of a second.
    private static let plan = [
        "--seeds", "0-1", "--set", "cell=rnn-tanh,gru", "--epochs", "3", "--hidden-size", "2", "--layers",
        "1",
        "--readout", "last", "--batch-size", "20", "--validation", "40", "--log-every", "0", "--name",
        "cells",
    ]

    private func place() throws -> Workplace { try Workplace(SmallImages(train: 120, test: 50)) }

    private func start(_ place: Workplace, _ arguments: [String] = plan) throws -> RunningTool {
        try RunningTool(["sweep"] + arguments + place.places)
    }

    /// Returns the files that must be the same, however often a sweep is interrupted.
    private func files(_ place: Workplace) throws -> [String: Data] {
        try ["plan.json", "results.csv", "test.json"].reduce(into: [:]) { files, name in
            let path = place.runs + "/sweeps/cells/" + name
            var content = try Data(contentsOf: URL(filePath: path))
            // The directory of the images differs between tests.
            if name == "plan.json" {
                content = Data(String(decoding: content, as: UTF8.self).replacing(place.path, with: "").utf8)
            }
            files[name] = content
        }
    }

    /// Returns the files of an uninterrupted sweep.
    private func undisturbed() throws -> [String: Data] {
        try Self.result.withLock { result in
            if let result { return result }
            let place = try place()
            let outcome = try start(place).finish()
            try #require(outcome.exitCode == 0, "\(outcome.errors)")
            result = try files(place)
            return result ?? [:]
        }
    }

    private static let result = Mutex<[String: Data]?>(nil)

    @Test
    func `a whole sweep prints its lines, writes its files, and reads the test set only for the winner`()
        throws
    {
        let place = try place()
        let outcome = try start(place).finish()
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        let sweep = place.runs + "/sweeps/cells"
        #expect(outcome.lines[0] == "Sweep: \(sweep): 2 settings × 2 seeds, 4 entries")
        let done = outcome.lines.filter { $0.hasPrefix("[") }
        #expect(done.count == 4 && done.last?.hasPrefix("[4/4] entry-000") == true, "\(done)")
        #expect(
            done.allSatisfy {
                $0.contains(
                    /entry-000\d: cell (rnn-tanh|gru), seed [01]: val acc [\d.]+, loss [\d.]+, [\d.]+ s$/)
            })
        #expect(!outcome.output.contains("\u{1B}"))

        let results = try text(sweep + "/results.csv").split(separator: "\n")
        #expect(results.count == 5)
        #expect(
            results[1].hasPrefix("0,rnn-tanh,0,finished,3,") && results[4].hasPrefix("3,gru,1,finished,3,"))
        // Each row has the figures of the run's own summary, which has none for test images.
        let directory = SweepDirectory(path: sweep, of: ImageTraining.Options.self)
        let plan = try directory.plan()
        for (entry, row) in zip(plan.entries, results.dropFirst()) {
            let run = try #require(try directory.run(of: entry))
            let summary = try RunSummary.read(run)
            let accuracy = try #require(summary["accuracy", .validation])
            #expect(row.split(separator: ",")[8] == "\(accuracy)")
            #expect(summary["accuracy", .test] == nil && summary.state == .finished)
            #expect(!FileManager.default.fileExists(atPath: run.evaluation))
            #expect(try !text(run.log).contains("Test Acc"))
            let configuration = try text(run.configuration)
            #expect(configuration.contains(#""threads" : 1"#) && configuration.contains(#""test" : false"#))
        }
        let test: SweepTest = try JSON.read(from: directory.test)
        let winner = try #require(try SweepResults(directory).winner)
        #expect(test.setting == winner && test.scores.map(\.seed) == [0, 1])
        for score in test.scores {
            let run = try #require(try directory.run(of: plan.entries[score.entry]))
            let evaluation = try Tool.run(["evaluate", run.path, "--json"])
            let told: EvaluationResult = try JSON.value(from: evaluation.output)
            #expect(told.accuracy == score.accuracy && told.loss == score.loss)
        }
        let report = try text(sweep + "/report.html")
        #expect(report.contains("cell gru") && report.contains("it was not used for model selection"))
        #expect(
            outcome.output.contains("Test accuracy, evaluated for the winner only"))
        #expect(try text(sweep + "/sweep.log") == outcome.output)

        // The second time, nothing is left to do.
        let before = try FileTree(at: sweep + "/runs")
        let again = try start(place).finish()
        #expect(again.exitCode == 0 && !again.output.contains("\n["))
        #expect(again.lines[0].hasSuffix("4 entries; 4 done"))
        #expect(try FileTree(at: sweep + "/runs").differences(from: before) == [])

        try expectFound(sweep, in: place, winner: winner)

        // The test images are not read again.
        try FileManager.default.removeItem(atPath: place.data)
        let told = try Tool.run(["sweep", "report", "cells", "--runs", place.runs])
        #expect(told.exitCode == 0 && outcome.output.hasSuffix(told.output), "\(told.errors)")
        let english = try text(sweep + "/report.html")
        let korean = try Tool.run(["sweep", "report", "cells", "--language", "ko", "--runs", place.runs])
        #expect(korean.exitCode == 0 && korean.output == told.output, "\(korean.errors)")
        #expect(try text(sweep + "/report.html").contains("<html lang=\"ko\">"))
        #expect(english.contains("<html lang=\"en\">"))
    }

    /// Checks that the sweep is listed with the runs, and that commands find its winner and its entries by name.
    private func expectFound(_ sweep: String, in place: Workplace, winner: Int) throws {
        let directory = SweepDirectory(path: sweep, of: ImageTraining.Options.self)
        let results = try SweepResults(directory)
        let best = try #require(
            results.plan.entries.filter { $0.setting == winner }.max {
                (results.results[$0.index]?[.accuracy, .validation] ?? 0, -Double($0.index))
                    < (results.results[$1.index]?[.accuracy, .validation] ?? 0, -Double($1.index))
            })
        let run = try #require(try directory.run(of: best))
        let runs = ["--runs", place.runs]

        let list = try Tool.run(["runs"] + runs)
        #expect(list.lines.last { $0.hasPrefix("cells") }?.contains("4/4") == true, "\(list.output)")
        for name in ["cells", sweep, sweep + "/"] {
            let evaluated = try Tool.run(["evaluate", "--run", name] + runs)
            #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
            #expect(evaluated.output.hasPrefix("Checkpoint: \(run.path)/checkpoints/"), "\(evaluated.output)")
        }
        let entry = try Tool.run(["summary", "cells/entry-0002"] + runs)
        #expect(entry.exitCode == 0, "\(entry.errors)")
        let predicted = try Tool.run(["predict", "--run", "cells", "--index", "0"] + runs)
        #expect(predicted.output.hasPrefix("Checkpoint: \(run.path)/checkpoints/"), "\(predicted.errors)")
        let shown = try Tool.run(["runs", "show", "cells"] + runs)
        #expect(shown.output.contains("Checkpoint: \(run.bestCheckpoint)"), "\(shown.output)")

        // The printed command trains the winner on all training images.
        let line = try #require(shown.lines.first { $0.hasPrefix("Train the winning setting on all") })
        let words = try #require(line.split(separator: ": ", maxSplits: 1).last).split(separator: " ").map(
            String.init)
        #expect(words[0] == "mnist-bilstm" && !words.contains("--validation"))
        let trained = try Tool.run(Array(words.dropFirst()) + ["--name", "all"])
        #expect(
            trained.exitCode == 0 && trained.output.contains("120 training images"),
            "\(trained.output)\(trained.errors)")
    }

    @Test func `an incomplete sweep has no winner, and its entries can be named`() throws {
        let place = try place()
        let planned = try Tool.run(["sweep", "plan"] + Self.plan + place.places)
        try #require(planned.exitCode == 0, "\(planned.errors)")
        let evaluated = try Tool.run(["evaluate", "cells", "--runs", place.runs])
        #expect(evaluated.exitCode == 66)
        #expect(
            evaluated.errors.contains("is a sweep without a winner")
                && evaluated.errors.contains("mnist-bilstm sweep --resume"), "\(evaluated.errors)")
        let shown = try Tool.run(["runs", "show", "cells", "--runs", place.runs])
        #expect(shown.exitCode == 0 && shown.output.contains("0 of 4 entries are done"), "\(shown.errors)")
        let none = try Tool.run(["evaluate", "cells/entry-0000", "--runs", place.runs])
        #expect(none.exitCode == 66 && none.errors.contains("no run"), "\(none.errors)")
    }

    @Test func `the help of sweep shows its options`() throws {
        for words in [["help", "sweep"], ["sweep", "--help"]] {
            let help = try Tool.run(words)
            for option in ["--seeds", "--set", "--random", "--jobs", "--resume"] {
                #expect(help.output.contains("\n  \(option) <"), "\(option): \(help.output)")
            }
        }
    }

    /// The sweep is killed together with the processes that it has started, as in a power cut, or alone.
    @Test(
        arguments: 0..<3 as Range<UInt64>)
    func `killed at random instants, a sweep is resumed by the same command or --resume`(chain: UInt64) throws
    {
        let expected = try undisturbed()
        let place = try place()
        var random = SplitMix64(chain)
        var kills = 0
        for attempt in 0..<max(1, Torture.kills / 10) {
            let sweep = place.runs + "/sweeps/cells"
            let isPlanned = FileManager.default.fileExists(atPath: sweep + "/plan.json")
            let tool =
                attempt % 2 == 1 && isPlanned
                ? try RunningTool(["sweep", "--resume", "cells", "--runs", place.runs, "--jobs", "3"])
                : try start(place)
            // The first kill is too early for a complete sweep.
            usleep(attempt == 0 ? 50_000 : UInt32(20_000 + 400_000 * random.nextUnit()))
            tool.send(SIGKILL)
            if chain != 2 { Self.killProcesses(with: sweep) }
            let ending = tool.ending()
            if ending == 0 { break }
            try #require(ending == -SIGKILL)
            kills += 1
        }
        #expect(kills > 0)
        let outcome = try start(place).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try files(place) == expected, "after \(kills) kills")
        // Nothing was done twice: each entry has exactly one finished run.
        for name in try FileManager.default.contentsOfDirectory(atPath: place.runs + "/sweeps/cells/entries")
        where name.hasSuffix(".json") {
            let entry = name.dropLast(5)
            let runs = try FileManager.default.contentsOfDirectory(atPath: place.runs + "/sweeps/cells/runs")
            let finished = runs.filter { run in
                run != "latest" && run.contains(entry)
                    && (try? text(place.runs + "/sweeps/cells/runs/\(run)/summary.json"))?.contains(
                        "finished") == true
            }
            #expect(finished.count == 1, "\(entry): \(finished)")
        }
    }

    /// Kills the processes whose command line contains a text; works only on Linux.
    private static func killProcesses(with text: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let identifier = Int32(name), identifier != getpid(),
                let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
                String(decoding: words, as: UTF8.self).contains(text)
            else { continue }
            kill(identifier, SIGKILL)
        }
    }

    @Test func `several processes train one plan, and one of them is killed and restarted`() throws {
        let expected = try undisturbed()
        let place = try place()
        let planned = try Tool.run(["sweep", "plan", "--count"] + Self.plan + place.places)
        #expect(planned.exitCode == 0 && planned.output == "4\n", "\(planned.errors)")
        func entry(_ index: Int) throws -> RunningTool {
            try RunningTool(["sweep", "run", "cells", "--index", "\(index)", "--runs", place.runs])
        }
        // One process is killed as soon as it has a checkpoint.
        let victim = try entry(2)
        let runs = place.runs + "/sweeps/cells/runs"
        while victim.isRunning {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
            if names.contains(where: {
                FileManager.default.fileExists(atPath: "\(runs)/\($0)/checkpoints/last.safetensors")
            }) {
                victim.send(SIGKILL)
                break
            }
            usleep(500)
        }
        #expect(victim.ending() == -SIGKILL)
        let early = try Tool.run(["sweep", "report", "cells", "--runs", place.runs])
        #expect(early.exitCode == 0 && early.output.contains("0 of 4 entries are done"), "\(early.output)")
        #expect(!FileManager.default.fileExists(atPath: place.runs + "/sweeps/cells/test.json"))

        // All entries are started twice at once: only one of two processes trains an entry.
        let tools = try (0..<8).map { try entry($0 % 4) }
        for tool in tools {
            let outcome = try tool.finish()
            #expect([0, 73].contains(outcome.exitCode), "\(outcome.errors)")
        }
        let report = try Tool.run(["sweep", "report", "cells", "--runs", place.runs])
        #expect(report.exitCode == 0, "\(report.errors)")
        #expect(try files(place) == expected)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: runs).count == 6,
            "4 runs, latest and .runs.lock")
    }

    @Test func `an entry that another process is training is refused, and a sweep waits for it`() throws {
        let place = try place()
        #expect(try Tool.run(["sweep", "plan"] + Self.plan + place.places).exitCode == 0)
        var lock = try FileLock(place.runs + "/sweeps/cells/entries/entry-0001.lock")
        #expect(lock != nil)
        let refused = try Tool.run(["sweep", "run", "cells", "--index", "1", "--runs", place.runs])
        #expect(
            refused.exitCode == 73
                && refused.errors
                    == "Error: entry-0001: another process is training this entry; wait until it ends\n"
        )
        // A whole sweep trains the other entries and waits.
        let sweep = try start(place)
        let third = try sweep.line(beginning: "[3/4]")
        #expect(!third.contains("entry-0001"))
        #expect(
            try sweep.line(beginning: "Waiting for other processes that train entry-0001").hasSuffix(
                "(entry-0001: another process is training this entry; wait until it ends)"))
        #expect(sweep.isRunning)
        lock = nil
        #expect(try sweep.line(beginning: "[4/4]").contains("entry-0001"))
        #expect(try sweep.finish().exitCode == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `Ctrl-C and SIGTERM stop a sweep and its processes, and it can be resumed`(signal: Int32) throws {
        let expected = try undisturbed()
        let place = try place()
        let sweep = try start(place)
        _ = try sweep.line(beginning: "[1/4]")
        sweep.send(signal)
        let outcome = try sweep.finish()
        #expect(outcome.exitCode == 128 + signal, "\(outcome.errors)")
        #expect(
            outcome.output.contains(
                "of 4 entries are done. Resume with: mnist-bilstm sweep --resume \(place.runs)/sweeps/cells"))
        #expect(try start(place).finish().exitCode == 0)
        #expect(try files(place) == expected)
    }

    @Test func `a training entry that is stopped ends after the step, with a checkpoint`()
        throws
    {
        let place = try place()
        let sweep = try start(
            place, ["--seeds", "0", "--name", "cells"] + Self.plan[6..<16] + ["--epochs", "1000000"])
        let runs = place.runs + "/sweeps/cells/runs"
        while sweep.isRunning, !FileManager.default.fileExists(atPath: runs + "/latest/metrics.csv") {
            usleep(10_000)
        }
        sweep.send(SIGTERM)
        #expect(try sweep.finish().exitCode == 143)
        #expect(try text(runs + "/latest/summary.json").contains(#""state" : "stopped""#))
    }

    @Test func `a training entry stops with a checkpoint when the sweep is killed`() throws {
        let place = try place()
        let sweep = try start(
            place, ["--seeds", "0", "--name", "cells"] + Self.plan[6..<16] + ["--epochs", "1000000"])
        let runs = place.runs + "/sweeps/cells/runs"
        while sweep.isRunning, !FileManager.default.fileExists(atPath: runs + "/latest/metrics.csv") {
            usleep(10_000)
        }
        sweep.send(SIGKILL)
        #expect(sweep.ending() == -SIGKILL)
        let lock = place.runs + "/sweeps/cells/entries/entry-0000.lock"
        for _ in 0..<6000 where try FileLock.isHeld(lock) { usleep(10_000) }
        let summary = try text(runs + "/latest/summary.json")
        #expect(summary.contains(#""state" : "stopped""#), "\(summary)")
    }

    @Test func `a diverged entry is a result`() throws {
        let place = try place()
        let outcome = try start(
            place,
            [
                "--seeds", "0-1", "--set", "learning-rate=1e30,0.01", "--optimizer", "sgd", "--cell",
                "rnn-relu",
                "--name", "cells",
            ] + Self.plan[4..<16]
        ).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.output.contains("learning-rate 1e30, seed 0: diverged after 0 epochs"),
            "\(outcome.output)")
        let rows = try text(place.runs + "/sweeps/cells/results.csv").split(separator: "\n")
        #expect(rows[1] == "0,1e30,0,diverged,0,,,,,")
        #expect(outcome.output.contains("Winner by mean validation accuracy: learning-rate 0.01"))
    }

    @Test(
        arguments: [
            ([], "Error: --seeds is missing"),
            (["--seeds", "0-x"], #"--seeds "0-x": expected numbers"#),
            (["--seeds", "0", "--set", "cell"], #"--set "cell": expected OPTION=VALUE"#),
            (["--seeds", "0", "--set", "cell=lstm,xyz", "--validation", "9"], "cell xyz: "),
            (["--seeds", "0", "--set", "sell=lstm", "--validation", "9"], "Unknown option '--sell'"),
            (
                ["--seeds", "0", "--set", "layers=1,0", "--validation", "9"],
                "layers 0: --layers must be 1 to 16, not 0"
            ),
            (["--seeds", "0", "--set", "cell=lstm"], "--validation is missing"),
            (
                ["--seeds", "0", "--set", "lr=0.1,0.2", "--validation", "9"],
                "lr 0.1: Unknown option '--lr'. Did you mean '--learning-rate'?"
            ),
            (["--seeds", "0", "--sched", "step"], "Unknown option '--sched'. Did you mean '--schedule'?"),
            (["--seeds", "0", "--set", "help=true"], "help true: Unknown option '--help'"),
            (
                ["--seeds", "0", "--set", "learning-rate=0.01,1e-2", "--validation", "9"],
                "learning-rate 0.01 and learning-rate 1e-2 train the same weights"
            ),
            (
                ["--seeds", "0", "--set", "cell=lstm", "--random", "-1"],
                "--random must be 1 to 100000, not -1"
            ),
            (["--seeds", "-1"], #"--seeds "-1": expected numbers"#),
            (
                ["--seeds", "0", "--validation", "9", "--seed", "1"],
                "--seed: give the seeds of a sweep with --seeds"
            ),
            (["--seeds", "0", "--validation", "9", "--jops", "1"], "Unknown option '--jops'"),
            (["--seeds", "0", "--validation", "9", "--epohcs", "1"], "Did you mean '--epochs'?"),
            (
                ["--seeds", "0", "--validation", "9", "--random-seed", "1"],
                "--random-seed has an effect only with"
            ),
            (
                ["--seeds", "0", "--validation", "9", "--random", "3"],
                "--random has an effect only with --set"
            ),
            (
                ["--seeds", "0", "--validation", "9", "--momentum", "0.5"],
                "--momentum has an effect only with"
            ),
            (["--seeds", "0", "--validation", "9", "--name", "a/b"], "--name: run name"),
            (["--resume", "cells", "--seeds", "0"], "--resume continues a sweep with its own plan"),
        ])
    func `a refused plan leaves no directory`(arguments: [String], part: String) throws {
        let place = try Workplace(nil)
        let outcome = try Tool.run(["sweep"] + arguments + ["--runs", place.runs])
        #expect(outcome.exitCode == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(part) && outcome.output == "", "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    @Test func `a missing sweep, entry or data set is reported`() throws {
        let place = try place()
        let unknown = try Tool.run(["sweep", "--resume", "cells", "--runs", place.runs])
        #expect(unknown.exitCode == 66 && unknown.errors.contains(#"no sweep "cells""#), "\(unknown.errors)")
        #expect(try Tool.run(["sweep", "plan"] + Self.plan + place.places).exitCode == 0)
        let entry = try Tool.run(["sweep", "run", "cells", "--index", "4", "--runs", place.runs])
        #expect(
            entry.exitCode == 64 && entry.errors == "Error: --index must be 0 to 3, not 4\n",
            "\(entry.errors)")
        let other = try Tool.run(["sweep", "plan"] + Self.plan + ["--momentum", "0.5"] + place.places)
        #expect(other.exitCode == 64)
        let seeds = try Tool.run([
            "sweep", "plan", "--name", "cells", "--seeds", "7", "--validation", "9", "--runs", place.runs,
        ])
        #expect(seeds.exitCode == 64 && seeds.errors.contains("has a different plan:\n  "), "\(seeds.errors)")
        try FileManager.default.removeItem(atPath: place.data)
        let data = try start(place).finish()
        #expect(data.exitCode == 66, "\(data.errors)")
        #expect(
            data.output.hasSuffix(
                "Stopped; 0 of 4 entries are done. Resume with: mnist-bilstm sweep --resume \(place.runs)/sweeps/cells\n"
            ))
        #expect(
            data.errors.hasPrefix("Error: entry-000") && data.errors.contains("ended with exit code 66: "))
        #expect(data.errors.contains(place.data), "\(data.errors)")
    }

    /// Scripts in place of `sbatch` and `parallel` train one entry after another.
    @Test(arguments: ["slurm.sh", "parallel.sh"]) func `the scripts for schedulers train a whole sweep`(
        name: String
    )
        throws
    {
        let expected = try undisturbed()
        let place = try place()
        let programs = [
            "sbatch": """
            for word; do case $word in --array=0-*) last=${word#--array=0-};; esac; done
            if [ -z "${last:-}" ]; then sh -c "${@: -1}" > report; exit; fi
            for index in $(seq 0 "$last"); do SLURM_ARRAY_TASK_ID=$index sh -c "${@: -1}" > /dev/null; done
            echo "17;cluster"
            """,
            "parallel": """
            [ "$1 $2 $3" = "--retries 3 --quote" ]; shift 3
            while read -r index; do "${@//\\{\\}/$index}"; done
            """,
        ]
        for (name, body) in programs {
            let path = place.path + "/" + name
            try Data("#!/usr/bin/env bash\nset -eu\n\(body)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let variables = ["PATH": "\(place.path):\(Tool.products.path):/usr/bin:/bin"]
        let plan = Self.plan.dropLast(2) + ["--data", place.data]
        let script = try RunningTool(
            ["cells"] + plan, program: Repository.url.path + "/Scripts/sweeps/" + name,
            in: URL(filePath: place.path), variables: variables)
        let outcome = try script.finish()
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        let report = name == "slurm.sh" ? try text(place.path + "/report") : outcome.output
        #expect(report.contains("Winner by mean validation accuracy: "), "\(outcome.output)")
        #expect(try files(place) == expected)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
