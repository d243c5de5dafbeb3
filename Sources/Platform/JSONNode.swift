/// A parsed JSON value, with its offset in the text.
struct JSONNode: Sendable {
    enum Content: Sendable {
        case null
        case bool(Bool)
        /// The text of a number, whose value is finite.
        case number(String)
        case text(String)
        case array([JSONNode])
        /// The members in the order of the text, each key once.
        case object([Member])
    }

    struct Member: Sendable {
        let key: String
        let value: JSONNode
    }

    let content: Content
    /// The offset of the first byte.
    let offset: Int

    /// A short description of the value, for an error.
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

    /// Returns the value of a number; whole numbers become integers in any notation: 2.0 and 2e0 are 2.
    private static func value(of number: String) -> JSONValue {
        if let integer = Int(number) { return .integer(integer) }
        if let unsigned = UInt64(number) { return .unsigned(unsigned) }
        let value = Double(number) ?? .nan
        return Int(exactly: value).map(JSONValue.integer) ?? .number(value)
    }
}
