import Console
import Platform
import Training

/// A value of an option that can be stored in files.
package protocol OptionValue: Hashable, Sendable {
    /// The kind of value, for an error: "a number".
    static var expectation: String { get }
    /// The value as JSON; null if the option is not set.
    var json: JSONValue { get }
    /// Reads a value from JSON; nil if the JSON is not such a value.
    init?(json: JSONValue)
}

/// A value from a fixed list of choices, by their names.
package protocol OptionChoice: OptionValue, RawRepresentable, CaseIterable where RawValue == String {}

extension OptionChoice {
    package static var expectation: String { allCases.map(\.rawValue).joined(separator: ", ") }
    package var json: JSONValue { .text(rawValue) }
    package init?(json: JSONValue) {
        guard case .text(let name) = json else { return nil }
        self.init(rawValue: name)
    }
}

/// A value that is stored as text.
package protocol OptionText: OptionValue, LosslessStringConvertible {}

extension OptionText {
    package var json: JSONValue { .text(description) }
    package init?(json: JSONValue) {
        guard case .text(let text) = json else { return nil }
        self.init(text)
    }
}

extension String: OptionText {
    package static var expectation: String { "a text" }
}

extension Bool: OptionValue {
    package static var expectation: String { "true or false" }
    package var json: JSONValue { .bool(self) }
    package init?(json: JSONValue) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }
}

extension Int: OptionValue {
    package static var expectation: String { "a whole number" }
    package var json: JSONValue { .integer(self) }
    package init?(json: JSONValue) {
        guard case .integer(let value) = json else { return nil }
        self = value
    }
}

extension UInt64: OptionValue {
    package static var expectation: String { "a whole number" }
    package var json: JSONValue { Int(exactly: self).map(JSONValue.integer) ?? .unsigned(self) }
    package init?(json: JSONValue) {
        switch json {
        case .integer(let value):
            guard let value = UInt64(exactly: value) else { return nil }
            self = value
        case .unsigned(let value): self = value
        default: return nil
        }
    }
}

extension Double: OptionValue {
    package static var expectation: String { "a number" }
    /// The value as JSON. A whole number becomes an integer, as when it is read from a file.
    package var json: JSONValue { Int(exactly: self).map(JSONValue.integer) ?? .number(self) }
    package init?(json: JSONValue) {
        switch json {
        case .integer(let value): self = Double(value)
        case .unsigned(let value): self = Double(value)
        case .number(let value): self = value
        // In files, numbers that are not finite are texts.
        case .text("nan"): self = .nan
        case .text("inf"): self = .infinity
        case .text("-inf"): self = -.infinity
        default: return nil
        }
    }
}

extension [String]: OptionValue {
    package static var expectation: String { "a list of texts" }
    package var json: JSONValue { .array(map(JSONValue.text)) }
    package init?(json: JSONValue) {
        guard case .array(let elements) = json else { return nil }
        let texts = elements.compactMap { String(json: $0) }
        guard texts.count == elements.count else { return nil }
        self = texts
    }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    package static var expectation: String { Wrapped.expectation }
    package var json: JSONValue { self?.json ?? .null }
    package init?(json: JSONValue) {
        switch json {
        case .null: self = nil
        default:
            guard let value = Wrapped(json: json) else { return nil }
            self = .some(value)
        }
    }
}

extension EpochPrinter.Progress: OptionChoice {}
extension Language: OptionChoice {}
