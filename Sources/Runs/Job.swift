import Console
import Platform
import Training

/// The frame of a training, the same for every tool: signals, the run's lock, the console with its log, errors and the
/// exit status.
package struct Job {
    /// The name of the program that resumes the run.
    package let program: String
    package let lock: RunDirectory.Lock
    package let console: Console
    package let signal: InterruptSignal
    /// The words of the command line, with the program's name.
    package let commandLine: [String]

    package var run: RunDirectory { lock.run }

    /// Runs a job. During preparation a signal ends the process at once; after that it only sets a flag. Errors are
    /// also written to the run's log.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - isQuiet: Whether nothing but errors is shown.
    ///   - terminal: The terminal where lines are shown.
    ///   - commandLine: The words of the command line.
    ///   - prepare: Reads and checks all input that may be invalid, before the run's directory is created. If it returns
    ///     nil, there is nothing to do.
    ///   - lock: Creates or locks the run's directory.
    ///   - body: Does the work.
    package static func run<Input>(
        of program: Program, isQuiet: Bool, terminal: Terminal, commandLine: [String],
        prepare: () throws -> Input?, lock: () throws -> RunDirectory.Lock,
        body: (Input, Job) throws -> ExitStatus
    ) throws -> ExitStatus {
        let signal = InterruptSignal.install(endsProcess: true)
        defer { signal.uninstall() }
        guard let input = try prepare() else { return .success }
        signal.note()
        let lock = try lock()
        let console = try Console(terminal: isQuiet ? .silent : terminal, log: lock.run.log)
        defer { console.eraseBar() }
        let job = Job(
            program: program.name, lock: lock, console: console, signal: signal, commandLine: commandLine)
        do {
            return try body(input, job)
        } catch {
            // The caller prints the error.
            console.note("Error: \(error)")
            throw error
        }
    }

    /// Does work that writes the run's files. A failure is recorded in the run's summary. An error of a file becomes a
    /// ``SaveError``, which says how to resume.
    ///
    /// - Parameters:
    ///   - lastCheckpoint: Returns the last checkpoint at the time of the failure; nil if there is none.
    ///   - keep: Writes to the summary that the run failed, if possible.
    ///   - body: The work.
    package func keepingFailures(
        lastCheckpoint: () -> String?, keep: (_ failure: any Error) -> Void, body: () throws -> ExitStatus
    ) throws -> ExitStatus {
        do {
            return try body()
        } catch let divergence as DivergenceError {
            throw divergence
        } catch {
            keep(error)
            guard let error = error as? FileError else { throw error }
            throw SaveError(
                error: error, run: run, kept: KeptCheckpoint(lastCheckpoint(), in: run), program: program)
        }
    }

    /// Prints how training ended, if it can be resumed, and returns the exit status.
    ///
    /// - Parameters:
    ///   - ending: The reason for the end of training.
    ///   - failureCount: The number of files that could not be written.
    ///   - checkpoint: The last checkpoint; nil if there is none.
    ///   - network: The trained network, if a run has several.
    /// - Throws: ``DivergenceError``
    package func status(
        of ending: Trainer.Ending, failureCount: Int, checkpoint: String?, network: String? = nil
    ) throws(DivergenceError) -> ExitStatus {
        switch ending {
        case .finished, .noProgress: return failureCount == 0 ? .success : .inputOutput
        case .interrupted(let number):
            sayStopped(ending)
            return .signal(number)
        case .outOfTime, .requested:
            sayStopped(ending)
            return .timeLimit
        case .diverged(let epoch, let step):
            throw DivergenceError(
                network: network, epoch: epoch, step: step, kept: KeptCheckpoint(checkpoint, in: run))
        }
    }

    private func sayStopped(_ ending: Trainer.Ending) {
        console.print(
            "Stopped by \(ending.reason ?? ""); progress saved. Resume with: "
                + run.commandLine("--resume", of: program))
    }
}
