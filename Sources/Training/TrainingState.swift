import NeuralNetworks

/// Where training is. With the parameters and the optimizer's state it is all that training needs to go on as if
/// it had never stopped: orders and dropout masks follow from the seed and these numbers.
public struct TrainingState: Codable, Hashable, Sendable {
    /// Whole epochs done.
    public var epoch = 0
    /// Steps done of the epoch that runs.
    public var stepInEpoch = 0
    /// What these steps came to.
    public var running = Score()
    /// What the schedule remembers.
    public var plateau = Plateau()
    /// The epoch of the lowest monitored loss; see ``EpochRecord/monitoredLoss``.
    public var best: Best?

    public struct Best: Codable, Hashable, Sendable {
        public var epoch: Int
        public var loss: Double
    }

    public init() {}

    /// Whether the numbers can be those of a training: what is read from a file must not end in a trap.
    package var isPossible: Bool {
        epoch >= 0 && stepInEpoch >= 0 && running.count >= 0 && (0...running.count).contains(running.correct)
            && plateau.reductions >= 0 && plateau.epochsSince >= 0
            && best.map { (0..<epoch).contains($0.epoch) } ?? true
            && max(epoch, stepInEpoch, running.count, plateau.reductions, plateau.epochsSince) < 1 << 40
    }
}
