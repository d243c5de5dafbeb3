import Platform

/// One line at the bottom of a terminal that tells how far an epoch is:
/// `Epoch 3/50  [=====>    ] 291/469  231,000 images/s  loss 0.0812  acc 97.61  ETA 0:12`.
///
/// It draws at most ten times a second, the first time after a tenth of one. An update that draws nothing only reads the clock.
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
    ///   - console: where it is drawn, if that is a terminal.
    ///   - title: "Epoch 3/50".
    ///   - total: how many of `unit` the epoch has.
    ///   - completed: how many of them were done before.
    ///   - remaining: how many are to be done after the epoch; the time that is left is that of all.
    ///   - unit: what is counted, in the plural.
    ///   - clock: seconds of a clock that is never set back; the system's if nil.
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
    ///   - completed: how many are done, from the epoch's beginning.
    ///   - step: its number from 1 on, and how many the epoch has; nil where that is nothing to show.
    ///   - loss: mean so far.
    ///   - accuracy: so far, in percent; nil where there is none.
    package mutating func update(
        completed: Int, step: (number: Int, count: Int)? = nil, loss: Double, accuracy: Double? = nil
    ) {
        let now = clock()
        guard now >= nextDrawing else { return }
        nextDrawing = now + Self.secondsBetweenDrawings
        console.draw(
            bar: line(completed: completed, step: step, loss: loss, accuracy: accuracy, seconds: now - start))
    }

    /// Takes the bar off the screen. Printing a line does so too, until the next update.
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
        // Where there is little room, speed is what can be spared.
        return Self.line(
            title, facts: title.displayWidth + all.count + 2 < console.terminal.width ? all : steps + facts,
            share: share, on: console.terminal)
    }

    /// The line with as long a track as the terminal has room for, or without one, as also where no share is known.
    package static func line(_ title: String, facts: String, share: Double?, on terminal: Terminal) -> String
    {
        // In the last column some terminals wrap already.
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
