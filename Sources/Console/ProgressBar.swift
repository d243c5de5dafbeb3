import Platform

/// A line at the bottom of a terminal that shows the progress of an epoch:
/// `Epoch 3/50  [=====>    ] 291/469  231,000 images/s  loss 0.0812  acc 97.61  ETA 0:12`.
///
/// It is drawn at most ten times a second, first after a tenth of a second. An update that draws nothing only reads the
/// clock.
package struct ProgressBar: Sendable {
    private static let secondsBetweenDrawings = 0.1
    private static let widestTrack = 30
    private static let narrowestTrack = 5

    private let console: Console
    private let title: String
    private let total: Int
    private let unit: String
    private let clock: @Sendable () -> Double
    private let start: Double
    private let completedBefore: Int
    private let remainingAfter: Int
    private var nextDrawing: Double

    /// - Parameters:
    ///   - console: The console where the bar is drawn if it is a terminal.
    ///   - title: The title, such as "Epoch 3/50".
    ///   - total: The number of units in the epoch.
    ///   - completed: The number of units that were completed before.
    ///   - remaining: The number of units after this epoch; the estimated time includes them.
    ///   - unit: The name of the unit, in the plural.
    ///   - clock: A clock that is never set back, in seconds; the system's if nil.
    package init(
        console: Console, title: String, total: Int, completed: Int = 0, remaining: Int = 0,
        unit: String,
        clock: (@Sendable () -> Double)? = nil
    ) {
        self.console = console
        self.title = title
        self.total = total
        self.unit = unit
        self.clock = clock ?? RunningClock.seconds
        completedBefore = completed
        remainingAfter = remaining
        start = self.clock()
        nextDrawing = start + Self.secondsBetweenDrawings
    }

    /// - Parameters:
    ///   - completed: The number of completed units, from the beginning of the epoch.
    ///   - step: The number of the step, from 1, and the number of steps in the epoch; nil if they are not shown.
    ///   - loss: The mean loss so far.
    ///   - accuracy: The accuracy so far, in percent; nil if there is none.
    package mutating func update(
        completed: Int, step: (number: Int, count: Int)? = nil, loss: Double, accuracy: Double? = nil
    ) {
        let now = clock()
        guard now >= nextDrawing else { return }
        nextDrawing = now + Self.secondsBetweenDrawings
        console.draw(
            bar: line(completed: completed, step: step, loss: loss, accuracy: accuracy, seconds: now - start))
    }

    /// Removes the bar from the screen. Printing a line removes it too, until the next update.
    package func finish() {
        console.eraseBar()
    }

    private func line(
        completed: Int, step: (number: Int, count: Int)?, loss: Double, accuracy: Double?, seconds: Double
    ) -> String {
        let share = total > 0 ? min(1, max(0, Double(completed) / Double(total))) : 1
        var facts = step.map { "\($0.number)/\($0.count)" } ?? "\(Int(share * 100))%"
        let rate = Double(completed - completedBefore) / seconds
        let speed = seconds > 0 && rate > 0 ? "  \(TextFormat.grouped(Int(rate))) \(unit)/s" : ""
        let steps = facts
        facts = "  loss \(TextFormat.fixed(loss, decimals: 4))"
        if let accuracy { facts += "  acc \(TextFormat.fixed(accuracy, decimals: 2))" }
        if seconds > 0, rate > 0 {
            facts +=
                "  ETA \(TextFormat.duration(seconds: Double(max(0, total - completed) + remainingAfter) / rate))"
        }
        let all = steps + speed + facts
        // In a narrow terminal the speed is left out.
        return Self.line(
            title, facts: title.displayWidth + all.count + 2 < console.terminal.width ? all : steps + facts,
            share: share, on: console.terminal)
    }

    /// Returns the line with a progress track that fills the terminal's width. The track is left out if there is no
    /// room or the share is unknown.
    package static func line(_ title: String, facts: String, share: Double?, on terminal: Terminal) -> String
    {
        // Some terminals wrap in the last column.
        let width = terminal.width - 1
        let trackWidth = min(widestTrack, width - title.displayWidth - facts.displayWidth - 5)
        guard let share, trackWidth >= narrowestTrack else {
            return "\(title)  \(facts)".prefix(columns: width)
        }
        return "\(title)  [\(track(width: trackWidth, share: share, on: terminal))] \(facts)"
    }

    private static func track(width: Int, share: Double, on terminal: Terminal) -> String {
        let done = Int(Double(width) * share)
        var filled = String(repeating: "=", count: done)
        if done < width, done > 0 { filled = filled.dropLast() + ">" }
        let rest = String(repeating: " ", count: width - done)
        return (terminal.usesColor ? "\u{1B}[32m\(filled)\u{1B}[0m" : filled) + rest
    }
}
