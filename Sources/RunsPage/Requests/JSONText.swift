import Platform

/// An object in JSON that is written member by member, without an encoder: a list of thousands of runs is written in a
/// few milliseconds.
struct JSONText {
    private(set) var members = ""

    /// The whole object.
    var text: String { "{\(members)}" }

    private mutating func begin(_ name: String) {
        if !members.isEmpty { members += "," }
        members += "\"\(name)\":"
    }

    /// Adds a member whose value is written already.
    mutating func add(_ name: String, json: String) {
        begin(name)
        members += json
    }

    mutating func add(_ name: String, _ text: String?) { add(name, json: text.map(Self.quoted) ?? "null") }

    mutating func add(_ name: String, _ number: Int?) { add(name, json: number?.description ?? "null") }

    mutating func add(_ name: String, _ flag: Bool) { add(name, json: flag ? "true" : "false") }

    /// Adds a number; one that is not finite is a text, as in the files of runs.
    mutating func add(_ name: String, _ number: Double?) {
        add(name, json: number.map(Self.number) ?? "null")
    }

    mutating func add(_ name: String, _ texts: [String]) {
        add(name, json: Self.array(texts.map(Self.quoted)))
    }

    static func array(_ values: some Sequence<String>) -> String {
        "[" + values.joined(separator: ",") + "]"
    }

    static func number(_ number: Double) -> String {
        number.isFinite ? number.description : "\"\(number.description)\""
    }

    /// Returns a text in quotes. Invisible characters and marks of text direction are escaped, as ``JSON`` does.
    static func quoted(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            return "\"\(text)\""
        }
        return JSON.quoted(text).unicodeScalars.reduce(into: "") { quoted, scalar in
            if scalar.isInvisible {
                quoted += "\\u" + scalar.value.padded(to: 4, radix: 16)
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
    }

    /// Returns any value.
    static func json(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): number.description
        case .unsigned(let number): number.description
        case .number(let number): Self.number(number)
        case .text(let text): quoted(text)
        case .array(let elements): array(elements.map(json))
        case .object(let object):
            "{"
                + object.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(json($0.value))" }
                .joined(separator: ",") + "}"
        }
    }
}
