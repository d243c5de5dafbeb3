/// A strict parser of JSON (RFC 8259). Its time and memory are proportional to the size of the text for every input.
/// The size, the number of values, the depth, and the length of keys and numbers are limited.
struct JSONParser {
    /// A syntax error at an offset in the text.
    struct Failure: Error {
        let offset: Int
        let expected: String
        let found: String
    }

    private let bytes: [UInt8]
    private let limits: JSON.Limits
    private var position = 0
    private var values = 0
    private var depth = 0

    /// Parses a whole text.
    static func parse(_ bytes: [UInt8], _ limits: JSON.Limits = JSON.Limits()) throws(Failure) -> JSONNode {
        guard bytes.count <= limits.bytes else {
            throw Failure(
                offset: 0, expected: "at most \(limits.bytes) bytes of JSON", found: "more")
        }
        var parser = JSONParser(bytes: bytes, limits: limits)
        // Some editors write a byte-order mark at the start of a UTF-8 file.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        let node = try parser.value()
        parser.skipSpace()
        guard parser.next == nil else { throw parser.failure("nothing after the value") }
        return node
    }

    private init(bytes: [UInt8], limits: JSON.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    // MARK: Values

    private mutating func value() throws(Failure) -> JSONNode {
        skipSpace()
        let offset = position
        values += 1
        guard values <= limits.values else {
            throw Failure(offset: offset, expected: "at most \(limits.values) values", found: "more")
        }
        return JSONNode(content: try content(), offset: offset)
    }

    private mutating func content() throws(Failure) -> JSONNode.Content {
        switch next {
        case UInt8(ascii: "{"):
            try descend()
            defer { depth -= 1 }
            return .object(try members())
        case UInt8(ascii: "["):
            try descend()
            defer { depth -= 1 }
            return .array(try elements())
        case UInt8(ascii: "\""): return .text(try string())
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw failure("a JSON value")
        }
    }

    private mutating func descend() throws(Failure) {
        depth += 1
        guard depth <= limits.depth else {
            throw Failure(
                offset: position, expected: "at most \(limits.depth) arrays and objects inside each other",
                found: "more")
        }
        position += 1
    }

    private mutating func word(_ word: String, _ content: JSONNode.Content) throws(Failure)
        -> JSONNode.Content
    {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("a JSON value") }
        position += word.utf8.count
        return content
    }

    private mutating func elements() throws(Failure) -> [JSONNode] {
        var elements: [JSONNode] = []
        if skip("]") { return elements }
        repeat { elements.append(try value()) } while skip(",")
        guard skip("]") else { throw failure("',' or ']' after an element") }
        return elements
    }

    private mutating func members() throws(Failure) -> [JSONNode.Member] {
        var members: [JSONNode.Member] = []
        var keys: Set<String> = []
        if skip("}") { return members }
        repeat {
            skipSpace()
            let offset = position
            guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
            let key = try string(atMost: limits.key, of: "a key")
            // Two keys that differ only in Unicode normal form would be equal in a dictionary.
            guard keys.insert(key).inserted else {
                throw Failure(offset: offset, expected: "each key once", found: "\(key.quoted) again")
            }
            guard skip(":") else { throw failure("':' after the key \(key.quoted)") }
            members.append(.init(key: key, value: try value()))
        } while skip(",")
        guard skip("}") else { throw failure("',' or '}' after a value") }
        return members
    }

    // MARK: Numbers

    private mutating func number() throws(Failure) -> String {
        let begin = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = next
        let digits = try digits()
        guard digits == 1 || first != UInt8(ascii: "0") else {
            throw Failure(
                offset: begin, expected: "a number without a leading zero", found: "one with a leading zero")
        }
        if next == UInt8(ascii: ".") {
            position += 1
            _ = try self.digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { position += 1 }
            _ = try self.digits()
        }
        guard position - begin <= limits.number else {
            throw Failure(
                offset: begin, expected: "a number of at most \(limits.number) characters",
                found: "\(position - begin)")
        }
        let text = String(decoding: bytes[begin..<position], as: UTF8.self)
        // A short number without an exponent cannot be too large.
        if position - begin > 300 || text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let value = Double(text), value.isFinite else {
                throw Failure(
                    offset: begin, expected: "a number from -1.8e308 to 1.8e308",
                    found: "\(text.cut(atMost: 40)), which is out of range")
            }
        }
        return text
    }

    /// Skips at least one digit and returns the number of digits.
    private mutating func digits() throws(Failure) -> Int {
        let begin = position
        while let byte = next, UInt8(ascii: "0") <= byte, byte <= UInt8(ascii: "9") { position += 1 }
        guard position > begin else { throw failure("a digit") }
        return position - begin
    }

    // MARK: Texts

    private mutating func string(atMost limit: Int = .max, of what: String = "a text") throws(Failure)
        -> String
    {
        let begin = position
        position += 1
        var content: [UInt8] = []
        while true {
            let piece = position
            while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                position += 1
            }
            content += bytes[piece..<position]
            guard content.count <= limit else {
                throw Failure(
                    offset: begin, expected: "\(what) of at most \(limit) bytes",
                    found: String(decoding: content, as: UTF8.self).quoted(atMost: 40))
            }
            guard let byte = next else { throw failure("the end of \(what)") }
            guard byte >= 0x20 else { throw failure("control characters in a text escaped") }
            position += 1
            if byte == UInt8(ascii: "\"") { break }
            content += String(try escaped()).utf8
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw Failure(offset: begin, expected: "\(what) in UTF-8", found: "other bytes")
        }
        guard text.isStreamSafe else {
            throw Failure(
                offset: begin, expected: "at most \(String.mostCombiningMarks) combining marks in a row",
                found: text.quoted(atMost: 8))
        }
        return text
    }

    /// Reads an escape sequence after its backslash.
    private mutating func escaped() throws(Failure) -> Unicode.Scalar {
        do throws(JSONEscape.Failure) {
            return try JSONEscape.scalar(in: bytes, at: &position)
        } catch {
            throw error.found.map { Failure(offset: error.offset, expected: error.expected, found: $0) }
                ?? failure(error.expected)
        }
    }

    // MARK: Bytes

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func failure(_ expected: String) -> Failure {
        let found =
            switch next {
            case nil: "the end"
            case let byte? where (0x21...0x7E).contains(byte): "'\(Unicode.Scalar(byte))'"
            case let byte?: "byte \(byte.hexadecimal(digits: 2))"
            }
        return Failure(offset: position, expected: expected, found: found)
    }
}

/// The line and column of a byte in a text, as editors count them.
struct TextPlace: CustomStringConvertible {
    let line: Int
    /// The column, counted in Unicode scalars.
    let column: Int

    init(of offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        line = 1 + before.count { $0 == 0x0A }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        column = 1 + before[start...].count { $0 & 0xC0 != 0x80 }
    }

    var description: String { "line \(line), column \(column)" }
}
