import Foundation
import TestSupport
import Testing

/// Limits of a machine and of a command line; each gives an error with a documented exit code.
@Suite("Limits of memory, threads and options", .timeLimit(.minutes(60))) struct LimitTests {
    /// The exit codes that the help texts and README.md name.
    private static let documented: Set<Int32> = [0, 1, 64, 65, 66, 69, 71, 73, 74, 75, 129, 130, 143]

    /// Runs a program with a limit in KiB, for example for addresses (`ulimit -v`) or the stack (`ulimit -s`).
    private func run(_ limit: String, _ kibibytes: Int, _ words: [String]) throws -> Tool.Outcome {
        try Tool.run(["-c", "ulimit \(limit) \(kibibytes) && exec \"$@\"", "sh"] + words, program: "/bin/sh")
    }

    #if os(Linux)
        @Test(arguments: [
            ["train", "--epochs", "1", "--progress", "none"],
            [
                "train", "--epochs", "1", "--hidden-size", "64", "--validation", "100", "--ema", "0.9",
                "--quiet",
            ],
        ])
        func `a training succeeds or reports too little memory with any amount of memory`(words: [String])
            throws
        {
            let place = try Workplace()
            var codes: [Int32] = []
            for mebibytes in stride(from: 48, through: 400, by: 16) {
                let outcome = try run("-v", mebibytes << 10, [Tool.path] + words + place.places)
                codes.append(outcome.exitCode)
                guard outcome.exitCode != 0 else { continue }
                #expect(outcome.exitCode == 71, "\(mebibytes) MiB: \(outcome.exitCode) \(outcome.errors)")
                #expect(outcome.errors.contains(" are free (ulimit -v)"), "\(outcome.errors)")
            }
            #expect(codes.first == 71 && codes.last == 0, "\(codes)")
            #expect(codes == codes.sorted(by: >), "\(codes)")
            #expect(place.runNames.count == codes.count { $0 == 0 })
        }

        @Test
        func `a model that is too large is refused before anything is written`() throws {
            let place = try Workplace()
            let outcome = try run(
                "-v", 4_000_000,
                [Tool.path] + place.places + ["--hidden-size", "2048", "--layers", "16", "--epochs", "1"])
            #expect(outcome.exitCode == 71)
            #expect(
                outcome.errors.wholeMatch(
                    of:
                        /Error: training this model needs \d{3} GiB of memory, and 3\.\d GiB are free \(ulimit -v\); .*\n/
                )
                    != nil, "\(outcome.errors)")
            #expect(outcome.output == "")
            #expect(!FileManager.default.fileExists(atPath: place.runs))
            let data = try run(
                "-d", 200_000, [Tool.path] + place.places + ["--hidden-size", "256", "--epochs", "1"])
            #expect(data.exitCode == 71 && data.errors.contains("(ulimit -d)"), "\(data.errors)")
        }

        @Test
        func `too little memory to read or evaluate a checkpoint is reported as such`() throws {
            let place = try Workplace()
            #expect(try place.run("--epochs", "1", "--hidden-size", "256").exitCode == 0)
            for words in [
                ["evaluate", "latest"], ["predict", "--index", "3"], ["train", "--resume", "latest"],
            ] {
                for mebibytes in [64, 100, 120, 140] {
                    let outcome = try run(
                        "-v", mebibytes << 10, [Tool.path] + words + ["--runs", place.runs])
                    #expect(outcome.exitCode == 71 || outcome.exitCode == 0, "\(words): \(outcome)")
                }
            }
        }
    #endif

    @Test(arguments: ["0", "1"])
    func `if threads cannot be started, training uses fewer, with a warning and the same weights`(
        limit: String
    )
        throws
    {
        let places = [try Workplace(), try Workplace()]
        let options = ["--epochs", "1", "--threads", "2"]
        let whole = try Tool.run(places[0].places + options)
        var variables = try FaultLibrary.variables()
        variables["FAULT_THREADS"] = limit
        let few = try RunningTool(places[1].places + options, variables: variables).finish()
        #expect(whole.exitCode == 0 && few.exitCode == 0, "\(few.errors)")
        let canTwo = whole.output.contains("Threads: 2 ")
        #expect(few.output.contains("the system started 1 of 2 threads") == (canTwo && limit == "0"))
        let tensors = try places.map { try weights($0) }
        #expect(tensors[0] == tensors[1])
    }

    private func weights(_ place: Workplace) throws -> Data {
        let content = try place.bytes("checkpoints/last.safetensors")
        // The bytes after the header, which contains the path of the data.
        let length = content.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        return content.dropFirst(8 + length)
    }

    @Test(arguments: [64, 96, 128, 500])
    func `a stack that may not grow large enough is an error`(kibibytes: Int) throws {
        let place = try Workplace()
        for words in [["runs"], ["train", "--epochs", "1"]] {
            let outcome = try run("-s", kibibytes, [Tool.path] + words + place.places)
            #expect(outcome.exitCode == 71, "\(outcome.exitCode)")
            #expect(
                outcome.errors
                    == "Error: this program needs a stack of 512 KiB, and the limit is lower (ulimit -s); run it in "
                    + "a new shell after: ulimit -s 8192\n")
        }
    }

    @Test
    func `a stack of 512 KiB is enough`() throws {
        let place = try Workplace()
        for words in [
            place.places + ["--epochs", "1", "--hidden-size", "256", "--threads", "2"],
            ["report", "--runs", place.runs], ["predict", "--index", "3", "--runs", place.runs],
        ] {
            let outcome = try run("-s", 512, [Tool.path] + words)
            #expect(outcome.exitCode == 0, "\(outcome.exitCode) \(outcome.errors)")
        }
    }

    @Test
    func `more entries of a sweep at a time than cores give a warning`() throws {
        let place = try Workplace()
        let outcome = try Tool.run(
            [
                "sweep", "--seeds", "0", "--jobs", "1024", "--epochs", "1", "--hidden-size", "4",
                "--validation", "50",
            ]
                + place.places)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Warning: --jobs 1024: "), "\(outcome.output)")
        #expect(!outcome.output.contains("at a time: 1024"))
    }

    @Test
    func `more threads than cores give a warning and do not slow training down`() throws {
        let place = try Workplace()
        let start = ContinuousClock.now
        let outcome = try place.run("--epochs", "2", "--threads", "1024")
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.contains("Warning: --threads 1024: "))
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    #if os(Linux)
        /// Each option is given a number that is too small, a number that is too large, nothing, and control
        /// characters.
        @Test(
            arguments: [
                "epochs", "batch-size", "learning-rate", "momentum", "weight-decay", "warm-up-epochs",
                "final-share",
                "step-epochs", "patience", "reduction", "clip-norm", "clip-value", "label-smoothing", "ema",
                "validation", "early-stopping", "seed", "augment-shift", "augment-rotation", "augment-scale",
                "augment-shear", "augment-elastic", "hidden-size", "layers", "dropout", "readout-dropout",
                "log-every",
                "checkpoint-every", "keep-checkpoints", "time-limit", "threads", "recipe", "resume",
                "teacher", "data",
            ])
        func `no value of an option causes a trap, an endless wait or an undocumented exit code`(
            option: String
        ) throws {
            let place = try Workplace()
            for value in ["-1", "1e308", "", "\u{1B}[31m\u{202E}"] {
                // For some values, training without an end is correct if it can be stopped.
                let outcome = try Tool.run(
                    ["timeout", "--preserve-status", "--signal=TERM", "--kill-after=10", "10", Tool.path]
                        + place.places + ["--epochs=1", "--progress=none", "--\(option)=\(value)"],
                    program: "/usr/bin/env")
                #expect(Self.documented.contains(outcome.exitCode), "\(value): \(outcome.exitCode)")
                for text in [outcome.output, outcome.errors] {
                    #expect(
                        !text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{202E}"))
                }
            }
        }

    #endif

    @Test
    func `an argument of thousands of combining marks is refused at once`() throws {
        let word = "e" + String(repeating: "\u{301}", count: 40_000)
        for words in [["--recipe", word], ["--name=\(word)"], ["evaluate", word]] {
            let start = ContinuousClock.now
            let outcome = try Tool.run(words)
            #expect(outcome.exitCode == 64)
            #expect(outcome.errors.utf8.count < 500, "\(outcome.errors)")
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test
    func `control characters in names and files are shown escaped`() throws {
        let place = try Workplace()
        let name = "a\u{1B}[31m\nb.json"
        let path = place.path + "/" + name
        try Data("{\"options\": {\"\u{9B}x\": \"\u{202E}\"}}".utf8).write(to: URL(filePath: path))
        let outcome = try place.run("--recipe", path)
        #expect(outcome.exitCode == 65)
        #expect(
            outcome.errors.contains(#"/a\u{1B}[31m\nb.json: line 1, column 20: unknown option "\u{9B}x""#),
            "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }
}
