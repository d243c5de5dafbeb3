import Platform

/// A scaler of the columns of a table. Each column is scaled by parameters that were fitted to it. ``MinMaxScaler`` and
/// ``StandardScaler`` conform to it. A column outside 0 ..< ``columnCount`` traps.
public protocol ColumnScaler: Codable, Hashable, Sendable {
    /// The number of columns that the scaler was fitted to.
    var columnCount: Int { get }

    /// Returns scaled values of one column.
    func transform(_ values: [Double], column: Int) -> [Double]

    /// Returns the original values of scaled values of one column.
    func inverseTransform(_ values: [Double], column: Int) -> [Double]
}

extension ColumnScaler {
    /// Returns all columns scaled, an array for each. A number of columns other than ``columnCount`` traps.
    public func transform(_ columns: [[Double]]) -> [[Double]] {
        checkCount(columns)
        return columns.enumerated().map { transform($1, column: $0) }
    }

    /// Returns the original values of all scaled columns, an array for each. A number of columns other than
    /// ``columnCount`` traps.
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

    /// Traps unless every column has at least one value and all values are finite.
    static func checkFitting(_ columns: [[Double]]) {
        for (index, column) in columns.enumerated() {
            precondition(
                !column.isEmpty, "column \(index): expected at least one value to fit, received none")
            precondition(
                column.allSatisfy(\.isFinite),
                "column \(index): expected finite values to fit, received others")
        }
    }
}

/// A scaler whose kind is chosen by an option.
package enum Scaler: Codable, Hashable, Sendable {
    case minMax(MinMaxScaler)
    case standard(StandardScaler)

    /// The kind of a scaler, before it is fitted.
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case minMax = "min-max"
        case standard
    }

    /// Fits a scaler with scikit-learn's defaults.
    package init(_ kind: Kind, fitting columns: [[Double]]) {
        switch kind {
        case .minMax: self = .minMax(MinMaxScaler(fitting: columns))
        case .standard: self = .standard(StandardScaler(fitting: columns))
        }
    }

    package var kind: Kind {
        switch self {
        case .minMax: .minMax
        case .standard: .standard
        }
    }
}

/// A scaler is encoded as an object with its `kind` and its properties.
extension Scaler {
    private enum CodingKeys: String, CodingKey { case kind }

    package init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .kind) {
        case .minMax: self = .minMax(try MinMaxScaler(from: decoder))
        case .standard: self = .standard(try StandardScaler(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .minMax(let scaler): try scaler.encode(to: encoder)
        case .standard(let scaler): try scaler.encode(to: encoder)
        }
    }
}

extension Scaler: ColumnScaler {
    package var columnCount: Int {
        switch self {
        case .minMax(let scaler): scaler.columnCount
        case .standard(let scaler): scaler.columnCount
        }
    }

    package func transform(_ values: [Double], column: Int) -> [Double] {
        switch self {
        case .minMax(let scaler): scaler.transform(values, column: column)
        case .standard(let scaler): scaler.transform(values, column: column)
        }
    }

    package func inverseTransform(_ values: [Double], column: Int) -> [Double] {
        switch self {
        case .minMax(let scaler): scaler.inverseTransform(values, column: column)
        case .standard(let scaler): scaler.inverseTransform(values, column: column)
        }
    }
}
