/// Training that had to stop because a loss, a gradient or a parameter was not a finite number any more.
public struct Divergence: Error, Hashable, CustomStringConvertible {
    /// Of several, which.
    public var network: String?
    public let epoch: Int
    /// From the epoch's beginning.
    public let step: Int
    /// The last there is; nil before the first.
    public let checkpoint: String?

    public var description: String {
        (network.map { "\($0): " } ?? "")
            + "the loss or its gradient was not a finite number at step \(step) of epoch \(epoch); "
            + (checkpoint.map { "the last checkpoint is \($0)" } ?? "there is no checkpoint yet")
            + ". A lower learning rate may help."
    }
}
