/// A value of JSON as it is written, with its place in the text.
struct JSONNode: Sendable {
    enum Content: Sendable {
        case null
        case bool(Bool)
        /// The number's text, whose value is finite.
        case number(String)
        case text(String)
        case array([JSONNode])
        /// Keys in the order of the text, each once.
        case object([Member])
    }

    struct Member: Sendable {
        let key: String
        let value: JSONNode
    }

    let content: Content
    /// The place of the first byte.
    let offset: Int

    /// The value in a few words, for an error.
    var summary: String {
        switch content {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): number.cut(atMost: 40)
        case .text(let text): text.quoted(atMost: 40)
        case .array: "an array"
        case .object: "an object"
        }
    }

    var value: JSONValue {
        switch content {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .number(let number): Self.value(of: number)
        case .text(let text): .text(text)
        case .array(let elements): .array(elements.map(\.value))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.value) }) { first, _ in first })
        }
    }

    /// A whole number however it is written: 2.0 and 2e0 are 2.
    private static func value(of number: String) -> JSONValue {
        if let integer = Int(number) { return .integer(integer) }
        if let unsigned = UInt64(number) { return .unsigned(unsigned) }
        let value = Double(number) ?? .nan
        return Int(exactly: value).map(JSONValue.integer) ?? .number(value)
    }
}
