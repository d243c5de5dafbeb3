/// Decodes values from parsed JSON. Names of members are converted from snake case; keys of dictionaries are not.
struct JSONNodeDecoder: Decoder {
    let node: JSONNode
    let codingPath: [any CodingKey]
    /// Whether the names of the node's own members are left unconverted.
    var keepsNames = false

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try KeyedContainer<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try UnkeyedContainer(self) }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        .typeMismatch(
            type,
            .init(codingPath: codingPath, debugDescription: "expected \(expected), found \(node.summary)"))
    }
}

/// The key of an array element: its index.
private struct Index: CodingKey {
    let index: Int
    var intValue: Int? { index }
    var stringValue: String { "\(index)" }

    init(_ index: Int) { self.index = index }
    init?(intValue: Int) { self.index = intValue }
    init?(stringValue: String) { nil }
}

private protocol StringDictionary {}
extension Dictionary: StringDictionary where Key == String {}

extension JSONNodeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { if case .null = node.content { true } else { false } }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let bool) = node.content else { throw mismatch(type, "true or false") }
        return bool
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .text(let text) = node.content else { throw mismatch(type, "a text") }
        return text
    }

    /// Decodes a floating-point number. Numbers that are not finite are strings.
    private func real<Value: LosslessStringConvertible & BinaryFloatingPoint>(_ type: Value.Type) throws
        -> Value
    {
        switch node.content {
        case .number(let text):
            if let value = Value(text), value.isFinite { return value }
        case .text("nan"): return .nan
        case .text("inf"): return .infinity
        case .text("-inf"): return -.infinity
        default: break
        }
        throw mismatch(type, "a number")
    }

    func decode(_ type: Double.Type) throws -> Double { try real(type) }
    func decode(_ type: Float.Type) throws -> Float { try real(type) }

    private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        if case .number(let text) = node.content {
            if let value = Value(text) { return value }
            if let real = Double(text), let value = Value(exactly: real) { return value }
        }
        throw mismatch(type, "a whole number from \(Value.min) to \(Value.max)")
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSONValue.self, let value = node.value as? Value { return value }
        var decoder = self
        decoder.keepsNames = type is any StringDictionary.Type
        return try Value(from: decoder)
    }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoder: JSONNodeDecoder
    private let members: [String: JSONNode]

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.keys.compactMap(Key.init(stringValue:)) }

    init(_ decoder: JSONNodeDecoder) throws {
        guard case .object(let members) = decoder.node.content else {
            throw decoder.mismatch([String: Any].self, "an object")
        }
        self.decoder = decoder
        let names = members.map { (decoder.keepsNames ? $0.key : $0.key.camelCase, $0.value) }
        self.members = Dictionary(names) { first, _ in first }
    }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

    private func member(_ key: any CodingKey) throws -> JSONNodeDecoder {
        guard let node = members[key.stringValue] else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "missing"))
        }
        return JSONNodeDecoder(node: node, codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try member(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try member(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try member(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try member(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try member(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try member(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try member(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try member(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try member(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try member(key).decode(type) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Nested>
    {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    /// Returns the decoder of a superclass. This package decodes no classes.
    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
    private let elements: [JSONNode]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    init(_ decoder: JSONNodeDecoder) throws {
        guard case .array(let elements) = decoder.node.content else {
            throw decoder.mismatch([Any].self, "an array")
        }
        self.elements = elements
        codingPath = decoder.codingPath
    }

    /// Decodes the next element, and advances only if that succeeds.
    private mutating func next<Value>(_ decode: (JSONNodeDecoder) throws -> Value) throws -> Value {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                Value.self,
                .init(
                    codingPath: codingPath,
                    debugDescription: "expected more than \(elements.count) elements, found no more"))
        }
        let decoder = JSONNodeDecoder(
            node: elements[currentIndex], codingPath: codingPath + [Index(currentIndex)])
        let value = try decode(decoder)
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, case .null = elements[currentIndex].content else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.decode(type) } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.decode(type) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.decode(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.decode(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.decode(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.decode(type) } }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next { try $0.decode(type) }
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
        -> KeyedDecodingContainer<Nested>
    {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}

extension JSONNode {
    /// Returns the node at a path, or the last one found on that path.
    func node(at path: [any CodingKey]) -> JSONNode {
        guard let key = path.first else { return self }
        switch content {
        case .array(let elements):
            guard let index = key.intValue, elements.indices.contains(index) else { return self }
            return elements[index].node(at: Array(path.dropFirst()))
        case .object(let members):
            let name = key.stringValue
            guard let member = members.first(where: { $0.key == name || $0.key.camelCase == name }) else {
                return self
            }
            return member.value.node(at: Array(path.dropFirst()))
        default: return self
        }
    }
}

extension String {
    /// The name in camel case: "learningRate" for "learning_rate". Underscores at both ends are kept.
    fileprivate var camelCase: String {
        let underscore = UInt8(ascii: "_")
        guard utf8.contains(underscore) else { return self }
        let words = utf8.split(separator: underscore).map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first, words.count > 1 else { return self }
        let head = String(repeating: "_", count: utf8.prefix { $0 == underscore }.count)
        let tail = String(repeating: "_", count: utf8.reversed().prefix { $0 == underscore }.count)
        let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
        return head + first.lowercased() + rest.joined() + tail
    }
}
