import Pictures
import Platform
import Runs

extension DigitPage {
    /// The content of the file.
    package var html: String {
        get throws {
            PageTemplate(Self.text(PackageResources.page_html)).filled([
                "language": language.rawValue, "policy": Self.policy, "report-style": Self.reportStyle,
                "page-style": Self.pageStyle, "script": Self.script,
                "texts": Self.inScript(Self.text(PackageResources.texts_json)),
                "data": Self.inScript(try data),
            ])
        }
    }

    /// The data of the page as JSON. The script of an open page can read the data of another checkpoint: `page.replace(data)`.
    package var data: String {
        get throws { try JSON.text(PageData(self), pretty: false) }
    }

    /// The content security policy of the file. A server of the file sends it too, because a browser obeys all policies.
    package static var policy: String {
        [
            "default-src 'none'", "img-src data:", "script-src '\(source(script))'",
            "style-src '\(source(reportStyle))' '\(source(pageStyle))'", "base-uri 'none'",
            "form-action 'none'",
        ].joined(separator: "; ")
    }

    private static var reportStyle: String { Markup.reportCSS.description }
    private static var pageStyle: String { text(PackageResources.page_css) }

    /// The parts of the script in the order in which they refer to each other.
    private static let script = [
        PackageResources.normalizer_js, PackageResources.picture_js, PackageResources.preparation_js,
        PackageResources.network_js, PackageResources.drawing_js, PackageResources.maps_js,
        PackageResources.reading_js, PackageResources.app_js,
    ].reduce("\"use strict\";\n") { $0 + text($1) }

    static func text(_ resource: [UInt8]) -> String { String(decoding: resource, as: UTF8.self) }

    /// The source of a script or style in a content security policy: browsers run only text with this digest.
    private static func source(_ text: String) -> String {
        var digest = SHA256()
        digest.update(Array(text.utf8))
        return "sha256-" + Base64.text(digest.digest)
    }

    /// Returns JSON that cannot end the `<script>` element around it. The characters occur only in strings.
    static func inScript(_ json: String) -> String {
        // Each scalar is examined: a `<` after a character that joins it to itself is not a `Character` of its own.
        json.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "&": text += "\\u0026"
            case "<": text += "\\u003c"
            case ">": text += "\\u003e"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A page with places `{{name}}` for other texts.
struct PageTemplate {
    private let template: String

    init(_ template: String) { self.template = template }

    /// Returns the page with each place filled. The texts are not searched for places. A place without a text traps.
    func filled(_ texts: [String: String]) -> String {
        let parts = template.split(separator: "{{", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(into: String(parts[0])) { page, part in
            let halves = part.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let text = texts[String(halves[0])] else {
                preconditionFailure("page: expected a text for {{\(part.prefix(20))")
            }
            page += text + halves[1]
        }
    }
}
