import Console
import Platform
import Runs
import Training

/// Trains one entry of a sweep, or resumes it.
package struct SweepEntryTraining: Sendable {
    private let sweep: SweepDirectory
    private let plan: SweepPlan
    private let entry: SweepPlan.Entry
    private let place: [String]

    /// - Parameters:
    ///   - sweep: The entry's sweep.
    ///   - index: The entry's index in the plan.
    ///   - place: Arguments of `train` for the place of the data on this machine, if it is not the plan's.
    /// - Throws: ``SweepError/noSuchEntry(index:count:)``, and errors of reading the plan.
    package init(_ sweep: SweepDirectory, index: Int, place: [String] = []) throws {
        self.sweep = sweep
        self.place = place
        plan = try sweep.plan()
        guard plan.entries.indices.contains(index) else {
            throw SweepError.noSuchEntry(index: index, count: plan.entries.count)
        }
        entry = plan.entries[index]
    }

    /// Trains the entry, or the rest of it; does nothing if the entry is complete.
    ///
    /// - Parameters:
    ///   - console: The console for messages.
    ///   - train: Runs `train` with the arguments of its command line and returns its exit status.
    /// - Returns: Success if the entry is complete, otherwise the exit status of training.
    /// - Throws: ``SweepError/entryInUse(entry:)``, and the errors of training except ``DivergenceError``, which is a
    ///   result.
    package func run(console: Console, train: ([String]) throws -> ExitStatus) throws -> ExitStatus {
        guard let lock = try FileLock(sweep.lock(of: entry)) else {
            throw SweepError.entryInUse(entry: entry.name)
        }
        return try withExtendedLifetime(lock) {
            if let result = try sweep.result(of: entry) {
                console.print("\(entry.name) is already done: \(result.text)")
                return .success
            }
            var diverged = false
            do {
                let status = try train(arguments())
                if status != .success { return status }
            } catch is DivergenceError {
                diverged = true
            }
            guard let run = try sweep.run(of: entry) else {
                throw RunError.notFound(
                    name: entry.name, root: sweep.runs, lister: sweep.program.name)
            }
            let result = SweepResult(
                try RunSummary.read(run), run: run, diverged: diverged, metrics: sweep.program.metrics)
            try JSON.write(result, to: sweep.resultFile(of: entry))
            console.print(
                "\(entry.name): \(plan.title(of: entry.setting)), seed \(entry.seed): \(result.text)")
            return .success
        }
    }

    /// Returns the arguments of `train`.
    private func arguments() throws -> [String] {
        let here = ["--threads", "1", "--quiet"] + place
        if let run = try sweep.run(of: entry) { return ["--resume", run.path] + here }
        return plan.arguments(of: entry) + ["--no-test", "--runs", sweep.runs, "--name", entry.name] + here
    }
}

extension SweepResult {
    /// The result in words: "val acc 98.52, loss 0.0543, 3.2 s".
    package var text: String {
        let time = "\(TextFormat.fixed(seconds, decimals: 1)) s"
        guard let accuracy = self[.accuracy, .validation], let loss = self[.crossEntropy, .validation] else {
            return "diverged after \(epochs) \(epochs == 1 ? "epoch" : "epochs"), \(time)"
        }
        return
            "val acc \(TextFormat.percent(accuracy)), loss \(TextFormat.loss(loss)), \(time)"
    }
}
