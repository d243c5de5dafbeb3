import Datasets
import NeuralNetworks
import Prices

/// The conversion of prices to a network's input, and of its output to a price. It is stored with the weights, which
/// are useless without it.
package struct ForecastPreparation: Codable, Hashable, Sendable {
    /// The feature columns of a time step.
    package let features: [String]
    /// The column to forecast.
    package let target: String
    /// The number of time steps of a window.
    package let sequenceLength: Int
    /// The scaler of the features and, as its last column, of the target.
    package let scaler: Scaler
    /// The last training day.
    package let trainedUpTo: CalendarDate

    /// - Parameters:
    ///   - features: The feature columns of a time step.
    ///   - target: The column to forecast.
    ///   - sequenceLength: The number of time steps of a window.
    ///   - scaler: The kind of scaler.
    ///   - history: The rows to which the scaler is fitted.
    ///   - trainedUpTo: The last training day.
    package init(
        features: [String], target: String, sequenceLength: Int, scaler: Scaler.Kind,
        fitting history: PriceHistory, trainedUpTo: CalendarDate
    ) {
        self.features = features
        self.target = target
        self.sequenceLength = sequenceLength
        self.trainedUpTo = trainedUpTo
        self.scaler = Scaler(scaler, fitting: history[features + [target]])
    }

    /// The columns of the scaler: the features, then the target.
    package var columns: [String] { features + [target] }

    /// Returns every window of the rows, scaled.
    package func windows(of history: PriceHistory) -> SequenceWindows {
        let scaled = columns.enumerated().map { scaler.transform(history[$1], column: $0) }
        return SequenceWindows(
            features: Array(scaled.dropLast()), target: scaled[features.count], dates: history.dates,
            length: sequenceLength)
    }

    /// Returns one scaled window [step][feature] of rows in the units of the data.
    package func window(of rows: [[Double]]) -> [Float] {
        rows.flatMap { row in
            row.enumerated().map { Float(scaler.transform([$1], column: $0)[0]) }
        }
    }

    /// Returns a network's outputs in the unit of the target.
    func inUnits(_ outputs: some Sequence<Float>) -> [Double] {
        scaler.inverseTransform(outputs.map(Double.init), column: features.count)
    }

    /// Returns the number of rows with a value outside the scaler's fitted range: beyond the ends of the range, or more
    /// than four standard deviations from the mean.
    func rowsBeyond(_ history: PriceHistory) -> Int {
        let usual: ClosedRange<Float>
        switch scaler {
        case .minMax(let scaler):
            usual = Float(scaler.featureRange.lowerBound)...Float(scaler.featureRange.upperBound)
        case .standard: usual = -4...4
        }
        let scaled = columns.enumerated().map { scaler.transform(history[$1], column: $0) }
        return (0..<history.count).count { row in scaled.contains { !usual.contains(Float($0[row])) } }
    }

    /// The highest target that a network with a sigmoid can forecast.
    var ceiling: Double { inUnits([1])[0] }
    /// The lowest target that a network with a sigmoid can forecast.
    package var floor: Double { inUnits([0])[0] }
}

extension ForecastPreparation {
    private enum CodingKeys: String, CodingKey {
        case features, target, sequenceLength, scaler, trainedUpTo
    }

    /// - Throws: `DecodingError`, also for inconsistent parts.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        features = try values.decode([String].self, forKey: .features)
        target = try values.decode(String.self, forKey: .target)
        sequenceLength = try values.decode(Int.self, forKey: .sequenceLength)
        scaler = try values.decode(Scaler.self, forKey: .scaler)
        trainedUpTo = try values.decode(CalendarDate.self, forKey: .trainedUpTo)
        guard !features.isEmpty, scaler.columnCount == features.count + 1,
            ModelLimits.steps.contains(sequenceLength)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .scaler, in: values,
                debugDescription: "expected a scaler of the features and the target")
        }
    }
}
