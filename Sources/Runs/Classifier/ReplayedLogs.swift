import NeuralNetworks
import Training

/// Counts the records that ``RunRecorder`` would write to the run's logs, so that a repeated training has the checkpoints of
/// the run, byte for byte.
final class ReplayedLogs: Callback {
    var positions = LogPositions()
    private let stepsPerRecord: Int

    /// Begins before the first step.
    ///
    /// - Parameters:
    ///   - checkpoint: A later checkpoint of the run, from which the number of TensorBoard records before the first step is
    ///     known.
    ///   - stepsPerRecord: The number of steps per record; 0 for records of epochs only.
    init(before checkpoint: Checkpoint, stepsPerRecord: Int) {
        self.stepsPerRecord = stepsPerRecord
        let ofSteps = stepsPerRecord > 0 ? checkpoint.stepCount / stepsPerRecord : 0
        let first = checkpoint.logs.events - ofSteps - checkpoint.state.epoch
        positions.events = first == 0 ? 0 : 1
    }

    func batchEnded(_ record: StepRecord, trainer: Trainer) {
        positions.window += record.batch
        guard stepsPerRecord > 0, record.step.isMultiple(of: stepsPerRecord) else { return }
        positions.records += 1
        positions.events += 1
        positions.window = Score()
    }

    func epochEnded(_ record: EpochRecord, trainer: Trainer) {
        positions.rows += 1
        positions.records += Set(record.metrics.map(\.split)).count
        positions.events += 1
    }
}
