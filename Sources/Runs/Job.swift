import Console
import Platform
import Training

/// The shell around a training, the same for every tool: signals, the run's lock, the console with its log, errors and
/// the exit status.
package struct Job {
    /// The name of the program that resumes the run.
    package let program: String
    package let lock: RunDirectory.Lock
    package let console: Console
    package let signal: InterruptSignal
    /// The words that the program was called with.
    package let commandLine: [String]

    package var run: RunDirectory { lock.run }

    /// Runs a job. A signal ends the process at once while it is prepared, and is noted from then on; an error
    /// is in the run's log as well.
    ///
    /// - Parameters:
    ///   - program: Whose job it is.
    ///   - isQuiet: Whether nothing is shown but errors.
    ///   - terminal: Where lines are shown.
    ///   - commandLine: The words that the program was called with.
    ///   - prepare: Reads and checks everything that may be bad before the run's directory is made.
    ///   - lock: Makes or locks it.
    ///   - body: Does the work.
    package static func run<Input>(
        of program: Program, isQuiet: Bool, terminal: Terminal, commandLine: [String],
        prepare: () throws -> Input, lock: () throws -> RunDirectory.Lock,
        body: (Input, Job) throws -> ExitStatus
    ) throws -> ExitStatus {
        let signal = InterruptSignal.install(endsProcess: true)
        defer { signal.uninstall() }
        let input = try prepare()
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

    /// Does work that writes the run's files. A failure is kept in the run's summary, and that of a file becomes a
    /// ``SaveError``, which says how to resume.
    ///
    /// - Parameters:
    ///   - lastCheckpoint: The last checkpoint at the time of the failure; nil if there is none.
    ///   - keep: Writes to the summary that the run failed, as far as it can.
    ///   - body: The work.
    package func keepingFailures(
        lastCheckpoint: () -> String?, keep: (_ failure: any Error) -> Void, body: () throws -> ExitStatus
    ) throws -> ExitStatus {
        do {
            return try body()
        } catch let divergence as Divergence {
            throw divergence
        } catch {
            keep(error)
            guard let error = error as? FileError else { throw error }
            throw SaveError(
                error: error, run: run, kept: KeptCheckpoint(lastCheckpoint(), in: run), program: program)
        }
    }

    /// Says how training ended, if it can be resumed, and gives the exit status.
    ///
    /// - Parameters:
    ///   - ending: How it ended.
    ///   - failureCount: The number of files that could not be written.
    ///   - checkpoint: The last checkpoint; nil if there is none.
    ///   - network: The network that was trained, where a run has several.
    /// - Throws: ``Divergence``
    package func status(
        of ending: Trainer.Ending, failureCount: Int, checkpoint: String?, network: String? = nil
    ) throws(Divergence) -> ExitStatus {
        switch ending {
        case .finished, .noProgress: return failureCount == 0 ? .success : .inputOutput
        case .interrupted(let number):
            sayStopped(ending)
            return .signal(number)
        case .outOfTime:
            sayStopped(ending)
            return .timeLimit
        case .diverged(let epoch, let step):
            throw Divergence(
                network: network, epoch: epoch, step: step, kept: KeptCheckpoint(checkpoint, in: run))
        }
    }

    private func sayStopped(_ ending: Trainer.Ending) {
        console.print(
            "Stopped by \(ending.reason ?? ""); progress saved. Resume with: "
                + run.commandLine("--resume", of: program))
    }
}
