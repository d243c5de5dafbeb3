import Platform
import Synchronization

/// Prints whole lines to the terminal and to the run's log, and keeps the progress bar below them. Each line is passed
/// to the system at once.
///
/// A printing error never stops the training. If the reader of standard output has gone, lines are written only to the
/// log. If the log cannot be written, the terminal says so once. The errors are in ``outputFailure`` and
/// ``logFailure``.
package final class Console: Sendable {
    private struct Screen {
        var outputFailure: FileError?
        var logFailure: FileError?
        /// The number of lines of the visible progress bar; 0 without one.
        var barLines = 0
    }

    package let terminal: Terminal
    private let log: LineFile?
    private let screen = Mutex(Screen())

    /// Creates a console. From now on, writing to a closed pipe is an error instead of the end of the process (SIGPIPE
    /// is ignored, unless the program handles it).
    ///
    /// - Parameters:
    ///   - terminal: The terminal where lines and bars are shown.
    ///   - path: The path of the log, which is appended to, or created if missing; if nil, there is no log.
    package init(terminal: Terminal = .standardOutput, log path: String? = nil) throws(FileError) {
        POSIX.ignoreBrokenPipes()
        self.terminal = terminal
        if let path {
            log = try LineFile(path, .appending)
        } else {
            log = nil
        }
    }

    /// The error after which nothing is printed any more; nil if there was none.
    package var outputFailure: FileError? { screen.withLock(\.outputFailure) }

    /// The error of the latest line that could not be written to the log; nil if there was none.
    package var logFailure: FileError? { screen.withLock(\.logFailure) }

    /// Throws the first output error. Call it after printing requested results, not after progress messages.
    ///
    /// - Throws: ``FileError`` if some output was lost. There is no error if the reader has gone, as `head` does.
    package func finish() throws(FileError) {
        if let outputFailure, !POSIX.meansNobodyReads(outputFailure.code) { throw outputFailure }
    }

    /// Prints one or more lines. Control characters, which names and files may contain, are escaped.
    ///
    /// - Parameter isStyled: Whether the text contains control sequences, all of them the program's own.
    package func print(_ text: String = "", isStyled: Bool = false) {
        let text = isStyled ? text : text.printable
        screen.withLock { screen in
            append(text, &screen)
            show(text + "\n", isBar: false, &screen)
        }
    }

    /// Prints a result for another program, such as JSON, in UTF-8 even if the terminal's character set is ASCII.
    package func print(result: String) {
        screen.withLock { screen in
            append(result, &screen)
            show(result + "\n", isBar: false, isExact: true, &screen)
        }
    }

    /// Writes one or more lines to the log only.
    package func note(_ text: String) { screen.withLock { append(text.printable, &$0) } }

    /// Draws `bar`, one or more lines, in place of the previous bar.
    package func draw(bar: String) { screen.withLock { show(bar, isBar: true, &$0) } }

    package func eraseBar() {
        screen.withLock { screen in
            if screen.barLines > 0 { show("", isBar: false, &screen) }
        }
    }

    private func show(_ text: String, isBar: Bool, isExact: Bool = false, _ screen: inout Screen) {
        guard let descriptor = terminal.descriptor, screen.outputFailure == nil else { return }
        // Return to the first column and clear the bar in the same write, so that nothing flickers.
        let erasure =
            switch screen.barLines {
            case 0: ""
            case 1: "\r\u{1B}[K"
            case let lines: "\r\u{1B}[\(lines - 1)A\u{1B}[J"
            }
        let bytes = Array((erasure + (terminal.isASCII && !isExact ? ASCIIText.text(text) : text)).utf8)
        screen.barLines = isBar ? text.utf8.count { $0 == UInt8(ascii: "\n") } + 1 : 0
        do throws(FileError) {
            try bytes.withUnsafeBufferPointer { buffer throws(FileError) in
                try POSIX.writeAll(
                    UnsafeRawBufferPointer(buffer), to: descriptor, path: "standard output")
            }
        } catch {
            screen.outputFailure = error
            append("(\(error); only this log continues)", &screen)
        }
    }

    private func append(_ text: String, _ screen: inout Screen) {
        guard let log else { return }
        do throws(FileError) {
            try log.append(text)
        } catch {
            let isFirst = screen.logFailure == nil
            screen.logFailure = error
            if isFirst { show("(\(error); this log is incomplete)\n", isBar: false, &screen) }
        }
    }
}
