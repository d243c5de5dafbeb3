import Platform

/// The destination of printed lines, and its capabilities.
package struct Terminal: Sendable {
    /// The file descriptor; nil if nothing is shown.
    package let descriptor: Int32?
    /// Whether a line can be redrawn; false for files, pipes and dumb terminals.
    package let isInteractive: Bool
    package let usesColor: Bool
    /// Whether lines are written in ASCII.
    package let isASCII: Bool
    private let currentWidth: @Sendable () -> Int
    private let currentHeight: @Sendable () -> Int

    /// The current number of columns. The window may have been resized.
    package var width: Int { currentWidth() }

    /// The current number of lines.
    package var height: Int { currentHeight() }

    package init(
        descriptor: Int32?, isInteractive: Bool, usesColor: Bool = false, isASCII: Bool = false,
        width: @escaping @Sendable () -> Int = { 80 }, height: @escaping @Sendable () -> Int = { 24 }
    ) {
        self.descriptor = descriptor
        self.isInteractive = isInteractive
        self.usesColor = usesColor && isInteractive
        self.isASCII = isASCII
        currentWidth = width
        currentHeight = height
    }

    /// A terminal that shows nothing.
    package static var silent: Terminal { Terminal(descriptor: nil, isInteractive: false) }

    /// The terminal of standard output, as described by the system and the environment.
    package static var standardOutput: Terminal {
        Terminal(
            descriptor: POSIX.standardOutput, isTerminal: POSIX.isTerminal(POSIX.standardOutput),
            variable: POSIX.environmentVariable)
    }

    /// Creates a terminal from the variables `TERM`, `CI`, `NO_COLOR`, `COLUMNS` and the locale's variables. Without
    /// `TERM`, or in continuous integration, nothing is redrawn.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether the descriptor is a terminal of any kind.
    ///   - variable: Returns the value of an environment variable.
    package init(descriptor: Int32, isTerminal: Bool, variable: (String) -> String?) {
        let noColor = variable("NO_COLOR") ?? ""
        let term = variable("TERM") ?? ""
        let isWatched = ["", "0", "false"].contains(variable("CI") ?? "")
        let columns = variable("COLUMNS").flatMap { Int($0) } ?? 0
        self.init(
            descriptor: descriptor,
            isInteractive: isTerminal && isWatched && !term.isEmpty && term != "dumb",
            usesColor: noColor.isEmpty,
            isASCII: ASCIIText.isWanted(variable),
            width: { POSIX.terminalWidth(descriptor) ?? (columns > 0 ? columns : 80) },
            height: { POSIX.terminalHeight(descriptor) ?? 24 })
    }
}
