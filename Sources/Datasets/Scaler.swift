/// What brings columns of numbers to a common size, and back: one of scikit-learn's scalers.
public enum Scaler: Codable, Hashable, Sendable {
    case minMax(MinMaxScaler)
    case standard(StandardScaler)

    /// Which scaler, before it is fitted.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case minMax = "min-max"
        case standard
    }

    /// Fits a scaler of a kind, with scikit-learn's defaults.
    public init(_ kind: Kind, fitting columns: [[Double]]) {
        switch kind {
        case .minMax: self = .minMax(MinMaxScaler(fitting: columns))
        case .standard: self = .standard(StandardScaler(fitting: columns))
        }
    }

    public var kind: Kind {
        switch self {
        case .minMax: .minMax
        case .standard: .standard
        }
    }
}

/// An object with the scaler's own figures and, beside them, its `kind`.
extension Scaler {
    private enum CodingKeys: String, CodingKey { case kind }

    public init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .kind) {
        case .minMax: self = .minMax(try MinMaxScaler(from: decoder))
        case .standard: self = .standard(try StandardScaler(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .minMax(let scaler): try scaler.encode(to: encoder)
        case .standard(let scaler): try scaler.encode(to: encoder)
        }
    }
}

extension Scaler: ColumnScaler {
    public var columnCount: Int {
        switch self {
        case .minMax(let scaler): scaler.columnCount
        case .standard(let scaler): scaler.columnCount
        }
    }

    public func transform(_ values: [Double], column: Int) -> [Double] {
        switch self {
        case .minMax(let scaler): scaler.transform(values, column: column)
        case .standard(let scaler): scaler.transform(values, column: column)
        }
    }

    public func inverseTransform(_ values: [Double], column: Int) -> [Double] {
        switch self {
        case .minMax(let scaler): scaler.inverseTransform(values, column: column)
        case .standard(let scaler): scaler.inverseTransform(values, column: column)
        }
    }
}

/// Scales the values of each column by figures of its own, found by fitting. A column that was not fitted traps.
public protocol ColumnScaler: Codable, Hashable, Sendable {
    var columnCount: Int { get }

    /// Scales values of one column.
    func transform(_ values: [Double], column: Int) -> [Double]

    /// Takes scaled values of one column back to what they were.
    func inverseTransform(_ values: [Double], column: Int) -> [Double]
}

extension ColumnScaler {
    /// Scales all columns, an array each.
    public func transform(_ columns: [[Double]]) -> [[Double]] {
        checkCount(columns)
        return columns.enumerated().map { transform($1, column: $0) }
    }

    /// Takes all columns back, an array each.
    public func inverseTransform(_ columns: [[Double]]) -> [[Double]] {
        checkCount(columns)
        return columns.enumerated().map { inverseTransform($1, column: $0) }
    }

    private func checkCount(_ columns: [[Double]]) {
        precondition(
            columns.count == columnCount,
            "columns: expected \(columnCount) as were fitted, received \(columns.count)")
    }

    package func check(_ column: Int) {
        precondition(
            column >= 0 && column < columnCount,
            "column: expected 0 to \(columnCount - 1), received \(column)")
    }
}

/// What can be fitted: columns of one length, at least 1, and of finite numbers.
func checkFitting(_ columns: [[Double]]) {
    for (index, column) in columns.enumerated() {
        precondition(!column.isEmpty, "column \(index): expected at least one value to fit, received none")
        precondition(
            column.allSatisfy(\.isFinite), "column \(index): expected finite values to fit, received others")
    }
}
