import Platform

/// The error that an option's value does not fit the data.
package struct OptionError: ReportedError, Hashable {
    package let description: String

    package init(_ description: String) { self.description = description }

    package var exitStatus: ExitStatus { .usage }
}

/// The error that training diverged: a loss, a gradient or a parameter was not a finite number.
package struct DivergenceError: ReportedError, Hashable {
    /// The network, if a run has several.
    package var network: String?
    package let epoch: Int
    /// The number of the step since the beginning of the epoch.
    package let step: Int
    package let kept: KeptCheckpoint

    package init(network: String? = nil, epoch: Int, step: Int, kept: KeptCheckpoint) {
        self.network = network
        self.epoch = epoch
        self.step = step
        self.kept = kept
    }

    package var description: String {
        (network.map { "\($0): " } ?? "")
            + "the loss or its gradient is not finite at step \(step) of epoch \(epoch). \(kept.description) \(advice)"
    }

    private var advice: String {
        switch kept {
        case .whole, .none, .unreadable:
            "Resume with a lower --learning-rate and --allow-changes, or start a new run."
        case .lost, .runIsGone: "Start a new run with a lower learning rate."
        }
    }

    package var exitStatus: ExitStatus { .diverged }
}

/// The error that a file of a run could not be written, which ended the run.
package struct SaveError: ReportedError, Hashable {
    package let error: FileError
    package let run: RunDirectory
    package let kept: KeptCheckpoint
    /// The name of the program that resumes the run.
    package let program: String

    package init(error: FileError, run: RunDirectory, kept: KeptCheckpoint, program: String) {
        self.error = error
        self.run = run
        self.kept = kept
        self.program = program
    }

    package var description: String {
        let resume = run.resumption(of: program)
        return switch kept {
        case .whole(let path):
            "\(error). The last checkpoint, \(path), is intact. \(remedy), then resume with: \(resume)"
        case .none: "\(error). No checkpoint has been saved yet. \(remedy), then resume with: \(resume)"
        case .lost(let path):
            "\(error). The last checkpoint, \(path), is missing or damaged, and there is no other. \(remedy), then start a "
                + "new run."
        case .unreadable(let path):
            "\(error). The last checkpoint, \(path), cannot be read now. \(remedy), then resume with: \(resume)"
        case .runIsGone:
            "\(error). The run's directory is missing, with all its checkpoints. Start a new run."
        }
    }

    private var remedy: String {
        POSIX.meansFull(error.code)
            ? "Free some disk space"
            : POSIX.meansTooLarge(error.code)
                ? "Raise the limit of file sizes (ulimit -f)" : "Remove the cause"
    }

    package var exitStatus: ExitStatus { .inputOutput }
}
