/// A tree of SVG or HTML elements. Texts and attributes are escaped in one place.
///
/// ```swift
/// let row = Markup("tr", ["class": isBest ? "best" : nil]) {
///     Markup("th") { run.name }
///     for value in run.values { Markup("td") { "\(value) %" } }
/// }
/// row.rendered
/// ```
///
/// Names of elements and attributes are literals of the program; texts and values may be anything: `& < > " '` are
/// escaped, characters that XML 1.0 forbids become U+FFFD, and characters that reverse or hide text are shown as
/// `\u{202E}`. The rendered text means the same as HTML and as XML. Values are not checked: do not put untrusted
/// addresses in `href`.
package struct Markup: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case element(name: String, attributes: [Attribute], children: [Markup])
        case text(String)
        case style(String)
    }

    struct Attribute: Sendable, Hashable {
        var name: String
        var value: String
    }

    var content: Content

    /// Creates an element. An attribute whose value is nil is omitted; strings among the children are text.
    package init(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
        @MarkupBuilder children: () -> [Markup] = { [] }
    ) {
        let name = Self.checkedName(name)
        precondition(
            !Self.namesOfRawText.contains(name),
            "<\(name)> is not escaped by HTML and cannot be an element here; for CSS there is Markup.style")
        let children = children()
        precondition(
            children.isEmpty || !Self.namesOfVoidElements.contains(name),
            "<\(name)> holds nothing in HTML, received \(children.count) children")
        content = .element(
            name: name,
            attributes: attributes.compactMap { name, value in
                value.map { Attribute(name: Self.checkedName(name), value: $0) }
            },
            children: children)
    }

    /// Creates a text without an element.
    package static func text(_ text: String) -> Markup { Markup(content: .text(text)) }

    /// Creates a `<style>` element with CSS written in the program. HTML does not unescape it, but XML does, so that it
    /// must not contain `<` or `&`; these trap.
    package static func style(_ css: StaticString) -> Markup {
        let css = css.description
        precondition(
            !css.contains("<") && !css.contains("&"), "CSS without < and & expected, received: \(css)")
        return Markup(content: .style(css))
    }

    private init(content: Content) { self.content = content }

    private static func checkedName(_ name: StaticString) -> String {
        let name = name.description
        let isName = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
        }
        precondition(
            isName && !name.isEmpty, "a name of letters, digits, - and : expected, received \"\(name)\"")
        return name
    }

    static let namesOfVoidElements: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]

    static let namesOfRawText: Set<String> = [
        "iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "xmp",
    ]
}

/// A builder of an element's children: elements, lists of elements, and strings as text.
@resultBuilder
package enum MarkupBuilder {
    package static func buildExpression(_ text: String) -> [Markup] { [.text(text)] }
    package static func buildExpression(_ markup: Markup) -> [Markup] { [markup] }
    package static func buildExpression(_ markup: [Markup]) -> [Markup] { markup }
    package static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap { $0 } }
    package static func buildOptional(_ part: [Markup]?) -> [Markup] { part ?? [] }
    package static func buildEither(first part: [Markup]) -> [Markup] { part }
    package static func buildEither(second part: [Markup]) -> [Markup] { part }
    package static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap { $0 } }
}
