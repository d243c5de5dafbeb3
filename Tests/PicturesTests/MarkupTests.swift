import TestSupport
import Testing

@testable import Pictures

@Suite struct MarkupTests {
    @Test(arguments: [
        ("&", "&amp;", "&amp;"), ("<", "&lt;", "&lt;"), (">", "&gt;", "&gt;"), ("\"", "&quot;", "&quot;"),
        ("'", "&#39;", "&#39;"), ("\r", "&#13;", "&#13;"), ("\r\n", "&#13;\n", "&#13;&#10;"),
        ("\n", "\n", "&#10;"),
        ("\t", "\t", "&#9;"), ("]]>", "]]&gt;", "]]&gt;"), ("&amp;", "&amp;amp;", "&amp;amp;"),
        ("\0", "\u{FFFD}", "\u{FFFD}"), ("\u{FFFE}", "\u{FFFD}", "\u{FFFD}"),
        ("\u{FFFF}", "\u{FFFD}", "\u{FFFD}"),
        ("é 한 👩‍👩‍👧", "é 한 👩‍👩‍👧", "é 한 👩‍👩‍👧"),
        // Characters that reverse or hide text.
        ("a\u{202E}b", "a\\u{202E}b", "a\\u{202E}b"), ("\u{2066}", "\\u{2066}", "\\u{2066}"),
        ("\u{61C}\u{7F}", "\\u{61C}\\u{7F}", "\\u{61C}\\u{7F}"),
    ])
    func `special characters are escaped`(_ text: String, inText: String, inAttribute: String) throws {
        #expect(Markup.text(text).rendered == inText)
        let element = Markup("p", ["title": text]) { text }
        #expect(element.rendered == "<p title=\"\(inAttribute)\">\(inText)</p>")
    }

    @Test func `written text is read back`() throws {
        // XML 1.0 allows only three control characters: tab, line feed and carriage return.
        for code in UInt32(0)..<0x100 {
            let scalar = try #require(Unicode.Scalar(code))
            let isHidden = (0x7F...0x9F).contains(code)
            let isAllowed = code >= 0x20 || [9, 10, 13].contains(code)
            let written = "a\(scalar)b"
            let shown = isHidden ? "a\\u{\(String(code, radix: 16, uppercase: true))}b" : written
            let expected = isAllowed ? shown : "a\u{FFFD}b"
            let read = try readXML(Markup("p", ["title": written]) { written }.xmlDocument)
            #expect(read.text.unicodeScalars.elementsEqual(expected.unicodeScalars), "text of code \(code)")
            #expect(
                read.attributes["title"]?.unicodeScalars.elementsEqual(expected.unicodeScalars) == true,
                "attribute of code \(code)")
        }
    }

    @Test func `text cannot become an element`() throws {
        let attack = "</style></title><script>alert(1)</script>\" onload='x' <!--"
        let page = Markup("html") {
            Markup("title") { attack }
            Markup("p", ["class": attack]) { attack }
        }
        let read = try readXML(page.xmlDocument)
        #expect(read.all.map(\.name) == ["html", "title", "p"])
        #expect(read.all("p").first?.attributes == ["class": attack])
    }

    @Test func `attributes keep their order and nil is left out`() {
        let none: String? = nil
        #expect(
            Markup("a", ["z": "1", "href": none, "b": "2"]) { "x" }.rendered == "<a z=\"1\" b=\"2\">x</a>")
    }

    @Test func `void and empty elements are closed correctly`() {
        let line = Markup("p") {
            "a"
            Markup("br")
            Markup("span")
            Markup("img", ["alt": ""])
        }
        #expect(line.rendered == "<p>a<br/><span></span><img alt=\"\"/></p>")
    }

    @Test func `lines are broken only where that is invisible`() {
        let table = Markup("table") { Markup("tr") { for cell in ["1", "2"] { Markup("td") { cell } } } }
        #expect(table.rendered == "<table>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</table>")
        let mixed = Markup("div") {
            "a"
            Markup("b") { "c" }
        }
        #expect(mixed.rendered == "<div>a<b>c</b></div>")
    }

    @Test func `documents have their first line`() {
        #expect(
            Markup("html") { Markup("body") }.htmlDocument
                == "<!DOCTYPE html>\n<html>\n<body></body>\n</html>\n")
        #expect(Markup("svg").xmlDocument == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg></svg>\n")
        #expect(Markup.style("a > b { color: red }").rendered == "<style>a > b { color: red }</style>")
    }

    @Test func `style text that HTML does not escape is rejected`() async {
        await #expect(processExitsWith: .failure) { _ = Markup("script") { "alert(1)" } }
        await #expect(processExitsWith: .failure) { _ = Markup("style") { "a{}" } }
        await #expect(processExitsWith: .failure) { _ = Markup.style("</style>") }
        await #expect(processExitsWith: .failure) { _ = Markup.style("a::after { content: '&' }") }
        await #expect(processExitsWith: .failure) { _ = Markup("br") { "text" } }
        await #expect(processExitsWith: .failure) { _ = Markup("p onload") }
        await #expect(processExitsWith: .failure) { _ = Markup("p", ["a=\"": ""]) }
        await #expect(processExitsWith: .failure) { _ = Markup("") }
    }
}
