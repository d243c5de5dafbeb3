import Platform

extension Markup {
    /// The tree as text, for a page.
    package var rendered: String {
        var output = ""
        render(into: &output)
        return output
    }

    /// An HTML file whose `<html>` is this element.
    package var htmlDocument: String { "<!DOCTYPE html>\n\(rendered)\n" }

    /// An XML file in UTF-8 whose root is this element, an `<svg>`.
    package var xmlDocument: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(rendered)\n" }

    private func render(into output: inout String) {
        switch content {
        case .text(let text): Self.escape(text, into: &output)
        case .style(let css): output += "<style>\(css)</style>"
        case .element(let name, let attributes, let children):
            output += "<\(name)"
            for attribute in attributes {
                output += " \(attribute.name)=\""
                Self.escape(attribute.value, isAttribute: true, into: &output)
                output += "\""
            }
            if children.isEmpty, Self.namesClosingThemselves.contains(name) {
                output += "/>"
                return
            }
            output += ">"
            let isBroken = Self.namesOfContainers.contains(name) && !children.contains { $0.isText }
            for child in children {
                if isBroken { output += "\n" }
                child.render(into: &output)
            }
            if isBroken, !children.isEmpty { output += "\n" }
            output += "</\(name)>"
        }
    }

    private var isText: Bool {
        if case .text = content { return true }
        return false
    }

    /// Escapes a text. An XML parser would turn tabs and line ends in an attribute into spaces, and a carriage return
    /// in a text into a line feed; these are written as character references.
    private static func escape(_ text: String, isAttribute: Bool = false, into output: inout String) {
        if text.utf8.allSatisfy({ ordinaryBytes.contains($0) && !specialBytes.contains($0) }) {
            output += text  // pictures in base64 are long
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\r": output += "&#13;"
            case "\n" where isAttribute: output += "&#10;"
            case "\t" where isAttribute: output += "&#9;"
            case "\n", "\t": output.unicodeScalars.append(scalar)
            case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": output += "\u{FFFD}"
            case _ where scalar.isInvisible: output += scalar.escaped
            default: output.unicodeScalars.append(scalar)
            }
        }
    }

    private static let ordinaryBytes = UInt8(ascii: " ")...UInt8(ascii: "~")
    private static let specialBytes = Array("&<>\"'".utf8)

    /// Elements that `<name/>` closes in HTML too: void elements and, inside `<svg>`, shapes.
    private static let namesClosingThemselves =
        namesOfVoidElements.union(["circle", "line", "path", "rect"])

    /// Elements in which a line end between children is not visible.
    private static let namesOfContainers: Set<String> = [
        "article", "body", "details", "div", "dl", "figure", "footer", "g", "head", "header", "html", "main",
        "nav",
        "ol", "section", "svg", "table", "tbody", "thead", "tr", "ul",
    ]
}
