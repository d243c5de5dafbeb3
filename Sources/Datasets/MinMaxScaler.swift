import Platform

/// A linear scaler that maps the least and the greatest value of each column to the bounds of a range: [scikit-learn's
/// `MinMaxScaler`](https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.MinMaxScaler.html), with
/// bit-identical results.
///
/// If m and M are the least and the greatest value of the data that the scaler was fitted to, and a...b is the range,
/// then s = (b − a) / (M − m), and x becomes x · s + (a − m · s). Values outside m...M are mapped to values outside the
/// range. If M − m is below 10 ε (a constant column), then s = b − a.
public struct MinMaxScaler: ColumnScaler {
    /// The range that the values are mapped to.
    package let featureRange: ClosedRange<Double>
    /// The least value of each column.
    public let dataMinimum: [Double]
    /// The greatest value of each column.
    public let dataMaximum: [Double]

    /// Fits a scaler to columns. Values that are not finite, an empty column and an invalid range trap.
    ///
    /// - Parameters:
    ///   - columns: The values of each column, one or more.
    ///   - featureRange: The range that the values are mapped to, with finite bounds that differ.
    public init(fitting columns: [[Double]], featureRange: ClosedRange<Double> = 0...1) {
        Self.checkFitting(columns)
        precondition(
            Self.isValid(featureRange),
            "featureRange: expected finite bounds that differ, received \(featureRange)")
        self.featureRange = featureRange
        dataMinimum = columns.map { $0.min()! }
        dataMaximum = columns.map { $0.max()! }
    }

    /// The least M − m of a column that does not count as constant.
    package static let leastRange = 10 * Double.ulpOfOne

    public var columnCount: Int { dataMinimum.count }

    public func transform(_ values: [Double], column: Int) -> [Double] {
        let (scale, offset) = coefficients(column)
        return values.map { $0 * scale + offset }
    }

    public func inverseTransform(_ values: [Double], column: Int) -> [Double] {
        let (scale, offset) = coefficients(column)
        return values.map { ($0 - offset) / scale }
    }

    /// Returns scikit-learn's `scale_` and `min_`.
    private func coefficients(_ column: Int) -> (scale: Double, offset: Double) {
        check(column)
        let range = dataMaximum[column] - dataMinimum[column]
        let size = featureRange.upperBound - featureRange.lowerBound
        let scale = size / (range < Self.leastRange ? 1 : range)
        return (scale, featureRange.lowerBound - dataMinimum[column] * scale)
    }

    private static func isValid(_ range: ClosedRange<Double>) -> Bool {
        range.lowerBound.isFinite && range.upperBound.isFinite && range.lowerBound < range.upperBound
    }
}

extension MinMaxScaler {
    private enum CodingKeys: String, CodingKey {
        case featureRange, dataMinimum, dataMaximum
    }

    /// Decodes a scaler.
    ///
    /// - Throws: `DecodingError`, also for numbers that fitting cannot produce.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        featureRange = try container.decode(ClosedRange<Double>.self, forKey: .featureRange)
        dataMinimum = try container.decode([Double].self, forKey: .dataMinimum)
        dataMaximum = try container.decode([Double].self, forKey: .dataMaximum)
        guard Self.isValid(featureRange), dataMinimum.count == dataMaximum.count,
            zip(dataMinimum, dataMaximum).allSatisfy({ $0.isFinite && $1.isFinite && $0 <= $1 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .dataMinimum, in: container,
                debugDescription:
                    "expected a range, and as many least as greatest values, none below the other")
        }
    }
}
