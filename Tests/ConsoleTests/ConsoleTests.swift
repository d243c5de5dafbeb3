import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Console

@Suite struct ConsoleTests {
    @Test func `lines go to the output and to the log`() throws {
        let directory = try TemporaryDirectory()
        let pipe = TestPipe()
        let console = try Console(
            terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false),
            log: directory.file("train.log"))
        console.print("one")
        #expect(try text(directory.file("train.log")) == "one\n")
        console.print("two\nthree")
        console.print()
        #expect(try pipe.content() == "one\ntwo\nthree\n\n")
        #expect(try text(directory.file("train.log")) == "one\ntwo\nthree\n\n")
    }

    @Test func `an existing log is appended to`() throws {
        let directory = try TemporaryDirectory()
        let log = try directory.add("train.log", "former\n")
        let pipe = TestPipe()
        try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false), log: log).print(
            "new")
        #expect(try text(log) == "former\nnew\n")
    }

    @Test func `a bar of several lines is erased as a whole`() throws {
        let pipe = TestPipe()
        let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: true))
        console.draw(bar: "a\nb\nc")
        console.draw(bar: "one")
        console.draw(bar: "d\ne")
        console.print("line")
        console.eraseBar()
        #expect(
            try pipe.content() == "a\nb\nc\r\u{1B}[2A\u{1B}[Jone\r\u{1B}[Kd\ne\r\u{1B}[1A\u{1B}[Jline\n")
    }

    @Test func `a closed pipe does not stop the log`() throws {
        let directory = try TemporaryDirectory()
        let log = directory.file("train.log")
        let pipe = TestPipe()
        let console = try Console(
            terminal: Terminal(descriptor: pipe.descriptor, isInteractive: true), log: log)
        console.print("one")
        try pipe.closeReader()
        console.print("two")
        console.print("three")
        console.draw(bar: "bar")
        #expect(console.outputFailure?.code == EPIPE)
        #expect(
            try text(log)
                == "one\ntwo\n(standard output: cannot write: Broken pipe; this log goes on alone)\nthree\n")
    }

    @Test func `lines of several threads are never mixed`() async throws {
        let directory = try TemporaryDirectory()
        let output = try OpenFile(directory.file("output"), .appending)
        let console = try Console(
            terminal: Terminal(descriptor: output.descriptor, isInteractive: true), log: directory.file("log")
        )
        await withTaskGroup(of: Void.self) { group in
            for letter in ["a", "b", "c"] {
                group.addTask {
                    for _ in 0..<50 { console.print(String(repeating: letter, count: 200)) }
                }
            }
        }
        let lines = try text(directory.file("log")).split(separator: "\n")
        #expect(lines.count == 150)
        #expect(lines.allSatisfy { $0.count == 200 && Set($0).count == 1 })
        #expect(try text(directory.file("output")) == text(directory.file("log")))
    }

    #if os(Linux)
        @Test func `a full disk under the log is reported once`() async {
            await #expect(processExitsWith: .success) {
                let directory = try TemporaryDirectory()
                let log = directory.file("log")
                let pipe = TestPipe()
                let console = try Console(
                    terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false), log: log)
                FullDisk.begin()
                console.print("one")
                console.print("two")
                try #require(console.logFailure?.code == EFBIG)
                try #require(
                    pipe.content()
                        == "(\(log): cannot write: File too large; lines are missing there)\none\ntwo\n")
            }
        }

        @Test func `a full output and a full log cause no endless loop`() async {
            await #expect(processExitsWith: .success) {
                let directory = try TemporaryDirectory()
                let full = try OpenFile("/dev/full", .writingOutput)
                let console = try Console(
                    terminal: Terminal(descriptor: full.descriptor, isInteractive: true),
                    log: directory.file("log"))
                FullDisk.begin()
                console.print("one")
                try #require(console.logFailure?.code == EFBIG)
                try #require(console.outputFailure?.code == ENOSPC)
            }
        }
    #endif

    @Test func `a missing directory for the log is an error`() throws {
        let directory = try TemporaryDirectory()
        let error = error(FileError.self) { _ = try Console(log: directory.file("none/train.log")) }
        #expect(error?.isMissing == true)
    }

    struct Surroundings: Sendable {
        let isTerminal: Bool
        let variables: [String: String]
        let expected: (isInteractive: Bool, usesColor: Bool, width: Int)

        init(
            isTerminal: Bool = true, _ variables: [String: String], _ isInteractive: Bool, _ usesColor: Bool,
            width: Int = 80
        ) {
            self.isTerminal = isTerminal
            self.variables = variables
            expected = (isInteractive, usesColor, width)
        }
    }

    @Test(arguments: [
        Surroundings(["TERM": "xterm"], true, true),
        Surroundings(isTerminal: false, ["TERM": "xterm"], false, false),
        Surroundings(["TERM": "xterm", "NO_COLOR": "1"], true, false),
        Surroundings(["TERM": "xterm", "NO_COLOR": ""], true, true),
        Surroundings(["TERM": "dumb"], false, false), Surroundings(["TERM": ""], false, false),
        Surroundings([:], false, false),
        Surroundings(["TERM": "xterm", "CI": "true"], false, false),
        Surroundings(["TERM": "xterm", "CI": "1"], false, false),
        Surroundings(["TERM": "xterm", "CI": "false"], true, true),
        Surroundings(["TERM": "xterm", "CI": ""], true, true),
        Surroundings(["TERM": "xterm", "COLUMNS": "132"], true, true, width: 132),
        Surroundings(["TERM": "xterm", "COLUMNS": "-3"], true, true),
        Surroundings(["TERM": "xterm", "COLUMNS": "wide"], true, true),
    ])
    func `TERM, CI, NO_COLOR and COLUMNS describe a terminal`(of case: Surroundings) throws {
        let pipe = TestPipe()
        let terminal = Terminal(descriptor: pipe.descriptor, isTerminal: `case`.isTerminal) {
            `case`.variables[$0]
        }
        #expect(terminal.isInteractive == `case`.expected.isInteractive)
        #expect(terminal.usesColor == `case`.expected.usesColor)
        #expect(terminal.width == `case`.expected.width)
    }

    @Test(arguments: [
        (["LC_ALL": "C"], true), (["LC_ALL": "POSIX", "LANG": "ko_KR.UTF-8"], true), (["LANG": "C"], true),
        (["LC_ALL": "", "LC_CTYPE": "C", "LANG": "en_US.UTF-8"], true), ([:], false),
        (["LC_ALL": "C.UTF-8"], false), (["LC_CTYPE": "ko_KR.UTF-8", "LANG": "C"], false),
    ])
    func `the locale C asks for ASCII`(variables: [String: String], isASCII: Bool) {
        let terminal = Terminal(descriptor: 1, isTerminal: false) { variables[$0] }
        #expect(terminal.isASCII == isASCII)
    }

    @Test func `in ASCII, lines have only ASCII signs, and results and the log are unchanged`() throws {
        let (pipe, directory) = (TestPipe(), try TemporaryDirectory())
        let console = try Console(
            terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false, isASCII: true),
            log: directory.file("log"))
        console.print("│ 98.21 ± 0.13 │ 실험1 × … ≥")
        console.print(result: #"{"name":"×"}"#)
        #expect(
            try pipe.content() == "| 98.21 +-0.13 | 실험1 x ... >=\n{\"name\":\"×\"}\n")
        #expect(
            try String(contentsOfFile: directory.file("log"), encoding: .utf8)
                == "│ 98.21 ± 0.13 │ 실험1 × … ≥\n{\"name\":\"×\"}\n")
    }

    @Test func `a pipe is not a terminal`() {
        #expect(!POSIX.isTerminal(TestPipe().descriptor))
    }
}

