import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An element as read by an XML parser.
package final class ReadElement {
    package let name: String
    package let attributes: [String: String]
    package var children: [ReadElement] = []
    package var text = ""

    package init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// The element and all below it, in the order of the document.
    package var all: [ReadElement] { [self] + children.flatMap(\.all) }

    package func all(_ name: String) -> [ReadElement] { all.filter { $0.name == name } }

    package func all(class className: String) -> [ReadElement] {
        all.filter { ($0.attributes["class"] ?? "").split(separator: " ").contains(Substring(className)) }
    }

    package func number(_ name: String) throws -> Double {
        let text = try #require(attributes[name], "no attribute \(name) in <\(self.name)>")
        return try #require(Double(text), "\(name)=\"\(text)\" is no number")
    }
}

/// Reads XML with Foundation's parser, which rejects text that is not well formed.
package func readXML(_ text: String) throws -> ReadElement {
    final class Reader: NSObject, XMLParserDelegate {
        var open: [ReadElement] = []
        var root: ReadElement?

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let element = ReadElement(name: name, attributes: attributes)
            open.last?.children.append(element)
            if root == nil { root = element }
            open.append(element)
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { open.removeLast() }

        func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
    }
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    let isWellFormed = parser.parse()
    #expect(isWellFormed, "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    return try #require(reader.root)
}
