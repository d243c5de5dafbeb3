import Datasets
import NeuralNetworks
import Prices

/// How prices become what a network reads, and its output a price again. Stored with the weights, which mean nothing
/// without it.
package struct ForecastPreparation: Codable, Hashable, Sendable {
    /// The columns of a step.
    package let features: [String]
    /// The column that is forecast.
    package let target: String
    /// The steps of a window.
    package let sequenceLength: Int
    /// Of the features and, last, of the target.
    package let scaler: Scaler
    /// The last day that was trained on.
    package let trainedUpTo: CalendarDate

    /// - Parameters:
    ///   - features: the columns of a step.
    ///   - target: the column that is forecast.
    ///   - sequenceLength: the steps of a window.
    ///   - scaler: which.
    ///   - history: the rows that it is fitted to.
    ///   - trainedUpTo: the last day that is trained on.
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

    /// The columns that it takes.
    package var columns: [String] { features + [target] }

    /// Every window of the rows, scaled.
    package func windows(of history: PriceHistory) -> SequenceWindows {
        let scaled = columns.enumerated().map { scaler.transform(history[$1], column: $0) }
        return SequenceWindows(
            features: Array(scaled.dropLast()), target: scaled[features.count], dates: history.dates,
            length: sequenceLength)
    }

    /// One window [step][feature] of rows in units of the data, scaled.
    package func window(of rows: [[Double]]) -> [Float] {
        rows.flatMap { row in
            row.enumerated().map { Float(scaler.transform([$1], column: $0)[0]) }
        }
    }

    /// What a network gave, in the unit of the target.
    func inUnits(_ outputs: some Sequence<Float>) -> [Double] {
        scaler.inverseTransform(outputs.map(Double.init), column: features.count)
    }

    /// How many rows hold a value that the scaler would not have met where it was fitted: beyond the ends of its range,
    /// or four standard deviations from the mean.
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
    /// The lowest.
    package var floor: Double { inUnits([0])[0] }
}

extension ForecastPreparation {
    private enum CodingKeys: String, CodingKey {
        case features, target, sequenceLength, scaler, trainedUpTo
    }

    /// - Throws: a `DecodingError` also for parts that do not belong together.
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
