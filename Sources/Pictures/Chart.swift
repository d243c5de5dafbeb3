/// A chart: a value that draws itself as SVG, always with the same bytes.
///
/// The chart is 640 units wide and as high as necessary. It shrinks to the width of the page, and the page's CSS may
/// widen it. It follows the reader's light or dark mode and contains its own background, style, title and description.
package protocol Chart: Sendable {
    /// The `<svg>` element, for a page.
    var svg: Markup { get }
}

extension Chart {
    /// The contents of an SVG file.
    package var svgFile: String { svg.xmlDocument }
}

enum Picture {
    static let width = 640.0
    static let margin = 12.0

    /// Returns the `<svg>` element around a drawing. Screen readers read `title` as its name and `description` as its
    /// contents.
    static func svg(height: Double, title: String, description: String, children: [Markup]) -> Markup {
        let (width, height) = (Numerals.coordinate(Self.width), Numerals.coordinate(height))
        return Markup(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "rn-chart", "role": "img",
                "width": width, "height": height, "viewBox": "0 0 \(width) \(height)",
            ]
        ) {
            Markup("title") { title }
            Markup("desc") { description }
            Markup.chartStyle
            Markup("rect", ["class": "rn-surface", "width": width, "height": height, "rx": "6"])
            children
        }
    }
}
