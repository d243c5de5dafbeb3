import Foundation
import TestSupport
import Testing

/// A directory for one test, with a small text and the runs of `sequence-classifier`.
private struct TextPlace {
    let place: SequencePlace
    let text: String

    /// A text in Hangul and ASCII of 990 characters.
    static let content = (0..<90).map { "\($0 % 5). 나 보기가 \($0 * $0 % 7)\n" }.joined()

    init() throws {
        place = try SequencePlace()
        text = try place.write("poem.txt", Self.content)
    }

    static let small = [
        "--hidden-size", "10", "--epochs", "3", "--batch-size", "8", "--window", "12", "--threads", "1",
    ]

    @discardableResult
    func train(_ arguments: String..., expecting exitCode: Int32 = 0) throws -> Tool.Outcome {
        let defaults = stride(from: 0, to: Self.small.count, by: 2)
            .filter { !arguments.contains(Self.small[$0]) }.flatMap { Self.small[$0..<$0 + 2] }
        let resumes = arguments.contains("--resume")
        let outcome = try Tool.run(
            ["train"] + (resumes ? [] : ["--text", text] + defaults) + arguments + ["--runs", place.runs],
            program: Tool.sequencePath)
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
        return outcome
    }

    /// The files that training determines to the last byte.
    func results() throws -> [String: [UInt8]] { try place.results() }
}

