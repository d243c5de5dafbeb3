import Platform

/// A strict reader of the JSON of a header. It accepts only the JSON that the format uses: objects, strings and arrays
/// of natural numbers. The depth of nesting is fixed by its callers, so it cannot be exceeded.
struct SafetensorsScanner {
    /// The offset of the header in the file, which is added to the offsets in errors.
    static let start = 8
    /// The maximum number of elements of an array. No library has tensors with more dimensions.
    private static let mostNumbers = 64
    /// The maximum length of a tensor's name or a key in bytes. The time to compare texts with many combining marks
    /// grows with the square of their length.
    private static let longestKey = 256

    let path: String
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    /// The offset of the next byte in the file.
    var offset: Int { Self.start + position }

    func error(
        _ reason: SafetensorsError.Reason, at offset: Int? = nil, expected: String, found: String
    ) -> SafetensorsError {
        SafetensorsError(
            path: path, offset: offset ?? self.offset, reason: reason, expected: expected, found: found)
    }

    /// Reads an object; `member` reads the value of each key. Keys are compared as bytes.
    mutating func object(
        _ member: (inout Self, _ key: String, _ keyOffset: Int) throws(SafetensorsError) -> Void
    ) throws(SafetensorsError) {
        var keys: Set<[UInt8]> = []
        try expect("{", "an object")
        if skip("}") { return }
        repeat {
            skipSpace()
            let keyOffset = offset
            let key = try string(atMost: Self.longestKey)
            guard keys.insert(Array(key.utf8)).inserted else {
                throw error(
                    .duplicateKey, at: keyOffset, expected: "each key once",
                    found: "\(key.quoted) again")
            }
            try expect(":", "':' after a key")
            try member(&self, key, keyOffset)
        } while skip(",")
        try expect("}", "',' or '}'")
    }

    /// Reads an array of natural numbers.
    mutating func naturals() throws(SafetensorsError) -> [Int] {
        var values: [Int] = []
        try expect("[", "an array of numbers")
        if skip("]") { return values }
        repeat {
            guard values.count < Self.mostNumbers else {
                throw error(.number, expected: "at most \(Self.mostNumbers) numbers", found: "more")
            }
            values.append(try natural())
        } while skip(",")
        try expect("]", "',' or ']'")
        return values
    }

    private mutating func natural() throws(SafetensorsError) -> Int {
        skipSpace()
        let begin = offset
        var value = 0
        var digits = 0
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflowed, !carried else {
                throw error(.number, at: begin, expected: "at most \(Int.max)", found: "a larger number")
            }
            if digits == 1, value == 0 {
                throw error(.number, at: begin, expected: "no leading zero", found: "one")
            }
            value = sum
            digits += 1
            position += 1
        }
        let isWhole = next.map { !Array(".eE".utf8).contains($0) } ?? true
        guard digits > 0, isWhole else {
            throw error(.number, expected: "a natural number", found: describeNext())
        }
        return value
    }

    /// - Parameter limit: The maximum length in bytes.
    mutating func string(atMost limit: Int = .max) throws(SafetensorsError) -> String {
        try expect("\"", "a string")
        let begin = offset - 1
        var content: [UInt8] = []
        while true {
            guard let byte = next else {
                throw error(.syntax, expected: "the end of a string", found: describeNext())
            }
            guard byte >= 0x20 else {
                throw error(.string, expected: "control characters escaped", found: describeNext())
            }
            position += 1
            if byte == UInt8(ascii: "\"") { break }
            guard content.count < limit else {
                throw error(.nameTooLong, at: begin, expected: "at most \(limit) bytes", found: "more")
            }
            if byte == UInt8(ascii: "\\") {
                content += String(try escaped()).utf8
            } else {
                content.append(byte)
            }
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw error(.string, at: begin, expected: "UTF-8", found: "other bytes")
        }
        return text
    }

    /// Reads an escape sequence after its backslash.
    private mutating func escaped() throws(SafetensorsError) -> Unicode.Scalar {
        do throws(JSONEscape.Failure) {
            return try JSONEscape.scalar(in: bytes, at: &position)
        } catch {
            throw self.error(
                .string, at: Self.start + error.offset, expected: error.expected,
                found: error.found ?? describeNext())
        }
    }

    /// Checks that only white space follows.
    mutating func end() throws(SafetensorsError) {
        skipSpace()
        guard next == nil else {
            throw error(.syntax, expected: "nothing after the object", found: describeNext())
        }
    }

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

    private mutating func expect(_ character: Unicode.Scalar, _ expected: String) throws(SafetensorsError) {
        guard skip(character) else { throw error(.syntax, expected: expected, found: describeNext()) }
    }

    private func describeNext() -> String {
        guard let byte = next else { return "the end of the header" }
        if (0x21...0x7E).contains(byte) { return "'\(Unicode.Scalar(byte))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
    }
}
