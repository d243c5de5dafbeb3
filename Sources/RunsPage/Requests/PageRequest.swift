import Console

/// A request of a browser.
package struct PageRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    package let method: Method
    /// The path without escapes, "/api/runs": it begins with a slash and has no empty, `.` or `..` component.
    package let path: String
    /// The values of the query by their names. If a name occurs again, all its values in the order of the query.
    package let query: [String: [String]]
    /// The fields of the header by their names in lowercase.
    package let headers: [String: String]
    package let body: [UInt8]

    /// The maximum length of the target, and of the body, in bytes.
    package static let longestTarget = 8 << 10
    package static let longestBody = 64 << 10

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - method: The method's name, "GET".
    ///   - target: The path with its query as the browser sent it, "/api/run?id=a%2Fb".
    ///   - headers: The fields of the header by their names in any case.
    ///   - body: The content.
    /// - Throws: ``PageError`` for a method or a target that no part of the page sends.
    package init(
        method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []
    ) throws(PageError) {
        guard let method = Method(rawValue: method) else {
            throw PageError(.methodNotAllowed, .method, ["found": method.quotedInAnswer])
        }
        guard target.utf8.count <= Self.longestTarget else {
            throw PageError(
                .badRequest, .longTarget, ["limit": "\(Self.longestTarget)", "found": "\(target.utf8.count)"])
        }
        guard body.count <= Self.longestBody else {
            throw PageError(.tooLarge, .longBody, ["limit": "\(Self.longestBody)", "found": "\(body.count)"])
        }
        let parts = target.utf8.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let path = try Self.decoded(parts[0], plusIsSpace: false)
        guard path.hasPrefix("/"), path == "/" || Self.isPlain(path.dropFirst()) else {
            throw PageError(.badRequest, .path, ["found": path.quotedInAnswer])
        }
        self.method = method
        self.path = path
        query = try parts.count > 1 ? Self.query(parts[1]) : [:]
        self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        self.body = body
    }

    /// The language in which the answer speaks to people: the first of the field `Accept-Language` that the page has.
    var language: Language { Language(accepted: headers["accept-language"]) }

    /// The only value of a name in the query; nil if there is none.
    package subscript(name: String) -> String? { query[name]?.first }

    private static func isPlain(_ path: Substring) -> Bool {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !Substring(part).utf8.allSatisfy { $0 == UInt8(ascii: ".") }
        }
    }

    private static func query(_ text: Substring.UTF8View) throws(PageError) -> [String: [String]] {
        var values: [String: [String]] = [:]
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(halves[0], plusIsSpace: true)
            try values[name, default: []].append(
                halves.count > 1 ? decoded(halves[1], plusIsSpace: true) : "")
        }
        return values
    }

    /// Returns text without its percent escapes, RFC 3986.
    ///
    /// - Throws: ``PageError`` for a damaged escape, bytes that are not UTF-8 and control characters.
    private static func decoded(
        _ text: Substring.UTF8View, plusIsSpace: Bool
    ) throws(PageError) -> String {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal),
                let low = rest.popFirst().flatMap(hexadecimal)
            else {
                throw PageError(.badRequest, .escape)
            }
            bytes.append(high << 4 | low)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PageError(.badRequest, .encoding)
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw PageError(.badRequest, .controlCharacter)
        }
        return text
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Language {
    /// The first language of a field `Accept-Language`, RFC 9110, that the page has; English if it has none of them.
    init(accepted field: String?) {
        let tags = (field ?? "").lowercased().split(separator: ",").map { $0.drop { $0 == " " }.prefix(2) }
        self = tags.lazy.compactMap { Language(rawValue: String($0)) }.first ?? .english
    }
}
