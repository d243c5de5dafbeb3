import Console
import Platform
import Runs

/// The predictions as text for people: one line per image, or a drawing with a bar for each class or, if there are
/// many, for the most probable classes.
package struct PredictionText: Sendable {
    private let style: TerminalImage.Style
    private let width: Int
    /// Whether the polarity was detected rather than given.
    private let guessesPolarity: Bool

    private static let barWidth = 20
    private static let mostBars = 10

    package init(for terminal: Terminal, guessesPolarity: Bool) {
        self.init(
            style: TerminalImage.Style(for: terminal, variable: POSIX.environmentVariable),
            width: terminal.width, guessesPolarity: guessesPolarity)
    }

    package init(style: TerminalImage.Style, width: Int, guessesPolarity: Bool) {
        self.style = style
        self.width = width
        self.guessesPolarity = guessesPolarity
    }

    private var usesColor: Bool { style == .trueColor || style == .palette }

    /// Returns the line of an image, "seven.png: 7 (99.87 %)", and a line for each note.
    package func line(_ image: ClassifiedImage) -> String {
        var line = PredictionLine.text(
            image.title, predicted: image.name(of: image.predicted), probability: image.probability,
            label: image.label.map(image.name))
        if let polarity = image.polarity, guessesPolarity {
            line += ", read as \(polarity.rawValue) (if wrong, give --polarity)"
        }
        return ([line] + image.notes.map { "  note: \($0)" }).joined(separator: "\n")
    }

    /// Returns the line, the digit, and bars beside it or, if there is no room, below it.
    package func drawing(_ image: ClassifiedImage) -> String {
        let picture = TerminalImage.lines(
            width: image.columns, height: image.rows, pixels: image.pixels, columns: width, style: style)
        let pictureWidth = min(width, usesColor ? image.columns : 2 * image.columns)
        let shown = Self.shown(image.probabilities)
        let nameWidth = shown.reduce(2) { max($0, image.name(of: $1).count) }
        let bars = shown.map { bar($0, of: image, nameWidth: nameWidth) }
        guard pictureWidth + 3 + Self.barWidth + 18 + nameWidth <= width else {
            return ([line(image)] + picture + bars).joined(separator: "\n")
        }
        let top = max(0, (picture.count - bars.count) / 2)
        let lines = (0..<max(picture.count, bars.count)).map { row in
            let left = row < picture.count ? picture[row] : String(repeating: " ", count: pictureWidth)
            return bars.indices.contains(row - top) ? "\(left)   \(bars[row - top])" : left
        }
        return ([line(image)] + lines).joined(separator: "\n")
    }

    /// Returns the classes that have a bar: all of them, or the most probable ones first.
    private static func shown(_ probabilities: [Double]) -> [Int] {
        let classes = Array(probabilities.indices)
        if classes.count <= mostBars { return classes }
        return Array(classes.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }.prefix(mostBars))
    }

    /// Returns the bar of a class: "7  ███████████████████▉   99.87 %  label".
    private func bar(_ index: Int, of image: ClassifiedImage, nameWidth: Int) -> String {
        let probability = image.probabilities[index]
        let length = Self.length(probability, isASCII: style == .ascii)
        let space = String(repeating: " ", count: Self.barWidth - length.count)
        let isMarked = usesColor && index == image.predicted
        let filled = isMarked ? "\u{1B}[\(image.isRight == false ? 31 : 32)m\(length)\u{1B}[0m" : length
        let share = PredictionLine.percent(probability)
        let padding = String(repeating: " ", count: max(0, 8 - share.count))
        let text = image.name(of: index)
        let name = String(repeating: " ", count: max(0, nameWidth - text.count)) + text
        return "\(name)  \(filled)\(space) \(padding)\(share)\(index == image.label ? "  label" : "")"
    }

    private static func length(_ probability: Double, isASCII: Bool) -> String {
        guard probability.isFinite else { return "" }
        if isASCII { return String(repeating: "#", count: Int((probability * Double(barWidth)).rounded())) }
        let eighths = Int((probability * Double(8 * barWidth)).rounded())
        let part = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
        return String(repeating: "█", count: eighths / 8) + part
    }
}
