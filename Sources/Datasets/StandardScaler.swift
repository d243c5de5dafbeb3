/// Scales each column to mean 0 and variance 1 over the values that it was fitted to: scikit-learn's
/// `StandardScaler`.
///
/// x becomes (x − mean) / scale, where scale is the population's standard deviation √(Σ (x − mean)² / n), or 1 for a
/// column whose variance cannot be told from that of a constant one.
public struct StandardScaler: ColumnScaler {
    /// The mean of each column.
    public let mean: [Double]
    /// What each column is divided by, above 0.
    public let scale: [Double]

    /// - Parameter columns: An array for each column, of one or more finite values.
    public init(fitting columns: [[Double]]) {
        checkFitting(columns)
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

    /// In two passes; the second corrects the rounding of the first (Chan, Golub and LeVeque, "Algorithms for
    /// Computing the Sample Variance", 1983), as in scikit-learn.
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

    /// - Throws: `DecodingError` also for figures that fitting cannot give.
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
