import Console
import Platform
import Runs
import Training

/// Trains one entry of a sweep, resumes it, or looks up its result if it was computed before.
package struct SweepEntryTraining: Sendable {
    private let sweep: SweepDirectory
    private let plan: SweepPlan
    private let entry: SweepPlan.Entry
    private let place: [String]
    private let known: KnownResults?
    private let again: Bool

    /// Runs `train` with the arguments of its command line and returns its exit status. Before a new run is created, it
    /// calls a function with the receipt of the training, and ends with success if that returns true.
    package typealias Train = (_ arguments: [String], _ isKnown: @escaping (Receipt) throws -> Bool) throws ->
        ExitStatus

    /// - Parameters:
    ///   - sweep: The entry's sweep.
    ///   - index: The entry's index in the plan.
    ///   - known: The directory of results that were computed before; nil to use none.
    ///   - again: Whether to train an entry whose result was computed before.
    ///   - place: Arguments of `train` for the place of the data on this machine, if it is not the plan's.
    /// - Throws: ``SweepError/noSuchEntry(index:count:)``, and errors of reading the plan.
    package init(
        _ sweep: SweepDirectory, index: Int, known: KnownResults? = nil, again: Bool = false,
        place: [String] = []
    ) throws {
        (self.sweep, self.known, self.again, self.place) = (sweep, known, again, place)
        plan = try sweep.plan()
        guard plan.entries.indices.contains(index) else {
            throw SweepError.noSuchEntry(index: index, count: plan.entries.count)
        }
        entry = plan.entries[index]
    }

    /// Trains the entry, or the rest of it; does nothing if the entry is complete or not needed.
    ///
    /// - Returns: Success if the entry is complete or not needed, otherwise the exit status of training.
    /// - Throws: ``SweepError``, and the errors of training except ``DivergenceError``, which is a result.
    package func run(console: Console, train: Train) throws -> ExitStatus {
        guard let lock = try FileLock(sweep.lock(of: entry)) else {
            throw SweepError.entryInUse(entry: entry.name)
        }
        return try withExtendedLifetime(lock) {
            let former = try sweep.result(of: entry)
            if let former, !again || former.run != nil {
                console.print("\(entry.name) is already done: \(former.text)")
                return .success
            }
            if former == nil, try isNotNeeded() {
                console.print(
                    "\(entry.name) is not needed: \(plan.title(of: entry.setting)) is paused, or the sweep is settled"
                )
                return .success
            }
            var (status, result) = try result(by: train)
            if let former { result = try result?.comparing(with: former, of: entry, in: sweep) }
            guard let result else { return status }
            try JSON.write(result, to: sweep.resultFile(of: entry))
            console.print(
                "\(entry.name): \(plan.title(of: entry.setting)), seed \(entry.seed): \(result.text)")
            return .success
        }
    }

    /// Whether the results so far show that a sweep with `--until` does not need the entry.
    private func isNotNeeded() throws -> Bool {
        guard plan.until != nil else { return false }
        let race = SweepRace(plan, try plan.entries.map { try sweep.result(of: $0) })
        return race.map { !plan.needs(entry, in: $0) } ?? false
    }

    /// Looks up the result, or trains. There is no result if training was stopped.
    private func result(by train: Train) throws -> (status: ExitStatus, result: SweepResult?) {
        var found: SweepResult?
        var outcome = SweepResult.Outcome.finished
        do {
            let status = try train(arguments()) { receipt in
                found = try lookUp(receipt)
                return found != nil
            }
            if status != .success { return (status, nil) }
        } catch is DivergenceError {
            outcome = .diverged
        }
        if let found { return (.success, found) }
        guard let run = try sweep.run(of: entry) else {
            throw RunError.notFound(
                name: entry.name, root: sweep.runs, lister: sweep.program.name)
        }
        let summary = try RunSummary.read(run)
        var result = SweepResult(
            summary, run: run, diverged: outcome == .diverged, metrics: sweep.program.metrics)
        result.before = try exchange(outcome, summary, of: run)
        return (.success, result)
    }

    /// Returns the result of the same training that was computed before; nil if there is none, or if the entry is trained
    /// as a check.
    private func lookUp(_ receipt: Receipt) throws -> SweepResult? {
        guard let known, !again else { return nil }
        let identity = try receipt.identity
        guard let stored = try known.find(identity),
            let result = SweepResult(stored, metrics: sweep.program.metrics)
        else { return nil }
        let isFirst = try sweep.isFirstHit(entry)
        return isFirst || KnownResult.isChecked(identity: identity) ? nil : result
    }

    /// Compares a training with the result that was computed before, or stores its result for other sweeps.
    ///
    /// - Returns: The origin of the result that was computed before; nil if there is none.
    private func exchange(
        _ outcome: SweepResult.Outcome, _ summary: RunSummary, of run: RunDirectory
    ) throws -> SweepResult.Before? {
        // A run whose receipt could not be written is of no use for others.
        guard let known, try POSIX.kind(at: run.receipt) != nil else { return nil }
        let receipt = try Receipt.read(from: run.receipt)
        let identity = try receipt.identity
        let result = try KnownResult(outcome, summary, receipt)
        guard let stored = try known.find(identity) else {
            try known.store(result, identity)
            return nil
        }
        // The process was killed between the two files, and the result is this entry's own.
        if stored == result { return nil }
        if let difference = stored.difference(from: result) {
            throw SweepError.otherResult(
                entry: entry.name, difference: difference, file: known.file(of: identity),
                verify: ShellWords.quoted([sweep.program.name, "verify", run.path]))
        }
        return SweepResult.Before(stored, isChecked: true)
    }

    /// Returns the arguments of `train`.
    private func arguments() throws -> [String] {
        let here = ["--threads", "1", "--quiet"] + place
        if let run = try sweep.run(of: entry) { return ["--resume", run.path] + here }
        return plan.arguments(of: entry) + ["--no-test", "--runs", sweep.runs, "--name", entry.name] + here
    }
}

extension SweepResult {
    /// Returns this result of an entry that was trained again, marked as checked against the one that was computed before.
    ///
    /// - Throws: ``SweepError/otherResult(entry:difference:file:verify:)``
    fileprivate func comparing(
        with former: SweepResult, of entry: SweepPlan.Entry, in sweep: SweepDirectory
    ) throws -> SweepResult {
        if let difference = former.difference(from: self) {
            throw SweepError.otherResult(
                entry: entry.name, difference: difference, file: sweep.resultFile(of: entry),
                verify: ShellWords.quoted([
                    sweep.program.name, "verify", FilePath.join(sweep.runs, run ?? ""),
                ]))
        }
        var result = self
        result.before = former.before
        result.before?.isChecked = true
        return result
    }
}
