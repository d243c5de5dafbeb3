/// Parts of helps that several tools have.
package enum HelpText {
    /// The files that a training writes, and how it is stopped.
    package static let training = """
        Metrics, log and checkpoints are written to a new directory in runs/; runs/latest points to it. The same \
        seed gives the same weights, bit for bit, for any number of threads, even if the run was stopped and \
        resumed. Ctrl-C stops training after the current step and saves everything; a second Ctrl-C stops at \
        once. SIGTERM, SIGUSR1, SIGUSR2 and SIGXCPU act like Ctrl-C.
        """

    /// The exit codes of a training, after the codes of bad and missing input.
    package static let trainingExitCodes = """
        69 unsupported CPU, 71 not enough memory, 73 run in use by another process, 74 a file could not be \
        written, 75 stopped by the time limit or a request, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for another \
        signal n.
        """

    /// The exit codes of a command that reads a model and data.
    package static let exportExitCodes = """
        Exit codes: 0 done, 64 bad option, 65 bad checkpoint, 66 missing run or checkpoint, 71 not enough memory, 74 the \
        file could not be written.
        """
    package static let modelExitCodes = """
        Exit codes: 0 done, 64 bad option, 65 bad data or checkpoint, 66 missing data, run or checkpoint, 71 not \
        enough memory.
        """
}
