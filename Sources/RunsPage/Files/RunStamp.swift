import Platform
import Runs

/// The state of the files from which a run's entry in the list is read. A run is read again when it changes.
struct RunStamp: Hashable, Sendable {
    private let files: [FileStamp?]
    /// Whether a process writes to the run; false if that cannot be determined.
    let isRunning: Bool

    init(_ run: RunDirectory) {
        files = [
            run.configuration, run.summary, run.metrics, run.marks, FilePath.join(run.path, "results.csv"),
        ]
        .map(FileStamp.init)
        isRunning = (try? run.isRunning) ?? false
    }
}

/// The state of the files from which the details of a run are read.
struct RunDetailStamp: Hashable, Sendable {
    private let run: RunStamp
    private let files: [FileStamp?]

    var isRunning: Bool { run.isRunning }

    init(_ run: RunDirectory) {
        self.run = RunStamp(run)
        files = [run.path, run.evaluation, run.checkpoints].map(FileStamp.init)
    }
}
