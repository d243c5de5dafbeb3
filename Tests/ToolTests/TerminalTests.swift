import Datasets
import Foundation
import Testing

@Suite("The tool on a terminal", .timeLimit(.minutes(60))) struct TerminalTests {
    /// Returns the screen and the log after an epoch that is long enough for a progress bar.
    private static func show(_ variables: [String: String], arguments: [String] = []) throws -> (
        screen: String, log: String
    ) {
        let place = try Workplace(SmallImages(train: 120))
        let terminal = try PseudoTerminal()
        let tool = try RunningTool(
            place.places + ["--epochs", "1"] + InterruptionTests.slowEpoch + arguments,
            variables: ["TERM": "xterm"].merging(variables) { $1 }, standardOutput: terminal.child)
        let screen = try terminal.readToEnd()
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        return (screen, try place.text("train.log"))
    }

    @Test func `a progress bar is shown, and is not in the log`() throws {
        let (screen, log) = try Self.show([:])
        let bar =
            /Epoch 1\/1  \[\x1B\[32m=*>?\x1B\[0m *\] \d+\/120  [\d,]+ images\/s  loss \d\.\d{4}  acc \d+\.\d\d  ETA \d:\d\d/
        #expect(screen.contains(bar), "\(screen)")
        #expect(!log.contains("\u{1B}"))
        #expect(!log.contains("\r"))
        #expect(!log.contains("ETA"))
        // After the bars are cleared, the screen shows the log.
        let left = screen.replacing("\r\n", with: "\n").split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .map { $0.split(separator: "\u{1B}[K", omittingEmptySubsequences: false).last! }.joined(
            separator: "\n")
        #expect(left == log)
    }

    @Test func `NO_COLOR removes the colours`() throws {
        let (screen, _) = try Self.show(["NO_COLOR": "1"])
        #expect(screen.contains(/Epoch 1\/1  \[=*>? *\] \d+\/120/))
        #expect(!screen.contains("\u{1B}[3"))
    }

    @Test func `a dumb terminal shows no progress bar`() throws {
        let (screen, log) = try Self.show(["TERM": "dumb"])
        #expect(screen.replacing("\r\n", with: "\n") == log)
    }
}

/// A terminal without a window. A program writes to `child`, and its output can be read.
final class PseudoTerminal {
    let child: FileHandle
    private let screen: FileHandle

    init(columns: UInt16 = 120) throws {
        var ends: (screen: Int32, child: Int32) = (-1, -1)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&ends.screen, &ends.child, nil, nil, &size) == 0)
        screen = FileHandle(fileDescriptor: ends.screen, closeOnDealloc: true)
        child = FileHandle(fileDescriptor: ends.child, closeOnDealloc: true)
    }

    func type(_ text: String) throws { try screen.write(contentsOf: Data(text.utf8)) }

    /// Returns the output as soon as there is any, or nothing after some time; nil if no program has the terminal open.
    func next(milliseconds: Int32) throws -> [UInt8]? {
        var request = pollfd(fd: screen.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(screen.fileDescriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    func close() { try? screen.close() }

    /// Returns everything that is written until the last program that has the terminal open ends.
    func readToEnd() throws -> String {
        try child.close()
        var bytes = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(screen.fileDescriptor, &buffer, buffer.count)
            // Linux reports EIO when no process has the other side open.
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
