import Foundation
import Testing

@testable import Training

@Suite("When to make checkpoints, in words")
struct CheckpointIntervalTests {
    @Test(
        "what is meant",
        arguments: [
            ("1", .epochs(1)), ("5", .epochs(5)), ("5epochs", .epochs(5)), ("1epoch", .epochs(1)),
            ("200steps", .steps(200)), ("1step", .steps(1)), ("30s", .seconds(30)), ("10m", .seconds(600)),
            ("1.5h", .seconds(5400)), ("2d", .seconds(172_800)), ("0.5s", .seconds(0.5)),
            ("1e3s", .seconds(1000)),
            ("9223372036854775807", .epochs(.max)),
        ] as [(String, CheckpointPolicy.Interval)])
    func valid(text: String, interval: CheckpointPolicy.Interval) throws {
        #expect(CheckpointPolicy.Interval(text) == interval)
        #expect(CheckpointPolicy.Interval(interval.description) == interval)
        var policy = CheckpointPolicy()
        policy.every = interval
        #expect(try JSON.value(CheckpointPolicy.self, from: JSON.text(policy)) == policy)
    }

    @Test(
        "what means nothing",
        arguments: [
            "", "0", "-1", "1.5", "0steps", "-3steps", "steps", "epochs", "5 epochs", " 5", "5 ", "s", "0s",
            "-1s",
            "nans", "infs", "1e300s", "11575d", "5w", "5M", "5epochss", "9223372036854775808", "٥",
            "1.5steps",
        ])
    func invalid(text: String) {
        #expect(CheckpointPolicy.Interval(text) == nil)
        let json = #"{"every":"\#(text)","kept":2,"on_save_error":"stop"}"#
        #expect(throws: DecodingError.self) { try JSON.value(CheckpointPolicy.self, from: json) }
    }

    @Test(
        "times",
        arguments: [
            ("90s", 90), ("10m", 600), ("1.5h", 5400), ("2d", 172_800), ("0.001s", 0.001),
            ("999999999s", 999_999_999),
            ("1000000000s", nil), ("", nil), ("m", nil), ("90", nil), ("0m", nil), ("-5m", nil),
            ("1h30m", nil),
            ("5 m", nil), ("nanm", nil), ("infm", nil), ("5µ", nil),
        ] as [(String, Double?)])
    func seconds(text: String, seconds: Double?) {
        #expect(TextFormat.seconds(text) == seconds)
    }
}

@Suite("summary.json")
struct RunSummaryTests {
    private func full(_ number: Double) -> RunSummary {
        var summary = RunSummary()
        summary.state = .stopped
        summary.reason = "\"é\n"
        (summary.epochs, summary.steps, summary.scoredEpoch) = (3, 1407, 2)
        (summary.trainingSeconds, summary.secondsOfEpoch, summary.imagesPerSecond) = (number, number, number)
        summary.best = .init(epoch: 2, loss: number)
        (summary.trainAccuracy, summary.trainLoss) = (number, number)
        (summary.validationAccuracy, summary.validationLoss) = (number, number)
        (summary.testAccuracy, summary.testStandardError, summary.testLoss) = (number, number, number)
        (summary.emaTestAccuracy, summary.emaTestStandardError, summary.emaTestLoss) = (
            number, number, number
        )
        (summary.emaValidationAccuracy, summary.emaValidationLoss) = (number, number)
        summary.peakMemoryBytes = .max
        return summary
    }

