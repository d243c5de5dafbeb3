import NeuralNetworks

/// How far a run's logs are: what a checkpoint cuts them back to. In records and not in bytes, as the text of
/// times differs from run to run, and a checkpoint's bytes do not.
public struct LogPositions: Codable, Hashable, Sendable {
    /// Rows of `metrics.csv`.
    public var rows = 0
    /// Lines of `metrics.jsonl`.
    public var records = 0
    /// Records of the file for TensorBoard.
    public var events = 0
    /// What the steps since the last record of steps came to.
    public var window = Score()

    public init() {}

    package var isPossible: Bool {
        rows >= 0 && records >= 0 && events >= 0 && window.count >= 0
            && (0...window.count).contains(window.correct)
            && max(rows, records, events, window.count) < 1 << 40
    }
}
