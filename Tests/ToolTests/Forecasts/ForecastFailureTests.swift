import Datasets
import Foundation
import TestSupport
import Testing

@Suite("Errors of stock-forecast", .timeLimit(.minutes(60))) struct ForecastFailureTests {
    @Test(arguments: [
        ("--epochs", "0", "--epochs must be 1 to 1000000, not 0."), ("--epochs", "1.5", "--epochs"),
        ("--batch-size", "0", "--batch-size must be 1 to "),
        ("--learning-rate", "0", "--learning-rate must be"),
        ("--learning-rate", "nan", "--learning-rate must be a positive number"),
        ("--hidden-size", "2049", "--hidden-size must be 1 to 2048"),
        ("--layers", "17", "--layers must be 1 to 16"),
        ("--seeds", "0", "--seeds must be 1 to 1000"), ("--seed", "-1", "--seed"),
        ("--model", "tcn", "--model"), ("--rows", "0", "--rows must be"),
        ("--sequence-length", "0", "--sequence-length must be"),
        ("--train-windows", "0", "--train-windows must be"),
        ("--horizon", "1001", "--horizon must be 0 to 1000"),
        ("--print-every", "-1", "--print-every must be"),
        ("--scaler", "max", "--scaler"), ("--scale-on", "test", "--scale-on"),
        ("--from", "2010-02-30", "--from"),
        ("--to", "yesterday", "--to"), ("--data", "", "--data must name a file"),
        ("--target", "", "--target must name a column"), ("--runs", "", "--runs must name a directory"),
        (
            "--features", "Open,,Low",
            "--features must name columns, separated by commas; one name is empty."
        ),
        ("--features", "", "--features must name columns"),
        ("--features", "Open,Open", "--features must name each column once; Open is named twice."),
        ("--features", "Open,Low, open", "--features must name each column once; open is named twice."),
        ("--threads", "0", "--threads must be"), ("--name", "a/b", "--name"), ("--colour", "red", "--colour"),
    ])
    func `invalid values of options are refused`(option: String, value: String, message: String) throws {
        let place = try ForecastPlace()
        let outcome = try Tool.run(
            (option == "--runs" ? [] : ["--runs", place.runs]) + [option, value], program: Tool.forecastPath)
        #expect(outcome.exitCode == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    @Test func `options that cannot be combined are refused`() throws {
        let place = try ForecastPlace()
        let cases: [([String], String)] = [
            (
                ["--from", "2010-01-02", "--to", "2009-01-01"],
                "--to must not be before --from: 2009-01-01 is before 2010-01-02."
            ),
            (
                ["--resume", "latest", "--name", "a"],
                "--name has no effect with --resume: a resumed run keeps its name."
            ),
            (
                ["predict", "--csv", "a.csv", "--from", "2010-01-02", "--to", "2009-01-01"],
                "--to must not be before"
            ),
            (["predict"], "--data"),
            (["predict", "latest", "--run", "latest", "--data", "a.csv"], "Give the run once"),
            (["--allow-changes"], "--allow-changes has an effect only with --resume."),
            (["--no-sigmoid", "--model", "gru"], "--sigmoid has an effect only with --model rnn or all."),
            (["predict", "--csv", "a.csv", "--horizon", "-1"], "--horizon must be"),
            (["predict", "--csv", "a.csv", "--out", ""], "--out must name a file"),
            (
                ["pradict"],
                #"Unknown command "pradict". Did you mean "predict"? Commands: train, verify, predict, summary, export, report, help."#
            ),
        ]
        for (arguments, message) in cases {
            let outcome = try Tool.run(
                arguments, program: Tool.forecastPath, in: URL(filePath: place.place.path))
            #expect(outcome.exitCode == 64, "\(arguments)")
            #expect(outcome.output == "", "\(arguments)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
        }
    }

    @Test func `invalid data are refused`() throws {
        let place = try ForecastPlace()
        var lines = ForecastPlace.table(40).split(separator: "\n").map(String.init)
        lines[7].replace("2000-01-09,", with: "2000-01-09,1o4.5;")
        lines[7] = lines[7].replacing(/;[^,]*/, with: "")
        try place.write("cell.csv", lines.joined(separator: "\n"))
        try place.write("short.csv", ForecastPlace.table(23))
        try place.write("empty.csv", "")
        try place.write("values.json", "[{\"Date\": \"2000-01-03\"}]")
        try place.write("page.csv", "<!doctype html>\n<title>404</title>\n")
        try place.write("pointer.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
        try Data([0xFF, 0xFE, 0x44, 0x00]).write(to: URL(filePath: place.place.path + "/utf16.csv"))
        let withoutVolume = ForecastPlace.table(40).split(separator: "\n").map { line in
            String(line.hasPrefix("Date") ? line : line.prefix(through: line.lastIndex(of: ",")!))
        }
        try place.write("fx.csv", withoutVolume.joined(separator: "\n"))
        let cases: [([String], Int32, [String])] = [
            (["--data", "none.csv"], 66, ["missing file: none.csv"]),
            (["--data", "."], 66, ["cannot be read: it is a directory; give the path of a file"]),
            (["--data", "values.json"], 65, ["found JSON; download the data as CSV"]),
            (["--data", "cell.csv"], 65, ["cell.csv: ", "line 8", "Open", #""1o4.5""#]),
            (
                ["--data", "short.csv"], 65,
                [
                    "short.csv: too few rows: expected at least 24 rows for 20 training windows of 4 days",
                    "23 rows from 2000-01-03 to ",
                ]
            ),
            (["--data", "empty.csv"], 65, ["empty.csv: "]),
            (
                ["--target", "Bid"], 65,
                ["prices.csv: missing column at line 1: expected a column Bid, found \"Date\""]
            ),
            (["--features", "Open,Ask"], 65, ["missing column", "Ask"]),
            (
                ["--rows", "24", "--train-windows", "21"], 65,
                [
                    "give a smaller --train-windows, for example 16, or more rows (--rows, --from, --to, or another file)"
                ]
            ),
            (["--rows", "4"], 65, ["or --sequence-length 2 --train-windows 1"]),
            (["--target", "Bid"], 65, ["; give --target Close\n"]),
            (["--features", "Open,Ask"], 65, ["; give --features Open\n"]),
            (["--data", "fx.csv"], 65, ["; give --features Open,High,Low\n"]),
            (["--data", "page.csv"], 65, ["found an HTML page; download the file itself"]),
            (["--data", "pointer.csv"], 65, ["found a Git LFS pointer; run \"git lfs pull\""]),
            (["--data", "utf16.csv"], 65, ["found UTF-16; save the table as CSV in UTF-8"]),
            (["--rows", "41"], 65, ["expected 41 rows, found 40 rows from "]),
            (["--from", "2030-01-01"], 65, ["expected 1 row from 2030-01-01, found 40 rows from "]),
        ]
        for (arguments, exitCode, messages) in cases {
            let data = arguments.contains("--data") ? [] : ["--data", "prices.csv"]
            let outcome = try Tool.run(
                data + ForecastPlace.options(arguments) + ["--runs", place.runs], program: Tool.forecastPath,
                in: URL(filePath: place.place.path))
            #expect(outcome.exitCode == exitCode, "\(arguments): \(outcome.errors)")
            #expect(outcome.output == "", "\(arguments)")
            for message in messages {
                #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: place.runs), "\(arguments)")
        }
    }

    #if os(Linux)
        /// The rows of a compressed file are counted only when it is unpacked.
        @Test(arguments: [48, 64, 80, 96, 128, 192, 256, 320, 400, 640])
        func `a large price file is forecast or refused with any amount of memory`(mebibytes: Int) throws {
            let place = try ForecastPlace()
            var rows = "Date,Open,High,Low,Close,Volume\n"
            for day in 0..<200_000 {
                rows +=
                    "\(CalendarDate(daysSinceEpoch: day - 100_000)),\(1 + day % 3),3,1,\(1 + day % 2),\(day)\n"
            }
            let path = place.place.path + "/large.csv.gz"
            try Data(gzip(Array(rows.utf8))).write(to: URL(filePath: path))
            let words =
                [Tool.forecastPath, "--data", path, "--runs", place.runs, "--quiet", "--seeds", "2"]
                + ForecastPlace.small
            let outcome = try Tool.run(
                ["-c", "ulimit -v \(mebibytes << 10) && exec \"$@\"", "sh"] + words, program: "/bin/sh")
            #expect(outcome.exitCode == 0 || outcome.exitCode == 71, "\(outcome.exitCode) \(outcome.errors)")
            #expect(outcome.exitCode == 0 || outcome.errors.contains("memory"), "\(outcome.errors)")
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func `a signal stops the reading of a price file at once`(signal: Int32) throws {
            let place = try ForecastPlace()
            #expect(try place.train("--model", "rnn").exitCode == 0)
            let line = "2000-01-03,1,2,3,4,5\n"
            // All rows have the same date, which is refused after all rows are read.
            let path = try place.write(
                "large.csv", "Date,Open,High,Low,Close,Volume\n" + String(repeating: line, count: 3_000_000))
            for arguments in [["--data", path], ["predict", "--csv", path]] {
                let tool = try RunningTool(arguments + ["--runs", place.runs], program: Tool.forecastPath)
                try tool.waitForHandler(of: signal)
                usleep(100_000)
                let start = ContinuousClock.now
                tool.send(signal)
                #expect(tool.ending() == 128 + signal)
                #expect(ContinuousClock.now - start < .seconds(1))
            }
        }
    #endif

    /// The calendar ends with the year 9999.
    @Test func `a horizon beyond the calendar is refused`() throws {
        let place = try ForecastPlace()
        let late = try place.write(
            "late.csv", ForecastPlace.table(288).replacing("2000-", with: "9999-"))
        let outcome = try place.train("--data", late, "--horizon", "9", "--model", "rnn")
        #expect(outcome.exitCode == 64)
        #expect(
            outcome.errors.hasPrefix("Error: --horizon must be less than 9: the last row is of 9999-12-26, "))
        #expect(try place.train("--data", late, "--model", "rnn").exitCode == 0)
        let prediction = try place.tool("predict", "--csv", late, "--horizon", "9")
        #expect(prediction.exitCode == 64)
        #expect(prediction.errors.hasPrefix("Error: --horizon must be less than 9: "))
    }

    @Test func `a missing run is reported`() throws {
        let place = try ForecastPlace()
        let outcome = try place.tool("--resume", "latest")
        #expect(outcome.exitCode == 66)
        #expect(outcome.errors.hasPrefix("Error: no run \"latest\": \(place.runs)/latest does not exist"))
        #expect(try place.tool("report").exitCode == 66)
        #expect(try place.tool("predict", "--csv", place.prices).exitCode == 66)
    }

    /// A refused resume does not change the run.
    @Test func `other options and other data are refused`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        let others = try place.write("others.csv", ForecastPlace.table(40, first: 1))
        // The error is also written to the log.
        func files() throws -> FileTree {
            var tree = try FileTree(at: place.run)
            tree.entries["train.log"] = nil
            return tree
        }
        let before = try files()
        for (arguments, exitCode, messages) in [
            (
                ["--epochs", "4"], 64,
                ["was trained with different options:\n  --epochs: the run has 3, the command line gives 4\n"]
            ),
            (
                ["--features", "Close"], 64,
                ["--features: the run has Open, High, Low, Volume, the command line gives Close"]
            ),
            (
                ["--data", others], 65,
                [
                    "was trained on different data: expected 40 rows from 2000-01-03",
                    "found 40 rows from 2000-01-04",
                ]
            ),
        ] as [([String], Int32, [String])] {
            let outcome = try place.tool(["--resume", "latest"] + arguments)
            #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
            #expect(outcome.output == "")
            for message in messages { #expect(outcome.errors.contains(message), "\(outcome.errors)") }
            #expect(try files().differences(from: before) == [])
        }
        #expect(try place.tool("--resume", "latest").exitCode == 0)
    }

    @Test func `a loss that is not finite ends training`() throws {
        let place = try ForecastPlace()
        let outcome = try place.train("--learning-rate", "1e30", "--model", "lstm")
        #expect(outcome.exitCode == 1)
        #expect(
            outcome.errors.hasPrefix(
                "Error: LSTM, seed 0: the loss or its gradient is not finite at step "))
        #expect(
            outcome.errors.hasSuffix(
                ". No checkpoint has been saved yet. Resume with a lower --learning-rate and --allow-changes, or start a new run.\n"
            ))
        #expect(
            outcome.lines.dropLast().last == "LSTM, seed 0: 72 parameters"
                || outcome.lines.dropLast().last?.hasPrefix("LSTM, seed 0: ") == true)
        #expect(try place.text("train.log") == outcome.output + outcome.errors)
        #expect(try place.state() == "failed")
        #expect(try place.place.json("lstm-0/summary.json", "state") as? String == "failed")
        #expect(!place.exists("forecast.json"))
        #expect(place.exists("report.html"))
    }

    /// A resume may add networks to a run, but may not remove any.
    @Test(arguments: [["--model", "gru"], ["--seeds", "1"]])
    func `a resume without some of the networks is refused`(arguments: [String]) throws {
        let place = try ForecastPlace()
        #expect(try place.train("--seeds", "2").exitCode == 0)
        let before = try FileTree(at: place.run)
        let outcome = try place.tool(["--resume", "latest"] + arguments)
        #expect(outcome.exitCode == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains("\n  \(arguments[0]): the run has "))
        #expect(try FileTree(at: place.run) == before)
    }

    @Test func `the directory of one network is not accepted as a run`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        for arguments in [["report", place.run + "/lstm-0"], ["--resume", place.run + "/lstm-0"]] {
            let outcome = try place.tool(arguments)
            #expect(outcome.exitCode == 64)
            #expect(
                outcome.errors
                    == "Error: \(place.run)/lstm-0 is one network of the run \(place.run); name the run instead\n"
            )
        }
        #expect(!place.exists("lstm-0/report.html"))
    }

    /// The networks are checked even if all are trained already.
    @Test func `networks that do not match the options are refused`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm", "--seeds", "2").exitCode == 0)
        let path = place.run + "/config.json"
        let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        let changed = text.replacingOccurrences(of: "\"hidden_size\" : 3", with: "\"hidden_size\" : 4")
        #expect(changed != text)
        try Data(changed.utf8).write(to: URL(filePath: path))
        let before = try FileTree(at: place.run)
        let other = try place.tool("--resume", "latest")
        #expect(other.exitCode == 64)
        #expect(try FileTree(at: place.run) == before)
        #expect(
            other.errors.contains("--hidden-size: the run has 3, the command line gives 4"), "\(other.errors)"
        )
        try Data(text.utf8).write(to: URL(filePath: path))
        let files = FileManager.default
        try files.moveItem(atPath: place.run + "/lstm-0", toPath: place.run + "/kept")
        try files.moveItem(atPath: place.run + "/lstm-1", toPath: place.run + "/lstm-0")
        let swapped = try place.tool("--resume", "latest")
        #expect(
            swapped.exitCode == 64 && swapped.errors.contains("its checkpoint is of seed 1"),
            "\(swapped.errors)")
    }

    @Test func `a directory of runs that cannot be created is reported`() throws {
        let place = try ForecastPlace()
        // Even root cannot create a directory there.
        let root = FileManager.default.fileExists(atPath: "/proc/self") ? "/proc/runs" : "/System/runs"
        let outcome = try Tool.run(
            ["--runs", root, "--data", place.prices] + ForecastPlace.small, program: Tool.forecastPath)
        #expect(outcome.exitCode == 74)
        #expect(outcome.errors.hasPrefix("Error: \(root): cannot create the directory: "))
        #expect(outcome.output == "")
    }

    /// A file has the name of a network's directory.
    @Test func `a network that cannot be written ends the run`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        try Data().write(to: URL(filePath: place.run + "/gru-0"))
        let outcome = try place.tool("--resume", "latest", "--model", "all")
        #expect(outcome.exitCode == 74)
        #expect(outcome.errors.hasPrefix("Error: \(place.run)/gru-0"), "\(outcome.errors)")
        #expect(outcome.errors.contains("expected a directory, found a regular file"), "\(outcome.errors)")
        #expect(try place.state() == "finished")
        try FileManager.default.removeItem(atPath: place.run + "/gru-0")
        #expect(try place.tool("--resume", "latest", "--model", "all").exitCode == 0)
        #expect(try place.record().models.map(\.model) == ["rnn", "lstm", "gru"])
    }

    /// The run is complete without its pictures, and a warning says how to draw them.
    @Test func `a failed picture does not end a run`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "gru").exitCode == 0)
        try FileManager.default.removeItem(atPath: place.run + "/loss.svg")
        try FileManager.default.createDirectory(
            atPath: place.run + "/loss.svg/full", withIntermediateDirectories: true)
        let outcome = try place.tool("--resume", "latest")
        #expect(outcome.exitCode == 74)
        #expect(outcome.output.contains("Warning: \(place.run)/loss.svg: "))
        #expect(
            outcome.output.contains(
                "Draw it later with: stock-forecast report \(place.place.runNames[0]) --runs \(place.runs)"))
        #expect(try place.state() == "finished")
        #expect(try place.tool("report").exitCode == 74)
    }

    #if os(Linux)
        /// No file may grow beyond a size, as on a disk that becomes full.
        @Test(arguments: [0, 1, 2, 4, 8, 16])
        func `a full disk is reported, and the run can be resumed`(kibibytes: Int) throws {
            let place = try ForecastPlace()
            let arguments = ["--data", place.prices, "--runs", place.runs] + ForecastPlace.small
            let words = [Tool.forecastPath] + arguments
            let outcome = try Tool.run(
                ["-c", "trap '' XFSZ; ulimit -f \(kibibytes); exec \"$@\"", "sh"] + words,
                program: "/bin/bash")
            #expect(outcome.exitCode == 74, "\(outcome.output)\(outcome.errors)")
            let isWarned = outcome.output.contains("Warning: ")
            #expect(outcome.errors.hasPrefix("Error: \(place.runs)/") || isWarned, "\(outcome.errors)")
            // With enough space, the resumed run has the same results as any other.
            guard place.exists("config.json") else { return }
            let again = try place.tool("--resume", "latest")
            #expect(again.exitCode == 0, "\(again.errors)")
            let whole = try ForecastPlace()
            #expect(try whole.train().exitCode == 0)
            try expectSame(place.results(), whole.results(), "\(kibibytes) KiB")
        }
    #endif

    @Test func `mnist-bilstm lists and shows the runs, and other commands refuse them`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm", "--horizon", "2").exitCode == 0)
        func other(_ arguments: String...) throws -> Tool.Outcome {
            try Tool.run(arguments + ["--runs", place.runs])
        }
        let name = place.place.runNames[0]
        let list = try other("runs")
        #expect(list.exitCode == 0)
        #expect(list.lines[2].contains(name) && list.lines[2].contains(" 3/3 "))
        #expect(list.lines[2].hasSuffix("finished"))
        #expect(!list.output.contains("cannot be read"))
        let shown = try other("runs", "show", "latest")
        #expect(shown.exitCode == 0)
        #expect(shown.output.contains("\n  --model lstm\n") && shown.output.contains("\n  --horizon 2\n"))
        #expect(shown.output.contains("\nEpochs:    3 of 3, 12 steps in "))
        #expect(shown.output.contains("\nforecast.json "))
        for arguments in [
            ["evaluate", "latest"], ["report", "latest"], ["--resume", "latest"],
            ["predict", "--run", "latest", "--index", "1"],
            ["evaluate", place.run + "/lstm-0"],
            ["evaluate", place.run + "/lstm-0/checkpoints/last.safetensors"],
        ] {
            let outcome = try Tool.run(arguments + ["--runs", place.runs])
            #expect(outcome.exitCode == 64, "\(arguments): \(outcome.errors)")
            #expect(outcome.output == "")
            #expect(
                outcome.errors.hasSuffix(
                    " is a run of stock-forecast; use stock-forecast for it, or name another run\n"),
                "\(arguments): \(outcome.errors)")
        }
    }

    /// Each network has a curve, and an earlier picture of other runs is kept.
    @Test func `runs are compared network by network, and no picture is overwritten`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm", "--name", "one").exitCode == 0)
        #expect(try place.train("--model", "all", "--seeds", "2", "--name", "two").exitCode == 0)
        #expect(try place.train("--model", "gru", "--name", "three", "--epochs", "2").exitCode == 0)
        func compare(_ names: String...) throws -> Tool.Outcome {
            try Tool.run(["runs", "compare"] + names + ["--runs", place.runs])
        }
        let outcome = try compare("one", "two")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        for row in ["lstm-0: best loss ", "lstm-0: test RMSE ", "rnn-1: test RMSE ", "gru-1: best loss "] {
            #expect(outcome.lines.contains { $0.hasPrefix(row) }, "\(row) in \(outcome.output)")
        }
        #expect(!outcome.output.contains("acc"))
        #expect(outcome.output.hasSuffix("\nCurves: \(place.runs)/compare.svg\n"))
        func picture(_ name: String) throws -> String {
            try String(contentsOf: URL(filePath: place.runs + "/" + name), encoding: .utf8)
        }
        let first = try picture("compare.svg")
        for curve in ["one lstm-0", "two rnn-0", "two lstm-1", "two gru-1"] { #expect(first.contains(curve)) }
        #expect(try compare("one", "three").output.hasSuffix("/compare-2.svg\n"))
        #expect(try picture("compare.svg") == first)
        #expect(try picture("compare-2.svg").contains("three gru-0"))
        // The picture of the same runs has the same name.
        #expect(try compare("one", "two").output == outcome.output)
    }

    /// The checkpoint is refused in any directory.
    @Test func `mnist-bilstm refuses a checkpoint of stock-forecast`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        let path = place.place.path + "/copy.safetensors"
        try FileManager.default.copyItem(
            atPath: place.run + "/lstm-0/checkpoints/step-0000012.safetensors", toPath: path)
        for arguments in [["evaluate", path], ["predict", "--run", path, "--index", "1"]] {
            let outcome = try Tool.run(arguments)
            #expect(outcome.exitCode == 65)
            #expect(outcome.output == "")
            #expect(
                outcome.errors
                    == "Error: \(path): invalid \"model\" in the metadata: expected a classifier of images, found another model; "
                    + "use another checkpoint\n"
            )
        }
    }

    @Test func `runs of mnist-bilstm are refused`() throws {
        let images = try Workplace(SmallImages(train: 40, test: 10))
        #expect(try images.run("--epochs", "1", "--hidden-size", "1", "--layers", "1").exitCode == 0)
        let place = try ForecastPlace()
        for arguments in [
            ["--resume", "latest"], ["predict", "--csv", place.prices], ["report"],
            ["predict", "--csv", place.prices, "--run", images.latest("checkpoints/last.safetensors")],
        ] {
            let outcome = try Tool.run(arguments + ["--runs", images.runs], program: Tool.forecastPath)
            #expect(outcome.exitCode == 64, "\(arguments): \(outcome.errors)")
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("is a run of mnist-bilstm; "), "\(arguments): \(outcome.errors)")
        }
    }
}
