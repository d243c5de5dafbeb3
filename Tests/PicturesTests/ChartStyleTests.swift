import Foundation
import TestSupport
import Testing

@testable import Pictures

/// Tests read the colours from the style that is written into every chart.
@Suite struct ChartStyleTests {
    enum Mode: CaseIterable { case light, dark }

    private let css = Markup.chartStyle.rendered

    private func colors(_ mode: Mode) throws -> [String: String] {
        let parts = css.components(separatedBy: "@media (prefers-color-scheme: dark)")
        try #require(parts.count == 2)
        var colors: [String: String] = [:]
        for match in parts[mode == .light ? 0 : 1].matches(of: /--rn-([a-z0-9-]+): (#[0-9a-f]{6});/) {
            colors[String(match.1)] = String(match.2)
        }
        return colors
    }

    /// Returns the contrast ratio: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    private func contrast(_ one: String, _ other: String) throws -> Double {
        func luminance(_ color: String) throws -> Double {
            let value = try #require(Int(color.dropFirst(), radix: 16))
            let channels = [16, 8, 0].map { shift in
                let channel = Double(value >> shift & 255) / 255
                return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        }
        let (a, b) = (try luminance(one), try luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test func `the contrast of known colors is computed correctly`() throws {
        #expect(try contrast("#000000", "#ffffff") == 21)
        #expect(abs(try contrast("#777777", "#ffffff") - 4.48) < 0.005)
    }

    @Test(arguments: Mode.allCases)
    func `every color has enough contrast`(mode: Mode) throws {
        let colors = try colors(mode)
        let surface = try #require(colors["surface"])
        let levels = (1...Markup.numberOfHeatLevels).map { "heat-\($0)" }
        for (name, color) in colors where name.hasPrefix("line-") || ["text", "text-quiet"].contains(name) {
            let ratio = try contrast(color, surface)
            #expect(ratio >= (name.hasPrefix("line-") ? 3 : 4.5), "\(name) \(color): \(ratio)")
        }
        for (index, level) in levels.enumerated() {
            let text = try #require(colors[index < levels.count / 2 ? "text-on-low" : "text-on-high"])
            let ratio = try contrast(text, try #require(colors[level]))
            #expect(ratio >= 4.5, "number on \(level): \(ratio)")
        }
        // Each step of the ramp increases the contrast to the surface.
        let steps = try (["heat-0"] + levels).map { try contrast(try #require(colors[$0]), surface) }
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }, "\(steps)")
        #expect(colors.keys.filter { $0.hasPrefix("line-") }.count == Markup.numberOfChartColors + 2)
    }

    @Test func `both modes have the same colors`() throws {
        #expect(try colors(.light).keys.sorted() == colors(.dark).keys.sorted())
        #expect(try colors(.light).count == 25)
    }

    @Test func `the style affects nothing else on a page`() {
        let rules = css.replacing("<style>", with: "").replacing("</style>", with: "")
        for rule in rules.split(separator: "}") {
            for part in rule.split(separator: "{").dropLast() {
                let selector = part.trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(
                    selector.hasPrefix("@media ") || selector == ".rn-chart"
                        || selector.hasPrefix(".rn-chart "),
                    "\(selector)")
                #expect(!selector.contains(","), "\(selector)")
            }
        }
    }

    @Test func `every class and variable is defined`() throws {
        let charts: [any Chart] = SampleCharts.all.map(\.chart)
        let defined = Set(css.matches(of: /\.(rn-[a-z0-9-]+)/).map { String($0.1) })
        for chart in charts {
            let classes = try readXML(chart.svgFile).all.flatMap {
                ($0.attributes["class"] ?? "").split(separator: " ").map(String.init)
            }
            #expect(Set(classes).isSubset(of: defined), "\(Set(classes).subtracting(defined))")
        }
        let variables = Set(css.matches(of: /(--rn-[a-z0-9-]+):/).map { String($0.1) })
        let used = Set(css.matches(of: /var\((--rn-[a-z0-9-]+)\)/).map { String($0.1) })
        #expect(used == variables)
    }

    /// Charts are laid out for the larger size, for small screens: 19 of 640 units are 10.6 of 358 pixels.
    @Test func `texts have their sizes`() {
        let small = css.components(separatedBy: "@media (max-width: 560px)")
        #expect(
            small.count == 2 && small[1].contains(".rn-chart text { font-size: \(Int(Lettering.size))px; }"))
        #expect(small[1].contains(".rn-chart .rn-title { font-size: \(Int(Lettering.titleSize))px; }"))
        #expect(Lettering.size * 358 / Picture.width > 10)
    }
}
