/// A language of reports and charts. The raw value is the code of HTML's `lang` and of `--language`.
package enum Language: String, Codable, CaseIterable, Hashable, Sendable {
    case english = "en"
    case korean = "ko"
}

/// A whole text in each language. `{name}` is a placeholder; both languages have the same placeholders.
package struct Text: Hashable, Sendable {
    package let english: String
    /// The English text for a count of 1; nil if it is the same. Korean has no plural.
    package let englishForOne: String?
    package let korean: String

    /// - Parameters:
    ///   - english: The English text.
    ///   - one: The English text for a count of 1.
    ///   - korean: The Korean text.
    package init(_ english: String, one: String? = nil, ko korean: String) {
        self.english = english
        englishForOne = one
        self.korean = korean
    }
}

/// The keys of a table of texts. Each room that writes reports has its own table.
package protocol TextKey: CaseIterable, Sendable {
    var text: Text { get }
}

extension Language {
    /// Returns the text of a key in this language. A placeholder without a value stays in the text.
    ///
    /// - Parameters:
    ///   - key: The key of the text.
    ///   - values: The values of the placeholders.
    ///   - count: The number that selects the singular or the plural.
    package func text(_ key: some TextKey, _ values: [String: String] = [:], count: Int? = nil) -> String {
        let text = key.text
        let template =
            switch self {
            case .english: count == 1 ? text.englishForOne ?? text.english : text.english
            case .korean: text.korean
            }
        return TextTemplate(template).filled(values)
    }

    /// Returns an English text of a table in this language; any other text stays as it is.
    ///
    /// Files of runs contain English sentences. Values of placeholders are translated in the same way; a value of the
    /// placeholder `list` is a list of names.
    package func translated<Key: TextKey>(_ sentence: String, from table: Key.Type) -> String {
        translated(sentence, from: table, depth: 0)
    }

    private func translated<Key: TextKey>(_ sentence: String, from table: Key.Type, depth: Int) -> String {
        guard self != .english, sentence.utf8.count <= Self.longest, depth <= Self.deepest else {
            return sentence
        }
        for key in table.allCases {
            let text = key.text
            for template in [text.english, text.englishForOne].compactMap(\.self) {
                guard let values = TextTemplate(template).values(in: sentence) else { continue }
                return self.text(
                    key,
                    Dictionary(
                        uniqueKeysWithValues: values.map { name, value in
                            guard name == "list" else {
                                return (name, translated(value, from: table, depth: depth + 1))
                            }
                            let names = value.replacing(" and ", with: ", ").split(separator: ", ")
                            return (
                                name,
                                list(names.map { translated(String($0), from: table, depth: depth + 1) })
                            )
                        }))
            }
        }
        return sentence
    }

    /// The length in bytes above which a sentence is not looked up, because it takes time that grows with its square.
    private static var longest: Int { 2000 }

    /// The number of sentences inside each other above which a value is not looked up. A file may have any sentence, and
    /// each level takes stack.
    private static var deepest: Int { 8 }

    /// Returns names as a list: "a, b and c".
    package func list(_ names: [String]) -> String {
        self == .english ? TextFormat.list(names) : names.joined(separator: ", ")
    }

    /// Returns a duration in words: "3.2 s", "12 min 5 s", "3 h 20 min".
    package func timeSpan(_ seconds: Double) -> String {
        guard seconds >= 60, seconds < 1e9 else {
            return text(TimeText.seconds, ["seconds": TextFormat.fixed(seconds, decimals: 1)])
        }
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? text(TimeText.minutes, ["minutes": "\(whole / 60)", "seconds": "\(whole % 60)"])
            : text(TimeText.hours, ["hours": "\(whole / 3600)", "minutes": "\(whole % 3600 / 60)"])
    }
}

/// The texts of durations.
package enum TimeText: TextKey {
    case seconds, minutes, hours

    package var text: Text {
        switch self {
        case .seconds: Text("{seconds}\u{A0}s", ko: "{seconds}초")
        case .minutes: Text("{minutes}\u{A0}min {seconds}\u{A0}s", ko: "{minutes}분 {seconds}초")
        case .hours: Text("{hours}\u{A0}h {minutes}\u{A0}min", ko: "{hours}시간 {minutes}분")
        }
    }
}

/// A text with placeholders, in parts.
package struct TextTemplate {
    private enum Part {
        case literal([UInt8])
        case placeholder(String)
    }

    private var parts: [Part] = []

    package init(_ text: String) {
        var literal: [UInt8] = []
        var name: [UInt8]?
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{") {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                (literal, name) = ([], [])
            } else if byte == UInt8(ascii: "}"), let known = name {
                parts.append(.placeholder(String(decoding: known, as: UTF8.self)))
                name = nil
            } else if name != nil {
                name?.append(byte)
            } else {
                literal.append(byte)
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
    }

    /// The names of the placeholders.
    package var placeholders: Set<String> {
        Set(parts.compactMap { if case .placeholder(let name) = $0 { name } else { nil } })
    }

    /// Returns the text with values in place of the placeholders.
    func filled(_ values: [String: String]) -> String {
        parts.map { part in
            switch part {
            case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
            case .placeholder(let name): values[name] ?? "{\(name)}"
            }
        }.joined()
    }

    /// Returns the values of the placeholders in a text of this form; nil if the text has another form, or if a
    /// placeholder that occurs twice has two values.
    package func values(in text: String) -> [String: String]? {
        let bytes = Array(text.utf8)
        var values: [String: String] = [:]
        var place = 0
        var open: String?
        /// Sets the value of the open placeholder to the bytes before `end`.
        func close(_ end: Int) -> Bool {
            guard let name = open else { return end == place }
            guard end > place else { return false }
            let value = String(decoding: bytes[place..<end], as: UTF8.self)
            open = nil
            return values.updateValue(value, forKey: name).map { $0 == value } ?? true
        }
        for (index, part) in parts.enumerated() {
            switch part {
            case .placeholder(let name): open = name
            case .literal(let literal):
                // The last part is at the end of the text.
                let last = bytes.count - literal.count
                guard last >= place else { return nil }
                let candidates =
                    open == nil ? place...place : (index == parts.count - 1 ? last...last : place...last)
                guard
                    let start = candidates.first(where: {
                        bytes[$0..<($0 + literal.count)].elementsEqual(literal)
                    }), close(start)
                else { return nil }
                place = start + literal.count
            }
        }
        return close(bytes.count) ? values : nil
    }
}
