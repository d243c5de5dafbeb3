import Platform
import Training

/// The values of metrics on several splits. In a file they are members of the enclosing object, with names such as
/// "validation_accuracy".
package struct MetricScores: Hashable, Sendable {
    private var values: [String: Double] = [:]

    package init() {}

    /// The value of a metric by its name; nil if there is none.
    package subscript(metric: String, split: MetricSplit) -> Double? {
        get { values[MetricValue.key(split, metric)] }
        set { values[MetricValue.key(split, metric)] = newValue }
    }

    /// The names of the values in a file: "test_accuracy".
    package var keys: [String] { values.keys.sorted() }

    /// The value by its name in a file.
    package subscript(key key: String) -> Double? { values[key] }

    /// Returns whether there is a value on a split.
    package func has(_ split: MetricSplit) -> Bool {
        values.keys.contains { $0.hasPrefix(MetricValue.key(split, "")) }
    }

    /// Returns the values that differ from others to the last bit, each in words.
    package func differences(from others: MetricScores) -> [String] {
        Set(keys).union(others.keys).sorted().compactMap { key in
            let (own, other) = (self[key: key], others[key: key])
            guard own?.bitPattern != other?.bitPattern else { return nil }
            func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "none" }
            return "\(key): expected \(text(own)), found \(text(other))"
        }
    }
}

extension MetricScores: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (name, value) in values { try container.encode(value, forKey: Key(stringValue: name)) }
    }

    /// Reads the members whose names begin with the name of a split.
    package init(from decoder: any Decoder) throws {
        // The keys of a dictionary are not converted; otherwise "train_top_5" would be read as "train_top5".
        let members = try decoder.singleValueContainer().decode([String: JSONValue].self)
        for (name, value) in members
        where MetricSplit.allCases.contains(where: { name.hasPrefix(MetricValue.key($0, "")) }) {
            values[name] = Double(json: value)
        }
    }
}
