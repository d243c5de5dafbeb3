extension JSON {
    /// Returns whether bytes are one object in JSON (RFC 8259). It makes no values, for logs with many lines.
    package static func isObject(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = JSONObjectScanner(rest: buffer[...])
            guard String(validating: buffer, as: UTF8.self) != nil else { return false }
            scanner.skipSpace()
            guard scanner.rest.first == UInt8(ascii: "{"), scanner.value(depth: 0) else { return false }
            scanner.skipSpace()
            return scanner.rest.isEmpty
        }
    }
}

/// A check of JSON that keeps no values.
private struct JSONObjectScanner {
    var rest: Slice<UnsafeBufferPointer<UInt8>>

    /// The maximum nesting depth, as in ``JSON/Limits``.
    private static let deepest = 32

    mutating func skipSpace() {
        while let byte = rest.first, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
            rest.removeFirst()
        }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    mutating func value(depth: Int) -> Bool {
        skipSpace()
        switch rest.first {
        case UInt8(ascii: "{"): return list(depth, UInt8(ascii: "}")) { $0.member(depth) }
        case UInt8(ascii: "["): return list(depth, UInt8(ascii: "]")) { $0.value(depth: depth + 1) }
        case UInt8(ascii: "\""): return text()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func list(_ depth: Int, _ end: UInt8, _ element: (inout Self) -> Bool) -> Bool {
        guard depth < Self.deepest else { return false }
        rest.removeFirst()
        skipSpace()
        if skip(end) { return true }
        repeat {
            guard element(&self) else { return false }
            skipSpace()
        } while skip(UInt8(ascii: ","))
        return skip(end)
    }

    private mutating func member(_ depth: Int) -> Bool {
        skipSpace()
        guard text() else { return false }
        skipSpace()
        return skip(UInt8(ascii: ":")) && value(depth: depth + 1)
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount where !skip(word.utf8Start[index]) { return false }
        return true
    }

    private mutating func text() -> Bool {
        guard skip(UInt8(ascii: "\"")) else { return false }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return true
            case ..<0x20: return false
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "u"):
                    for _ in 0..<4 {
                        guard let digit = rest.popFirst(), Self.isHexadecimal(digit) else { return false }
                    }
                case let byte? where "\"\\/bfnrt".utf8.contains(byte): break
                default: return false
                }
            default: break
            }
        }
        return false
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }

    private mutating func digits() -> Bool {
        let count = rest.count
        while let byte = rest.first, (0x30...0x39).contains(byte) { rest.removeFirst() }
        return rest.count < count
    }

    private mutating func number() -> Bool {
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")), !digits() { return false }
        if skip(UInt8(ascii: ".")), !digits() { return false }
        if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            if !skip(UInt8(ascii: "-")) { _ = skip(UInt8(ascii: "+")) }
            return digits()
        }
        return true
    }
}
