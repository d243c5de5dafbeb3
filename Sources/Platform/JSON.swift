#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes and reads JSON: members are sorted, names are in snake case, and numbers that are not finite are the strings
/// "nan", "inf" and "-inf".
package enum JSON {
    /// The limits on a text that is read.
    package struct Limits: Sendable {
        /// The maximum size of the whole text in bytes.
        package let bytes: Int
        /// The maximum number of values, including the elements of arrays and objects.
        package let values: Int
        /// The maximum nesting depth of arrays and objects.
        let depth = 32
        /// The maximum length of a key in bytes.
        let key = 256
        /// The maximum length of a number in characters.
        let number = 1024

        /// Creates limits. The defaults fit the files of a run; the largest contains the confusion matrix of 256 classes.
        package init(bytes: Int = 16 << 20, values: Int = 250_000) {
            self.bytes = bytes
            self.values = values
        }
    }

    package static func text(_ value: some Encodable, pretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Returns the SHA-256 of a value as JSON in one line, as 64 hexadecimal digits.
    package static func sha256(of value: some Encodable) throws -> String {
        var digest = SHA256()
        digest.update(Array(try text(value, pretty: false).utf8))
        return digest.hexDigest
    }

    /// Returns JSON with invisible characters and marks of text direction escaped. They occur only in strings.
    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.isInvisible && $0 != "\n" }) else { return text }
        return text.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isInvisible, scalar != "\n" {
                text += "\\u" + scalar.value.padded(to: 4, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    /// Decodes a value from a text.
    ///
    /// - Throws: `DecodingError`, whose description names line and column.
    package static func value<Value: Decodable>(_ type: Value.Type = Value.self, from text: String) throws
        -> Value
    {
        try value(from: Array(text.utf8))
    }

    /// Decodes a value from the bytes of a file; otherwise as `value(_:from:)`.
    package static func value<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: [UInt8], _ limits: Limits = Limits()
    ) throws -> Value {
        try Document(bytes, limits).value(type)
    }

    /// A parsed text, from which several values can be decoded.
    package struct Document: Sendable {
        private let bytes: [UInt8]
        private let node: JSONNode

        /// - Throws: `DecodingError`, whose description names line and column.
        package init(_ bytes: [UInt8], _ limits: Limits = Limits()) throws {
            self.bytes = bytes
            do throws(JSONParser.Failure) {
                node = try JSONParser.parse(bytes, limits)
            } catch {
                throw Self.invalid(
                    bytes, error.offset, "expected \(error.expected), found \(error.found)")
            }
        }

        /// Decodes the whole text as a value.
        ///
        /// - Throws: `DecodingError`, whose description names line and column.
        package func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            do {
                return try JSONNodeDecoder(node: node, codingPath: []).decode(type)
            } catch let error as DecodingError {
                throw Self.invalid(bytes, node.node(at: error.path).offset, reason(error))
            }
        }

        private static func invalid(_ bytes: [UInt8], _ offset: Int, _ reason: String) -> DecodingError {
            let place = TextPlace(of: offset, in: bytes)
            return .dataCorrupted(.init(codingPath: [], debugDescription: "\(place): \(reason)"))
        }
    }

    /// Returns the line and column of the value at a path of keys, or of the last object found on that path, in a valid
    /// text.
    package static func place(of keys: [String], in bytes: [UInt8]) -> String {
        let node = try? JSONParser.parse(bytes, Limits())
        return "\(TextPlace(of: node?.node(at: keys.map(Key.init(stringValue:))).offset ?? 0, in: bytes))"
    }

    /// The name of a member.
    package struct Key: CodingKey {
        package let stringValue: String
        package var intValue: Int? { nil }

        package init(stringValue: String) { self.stringValue = stringValue }
        package init?(intValue: Int) { nil }
    }

    /// Replaces the file at `path` atomically; the text ends with a line end.
    package static func write(
        _ value: some Encodable, to path: String, _ durability: AtomicFile.Durability = .full
    ) throws {
        try AtomicFile.write(Array("\(text(value))\n".utf8), to: path, durability)
    }

    /// Reads and decodes a file.
    ///
    /// - Throws: ``FileError``; ``FormatError`` if its content is invalid.
    package static func read<Value: Decodable>(
        _ type: Value.Type = Value.self, from path: String, _ limits: Limits = Limits()
    ) throws -> Value {
        let bytes = try RecordFile.content(of: path, atMost: limits.bytes + 1)
        return try formatted(path) { try value(from: bytes, limits) }
    }

    /// Reads and parses a file, from which several values can be decoded.
    ///
    /// - Throws: ``FileError``; ``FormatError`` if it is no JSON.
    package static func document(of path: String, _ limits: Limits = Limits()) throws -> Document {
        let bytes = try RecordFile.content(of: path, atMost: limits.bytes + 1)
        return try formatted(path) { try Document(bytes, limits) }
    }

    /// Does work whose `DecodingError` becomes a ``FormatError`` with a path.
    package static func formatted<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as DecodingError {
            throw FormatError(path: path, reason: reason(error))
        }
    }

    /// Returns the place and the reason of an error, in one line.
    package static func reason(_ error: DecodingError) -> String {
        let path = error.path.map(\.stringValue).joined(separator: ".")
        let place = path.isEmpty ? "" : "\(path): "
        switch error {
        case .keyNotFound(let key, _): return "\(place)\(quoted(key.stringValue)) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return place + context.debugDescription
        @unknown default: return "\(error)"
        }
    }

    /// Returns a text as a JSON string in quotes, with the escape sequences of the reference implementation of
    /// safetensors.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}":
                quoted += "\\u" + scalar.value.padded(to: 4, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension DecodingError {
    /// The path of the error; for a missing key, the path of its container.
    fileprivate var path: [any CodingKey] {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context.codingPath
        @unknown default: []
        }
    }
}