@Suite struct ProgressBarTests {
    let pipe = TestPipe()
    let clock = TestClock()

    func bar(isInteractive: Bool = true, usesColor: Bool = false, width: Int = 120) throws -> (
        Console, ProgressBar
    ) {
        let terminal = Terminal(
            descriptor: pipe.descriptor, isInteractive: isInteractive, usesColor: usesColor, width: { width })
        let console = try Console(terminal: terminal)
        return (
            console,
            ProgressBar(
                console: console, title: "Epoch 3/50", total: 60_000, unit: "images", clock: clock.now)
        )
    }

    @Test func `the bar shows the progress`() throws {
        var (_, bar) = try bar()
        clock.advance(0.161)
        bar.update(completed: 37_200, loss: 0.08119, accuracy: 97.606)
        #expect(
            try pipe.content() == "Epoch 3/50  [=================>            ] 62%  231,055 images/s"
                + "  loss 0.0812  acc 97.61  ETA 0:00")
    }

    @Test func `the bar estimates the remaining time`() throws {
        var (_, bar) = try bar()
        clock.advance(30)
        bar.update(completed: 15_000, loss: 1)
        #expect(try pipe.content().hasSuffix("] 25%  500 images/s  loss 1.0000  ETA 1:30"))
    }

    @Test func `the bar is drawn at most ten times a second`() throws {
        var (_, bar) = try bar()
        for _ in 0..<1000 {
            clock.advance(0.001)
            bar.update(completed: 1, loss: 1)
        }
        let drawings = try pipe.content().components(separatedBy: "Epoch").count - 1
        #expect((9...10).contains(drawings))
    }

    @Test func `the bar is erased before a line is printed`() throws {
        var (console, bar) = try bar()
        bar.update(completed: 1, loss: 1)
        clock.advance(0.2)
        bar.update(completed: 1, loss: 1)
        console.print("line")
        console.print("line")
        clock.advance(1)
        bar.update(completed: 60_000, loss: 1)
        bar.finish()
        bar.finish()
        let parts = try pipe.content().components(separatedBy: "\r\u{1B}[K")
        #expect(parts.count == 3)
        #expect(parts[0].hasPrefix("Epoch") && !parts[0].contains("\n"))
        #expect(parts[1].hasPrefix("line\nline\nEpoch 3/50  [==============================] 100%"))
        #expect(parts[2] == "")
    }

    @Test(arguments: 0...130)
    func `the bar fits the terminal`(width: Int) throws {
        var (_, bar) = try bar(width: width)
        clock.advance(1)
        bar.update(completed: 30_000, loss: 0.5, accuracy: 90)
        let line = try pipe.content()
        #expect(line.count <= max(0, width - 1))
        if width > 50 { #expect(line.hasSuffix("ETA 0:01")) }
        if width > 90 { #expect(line.contains("[") && line.contains("images/s")) }
    }

    @Test func `the bar colors only the track`() throws {
        var (_, bar) = try bar(usesColor: true)
        clock.advance(1)
        bar.update(completed: 6_000, loss: 0.5)
        #expect(try pipe.content().hasPrefix("Epoch 3/50  [\u{1B}[32m==>\u{1B}[0m          "))
    }

    @Test(arguments: [Double.nan, .infinity])
    func `the bar survives values that are not finite`(loss: Double) throws {
        var (_, bar) = try bar()
        clock.advance(1)
        bar.update(completed: 70_000, loss: loss, accuracy: loss)
        #expect(try pipe.content().contains("100%  70,000 images/s  loss \(loss)  acc \(loss)  ETA 0:00"))
    }
}
