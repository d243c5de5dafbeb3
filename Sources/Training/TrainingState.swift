import NeuralNetworks

/// The progress of training. Together with the parameters and the optimizer's state, it allows training to be resumed
/// with the same results as without an interruption: the order of samples and the dropout masks follow from the seed
/// and these numbers.
public struct TrainingState: Codable, Hashable, Sendable {
    /// The number of complete epochs.
    public package(set) var epoch = 0
    /// The number of completed steps in the current epoch.
    public package(set) var stepInEpoch = 0
    /// The score of these steps.
    package var running = Score()
    /// The state of the plateau schedule.
    package var plateau = Plateau()
    /// The epoch with the lowest monitored loss so far, see ``EpochRecord/monitoredLoss``; nil before the end of the
    /// first epoch.
    public package(set) var best: Best?

    /// An epoch and its monitored loss.
    public struct Best: Codable, Hashable, Sendable {
        /// The number of the epoch, from 0.
        public package(set) var epoch: Int
        /// The monitored loss of the epoch.
        public package(set) var loss: Double
    }

    package init() {}

    /// Whether the numbers are possible. Numbers from a file must not cause a trap.
    package var isPossible: Bool {
        epoch >= 0 && stepInEpoch >= 0 && running.isPossible
            && plateau.reductions >= 0 && plateau.epochsSince >= 0
            && best.map { (0..<epoch).contains($0.epoch) } ?? true
            && max(epoch, stepInEpoch, plateau.reductions, plateau.epochsSince) < 1 << 40
    }
}

/// The lengths of a run's logs at a checkpoint. A resume truncates the logs to these lengths. They are numbers of
/// records, not of bytes, because the bytes of checkpoints are reproducible but the measured times in the logs are not.
package struct LogPositions: Codable, Hashable, Sendable {
    /// The number of rows of `metrics.csv`.
    package var rows = 0
    /// The number of lines of `metrics.jsonl`.
    package var records = 0
    /// The number of records of the TensorBoard file.
    package var events = 0
    /// The score of the steps since the last record of steps.
    package var window = Score()

    package init() {}

    package var isPossible: Bool {
        rows >= 0 && records >= 0 && events >= 0 && window.isPossible && max(rows, records, events) < 1 << 40
    }
}

extension Score {
    /// Whether the numbers are possible.
    fileprivate var isPossible: Bool {
        count >= 0 && targetCount >= count && (0...targetCount).contains(correct)
            && weightSum.map { $0 >= 0 && $0.isFinite } ?? true
            && max(count, targetCount) < 1 << 48
    }
}
