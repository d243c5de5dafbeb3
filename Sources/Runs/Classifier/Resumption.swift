import Console
import Platform
import Training

/// A run to resume: its directory, which is locked for the lifetime of this value, its options, and the checkpoint to
/// start from.
package struct Resumption<Options: ClassifierOptions>: Sendable {
    package let lock: RunDirectory.Lock
    /// The options with which the run was started, or to which they were changed.
    package let options: Options
    package let summary: RunSummary
    /// The checkpoint to start from; nil if the run ended before it saved one.
    package let checkpoint: Checkpoint?
    /// Warnings for the user: checkpoints that were skipped.
    package let notices: [String]

    /// - Parameters:
    ///   - name: `latest`, the name of a run, or the path of a run or of a checkpoint in one.
    ///   - root: The directory of runs.
    /// - Throws: ``RunError``, ``FileError``, and the error of a checkpoint that was named.
    package init(_ name: String, root: String) throws {
        let (run, path) = try RunDirectory.find(
            name, root: root, of: Options.program, lister: Options.program.name)
        if let origin = WeightOrigin.ofImported(run) {
            throw RunError.imported(
                run: run.path, file: origin.path,
                train: ShellWords.quoted([Options.program.name, "train", "--init-from", run.path]))
        }
        lock = try RunDirectory.Lock(run)
        let configured: Options = try lock.options()
        // Only the times are not stored elsewhere, so a damaged summary does not prevent a resume.
        summary = (try? RunSummary.read(run)) ?? RunSummary()
        if let path {
            checkpoint = try Checkpoint(path: path)
            notices = []
        } else {
            guard try POSIX.kind(at: run.checkpoints) != nil else {
                throw RunError.noCheckpoint(in: run, of: Options.program)
            }
            let newest = try CheckpointStore(run).newest()
            checkpoint = newest?.checkpoint
            notices =
                (newest?.problems ?? []).map { "\($0)\nResuming from the previous checkpoint." }
                + (newest == nil ? Self.missing(in: run) : [])
        }
        options = try checkpoint?.options(on: configured, in: run) ?? configured
        try lock.check(options)
    }

    /// Returns the missing checkpoint that a link still points to.
    private static func missing(in run: RunDirectory) -> [String] {
        guard let name = POSIX.target(ofLink: run.lastCheckpoint) else { return [] }
        return ["\(FilePath.join(run.checkpoints, name)) is missing. Training starts from the beginning."]
    }

    /// Returns whether training is complete.
    package func isFinished(_ options: Options) -> Bool {
        guard summary.state == .finished, let checkpoint else { return false }
        return options.epochs <= checkpoint.state.epoch || isOutOfPatience(options)
    }

    /// Returns whether ``EarlyStopping`` would end training at once.
    func isOutOfPatience(_ options: Options) -> Bool {
        guard let patience = options.earlyStopping, let state = checkpoint?.state else { return false }
        return EarlyStopping.isOver(state, patience: patience)
    }

    /// Checks that the run was trained on these data.
    package func check(data: String) throws(RunError) {
        guard let expected = checkpoint?.details.data, expected != data else { return }
        throw .otherData(run: lock.run.path, expected: expected, found: data)
    }

    /// Checks that the run can be resumed with other options.
    ///
    /// - Parameter allowsChanges: Whether options that affect weights and logs may differ from the run's.
    /// - Throws: ``RunError/otherOptions(run:differences:)``; ``RunError/otherModel(run:differences:)``;
    ///   ``RunError/otherHeldOutImages(run:differences:samples:)``
    package func check(_ options: Options, allowsChanges: Bool) throws(RunError) {
        let heldOut = self.options.validationDifferences(to: options)
        guard heldOut.isEmpty else {
            throw .otherHeldOutImages(
                run: lock.run.path, differences: heldOut, samples: Options.sample.plural)
        }
        let fixed = checkpoint == nil ? [] : self.options.fixedDifferences(to: options)
        guard fixed.isEmpty else { throw .otherModel(run: lock.run.path, differences: fixed) }
        let differences = self.options.differences(to: options)
        guard differences.isEmpty || allowsChanges else {
            throw .otherOptions(run: lock.run.path, differences: differences)
        }
    }
}
