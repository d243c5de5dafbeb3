import Console
import Platform
import Runs

/// Trains the remaining entries of a sweep on this machine, several at a time, each in its own process.
package final class SweepSession {
    private let sweep: SweepDirectory
    private let plan: SweepPlan
    private let jobs: Int
    /// The directory of results that were computed before; nil if none is used.
    private let known: KnownResults?
    /// The notice that fewer entries run at a time than requested.
    private let notice: String?
    private let console: Console
    private let signal: InterruptSignal
    private let start = POSIX.monotonicSeconds()

    private var results: [SweepResult?]
    /// The course of a sweep with `--until`.
    private var race: SweepRace?
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
        /// Whether it is trained for the winner's weights, because its result was computed before.
        var again = false
        /// The earliest time of the next attempt, by the monotonic clock.
        var notBefore = 0.0
        /// The error of the last attempt.
        var reason = ""
    }

    private struct Running {
        let entry: SweepPlan.Entry
        let again: Bool
        let process: ChildProcess
        /// Whether it was stopped because its setting is paused.
        var isPaused = false
    }

    private static let secondsBetweenLooks = 0.05
    private static let secondsUntilNextTry = 1.0

    /// - Parameters:
    ///   - sweep: The sweep to train.
    ///   - jobs: The maximum number of entries at a time; it is limited to the number of cores.
    ///   - known: The directory of results that were computed before; nil to use none.
    ///   - console: The console for messages and the table.
    ///   - signal: The signal that stops the sweep.
    package init(
        _ sweep: SweepDirectory, jobs: Int, known: KnownResults? = nil, console: Console,
        signal: InterruptSignal
    ) throws {
        if let known {
            try Directory.make(known.path)
            try OpenDirectory.check(known.path)
        }
        self.known = known
        self.sweep = sweep
        self.jobs = UsableCores.threads(of: jobs)
        notice = UsableCores.notice(jobs: jobs)
        self.console = console
        self.signal = signal
        let plan = try sweep.plan()
        self.plan = plan
        let results = try plan.entries.map { try sweep.result(of: $0) }
        self.results = results
        let race = SweepRace(plan, results)
        self.race = race
        waiting = plan.entries.filter { entry in
            results[entry.index] == nil && race.map { plan.needs(entry, in: $0) } ?? true
        }.map { Waiting(entry: $0) }
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
        if !waiting.isEmpty { console.print("Entries trained at a time: \(jobs), one thread each") }
        defer {
            console.eraseBar()
            for child in running { child.process.terminate() }
        }
        while true {
            if signal.received != nil { stop() }
            try lookAtChildren()
            try startChildren()
            sayWaiting()
            if running.isEmpty, isStopping || waiting.isEmpty && !trainsWinner() { break }
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
        for process in running.map(\.process) {
            guard let ending = process.poll(),
                let place = running.firstIndex(where: { $0.process === process })
            else { continue }
            try finish(running.remove(at: place), ending)
        }
    }

    private func finish(_ child: Running, _ ending: ChildProcess.Ending) throws {
        let entry = child.entry
        let result = ending == .exit(code: 0) ? try sweep.result(of: entry) : nil
        if let result, !child.again || result.run != nil {
            results[entry.index] = result
            finishedHere += 1
            defer { pauseSettings() }
            let count = results.count { $0 != nil }
            console.print(
                "[\(count)/\(results.count)] \(entry.name): \(plan.title(of: entry.setting)), seed \(entry.seed): "
                    + result.text)
        } else if ending == .exit(code: ExitStatus.inUse.code) {
            // The entry is in use by another process: on another machine, or of a killed sweep.
            waiting.append(
                Waiting(
                    entry: entry, again: child.again,
                    notBefore: POSIX.monotonicSeconds() + Self.secondsUntilNextTry,
                    reason: message(of: child)))
        } else if ending == .exit(code: ExitStatus.timeLimit.code) {
            // A request to stop an entry stops the sweep, which would otherwise resume the entry at once.
            isAskedToStop = true
            stop()
        } else if try !isStopping && !child.isPaused && !isPausedByOthers(child, ending) {
            failure = failed(child, ending)
            stop()
        }
    }

    /// Compares the settings of a sweep with `--until`, and stops the entries that are not needed. They keep their
    /// checkpoints.
    private func pauseSettings() {
        guard let former = race else { return }
        race?.advance(results)
        guard let race, race.looks > former.looks else { return }
        for place in plan.settings.indices where race.standings[place].state != former.standings[place].state
        {
            console.print(
                "Paused after \(TextFormat.count(race.standings[place].seeds, "seed")): \(plan.title(of: place))"
            )
        }
        waiting.removeAll { !plan.needs($0.entry, in: race) }
        for place in running.indices
        where !running[place].isPaused && !plan.needs(running[place].entry, in: race) {
            running[place].isPaused = true
            running[place].process.requestStop()
        }
    }

    /// Returns whether an entry ended because results of other processes show that it is not needed.
    private func isPausedByOthers(_ child: Running, _ ending: ChildProcess.Ending) throws -> Bool {
        guard race != nil, ending == .exit(code: 0) else { return false }
        results = try plan.entries.map { try sweep.result(of: $0) }
        pauseSettings()
        return race.map { !plan.needs(child.entry, in: $0) } ?? false
    }

    /// Starts the training of the winner's entries that were computed before, because only their weights can be evaluated
    /// on the test set. Returns false if there are none.
    private func trainsWinner() -> Bool {
        let entries = SweepResults(plan, results, metrics: sweep.program.metrics).winnersWithoutRun
        guard !entries.isEmpty else { return false }
        console.print(
            "The winner's weights are needed: training \(TextFormat.grouped(entries.count)) of its entries again that were "
                + "computed before")
        waiting = entries.map { Waiting(entry: $0, again: true) }
        return true
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
            let (entry, again) = (waiting[next].entry, waiting[next].again)
            waiting.remove(at: next)
            let process = try ChildProcess(
                ofThisProgram: ["sweep", "run", sweep.path, "--index", "\(entry.index)", "--while-input"]
                    + (known.map { ["--results", $0.path] } ?? ["--no-lookup"]) + (again ? ["--again"] : []))
            running.append(Running(entry: entry, again: again, process: process))
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
        if race != nil {
            return "\(done) of at most \(results.count) entries, \(TextFormat.duration(seconds: seconds))"
        }
        let left = finishedHere > 0 ? seconds / Double(finishedHere) * Double(results.count - done) : -1
        return "\(done) of \(results.count) entries, \(TextFormat.duration(seconds: seconds)), "
            + "ETA \(TextFormat.duration(seconds: left))"
    }
}
