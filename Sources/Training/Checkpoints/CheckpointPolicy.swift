/// When checkpoints are made, how many are kept, and what is done if one cannot be.
public struct CheckpointPolicy: Codable, Hashable, Sendable {
    public var every = Interval.epochs(1)
    /// How many of the newest are kept, besides the best.
    public var kept = 2
    public var onSaveError = SaveErrorAction.stop

    public init() {}

    public enum SaveErrorAction: String, Codable, CaseIterable, Sendable {
        /// Ends training, which can be resumed from the last checkpoint.
        case stop
        /// Says so and goes on; the next save may succeed.
        case `continue`
    }

    public enum Interval: Hashable, Sendable {
        case epochs(Int)
        case steps(Int)
        case seconds(Double)
    }
}

extension CheckpointPolicy.Interval: LosslessStringConvertible, Codable {
    /// "5" or "5epochs", "200steps", or a time as ``TextFormat/seconds(_:)`` reads it: "30s", "10m", "1.5h".
    public init?(_ text: String) {
        func count(_ suffix: String) -> Int? {
            text.hasSuffix(suffix) ? Int(text.dropLast(suffix.count)).flatMap { $0 > 0 ? $0 : nil } : nil
        }
        if let epochs = count("epochs") ?? count("epoch") ?? count("") {
            self = .epochs(epochs)
        } else if let steps = count("steps") ?? count("step") {
            self = .steps(steps)
        } else if let seconds = TextFormat.seconds(text) {
            self = .seconds(seconds)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .epochs(let count): "\(count)"
        case .steps(let count): "\(count)steps"
        case .seconds(let seconds): "\(seconds)s"
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let interval = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected 5, 200steps or 10m, found \(quoted(text))")
        }
        self = interval
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
