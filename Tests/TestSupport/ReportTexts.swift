import Console

/// Checks tables of texts, and pages in Korean.
package enum ReportTexts {
    private static func isHangul(_ scalar: Unicode.Scalar) -> Bool { ("가"..."힣").contains(scalar) }

    /// Returns the problems of a table: texts without Hangul, empty texts, languages with different placeholders, and
    /// texts that are not written completely in one language.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - names: English texts whose Korean text needs no Hangul.
    package static func problems<Key: TextKey>(in table: Key.Type, names: Set<String> = []) -> [String] {
        table.allCases.flatMap { key -> [String] in
            let text = key.text
            var problems: [String] = []
            let wanted = TextTemplate(text.english).placeholders
            for template in [text.englishForOne, text.korean].compactMap(\.self) {
                if TextTemplate(template).placeholders != wanted { problems.append("placeholders of \(key)") }
            }
            for template in [text.english, text.englishForOne ?? "x", text.korean] {
                if template.isEmpty || template.hasPrefix(" ") || template.hasSuffix(" ") {
                    problems.append("spaces of \(key)")
                }
            }
            if text.english.unicodeScalars.contains(where: isHangul) { problems.append("English of \(key)") }
            if !text.korean.unicodeScalars.contains(where: isHangul), !names.contains(text.english) {
                problems.append("Korean of \(key)")
            }
            return problems
        }
    }

    /// Returns the texts of a page or picture that are or contain English texts of a table, or contain a placeholder
    /// without a value. Commands and styles are left out.
    package static func untranslated(_ page: ReadElement, _ tables: [any TextKey.Type]) -> [String] {
        let english = tables.flatMap { phrases(of: $0) }
        return texts(page).filter { text in
            text.contains(/\{[A-Za-z]+\}/)
                || english.contains {
                    $0.template.values(in: text) != nil || $0.parts.contains(where: text.contains)
                }
        }
    }

    private static func texts(_ element: ReadElement) -> [String] {
        if ["style", "pre"].contains(element.name) { return [] }
        return [element.text] + ["alt", "aria-label"].compactMap { element.attributes[$0] }
            + element.children.flatMap(texts)
    }

    private struct Phrase {
        let template: TextTemplate
        /// The parts between placeholders that have several words. A single word may be part of a name.
        let parts: [String]
    }

    private static func phrases<Key: TextKey>(of table: Key.Type) -> [Phrase] {
        table.allCases.map(\.text).filter { $0.english != $0.korean }.flatMap { text in
            [text.english, text.englishForOne].compactMap(\.self).compactMap { template in
                let parts = template.split(separator: /\{[A-Za-z]+\}/).filter { $0.contains(/[A-Za-z]{3}/) }
                if template.contains("{"), parts.isEmpty { return nil }
                return Phrase(
                    template: TextTemplate(template),
                    parts: parts.filter { $0.split(separator: " ").count > 1 }.map(String.init))
            }
        }
    }
}
