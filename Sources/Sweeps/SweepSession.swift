import Console
import Platform
import Runs

/// Trains the remaining entries of a sweep on this machine, several at a time, each in its own process.
package final class SweepSession {
    private let sweep: SweepDirectory
    private let plan: SweepPlan
    private let jobs: Int
    /// The notice that fewer entries run at a time than requested.
    private let notice: String?
    private let console: Console
    private let signal: InterruptSignal
    private let start = POSIX.monotonicSeconds()

    private var results: [SweepResult?]
    private var waiting: [Waiting]
    private var running: [Running] = []
    private var failure: SweepError?
    /// Whether another program asked the training of an entry to stop.
    private var isAskedToStop = false
    private var isStopping = false
    private var saidWaiting = false
    private var finishedHere = 0
    private var nextDrawing = 0.0

    private struct Waiting {
        let entry: SweepPlan.Entry
        /// The earliest time of the next attempt, by the monotonic clock.
        var notBefore = 0.0
        /// The error of the last attempt.
        var reason = ""
    }

    private struct Running {
        let entry: SweepPlan.Entry
        let process: ChildProcess
    }

    private static let secondsBetweenLooks = 0.05
    private static let secondsUntilNextTry = 1.0

    /// - Parameters:
    ///   - sweep: The sweep to train.
    ///   - jobs: The maximum number of entries at a time; it is limited to the number of cores.
    ///   - console: The console for messages and the table.
    ///   - signal: The signal that stops the sweep.
    package init(
        _ sweep: SweepDirectory, jobs: Int, console: Console, signal: InterruptSignal
    ) throws {
        self.sweep = sweep
        self.jobs = UsableCores.threads(of: jobs)
        notice = UsableCores.notice(jobs: jobs)
        self.console = console
        self.signal = signal
        let plan = try sweep.plan()
        self.plan = plan
        let results = try plan.entries.map { try sweep.result(of: $0) }
        self.results = results
        waiting = plan.entries.filter { results[$0.index] == nil }.map { Waiting(entry: $0) }
    }

    /// Trains until all entries are complete, one fails, or a signal arrives.
    ///
    /// - Returns: Success if all entries are complete, otherwise the status of the signal that stopped the sweep, or of a
    ///   request to stop an entry.
    /// - Throws: ``SweepError/entryFailed(entry:ending:exitStatus:message:)`` for the first entry that failed; the
    ///   other running entries are stopped first.
    package func run() throws -> ExitStatus {
        let done = results.count { $0 != nil }
        console.print("Sweep: \(sweep.path): \(plan.size)\(done > 0 ? "; \(done) done" : "")")
        if let notice { console.print("Warning: \(notice)") }
        if done < results.count { console.print("Entries trained at a time: \(jobs), one thread each") }
        defer {
            console.eraseBar()
            for child in running { child.process.terminate() }
        }
        while true {
            if signal.received != nil { stop() }
            try lookAtChildren()
            try startChildren()
            sayWaiting()
            if running.isEmpty, isStopping || waiting.isEmpty { break }
            draw()
            POSIX.sleep(seconds: Self.secondsBetweenLooks)
        }
        guard isStopping else { return .success }
        console.eraseBar()
        console.print(
            "Stopped; \(results.count { $0 != nil }) of \(results.count) entries are done. Resume with: "
                + ShellWords.quoted([sweep.program.name, "sweep", "--resume", sweep.path]))
        if let failure { throw failure }
        return signal.received.map(ExitStatus.signal) ?? (isAskedToStop ? .timeLimit : .success)
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        for child in running { child.process.requestStop() }
    }

    private func lookAtChildren() throws {
        var others: [Running] = []
        for child in running {
            guard let ending = child.process.poll() else {
                others.append(child)
                continue
            }
            try finish(child, ending)
        }
        running = others
    }

    private func finish(_ child: Running, _ ending: ChildProcess.Ending) throws {
        let entry = child.entry
        let result = ending == .exit(code: 0) ? try sweep.result(of: entry) : nil
        if let result {
            results[entry.index] = result
            finishedHere += 1
            let count = results.count { $0 != nil }
            console.print(
                "[\(count)/\(results.count)] \(entry.name): \(plan.title(of: entry.setting)), seed \(entry.seed): "
                    + result.text)
        } else if ending == .exit(code: ExitStatus.inUse.code) {
            // The entry is in use by another process: on another machine, or of a killed sweep.
            waiting.append(
                Waiting(
                    entry: entry, notBefore: POSIX.monotonicSeconds() + Self.secondsUntilNextTry,
                    reason: message(of: child)))
        } else if ending == .exit(code: ExitStatus.timeLimit.code) {
            // A request to stop an entry stops the sweep, which would otherwise resume the entry at once.
            isAskedToStop = true
            stop()
        } else if !isStopping {
            failure = failed(child, ending)
            stop()
        }
    }

    /// Prints once that only entries of other processes are left, and the error of the first.
    private func sayWaiting() {
        guard running.isEmpty, !waiting.isEmpty, !isStopping, !saidWaiting else { return }
        saidWaiting = true
        let names = waiting.prefix(3).map(\.entry.name).joined(separator: ", ")
        let reason = waiting[0].reason
        console.print(
            "Waiting for other processes that train \(names)\(waiting.count > 3 ? ", …" : "")"
                + (reason.isEmpty ? "" : " (\(reason))"))
    }

    /// Returns the output of a child process, without the last line end.
    private func output(of child: Running) -> String {
        let text = child.process.text
        return text.last == "\n" ? String(text.dropLast()) : text
    }

    /// Returns the text of an error that ended a child process; empty if it printed none.
    private func message(of child: Running) -> String {
        let output = "\n" + output(of: child)
        return output.ranges(of: "\nError: ").last.map { String(output[$0.upperBound...]) } ?? ""
    }

    private func failed(_ child: Running, _ ending: ChildProcess.Ending) -> SweepError {
        let entry = child.entry
        let output = output(of: child)
        if !output.isEmpty { console.note(output) }
        let message = message(of: child)
        return switch ending {
        case .exit(let code):
            .entryFailed(
                entry: entry.name, ending: "ended with exit code \(code)",
                exitStatus: code == 0 ? .inputOutput : .ofProcess(code),
                message: message)
        case .signal(let number):
            .entryFailed(
                entry: entry.name, ending: "ended by signal \(number)",
                exitStatus: .signal(number), message: message)
        }
    }

    private func startChildren() throws {
        let now = POSIX.monotonicSeconds()
        while !isStopping, running.count < jobs,
            let next = waiting.firstIndex(where: { $0.notBefore <= now })
        {
            let entry = waiting.remove(at: next).entry
            let process = try ChildProcess(
                ofThisProgram: ["sweep", "run", sweep.path, "--index", "\(entry.index)", "--while-input"])
            running.append(Running(entry: entry, process: process))
        }
    }
}

