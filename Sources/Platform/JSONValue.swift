/// Any JSON value, for content that is compared but not interpreted.
package enum JSONValue: Codable, Hashable, Sendable, CustomStringConvertible {
    case null
    case bool(Bool)
    case integer(Int)
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Decodes any JSON value; `JSON.value` does so without a container for each value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let decoder = container as? JSONNodeDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected JSON"))
        }
        self = decoder.node.value
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .integer(let integer): try value.encode(integer)
        case .unsigned(let unsigned): try value.encode(unsigned)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .array(let array): try value.encode(array)
        case .object(let object): try value.encode(object)
        }
    }

    /// The value as text, cut to a short length, for an error.
    package var excerpt: String {
        ((try? JSON.text(self, pretty: false)) ?? description).cut(atMost: 100).printableLine
    }

    /// The value as text for people.
    package var description: String {
        switch self {
        case .null: "none"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .unsigned(let unsigned): "\(unsigned)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .array(let array): array.map(\.description).joined(separator: ", ")
        case .object(let object):
            object.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.description)" }
                .joined(separator: ", ")
        }
    }
}
