import Platform
import Synchronization

/// Prints whole lines to the terminal and to the run's log, each handed to the system at once, and
/// keeps the progress bar below them.
///
/// Printing never fails the training: when the reader of standard output is gone the log goes on alone,
/// and when the log cannot be written the screen says so once. Both are kept in ``outputFailure`` and
/// ``logFailure``.
package final class Console: Sendable {
    private struct State {
        var outputFailure: FileError?
        var logFailure: FileError?
        /// Of the bar that can be seen; 0 without one.
        var barLines = 0
    }

    package let terminal: Terminal
    private let log: LineFile?
    private let state = Mutex(State())

    /// Makes writing to a closed pipe an error instead of the end of the process (SIGPIPE is ignored from
    /// then on, unless the program handles it itself).
    ///
    /// - Parameters:
    ///   - terminal: where lines and bars are shown.
    ///   - path: of the log, appended to and created if missing; none if nil.
    package init(terminal: Terminal = .standardOutput, log path: String? = nil) throws(FileError) {
        POSIX.ignoreBrokenPipes()
        self.terminal = terminal
        if let path {
            log = try LineFile(path, .appending)
        } else {
            log = nil
        }
    }

    /// Why nothing is printed any more, if so.
    package var outputFailure: FileError? { state.withLock(\.outputFailure) }

    /// The latest line the log has lost, if one was lost.
    package var logFailure: FileError? { state.withLock(\.logFailure) }

    /// To be called by who prints what was asked for, rather than what goes on.
    ///
    /// - Throws: why some of it is lost, unless the reader has gone, as `head` does.
    package func finish() throws(FileError) {
        if let outputFailure, !POSIX.meansNobodyReads(outputFailure.code) { throw outputFailure }
    }

    /// Prints a line, or several separated by line ends. Control characters, which names and files may hold, are
    /// escaped.
    ///
    /// - Parameter isStyled: Whether the text has the program's own control sequences, and no others.
    package func print(_ text: String = "", isStyled: Bool = false) {
        let text = isStyled ? text : text.printable
        state.withLock { state in
            append(text, &state)
            show(text + "\n", isBar: false, &state)
        }
    }

    /// Prints a result for another program, such as JSON, whatever the terminal's character set is.
    package func print(result: String) {
        state.withLock { state in
            append(result, &state)
            show(result + "\n", isBar: false, isExact: true, &state)
        }
    }

    /// Writes a line, or several, to the log alone.
    package func note(_ text: String) { state.withLock { append(text.printable, &$0) } }

    /// Draws `bar`, a line or several, in the place of the former one.
    package func draw(bar: String) { state.withLock { show(bar, isBar: true, &$0) } }

    package func eraseBar() {
        state.withLock { state in
            if state.barLines > 0 { show("", isBar: false, &state) }
        }
    }

    private func show(_ text: String, isBar: Bool, isExact: Bool = false, _ state: inout State) {
        guard let descriptor = terminal.descriptor, state.outputFailure == nil else { return }
        // Back to the first column and clear: in the same write, so that nothing flickers.
        let erasure =
            switch state.barLines {
            case 0: ""
            case 1: "\r\u{1B}[K"
            case let lines: "\r\u{1B}[\(lines - 1)A\u{1B}[J"
            }
        let bytes = Array((erasure + (terminal.isASCII && !isExact ? ASCIIText.text(text) : text)).utf8)
        state.barLines = isBar ? text.utf8.count { $0 == UInt8(ascii: "\n") } + 1 : 0
        do throws(FileError) {
            try bytes.withUnsafeBufferPointer { buffer throws(FileError) in
                try POSIX.writeAll(
                    UnsafeRawBufferPointer(buffer), to: descriptor, path: "standard output")
            }
        } catch {
            state.outputFailure = error
            append("(\(error); only this log continues)", &state)
        }
    }

    private func append(_ text: String, _ state: inout State) {
        guard let log else { return }
        do throws(FileError) {
            try log.append(text)
        } catch {
            let isFirst = state.logFailure == nil
            state.logFailure = error
            if isFirst { show("(\(error); this log is incomplete)\n", isBar: false, &state) }
        }
    }
}