extension SweepSession {
    private static let mostSettings = 10
    private static let secondsBetweenDrawings = 0.5

    /// Draws the table so far and the running entries at the bottom of a terminal.
    private func draw() {
        guard console.terminal.isInteractive, nextDrawing <= POSIX.monotonicSeconds() else { return }
        nextDrawing = POSIX.monotonicSeconds() + Self.secondsBetweenDrawings
        let width = max(1, console.terminal.width - 1)
        // There are two lines above the settings and three below. Lines that have scrolled off the screen cannot be erased.
        let settings = min(Self.mostSettings, console.terminal.height - 5)
        var lines = [runningText, timeText]
        if settings > 0 {
            let table = SweepResults(plan, results, metrics: sweep.program.metrics).table(
                columns: 3, atMost: settings, width: width)
            lines = table.split(separator: "\n").map(String.init) + lines
        }
        console.draw(bar: lines.map { $0.prefix(columns: width) }.joined(separator: "\n"))
    }

    private var runningText: String {
        let entries = running.map { child in
            let run = (try? sweep.run(of: child.entry)) ?? nil
            let summary = run.flatMap { try? RunSummary.read($0) }
            return child.entry.name + (summary.map { " (\($0.epochs))" } ?? "")
        }
        return "Running (epochs done): " + entries.joined(separator: ", ")
    }

    private var timeText: String {
        let done = results.count { $0 != nil }
        let seconds = POSIX.monotonicSeconds() - start
        let left = finishedHere > 0 ? seconds / Double(finishedHere) * Double(results.count - done) : -1
        return "\(done) of \(results.count) entries, \(TextFormat.duration(seconds: seconds)), "
            + "ETA \(TextFormat.duration(seconds: left))"
    }
}
