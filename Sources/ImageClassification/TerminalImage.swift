import Console

/// Draws a grey picture as lines of text for a terminal.
package enum TerminalImage {
    /// The characters that represent pixels.
    package enum Style: String, Sendable, CaseIterable {
        /// Half blocks, each with two pixels one above the other, in 24-bit colour.
        case trueColor
        /// Half blocks in the 26 greys of terminals with 256 colours.
        case palette
        /// Shades, with two characters for each pixel, because characters are twice as high as wide.
        case shades
        /// Shades in ASCII.
        case ascii

        /// Chooses the best style for a terminal from the variables `COLORTERM` and `LC_ALL`, `LC_CTYPE` or `LANG`.
        ///
        /// - Parameters:
        ///   - terminal: The terminal.
        ///   - variable: Returns the value of an environment variable.
        package init(for terminal: Terminal, variable: (String) -> String?) {
            let locale =
                ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }?.lowercased()
                ?? ""
            let hasUnicode = locale.contains("utf-8") || locale.contains("utf8")
            if terminal.usesColor && hasUnicode {
                self = ["truecolor", "24bit"].contains(variable("COLORTERM")) ? .trueColor : .palette
            } else {
                self = hasUnicode ? .shades : .ascii
            }
        }

        fileprivate var usesColor: Bool { self == .trueColor || self == .palette }
    }

    /// Draws a picture. It is shrunk if it is wider than the terminal, and never enlarged.
    ///
    /// - Parameters:
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    ///   - pixels: The pixels, of shape [height, width], 0 (black) to 255.
    ///   - columns: The number of columns of the terminal.
    ///   - style: The style.
    /// - Returns: Lines of at most `columns` characters, each with all the escape sequences that it needs.
    package static func lines(
        width: Int, height: Int, pixels: [UInt8], columns: Int, style: Style
    ) -> [String] {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height,
            "TerminalImage: expected \(width) x \(height) pixels, received \(pixels.count)")
        precondition(columns > 0, "TerminalImage: expected at least 1 column, received \(columns)")
        let charactersPerPixel = style.usesColor ? 1 : min(2, columns)
        let across = min(width, columns / charactersPerPixel)
        let down = max(1, Int((Double(height) * Double(across) / Double(width)).rounded()))
        let shrunk = across == width ? pixels : shrink(pixels, width, height, across, down)
        let rows = stride(from: 0, to: shrunk.count, by: across).map { Array(shrunk[$0..<$0 + across]) }
        guard style.usesColor else {
            let ramp = Array(style == .shades ? " ░▒▓█" : " .:-=+*#%@")
            return rows.map { row in
                row.map { String(repeating: ramp[Int($0) * ramp.count / 256], count: charactersPerPixel) }
                    .joined()
            }
        }
        return stride(from: 0, to: rows.count, by: 2).map { row in
            halfBlocks(rows[row], row + 1 < rows.count ? rows[row + 1] : nil, style)
        }
    }

    private static func shrink(
        _ pixels: [UInt8], _ width: Int, _ height: Int, _ columns: Int, _ rows: Int
    ) -> [UInt8] {
        Resampling(width: width, height: height, columns: columns, rows: rows)(pixels).map {
            UInt8(min(255, max(0, $0.rounded())))
        }
    }

    /// Returns a line of upper half blocks: the upper pixels in the text colour, the lower pixels, if any, in the
    /// background colour. Unchanged colours are not set again.
    private static func halfBlocks(_ upper: [UInt8], _ lower: [UInt8]?, _ style: Style) -> String {
        var line = ""
        for column in upper.indices {
            if column == 0 || upper[column] != upper[column - 1] {
                line += "\u{1B}[38;\(color(upper[column], style))m"
            }
            if let lower, column == 0 || lower[column] != lower[column - 1] {
                line += "\u{1B}[48;\(color(lower[column], style))m"
            }
            line += "▀"
        }
        return line + "\u{1B}[0m"
    }

    private static func color(_ grey: UInt8, _ style: Style) -> String {
        if style == .trueColor { return "2;\(grey);\(grey);\(grey)" }
        // The palette has black, the greys 8, 18, …, 238, and white.
        switch grey {
        case ..<4: return "5;16"
        case 247...: return "5;231"
        default: return "5;\(232 + min(23, (Int(grey) - 3) / 10))"
        }
    }
}