    @Test("comes back", arguments: [0.1 + 0.2, 1e300, -.infinity, .infinity, .nan])
    func roundTrip(number: Double) throws {
        let directory = try TemporaryDirectory()
        let run = RunDirectory(path: directory.path)
        for summary in [full(number), RunSummary()] {
            try summary.write(to: run)
            var read = try RunSummary.read(run)
            read.updated = summary.updated
            // Texts, in which NaN is NaN.
            #expect(try JSON.text(read) == JSON.text(summary))
            if !number.isNaN { #expect(read == summary) }
            #expect(try text(run.summary).hasSuffix("}\n"))
        }
    }

    @Test("a damaged one is told with its path", arguments: ["", "{}", "[", #"{"state":"lost"}"#])
    func damaged(content: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("summary.json", content)
        guard
            case .invalidFile(path, _)? = error(
                RunError.self, from: { _ = try RunSummary.read(RunDirectory(path: directory.path)) })
        else {
            Issue.record("another error")
            return
        }
    }

    @Test("a run that goes on has nothing of its former end")
    func goesOn() throws {
        let former = full(5)
        var summary = former
        summary.continue(from: nil)
        var fresh = RunSummary()
        fresh.started = former.started
        fresh.updated = summary.updated
        #expect(summary == fresh)

        summary = former
        let checkpoint = try CheckpointTests.checkpoint()
        summary.continue(from: checkpoint)
        #expect(summary.state == .running && summary.reason == nil)
        #expect(summary.testAccuracy == nil && summary.trainLoss == nil && summary.scoredEpoch == nil)
        #expect(summary.epochs == 1 && summary.steps == 5 && summary.best == checkpoint.state.best)
        #expect(summary.trainingSeconds == 5 && summary.secondsOfEpoch == 0)
        summary.secondsOfEpoch = 7
        summary.continue(from: checkpoint)
        #expect(summary.secondsOfEpoch == 7)
    }
}

@Suite("JSON")
struct JSONTests {
    @Test(
        "any JSON comes back",
        arguments: [
            "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808",
            "18446744073709551615",
            "0.1", "1e+300", #""""#, #""é\"\n""#, "[]", "[1,[null,true],{}]",
            #"{"aB":[0.5],"a_b":{"c_d":1}}"#,
        ])
    func anyJSON(text: String) throws {
        let value = try JSON.value(JSONValue.self, from: text)
        #expect(try JSON.text(value, pretty: false) == text)
    }

    @Test("numbers come back to the last bit")
    func numbers() throws {
        var state: UInt64 = 1
        let numbers = (0..<2000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Bits of all kinds, and losses.
            return state & 1024 == 0 ? Double(bitPattern: state) : Double(state >> 20) / 1e13
        }
        let read = try JSON.value([Double].self, from: JSON.text(numbers, pretty: false))
        #expect(read.count == numbers.count)
        for (found, number) in zip(read, numbers) {
            #expect(found.bitPattern == number.bitPattern || found.isNaN && number.isNaN)
        }
        #expect(try JSON.value([JSONValue].self, from: JSON.text(numbers, pretty: false)).count == 2000)
    }

    @Test("as a person writes it")
    func description() throws {
        let value = try JSON.value(JSONValue.self, from: #"{"b":[1,"x",null],"a":{"c":true,"d":0.5}}"#)
        #expect(value.description == "a: c: true, d: 0.5, b: 1, x, none")
    }

    @Test("a quoted text is read as what it was")
    func quotedText() throws {
        let scalars =
            (0..<0x300).compactMap(Unicode.Scalar.init) + ["\u{2028}", "\u{FEFF}", "😀", "\u{10FFFF}"]
        let all = String(String.UnicodeScalarView(scalars))
        let quoted = JSON.quoted(all)
        #expect(!quoted.utf8.contains { $0 < 0x20 })
        let read = try #require(
            try JSONSerialization.jsonObject(with: Data(quoted.utf8), options: .fragmentsAllowed) as? String)
        #expect(Array(read.unicodeScalars) == Array(all.unicodeScalars))
        #expect(JSON.quoted("a\"\\\u{8}\u{C}\n\r\t\u{1}/") == #""a\"\\\b\f\n\r\t\u0001/""#)
    }

    @Test("why something cannot be read, in a line")
    func reasons() {
        struct Thing: Decodable { var someNumber: Int }
        func reason(_ text: String) -> String {
            let result = Result { try JSON.value(Thing.self, from: text) }
            guard case .failure(let failure) = result else { return "" }
            return (failure as? DecodingError).map(JSON.reason) ?? "another error: \(failure)"
        }
        for text in ["", "{", "x"] {
            #expect(reason(text) == "expected JSON, found something else or only a part of it")
        }
        #expect(reason("{}") == #""someNumber" is missing"#)
        #expect(reason(#"{"some_number":"x"}"#).hasPrefix("someNumber: "))
        #expect(reason(#"{"some_number":null}"#).hasPrefix("someNumber: "))
        for text in ["", "{", "[1]", #"{"some_number":1.5}"#, #"{"some_number":1e400}"#] {
            #expect(
                !reason(text).isEmpty && !reason(text).contains("\n")
                    && !reason(text).contains("another error"))
        }
    }
}
