/// A linear scaler that gives each column the mean 0 and the variance 1 over the values that it was fitted to:
/// [scikit-learn's
/// `StandardScaler`](https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.StandardScaler.html).
///
/// x becomes (x − mean) / scale, where scale is the standard deviation of the population, √(Σ (x − mean)² / n), or 1 if
/// the variance is within the rounding error of a constant column's variance.
public struct StandardScaler: ColumnScaler {
    /// The mean of each column.
    public let mean: [Double]
    /// The divisor of each column, above 0.
    public let scale: [Double]

    /// Fits a scaler to columns. Values that are not finite and an empty column trap.
    ///
    /// - Parameter columns: The values of each column, one or more.
    public init(fitting columns: [[Double]]) {
        Self.checkFitting(columns)
        let moments = columns.map(Self.moments)
        mean = moments.map(\.mean)
        scale = zip(moments, columns).map { moments, column in
            let error = Double(column.count) * Double.ulpOfOne
            let bound = error * moments.variance + (error * moments.mean) * (error * moments.mean)
            return moments.variance <= bound ? 1 : moments.variance.squareRoot()
        }
    }

    public var columnCount: Int { mean.count }

    public func transform(_ values: [Double], column: Int) -> [Double] {
        check(column)
        let (mean, scale) = (mean[column], scale[column])
        return values.map { ($0 - mean) / scale }
    }

    public func inverseTransform(_ values: [Double], column: Int) -> [Double] {
        check(column)
        let (mean, scale) = (mean[column], scale[column])
        return values.map { $0 * scale + mean }
    }

    /// Returns the mean and the variance, by two passes as in scikit-learn: the second corrects the rounding error of
    /// the first (Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", 1983).
    private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let count = Double(values.count)
        var sum = 0.0
        for value in values { sum += value }
        let mean = sum / count
        var (correction, squares) = (0.0, 0.0)
        for value in values {
            correction += value - mean
            squares += (value - mean) * (value - mean)
        }
        return (mean, (squares - correction * correction / count) / count)
    }
}

extension StandardScaler {
    private enum CodingKeys: String, CodingKey {
        case mean, scale
    }

    /// Decodes a scaler.
    ///
    /// - Throws: `DecodingError`, also for numbers that fitting cannot produce.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mean = try container.decode([Double].self, forKey: .mean)
        scale = try container.decode([Double].self, forKey: .scale)
        guard mean.count == scale.count, mean.allSatisfy(\.isFinite),
            scale.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .scale, in: container,
                debugDescription: "expected as many means as scales, all finite, the scales above zero")
        }
    }
}
