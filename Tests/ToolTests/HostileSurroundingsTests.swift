import Foundation
import TestSupport
import Testing

/// Unusual conditions, caused by a shell, a user or the system, that the tools survive.
@Suite("Hostile surroundings", .timeLimit(.minutes(60))) struct HostileSurroundingsTests {
    static let forecast = Tool.products.appending(path: "stock-forecast").path
    static let benchmark = Tool.products.appending(path: "recurrent-benchmark").path

    /// Runs a shell command in which `$0` is a tool.
    private func shell(_ line: String, _ tool: String = Tool.path, in directory: String? = nil) throws
        -> Tool.Outcome
    {
        try Tool.run(["-c", line, tool], program: "/bin/sh", in: directory.map { URL(filePath: $0) })
    }

    // MARK: Arguments that are not UTF-8

    @Test(arguments: [
        (Tool.path, "--runs"), (Tool.path, "evaluate"), (Tool.path, "predict"),
        (Tool.path, "sweep plan --name"),
        (forecast, "--data"), (forecast, "predict --csv"), (benchmark, "--json"),
    ])
    func `a path that is not UTF-8 is refused`(tool: String, words: String) throws {
        let place = try Workplace(nil)
        let outcome = try shell(#""$0" \#(words) "$(printf 'caf\351')""#, tool, in: place.path)
        #expect(outcome.exitCode == 64)
        let number = words.split(separator: " ").count + 1
        #expect(
            outcome.errors
                == #"Error: argument \#(number), "caf\xE9": expected UTF-8, found the byte 0xE9; if it is a path, rename the "#
                + "file or directory\n")
        #expect(outcome.output == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
    }

    #if os(Linux)
        /// Two working directories have names that would be the same as text, and the environment has another encoding.
        @Test func `the working directory and the environment may be in any encoding`() throws {
            let place = try Workplace()
            for name in [#"a\376"#, #"a\377"#] {
                let outcome = try shell(
                    #"""
                    mkdir "$(printf '\#(name)')" && cd "$(printf '\#(name)')" && export LC_ALL=C HOME="$PWD" X="$PWD" &&
                    "$0" --data "../data" --epochs 1 --hidden-size 4 && ls runs | wc -l
                    """#, in: place.path)
                #expect(outcome.exitCode == 0, "\(outcome.errors)")
                #expect(outcome.lines.dropLast().last?.trimmingCharacters(in: .whitespaces) == "2")
            }
        }
    #endif

    // MARK: A pipe without a reader

    @Test(arguments: [("--no-such-option", 64), ("evaluate /nowhere", 66)])
    func `an error keeps its exit code if nobody reads the message`(words: String, exitCode: Int32) throws {
        let place = try Workplace(nil)
        _ = try shell(
            #"(sleep 0.3; "$0" \#(words); echo $? >'\#(place.path)/code') 2>&1 >/dev/null | true; sleep 1"#)
        #expect(try text(place.path + "/code") == "\(exitCode)\n")
    }

    // MARK: Files that may not grow

    /// The limit is counted in blocks of 512 or 1024 bytes.
    @Test(arguments: [0, 1, 4, 16])
    func `a file that would grow beyond the limit is an error`(blocks: Int) throws {
        let place = try Workplace()
        let options = place.places.map { "'\($0)'" }.joined(separator: " ")
        let outcome = try shell(#"ulimit -f \#(blocks); exec "$0" \#(options) --epochs 1"#)
        #expect(outcome.exitCode == 74, "\(outcome.exitCode): \(outcome.errors)")
        #expect(outcome.errors.contains(": File too large"), "\(outcome.errors)")
        #expect(try place.temporaryFiles() == [])
    }

    @Test func `a checkpoint that does not fit says which limit to raise`() throws {
        let place = try Workplace()
        let options = place.places.map { "'\($0)'" }.joined(separator: " ")
        let outcome = try shell(#"ulimit -f 100; exec "$0" \#(options) --epochs 1 --hidden-size 128"#)
        #expect(outcome.exitCode == 74)
        #expect(
            outcome.errors.contains(
                "No checkpoint has been saved yet. Raise the limit of file sizes (ulimit -f), then resume with: "
            ),
            "\(outcome.errors)")
        #expect(
            try place.run("--resume", "latest").exitCode == 0)
    }

    @Test func `a forecast whose files may not grow is an error`() throws {
        let place = try Workplace(nil)
        let outcome = try shell(
            #"ulimit -f 1; exec "$0" --runs '\#(place.runs)' --epochs 2 --model rnn"#, Self.forecast)
        #expect(outcome.exitCode == 74, "\(outcome.exitCode): \(outcome.errors)")
        #expect(outcome.errors.contains(": File too large"), "\(outcome.errors)")
    }

    // MARK: Links and pipes in place of files

    @Test(arguments: [
        ("train.log", "cannot create: expected a regular file, found"),
        ("metrics.csv", "cannot open: expected a regular file, found"),
        ("metrics.jsonl", "cannot open: expected a regular file, found"),
        ("events.out.tfevents.000001", "cannot open: expected a regular file, found"),
        ("config.json", "cannot open: expected a regular file, found"),
        ("lock", "cannot create: expected a regular file, found"),
        ("checkpoints", "cannot open: expected a directory, found"),
    ])
    func `a resume neither follows a link nor waits for a FIFO`(name: String, message: String) throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1", "--hidden-size", "4").exitCode == 0)
        let run = place.runs + "/" + place.runNames[0]
        let (path, target) = (run + "/" + name, place.path + "/elsewhere")
        try FileManager.default.moveItem(atPath: path, toPath: target)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        let before = try FileTree(at: place.path)
        let resume = ["--resume", "latest", "--epochs", "2", "--allow-changes"]
        let linked = try Tool.run(place.places + resume)
        #expect(linked.exitCode == 74)
        #expect(
            linked.errors.contains("/\(name): \(message) a symbolic link; replace the link by the "),
            "\(linked.errors)")
        let after = try FileTree(at: place.path)
        #expect(
            after.differences(from: before).filter { $0.hasPrefix("elsewhere") || $0.contains("checkpoints") }
                == [])

        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        let piped = try Tool.run(place.places + resume)
        #expect(piped.exitCode == 74)
        #expect(
            piped.errors.contains("/\(name): \(message) a FIFO; move or rename it"), "\(piped.errors)")

        // The messages advise to do this.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: target, toPath: path)
        #expect(try Tool.run(place.places + resume).exitCode == 0)
    }

    @Test(arguments: [
        ["--recipe", "FIFO"], ["evaluate", "FIFO"], ["predict", "FIFO"], ["--data", "FIFO"],
        ["--teacher", "FIFO"],
        ["--resume", "FIFO"],
    ])
    func `a FIFO in place of a file is an error`(words: [String]) throws {
        let place = try Workplace()
        let pipe = place.path + "/FIFO"
        #expect(mkfifo(pipe, 0o600) == 0)
        if words[0] == "predict" {
            #expect(try place.run("--epochs", "1", "--hidden-size", "4").exitCode == 0)
        }
        let data = words[0] == "--data" || words[0] == "predict" ? [] : ["--data", place.data]
        let outcome = try Tool.run(
            words.map { $0 == "FIFO" ? pipe : $0 } + data + ["--runs", place.runs])
        #expect([65, 66, 74].contains(outcome.exitCode), "\(outcome.exitCode): \(outcome.errors)")
        #expect(outcome.errors.contains(pipe), "\(outcome.errors)")
    }

    @Test(arguments: [["--data"], ["predict", "--csv"]]) func `a FIFO in place of prices is an error`(
        words: [String]
    ) throws {
        let place = try Workplace(nil)
        let pipe = place.path + "/FIFO"
        #expect(mkfifo(pipe, 0o600) == 0)
        if words[0] == "predict" {
            #expect(
                try Tool.run(
                    ["--runs", place.runs, "--epochs", "1", "--model", "rnn"], program: Self.forecast
                ).exitCode == 0)
        }
        let outcome = try Tool.run(words + [pipe, "--runs", place.runs], program: Self.forecast)
        #expect(outcome.exitCode == 66)
        #expect(outcome.errors.contains("\(pipe): cannot be read: it is a FIFO"), "\(outcome.errors)")
    }

    // MARK: A directory that was removed

    @Test func `a missing checkpoint is not called intact`() throws {
        let place = try Workplace()
        let tool = try RunningTool(
            place.places + ["--epochs", "100000", "--hidden-size", "4", "--threads", "1"])
        _ = try tool.line(beginning: "[1]")
        try FileManager.default.moveItem(
            atPath: place.runs + "/" + place.runNames[0], toPath: place.path + "/gone")
        try FileManager.default.removeItem(atPath: place.path + "/gone")
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 74)
        #expect(
            outcome.errors.hasSuffix(
                "The run's directory is missing, with all its checkpoints. Start a new run.\n"),
            "\(outcome.errors)")
        #expect(!outcome.errors.contains("is intact"))
    }
}
