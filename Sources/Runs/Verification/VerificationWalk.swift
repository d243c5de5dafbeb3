import Training

/// Compares a training with a receipt and, if there is a run, with its checkpoints. It ends training at the first epoch that
/// differs, after the last epoch to compare, and at the step where the next segment begins.
package final class VerificationWalk: Callback {
    /// The digests of the epochs to compare.
    private let epochs: ArraySlice<String>
    private let store: CheckpointStore?
    private let saved: Set<Int>
    /// The number of epochs to compare.
    var epochCount: Int { epochs.count }
    /// The number of steps after which the segment ends; nil for the last one.
    var end: Int?
    /// Whether the checkpoints of the best epochs are kept.
    var keepsBest = false
    /// The state after the best epoch.
    private(set) var best: Checkpoint?
    private(set) var checkpoints = VerificationResult.ComparedCheckpoints()
    /// The result, if an epoch differs.
    private(set) var result: VerificationResult?

    /// - Parameters:
    ///   - epochs: The digests of the epochs to compare.
    ///   - run: The run with checkpoints to compare; nil if there is none.
    package init(_ epochs: ArraySlice<String>, of run: RunDirectory?) throws {
        self.epochs = epochs
        store = run.map { CheckpointStore($0) }
        saved = Set(try store?.steps() ?? [])
    }

    package func batchEnded(_ record: StepRecord, trainer: Trainer) throws {
        // At the last step of an epoch, a checkpoint has the state after the epoch.
        if record.stepInEpoch < record.stepsPerEpoch { try compare(record.step, trainer) }
        if record.step == end { trainer.stop(.requested) }
    }

    package func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {
        try compare(record.step, trainer)
        guard record.epoch < epochs.count else { return trainer.stop(.requested) }
        let (expected, found) = (epochs[record.epoch], trainer.weightsSHA256)
        guard expected == found else {
            result = .otherWeights(
                epoch: record.epoch, expected: expected, found: found,
                checkpoints: store == nil ? nil : checkpoints)
            return trainer.stop(.requested)
        }
        if keepsBest, trainer.state.best?.epoch == record.epoch { best = Checkpoint(of: trainer) }
        if record.epoch + 1 == epochs.count { trainer.stop(.requested) }
    }

    private func compare(_ step: Int, _ trainer: Trainer) throws {
        guard let store, saved.contains(step), checkpoints.different == nil,
            let own = try store.undamaged(atStep: step), trainer.misfit(of: own) == nil
        else { return }
        if let difference = StateDifference(between: own, and: Checkpoint(of: trainer)) {
            checkpoints.different = .init(step: step, difference: difference)
        } else {
            checkpoints.equal = step
        }
    }
}
