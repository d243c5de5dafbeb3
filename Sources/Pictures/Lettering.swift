/// The sizes of texts in charts, and estimates of their width in an unknown font.
enum Lettering {
    /// The larger font size of the style, in units, which the layout uses.
    static let size = 19.0
    static let titleSize = 21.0

    /// Returns the width of a text in a wide sans-serif font such as DejaVu Sans.
    static func width(_ text: String, size: Double = size) -> Double {
        text.unicodeScalars.reduce(0) { $0 + width($1) } * size
    }

    private static func width(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", "f", "t", "r", "|", " ", ".", ",", ":", ";", "'", "(", ")", "-", "/": 0.40
        case "m", "w", "M", "W", "%", "@", "…", "—": 1
        case "A"..."Z": 0.74
        case "\0"..<"\u{1100}": 0.64
        default: 1.05
        }
    }

    /// Returns the text, or as much of its beginning as fits together with an ellipsis.
    static func shortened(_ text: String, to limit: Double, size: Double = size) -> String {
        if width(text, size: size) <= limit { return text }
        var kept = text
        while !kept.isEmpty, width(kept + "…", size: size) > limit { kept.removeLast() }
        while kept.hasSuffix(" ") { kept.removeLast() }
        return kept + "…"
    }
}

/// The interval of a line that a text covers.
struct Extent {
    var low: Double
    var high: Double

    /// Creates the extent of a text centred at `center`, or moved as little as necessary to stay within the bounds.
    init(_ text: String, center: Double, within bounds: ClosedRange<Double>) {
        let width = Lettering.width(text)
        low = max(bounds.lowerBound, min(center - width / 2, bounds.upperBound - width))
        high = low + width
    }

    init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

    var center: Double { (low + high) / 2 }

    func touches(_ other: Extent, gap: Double = 12) -> Bool {
        low < other.high + gap && other.low < high + gap
    }
}

enum TextAnchor: String {
    case start, middle, end
}

extension Markup {
    /// Returns a text on a baseline in a chart.
    static func label(
        _ text: String, x: Double, y: Double, anchor: TextAnchor = .start, class name: String? = nil
    ) -> Markup {
        Markup(
            "text",
            [
                "class": name, "x": Numerals.coordinate(x), "y": Numerals.coordinate(y),
                "text-anchor": anchor == .start ? nil : anchor.rawValue,
            ]
        ) { text }
    }

    /// Returns a text that is vertically centred at y, whatever its size.
    static func centredLabel(
        _ text: String, x: Double, y: Double, anchor: TextAnchor = .middle, class name: String? = nil
    ) -> Markup {
        Markup(
            "text",
            [
                "class": name, "x": Numerals.coordinate(x), "y": Numerals.coordinate(y), "dy": ".35em",
                "text-anchor": anchor == .start ? nil : anchor.rawValue,
            ]
        ) { text }
    }
}
