import Console
import Platform
import Runs
import Sweeps

/// Stopping and resuming trainings.
extension RunsPage {
    /// Answers `/api/stop`: asks the training of a run to stop. It looks for the request about once a second.
    func stop(_ request: PageRequest) throws -> PageAnswer {
        struct Body: Decodable { let id: String }
        struct Answer: Encodable { let isAsked: Bool }
        let body: Body = try PageChange.read(from: request)
        let run = try RunID(body.id).run(in: root)
        guard try run.isRunning else {
            throw PageError(.conflict, .notRunning, ["run": run.name.quotedInAnswer])
        }
        do {
            try run.askToStop()
        } catch {
            throw PageError(.conflict, error)
        }
        return try .json(Answer(isAsked: true))
    }

    /// Answers `/api/resume`: starts the training of a run beside this program, on which it does not depend.
    ///
    /// - Parameters:
    ///   - request: The request, with the run and the number of epochs.
    ///   - path: Returns the path of a program; nil if it is not built.
    func resume(
        _ request: PageRequest, path: (String) -> String? = SiblingProgram.path
    ) throws -> PageAnswer {
        struct Body: Decodable {
            let id: String
            let epochs: Int
        }
        struct Answer: Encodable { let command: String }
        let body: Body = try PageChange.read(from: request)
        let id = try RunID(body.id)
        let run = try id.run(in: root)
        let record = RunRecord(run, of: PagePrograms.all)
        if let refusal = Self.refusal(toResume: record, id) { throw refusal }
        try Self.check(epochs: body.epochs, record)
        guard let program = path(record.program) else {
            throw PageError(.conflict, .notBuilt, ["program": record.program])
        }
        let words = [
            record.program, "train", "--resume", run.path, "--epochs", "\(body.epochs)", "--allow-changes",
        ]
        let summary = FileIdentity(path: run.summary)
        let training = try trainings.start(run.path) {
            try DetachedProcess(program, words, keeping: .errors)
        }
        guard let training else {
            throw PageError(.conflict, .alreadyResumed, ["run": run.name.quotedInAnswer])
        }
        defer { trainings.release(run.path) }
        try waitForStart(of: training, run, epochs: body.epochs) {
            // The training writes a new summary when it has checked everything.
            (try? run.isRunning) == true && FileIdentity(path: run.summary) != summary
        }
        return try .json(Answer(command: ShellWords.quoted(words)))
    }

    /// Returns why a run cannot be resumed from the page, with advice; nil if it can be.
    static func refusal(toResume record: RunRecord, _ id: RunID) -> PageError? {
        let name = record.name.quotedInAnswer
        if record.state == .running { return PageError(.conflict, .isRunning, ["run": name]) }
        if record.program == RunDirectory.library {
            return PageError(.conflict, .library, ["run": name, "command": "\(record.run.continuation)"])
        }
        guard PagePrograms.named(record.program) != nil, record.configuration != nil else {
            return PageError(.conflict, .unknownProgram, ["run": name])
        }
        if id.isInSweep {
            let sweep = FilePath.directory(of: FilePath.directory(of: record.run.path))
            let command = ShellWords.quoted([record.program, "sweep", "--resume", sweep])
            return PageError(.conflict, .sweepEntry, ["run": name, "command": command])
        }
        return nil
    }

    private static func check(epochs: Int, _ record: RunRecord) throws(PageError) {
        let done = record.epochs
        let least = max(1, record.state == .finished ? done + 1 : done)
        guard (least...max(least, 1_000_000)).contains(epochs) else {
            throw PageError(
                .badRequest, .epochs, ["low": "\(least)", "done": "\(done)", "found": "\(epochs)"],
                count: done)
        }
    }

    /// Waits until the training has begun, at most a second, and lets it run on.
    ///
    /// - Throws: ``PageError`` with the program's own message if it has ended without success.
    private func waitForStart(
        of training: DetachedProcess, _ run: RunDirectory, epochs: Int, hasBegun: () -> Bool
    ) throws {
        for _ in 0..<45 where !hasBegun() {
            if let ending = trainings.ending(of: run.path) {
                return try Self.check(ending, training.text, run, epochs: epochs)
            }
            POSIX.sleep(seconds: 0.02)
        }
    }

    private static func check(
        _ ending: ChildProcess.Ending, _ errors: String, _ run: RunDirectory, epochs: Int
    ) throws {
        guard ending == .exit(code: ExitStatus.success.code) else {
            let first = errors.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Error: ") }
            throw first.map { PageError(.conflict, .refused, ["error": String($0.dropFirst(7))]) }
                ?? PageError(.conflict, .endedAtOnce, ["ending": "\(ending)"])
        }
        // A short training is complete by now. One that early stopping has ended is not trained on.
        guard try RunSummary.read(run).epochs >= epochs else {
            throw PageError(.conflict, .earlyStopping, ["run": run.name.quotedInAnswer])
        }
    }
}
