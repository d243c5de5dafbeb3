import Training

/// A training that is repeated from a segment of a receipt.
package protocol RepeatedTraining {
    var trainer: Trainer { get }
}

/// The result of repeating the segments of a receipt.
package enum Repetition<Training: RepeatedTraining> {
    /// All epochs have the weights of the receipt; the training of the last segment.
    case complete(Training)
    /// A difference.
    case different(VerificationResult)
}

extension Receipt {
    /// Repeats a training, segment after segment, and compares the weights after each epoch.
    ///
    /// - Parameters:
    ///   - walk: The comparison with the epochs to repeat.
    ///   - path: The path of the receipt, for errors.
    ///   - prepare: Returns a segment's training at its first step; it receives the training of the segment before.
    ///   - train: Trains with the comparison among the callbacks.
    package func repeated<Training: RepeatedTraining>(
        comparing walk: VerificationWalk, path: String,
        prepare: (Segment, Training?) throws -> Training, train: (Training) throws -> Void
    ) throws -> Repetition<Training> {
        let count = walk.epochCount
        var last: Training?
        for (segment, next) in zip(segments, segments.dropFirst().map(Optional.some) + [nil]) {
            walk.end = next?.firstStep
            let repeated = try prepare(segment, last)
            last = repeated
            try train(repeated)
            if let result = walk.result { return .different(result) }
            let (steps, done) = (repeated.trainer.stepCount, repeated.trainer.state.epoch)
            guard done < count else { break }
            guard steps == walk.end else { return .different(.otherEnd(expected: count, found: done)) }
        }
        guard let last else { throw ReceiptError.empty(path: path, resume: nil) }
        let done = last.trainer.state.epoch
        guard done == count else { return .different(.otherEnd(expected: count, found: done)) }
        return walk.checkpoints.different == nil
            ? .complete(last) : .different(.otherCheckpoint(walk.checkpoints))
    }
}

extension Trainer {
    /// Continues a training where the one of the segment before ended.
    ///
    /// - Parameters:
    ///   - step: The first step of the segment, for errors.
    ///   - path: The path of the receipt, for errors.
    package func restore(_ former: Trainer, atStep step: Int, path: String) throws(ReceiptError) {
        let state = Checkpoint(of: former)
        if let misfit = misfit(of: state) {
            throw .invalidOptions(path: path, reason: "step \(step): \(misfit)")
        }
        restore(state)
    }
}
