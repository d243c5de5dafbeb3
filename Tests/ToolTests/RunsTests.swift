import Foundation
import Testing

@Suite("Runs and their reports", .timeLimit(.minutes(60))) struct RunsTests {
    private func runs(_ place: Workplace, _ arguments: String...) throws -> Tool.Outcome {
        try Tool.run(arguments + ["--runs", place.runs])
    }

    @Test func `a run has pictures, which can be drawn again`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "2", "--validation", "50", "--name", "a").exitCode == 0)
        for name in ["curves.svg", "confusion.svg", "mistakes.png", "report.html"] {
            #expect(place.exists(name))
        }
        let page = try place.text("report.html")
        #expect(page.contains(">finished<"))
        let accuracy = try #require(try place.json("summary.json", "test_accuracy") as? Double)
        #expect(page.contains("<strong>\(String(format: "%.2f", accuracy)) ± "))
        #expect(page.contains("data:image/png;base64,"))

        // Drawn again, they are the same.
        let names = ["curves.svg", "confusion.svg", "report.html"]
        let first = try names.map { try place.bytes($0) }
        for name in names { try FileManager.default.removeItem(atPath: place.latest(name)) }
        let outcome = try runs(place, "report")
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == "\(place.runs)/\(place.runNames[0])/report.html\n")
        #expect(try names.map { try place.bytes($0) } == first)

        // In Korean, and in English again.
        #expect(try runs(place, "report", "--language", "ko").exitCode == 0)
        let korean = try place.text("report.html")
        #expect(korean.contains("<html lang=\"ko\">") && korean.contains("<h2>학습 곡선</h2>"))
        #expect(try place.text("curves.svg").contains(">에포크</text>"))
        #expect(try place.text("confusion.svg").contains(">정답 클래스</text>"))
        #expect(try runs(place, "report", "--language", "en").exitCode == 0)
        #expect(try names.map { try place.bytes($0) } == first)
        let wrong = try runs(place, "report", "--language", "fr")
        #expect(wrong.exitCode == 64 && wrong.errors.contains("'en' and 'ko'"), "\(wrong.errors)")
    }

    /// The language is the run's, does not affect the weights, and is kept at a resume.
    @Test func `a training writes its report in its language`() throws {
        let (place, english) = (try Workplace(), try Workplace())
        let outcome = try place.run("--epochs", "1", "--language", "ko", "--seed", "3")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try place.text("report.html").contains("<html lang=\"ko\">"))
        #expect(try place.text("curves.svg").contains(">에포크</text>"))
        #expect(try english.run("--epochs", "1", "--seed", "3").exitCode == 0)
        let weights = "checkpoints/last.safetensors"
        #expect(try place.bytes(weights) == english.bytes(weights))
        let first = try place.bytes("report.html")
        #expect(try runs(place, "report").exitCode == 0)
        #expect(try place.bytes("report.html") == first)
        #expect(try runs(place, "report", "--language", "en").exitCode == 0)
        #expect(try place.text("report.html").contains("<html lang=\"en\">"))
        #expect(
            try place.run("--resume", "latest", "--epochs", "2", "--allow-changes").exitCode == 0)
        #expect(try place.text("report.html").contains("<html lang=\"ko\">"))
        #expect(try place.json("config.json", "options", "language") as? String == "ko")
    }

    @Test func `a failed picture does not end a run`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let weights = try place.bytes("checkpoints/last.safetensors")
        for name in ["report.html", "mistakes.png", "curves.svg"] {
            try FileManager.default.removeItem(atPath: place.latest(name))
            try FileManager.default.createDirectory(
                atPath: place.latest(name) + "/full", withIntermediateDirectories: true)
        }
        let outcome = try place.run("--resume", "latest", "--epochs", "2", "--allow-changes")
        #expect(outcome.exitCode == 74)
        #expect(outcome.output.contains("mnist-bilstm report \(place.runNames[0])"))
        #expect(try place.json("summary.json", "state") as? String == "finished")
        #expect(try place.json("summary.json", "epochs") as? Int == 2)
        #expect(try place.bytes("checkpoints/last.safetensors") != weights)
        #expect(try runs(place, "report").exitCode == 74)
    }

    @Test func `runs are listed and compared`() throws {
        let place = try Workplace()
        #expect(try runs(place, "runs").output == "No runs in \(place.runs).\n")
        #expect(try place.run("--epochs", "1", "--name", "a").exitCode == 0)
        #expect(try place.run("--epochs", "2", "--name", "b", "--cell", "gru").exitCode == 0)
        let listed = try runs(place, "runs", "--json")
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
        #expect(list.map { $0["name"] as? String } == place.runNames)
        #expect(list.map { $0["state"] as? String } == ["finished", "finished"])
        #expect(list.map { $0["epochs"] as? Int } == [1, 2])
        #expect(try runs(place, "runs", "list").output == runs(place, "runs").output)
        #expect(try runs(place, "runs", "show", "latest").output.contains("  --cell gru\n"))

        let outcome = try runs(place, "runs", "compare", place.runNames[0], "latest")
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.contains("--cell"))
        #expect(outcome.lines.suffix(2).first == "Curves: \(place.runs)/compare.svg")
        #expect(FileManager.default.fileExists(atPath: place.runs + "/compare.svg"))
        let other = place.path + "/other.svg"
        let paths = place.runNames.map { "\(place.runs)/\($0)" }
        #expect(try runs(place, "runs", "compare", paths[0], paths[1], "--out", other).exitCode == 0)
        #expect(FileManager.default.fileExists(atPath: other))

        // Every command that reads a run accepts it as an argument and with --run.
        for words in [["runs", "show"], ["summary"], ["report"], ["evaluate"]] {
            let named = try Tool.run(words + ["--run", "a", "--runs", place.runs])
            #expect(named.exitCode == 0 && named.errors == "", "\(words): \(named.errors)")
            #expect(try Tool.run(words + ["a", "--runs", place.runs]).output == named.output, "\(words)")
            #expect(
                try Tool.run(words + ["a", "--run", "a", "--runs", place.runs]).exitCode == 64, "\(words)")
        }
        let repeated = try runs(place, "runs", "compare", "--run", "a", "--run", "b")
        #expect(try repeated.output == runs(place, "runs", "compare", "a", "b").output)
    }

    @Test func `runs are exported for MLflow`() throws {
        let place = try Workplace()
        let store = place.path + "/mlruns"
        let none = try runs(place, "runs", "export", "--to", "mlflow", "--out", store)
        #expect(none.exitCode == 64 && none.errors.contains("No runs in \(place.runs)"))
        #expect(!FileManager.default.fileExists(atPath: store))
        #expect(try place.run("--epochs", "1", "--name", "a").exitCode == 0)
        #expect(try place.run("--epochs", "1", "--name", "b").exitCode == 0)

        let one = try runs(place, "runs", "export", "a", "a", "--to", "mlflow", "--out", store)
        #expect(one.exitCode == 0)
        #expect(one.lines.first?.hasPrefix("1 run in \(store), experiment mnist-bilstm.") == true)
        let all = try runs(
            place, "runs", "export", "--to", "mlflow", "--out", store, "--experiment", "it's 1", "--json")
        let result = try #require(
            try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any])
        #expect((result["runs"] as? [[String: Any]])?.count == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store).count == 2)

        // A damaged run is named, and the others are exported.
        let damaged = place.runs + "/" + place.runNames[0] + "/metrics.jsonl"
        try Data("{\n".utf8).write(to: URL(filePath: damaged))
        let rest = try runs(place, "runs", "export", "--to", "mlflow", "--out", place.path + "/rest")
        #expect(rest.exitCode == 65 && rest.errors.contains("\(damaged): line 1: "))
        #expect(rest.lines.first?.hasPrefix("1 run in ") == true)

        for (words, text) in [
            (["--to", "wandb"], "mlflow"), ([], "--to"),
            (["--to", "mlflow", "--experiment", "a\nb"], "one line"),
            (["--to", "mlflow", "--out", ""], "--out must name a directory"),
        ] {
            let refused = try Tool.run(["runs", "export", "--runs", place.runs] + words)
            #expect(refused.exitCode == 64 && refused.errors.contains(text), "\(words): \(refused.errors)")
        }
    }

    /// A command whose output cannot be written fails. A reader that stops reading early is not an error.
    @Test(arguments: [
        ["runs"], ["runs", "show"], ["runs", "list", "--json"], ["evaluate"], ["evaluate", "--json"],
        ["predict", "--index", "3"], ["summary", "latest"], ["report"],
    ])
    func `a full disk for standard output is an error, and a closed pipe is not`(arguments: [String]) throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let all = arguments + ["--runs", place.runs]
        if let full = FileHandle(forWritingAtPath: "/dev/full") {
            let outcome = try RunningTool(all, standardOutput: full).finish()
            #expect(outcome.exitCode == 74)
            #expect(outcome.errors == "Error: standard output: cannot write: No space left on device\n")
        }
        let unread = try RunningTool(all)
        try unread.closeOutput()
        #expect(try unread.wait() == 0)
    }

    /// A read from a pipe would wait forever.
    @Test func `pipes in place of files are reported`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        for name in ["metrics.csv", "summary.json"] {
            try FileManager.default.removeItem(atPath: place.latest(name))
            #expect(mkfifo(place.latest(name), 0o600) == 0)
        }
        let list = try runs(place, "runs")
        #expect(list.exitCode == 0)
        #expect(
            list.output.contains("summary.json: cannot open: expected a regular file, found a FIFO"),
            "\(list.output)")
        let resumed = try place.run("--resume", "latest", "--epochs", "2", "--allow-changes")
        #expect(resumed.exitCode == 74)
        #expect(
            resumed.errors.contains("metrics.csv: cannot open: expected a regular file, found a FIFO"),
            "\(resumed.errors)"
        )
        let picture = try Tool.run(["predict", place.latest("summary.json"), "--runs", place.runs])
        #expect(
            picture.errors.contains("summary.json: cannot be read: it is a FIFO"),
            "\(picture.errors)")
        #expect(picture.exitCode == 66)
    }

    @Test func `a resume of a complete run says that nothing is left to do`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        #expect(try place.run("--resume", "latest").output.contains("give more --epochs and"))
        let early = [
            "--epochs", "30", "--validation", "50", "--early-stopping", "1", "--learning-rate", "0.3",
        ]
        #expect(try Tool.run(place.places + early).exitCode == 0)
        try #require(try place.json("summary.json", "reason") as? String == "early stopping")
        for more in [[], ["--epochs", "40", "--allow-changes"]] {
            let outcome = try Tool.run(place.places + ["--resume", "latest"] + more)
            #expect(outcome.output.contains("give a larger --early-stopping and"), "\(outcome.output)")
        }
        let more = ["--resume", "latest", "--early-stopping", "2", "--allow-changes"]
        #expect(try Tool.run(place.places + more).epochLines.count > 0)
    }

    /// All checkpoints were removed by hand. A message says so before training starts from the beginning.
    @Test func `a run without its checkpoints is trained from the beginning`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let name = try #require(place.target(of: "last"))
        try FileManager.default.removeItem(atPath: place.latest("checkpoints/" + name))
        let outcome = try place.run("--resume", "latest")
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.contains("\(name) is missing. Training starts from the beginning."))
    }

    @Test func `impossible requests are explained`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        for (arguments, code, message) in [
            (["report", "other"], 66, "no run \"other\""),
            (["runs", "show", "other"], 66, "no run \"other\""),
            (["runs", "compare", "latest", "other"], 66, "no run \"other\""),
            (["runs", "compare", "latest"], 64, "at least two runs"),
            (["runs", "compare", "latest", place.runNames[0]], 64, "names a run twice"),
            (["runs", "compare", "latest", "latest", "--out", ""], 64, "--out must name a file"),
            (["runs", "--nothing"], 64, "Unknown option"), (["report", "a", "b"], 64, "Unexpected argument"),
        ] {
            let outcome = try Tool.run(arguments + ["--runs", place.runs])
            #expect(outcome.exitCode == Int32(code), "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        #expect(try Tool.run(["runs", "--runs", ""]).exitCode == 64)
        try Data("{".utf8).write(to: URL(filePath: place.latest("evaluation.json")))
        let outcome = try runs(place, "report")
        #expect(outcome.exitCode == 0 && outcome.errors.contains("evaluation.json"))
    }

    @Test(arguments: [["report"], ["runs"], ["runs", "list"], ["runs", "show"], ["runs", "compare"]])
    func `every help text has an example`(command: [String]) throws {
        let outcome = try Tool.run(command + ["--help"])
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.contains("mnist-bilstm \(command.joined(separator: " "))"))
        #expect(outcome.output.contains("xample"))
    }
}