@Suite("Training on a text, and writing text", .timeLimit(.minutes(30)))
struct TextToolTests {
    @Test func `training prints perplexities and a sample, and writes the files of a run`() throws {
        let place = try TextPlace()
        let outcome = try place.train("--test-share", "0.1")
        #expect(outcome.errors == "")
        #expect(
            outcome.lines[0]
                == "Data: \(place.text), 802 training characters, 89 validation characters, 99 test characters, 12 "
                + "different, windows of 12 steps")
        #expect(outcome.output.contains("one-hot"))
        #expect(outcome.epochLines.count == 3)
        #expect(
            outcome.epochLines[0].contains("train perplexity: ")
                && outcome.epochLines[0].contains("val perplexity: "))
        #expect(outcome.epochLines[0].hasSuffix(" characters/s"))
        let figures = try #require(outcome.lines.first { $0.hasPrefix("Train Perplexity: ") })
        #expect(figures.contains("Val Perplexity: ") && figures.contains("Test Perplexity: "))
        #expect(outcome.lines.contains("A sample at temperature 0.8:"))
        for name in ["config.json", "metrics.csv", "summary.json", "curves.svg", "report.html", "train.log"] {
            #expect(place.place.place.exists(name), "\(name)")
        }
        #expect(!place.place.place.exists("evaluation.json") && !place.place.place.exists("confusion.svg"))
        #expect(
            try place.place.place.text("metrics.csv").hasPrefix(
                "epoch,train_loss,train_accuracy,train_perplexity,"))
        let perplexity = try #require(
            place.place.place.json("summary.json", "test_perplexity") as? Double)
        let loss = try #require(place.place.place.json("summary.json", "test_loss") as? Double)
        #expect(abs(exp(loss) - perplexity) < 1e-9)
        let report = try place.place.tool("report", "latest", "--language", "ko")
        #expect(report.exitCode == 0 && report.errors == "")
        #expect(try place.place.place.text("report.html").contains("lang=\"ko\""))
    }

    @Test func `evaluate agrees with training`() throws {
        let place = try TextPlace()
        try place.train("--test-share", "0.1")
        for (split, key) in [("test", "test"), ("validation", "validation")] {
            let outcome = try place.place.tool("evaluate", "latest", "--split", split, "--json")
            #expect(outcome.exitCode == 0 && outcome.errors == "")
            let result = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            let expected = try place.place.place.json("summary.json", "\(key)_perplexity") as? Double
            #expect(expected != nil && result["perplexity"] as? Double == expected)
            #expect(result["characters"] as? Int == (split == "test" ? 98 : 88))
        }
        let other = try place.place.write("other.txt", "나 보기가 1\n3. 나 보기")
        let outcome = try place.place.tool("evaluate", "latest", "--data", other)
        #expect(outcome.output.contains("Perplexity on the 14 test characters: "), "\(outcome.output)")
        let summary = try place.place.tool("summary", "latest")
        #expect(summary.exitCode == 0 && summary.output.contains("one-hot"))
    }

    @Test func `sample writes the prompt and as many characters, the same for the same seed`() throws {
        let place = try TextPlace()
        try place.train("--epochs", "60", "--learning-rate", "0.02")
        func sample(_ arguments: String...) throws -> String {
            let outcome = try Tool.run(
                ["sample"] + arguments + ["--runs", place.place.runs], program: Tool.sequencePath)
            #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
            return outcome.output
        }
        #expect(
            try sample("--prompt", "3. 나 ", "--length", "4", "--temperature", "0") == "3. 나 보기가 \n")
        let one = try sample("--length", "80", "--seed", "5")
        #expect(one.unicodeScalars.count == 81)
        #expect(try sample("latest", "--length", "80", "--seed", "5") == one)
        #expect(try sample("--length", "80", "--seed", "6") != one)
        let json = try #require(
            try JSONSerialization.jsonObject(
                with: Data(sample("--prompt", "나", "--length", "9", "--json").utf8)) as? [String: String])
        #expect(json["prompt"] == "나" && json["text"]?.unicodeScalars.count == 9)
    }

    @Test func `a run stopped again and again ends with the same bytes, on other numbers of threads`() throws
    {
        let whole = try TextPlace()
        let options = [
            "--epochs", "8", "--batch-size", "40", "--window", "3", "--checkpoint-every", "2steps",
        ]
        try whole.train(
            options[0], options[1], options[2], options[3], options[4], options[5], options[6], options[7])
        let parts = try TextPlace()
        var outcome = try Tool.run(
            ["train", "--text", parts.text] + TextPlace.small.prefix(2) + options
                + ["--runs", parts.place.runs, "--threads", "2", "--time-limit", "0.001s"],
            program: Tool.sequencePath)
        var stops = 0
        while outcome.exitCode != 0 {
            try #require(stops < 200, "\(outcome.errors)")
            stops += 1
            outcome = try Tool.run(
                [
                    "train", "--resume", "latest", "--runs", parts.place.runs, "--threads",
                    "\(1 + stops % 3)",
                    "--time-limit", "0.001s",
                ], program: Tool.sequencePath)
        }
        #expect(stops > 0)
        let (found, expected) = (try parts.results(), try whole.results())
        #expect(expected.keys.contains("checkpoints/last.safetensors"))
        for (name, bytes) in expected where name != "metrics.csv" { #expect(found[name] == bytes, "\(name)") }
    }

    /// The exit code and a part of the message of each misuse.
    @Test func `misuse is explained`() throws {
        let place = try TextPlace()
        try place.train("--epochs", "1", "--name", "poem")
        let sequences = try SequencePlace()
        try sequences.train("--epochs", "1")
        let korean = place.place.place.path + "/euc-kr.txt"
        try Data([0xB3, 0xAA, 0x20, 0xBA, 0xB8, 0xB1, 0xE2, 0xB0, 0xA1, 0x0A]).write(
            to: URL(filePath: korean))
        let empty = try place.place.write("empty.txt", "")
        let single = try place.place.write("single.txt", "aaaa")
        let short = try place.place.write("short.txt", "abc")
        let foreign = try place.place.write("foreign.txt", "나\nbé")
        func expect(
            _ exitCode: Int32, _ message: String, _ arguments: String..., runs: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let outcome = try Tool.run(
                arguments + ["--runs", runs ?? place.place.runs], program: Tool.sequencePath)
            #expect(
                outcome.exitCode == exitCode && outcome.errors.contains(message), "\(outcome.errors)",
                sourceLocation: sourceLocation)
        }
        try expect(
            64, "--bidirectional and --text cannot be combined", "train", "--text", place.text,
            "--bidirectional")
        try expect(
            64, "--data has an effect only with sequences", "train", "--text", place.text, "--data", "a.ts")
        try expect(
            64, "--readout has an effect only with sequences", "train", "--text", place.text, "--readout",
            "mean")
        try expect(64, "--window has an effect only with --text", "train", "--window", "9")
        try expect(66, "none.txt", "train", "--text", place.place.place.path + "/none.txt")
        try expect(65, "not UTF-8 at byte 0", "train", "--text", korean)
        try expect(65, "empty.txt: unusable text at line 1: expected 2 to 65,536", "train", "--text", empty)
        try expect(65, "different characters, found 1", "train", "--text", single)
        try expect(64, "--validation 0.1 does not fit", "train", "--text", short)
        try expect(
            64, "line 1, column 2: expected characters that the model has read", "sample", "--prompt", "나é")
        try expect(64, "--length must be 1 to 1,000,000", "sample", "--length", "0")
        try expect(64, "--temperature must be 0 to 100", "sample", "--temperature", "nan")
        try expect(64, "only runs of train --text write texts", "sample", runs: sequences.runs)
        try expect(64, "use the command sample", "predict", place.text)
        try expect(65, "foreign.txt: unusable text at line 2, column 1", "evaluate", "--data", foreign)
        try expect(64, "no test set; choose validation or train", "evaluate")
        try expect(
            64, "was trained on sequences", "train", "--resume", "latest", "--text", place.text,
            "--no-bidirectional", runs: sequences.runs)
        try expect(
            64, "--hidden-size", "train", "--resume", "latest", "--hidden-size", "11", "--epochs", "9",
            "--allow-changes")
    }
}
