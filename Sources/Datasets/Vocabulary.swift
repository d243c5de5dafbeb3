import Platform

/// The characters of a text, in the order of their code points. The index of a character is its symbol, which a model
/// reads and predicts.
///
/// A character is a Unicode scalar: a Hangul syllable is one, and a letter with a combining accent is two, so that every
/// text is made of its characters again without a change.
///
/// ```swift
/// let vocabulary = try Vocabulary(of: "나 보기가 역겨워")
/// let symbols = try vocabulary.symbols(of: "보기")
/// print(vocabulary.text(of: symbols))   // 보기
/// ```
public struct Vocabulary: Hashable, Sendable {
    /// The characters, each once, in the order of their code points.
    public let characters: [Unicode.Scalar]
    private let symbols: [Unicode.Scalar: Int32]

    /// The limits of a vocabulary; models have the same limit.
    package static let sizes = 2...65_536

    /// Creates the vocabulary of a text.
    ///
    /// - Throws: ``TextError`` for a text of fewer than 2 or more than 65,536 different characters.
    public init(of text: String) throws(TextError) { try self.init(Set(text.unicodeScalars)) }

    private init(_ characters: Set<Unicode.Scalar>) throws(TextError) {
        guard Self.sizes.contains(characters.count) else {
            throw TextError(problem: .differentCharacters(characters.count))
        }
        self.characters = characters.sorted()
        symbols = Dictionary(uniqueKeysWithValues: zip(self.characters, (0 as Int32)...))
    }

    /// The number of characters.
    public var count: Int { characters.count }

    /// Returns the symbol of each character of a text.
    ///
    /// - Throws: ``TextError`` for a character that the vocabulary does not have.
    public func symbols(of text: String) throws(TextError) -> [Int] {
        try packedSymbols(of: text.unicodeScalars).map(Int.init)
    }

    func packedSymbols(of text: String.UnicodeScalarView) throws(TextError) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(text.count)
        for character in text {
            guard let symbol = symbols[character] else {
                throw TextError(problem: .unknownCharacter(character, Self.place(result.count, in: text)))
            }
            result.append(symbol)
        }
        return result
    }

    private static func place(_ index: Int, in text: String.UnicodeScalarView) -> TextError.Place {
        let before = text.prefix(index)
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        return TextError.Place(line: max(lines.count, 1), column: (lines.last?.count ?? 0) + 1)
    }

    /// Returns the text of symbols. A symbol outside 0 ..< count traps.
    public func text(of symbols: some Sequence<Int>) -> String {
        var scalars = String.UnicodeScalarView()
        for symbol in symbols {
            precondition(
                characters.indices.contains(symbol),
                "symbol: expected 0 to \(count - 1), received \(symbol)")
            scalars.append(characters[symbol])
        }
        return String(scalars)
    }
}

extension Vocabulary: Codable {
    /// Encodes the characters as one text.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(text(of: 0..<count))
    }

    /// Decodes a vocabulary.
    ///
    /// - Throws: A `DecodingError`, also for characters that are not in the order of their code points.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let text = Array(try value.decode(String.self).unicodeScalars)
        guard zip(text, text.dropFirst()).allSatisfy(<), Self.sizes.contains(text.count) else {
            throw DecodingError.dataCorruptedError(
                in: value,
                debugDescription:
                    "expected 2 to 65,536 different characters in the order of their code points")
        }
        try self.init(Set(text))
    }
}
