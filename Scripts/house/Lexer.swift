/// A word or a symbol of a Swift file.
struct Token {
    let text: String
    let line: Int
    /// The number of braces around the token.
    let depth: Int

    var isWord: Bool { text.utf8.first?.isPartOfWord == true }
    var isTypeName: Bool { text.first?.isUppercase == true }
}

/// Splits Swift source into tokens. Comments, numbers and strings give no tokens, but code interpolated into a string
/// does. Nested comments and regular expressions between slashes are not recognized.
struct Lexer {
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1
    private var depth = 0
    private(set) var tokens: [Token] = []

    init(_ source: [UInt8]) {
        bytes = source
        while place < bytes.count { read() }
    }

    /// Reads one token, or all tokens from an opening parenthesis to the closing one.
    private mutating func read() {
        var open = 0
        repeat {
            switch byte() {
            case "/" where byte(1) == "/": skip { $0 != "\n" }
            case "/" where byte(1) == "*":
                while place < bytes.count, (byte(), byte(1)) != ("*", "/") { advance() }
                place += 2
            case "\"": skipString(hashes: 0)
            case "#" where byte(count("#")) == "\"": skipString(hashes: count("#"))
            case "0"..."9":
                skip { $0.isPartOfWord }
                if byte() == ".", ("0"..."9").contains(byte(1)) { advance() }
            case ".": add { $0 == "." }
            case let first where first.isPartOfWord: add { $0.isPartOfWord }
            case ...(" "): advance()
            case let symbol:
                open += symbol == "(" ? 1 : symbol == ")" ? -1 : 0
                depth -= symbol == "}" ? 1 : 0
                tokens.append(Token(text: String(UnicodeScalar(symbol)), line: line, depth: depth))
                depth += symbol == "{" ? 1 : 0
                advance()
            }
        } while open > 0 && place < bytes.count
    }

    private mutating func skipString(hashes: Int) {
        place += hashes
        let quotes = count("\"") >= 3 ? 3 : 1
        place += quotes
        while place < bytes.count, count("\"") < quotes || count("#", from: quotes) < hashes {
            let isEscape = byte() == "\\" && count("#", from: 1) >= hashes
            if isEscape { place += 1 + hashes }
            if isEscape && byte() == "(" { read() } else { advance() }
        }
        place += quotes + hashes
    }

    private mutating func add(while isPart: (UInt8) -> Bool) {
        let start = place
        skip(while: isPart)
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        tokens.append(Token(text: text, line: line, depth: depth))
    }

    private mutating func skip(while isPart: (UInt8) -> Bool) {
        while place < bytes.count, isPart(byte()) { advance() }
    }

    private mutating func advance() {
        if byte() == "\n" { line += 1 }
        place += 1
    }

    private func byte(_ offset: Int = 0) -> UInt8 { place + offset < bytes.count ? bytes[place + offset] : 0 }

    /// Returns the number of equal bytes in a row.
    private func count(_ wanted: UInt8, from offset: Int = 0) -> Int {
        bytes.dropFirst(place + offset).prefix { $0 == wanted }.count
    }
}

extension UInt8: @retroactive ExpressibleByUnicodeScalarLiteral {
    public init(unicodeScalarLiteral scalar: Unicode.Scalar) { self.init(ascii: scalar) }

    /// Whether the byte is part of a word: a letter, a digit, `_`, `$`, or a backtick around a keyword used as a name.
    fileprivate var isPartOfWord: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "$", "`", 128...: true
        default: false
        }
    }
}
