import Platform
import Runs
import Training

/// A run to go on with: its directory, which nobody else may write to while this lives, its options, and the
/// checkpoint to start from.
package struct Resumption: Sendable {
    package let lock: RunDirectory.Lock
    /// The options that the run was started with, or changed to.
    package let options: ImageTraining.Options
    package let summary: RunSummary
    /// The checkpoint to start from; nil if the run ended before it saved one.
    package let checkpoint: Checkpoint?
    /// Warnings for the user: checkpoints that were skipped.
    package let notices: [String]

    /// - Parameters:
    ///   - name: `latest`, a run's name, or the path of a run or of a checkpoint in one.
    ///   - root: where runs are.
    /// - Throws: ``RunError``, ``FileError``, and what is wrong with a checkpoint that was named.
    package init(_ name: String, root: String) throws {
        let (run, path) = try RunDirectory.find(name, root: root, of: .mnistBiLSTM)
        lock = try RunDirectory.Lock(run)
        let configured: ImageTraining.Options = try lock.options()
        // Only times are in it that nothing else has; a damaged one is no reason not to go on.
        summary = (try? RunSummary.read(run)) ?? RunSummary()
        if let path {
            checkpoint = try Checkpoint(path: path)
            notices = []
        } else {
            let newest = try CheckpointStore(run).newest()
            checkpoint = newest?.checkpoint
            notices =
                (newest?.problems ?? []).map { "\($0)\nResuming from the previous checkpoint." }
                + (newest == nil ? Self.missing(in: run) : [])
        }
        options = try checkpoint?.options(on: configured, in: run) ?? configured
        try lock.check(options)
    }

    /// What there was, if a link still says so.
    private static func missing(in run: RunDirectory) -> [String] {
        guard let name = POSIX.target(ofLink: run.lastCheckpoint) else { return [] }
        return ["\(FilePath.join(run.checkpoints, name)) is missing. Training starts from the beginning."]
    }

    /// Whether there is nothing left to do.
    package func isFinished(_ options: ImageTraining.Options) -> Bool {
        guard summary.state == .finished, let checkpoint else { return false }
        return options.epochs <= checkpoint.state.epoch || isOutOfPatience(options)
    }

    /// Whether ``EarlyStopping`` would end training at once.
    func isOutOfPatience(_ options: ImageTraining.Options) -> Bool {
        guard let patience = options.earlyStopping, let state = checkpoint?.state else { return false }
        return EarlyStopping.isOver(state, patience: patience)
    }

    /// Checks that the run was trained on these images.
    package func check(data: String) throws(RunError) {
        guard let expected = checkpoint?.details.data, expected != data else { return }
        throw .otherData(run: lock.run.path, expected: expected, found: data)
    }
}
