import Platform

/// An option whose value only the data show to be wrong.
package struct OptionError: ReportedError, Hashable {
    package let description: String

    package init(_ description: String) { self.description = description }

    package var exitStatus: ExitStatus { .usage }
}

/// Training that stopped because a loss, a gradient or a parameter was no longer a finite number.
package struct Divergence: ReportedError, Hashable {
    /// The network, where a run has several.
    package var network: String?
    package let epoch: Int
    /// Counted from the epoch's beginning.
    package let step: Int
    /// The last checkpoint; nil before the first.
    package let checkpoint: String?

    package init(network: String? = nil, epoch: Int, step: Int, checkpoint: String?) {
        self.network = network
        self.epoch = epoch
        self.step = step
        self.checkpoint = checkpoint
    }

    package var description: String {
        (network.map { "\($0): " } ?? "")
            + "the loss or its gradient was not a finite number at step \(step) of epoch \(epoch); "
            + (checkpoint.map { "the last checkpoint is \($0)" } ?? "there is no checkpoint yet")
            + ". A lower learning rate may help."
    }

    package var exitStatus: ExitStatus { .diverged }
}

/// A file of a run that could not be written, which ended the run.
package struct SaveError: ReportedError, Hashable {
    package let error: FileError
    package let run: RunDirectory
    /// The last checkpoint; nil before the first.
    package let checkpoint: String?
    /// The name of the program that resumes the run.
    package let program: String

    package init(error: FileError, run: RunDirectory, checkpoint: String?, program: String) {
        self.error = error
        self.run = run
        self.checkpoint = checkpoint
        self.program = program
    }

    package var description: String {
        let former = checkpoint.map { "The last checkpoint, \($0), is whole" } ?? "There is no checkpoint yet"
        let mend = POSIX.meansFull(error.code) ? "make room" : "mend that"
        return "\(error). \(former); \(mend), and go on with: \(run.commandLine("--resume", of: program))"
    }

    package var exitStatus: ExitStatus { .inputOutput }
}
