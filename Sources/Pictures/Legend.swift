/// The style of a series. Styles differ not only in colour.
struct SeriesLook: Hashable {
    var name: String
    var color: Int
    var isDashed: Bool
    /// The shape of the markers; nil for a line without markers.
    var marker: Marker?
    var marksEveryPoint: Bool
    var hasBand: Bool

    var className: String { "rn-color-\(color)" }
    var lineClassName: String { isDashed ? "rn-line rn-dashed" : "rn-line" }
}

/// The shapes of markers, all of about the same area.
enum Marker: Int, CaseIterable {
    case circle, square, triangle, diamond, downTriangle, cross

    /// Returns a path that begins and ends at the marker's centre.
    func path(at place: Place) -> String {
        let shape =
            switch self {
            case .circle: "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z"
            case .square: "m-4 -4h8v8h-8z"
            case .triangle: "m0 -5.5l5.2 9h-10.4z"
            case .diamond: "m0 -5.8l5.8 5.8l-5.8 5.8l-5.8 -5.8z"
            case .downTriangle: "m0 5.5l5.2 -9h-10.4z"
            case .cross: "m-1.8 -5.4h3.6v3.6h3.6v3.6h-3.6v3.6h-3.6v-3.6h-3.6v-3.6h3.6z"
            }
        return "M\(place.x.inPath) \(place.y.inPath)\(shape)"
    }
}

extension Double {
    var inPath: String { Numerals.coordinate(self) }
}

/// The legend: the names of the series, each beside a sample of its line, in rows above the plot.
struct Legend {
    static let rowHeight = 28.0
    private static let sampleWidth = 40.0
    private static let gap = 24.0

    private(set) var rows: [[(look: SeriesLook, label: String, x: Double)]] = []

    init(items: [SeriesLook]) {
        var x = Picture.margin
        for look in items {
            let label = Lettering.shortened(
                look.name, to: Picture.width - 2 * Picture.margin - Self.sampleWidth - 8)
            let width = Self.sampleWidth + 8 + Lettering.width(label)
            if rows.isEmpty || x + width > Picture.width - Picture.margin {
                rows.append([])
                x = Picture.margin
            }
            rows[rows.count - 1].append((look, label, x))
            x += width + Self.gap
        }
    }

    var height: Double { Double(rows.count) * Self.rowHeight }

    func children(top: Double) -> [Markup] {
        rows.enumerated().flatMap { row, items in
            let y = top + (Double(row) + 0.5) * Self.rowHeight
            return items.map { look, label, x in
                Markup("g", ["class": look.className]) {
                    if look.hasBand {
                        Markup(
                            "rect",
                            [
                                "class": "rn-band", "x": x.inPath, "y": (y - 8).inPath,
                                "width": Self.sampleWidth.inPath, "height": "16",
                            ])
                    }
                    Markup(
                        "path",
                        [
                            "class": look.lineClassName,
                            "d": "M\(x.inPath) \(y.inPath)h\(Self.sampleWidth.inPath)",
                        ])
                    if let marker = look.marker {
                        Markup(
                            "path",
                            [
                                "class": "rn-mark",
                                "d": marker.path(at: Place(x: x + Self.sampleWidth / 2, y: y)),
                            ])
                    }
                    Markup.centredLabel(label, x: x + Self.sampleWidth + 8, y: y, anchor: .start)
                }
            }
        }
    }
}
