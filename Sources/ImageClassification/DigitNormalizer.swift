/// Makes of a grey picture of any size what MNIST has: a light digit on black, scaled with its aspect ratio
/// kept so that it fits the middle 20 × 20 of 28 × 28 pixels, anti-aliased, and moved by whole pixels until
/// its centre of mass is at the centre (LeCun, Cortes and Burges, "The MNIST database of handwritten
/// digits").
///
/// The background may be uneven: what it is at each place is estimated as a morphological opening, the
/// lightest shape that is nowhere lighter than the picture and has no detail smaller than two fifths of
/// it, and subtracted. Noise is what varies as much as the background does. Specks, pieces of less than a
/// fiftieth of the largest one, and faint shapes are left out. The lightest pixel of the result is 255.
package struct DigitNormalizer: Sendable, Hashable {
    /// Whether digits are darker or lighter than what they are written on.
    package enum Polarity: String, Codable, Sendable, CaseIterable {
        /// Decided for each picture: the background is the median of its border, and the digit is on the side
        /// where the extreme of the picture (its 2000th part) is farther from that.
        case automatic = "auto"
        case darkOnLight = "dark-on-light"
        case lightOnDark = "light-on-dark"
    }

    /// Of the result.
    package var rows: Int
    /// Of the result.
    package var columns: Int
    package var polarity: Polarity

    /// A digit differs by this much from its background, of 255.
    package static let leastContrast = 24

    package init(rows: Int = 28, columns: Int = 28, polarity: Polarity = .automatic) {
        precondition(
            rows > 0 && columns > 0, "digit size: expected at least 1 x 1, received \(rows) x \(columns)")
        self.rows = rows
        self.columns = columns
        self.polarity = polarity
    }

    /// A picture that has the size of the result, light on dark with a black border, is taken as it is, byte
    /// for byte.
    ///
    /// - Parameters:
    ///   - width: in pixels.
    ///   - height: in pixels.
    ///   - grey: of shape [height, width], 0 (black) to 255.
    ///   - path: of the file, for the error.
    package func normalize(
        width: Int, height: Int, grey: [UInt8], path: String
    ) throws(BlankPictureError) -> NormalizedDigit {
        precondition(
            width > 0 && height > 0 && grey.count == width * height,
            "picture: expected \(width) x \(height) pixels, received \(grey.count)")
        var picture = DigitPicture(width: width, height: height, grey: grey)
        let (polarity, border) = picture.polarity(polarity)
        func blank() -> BlankPictureError {
            BlankPictureError(path: path, width: width, height: height, contrast: picture.contrast)
        }
        guard picture.contrast >= Self.leastContrast else { throw blank() }
        if polarity == .lightOnDark, border == 0, width == columns, height == rows {
            return NormalizedDigit(pixels: grey, rows: rows, columns: columns, polarity: polarity)
        }
        if polarity == .darkOnLight { picture.invert() }
        picture.subtractBackground()
        guard let box = picture.isolateDigit(leastContrast: Float(Self.leastContrast)) else { throw blank() }
        return NormalizedDigit(
            pixels: placed(picture, box), rows: rows, columns: columns, polarity: polarity)
    }

    /// Scales the digit to its box, and puts its centre of mass at the centre.
    private func placed(_ picture: DigitPicture, _ box: DigitPicture.Box) -> [UInt8] {
        let boxRows = max(1, (Double(rows) * 20 / 28).rounded())
        let boxColumns = max(1, (Double(columns) * 20 / 28).rounded())
        let (width, height) = (Double(box.columns.count), Double(box.rows.count))
        let step = max(width / boxColumns, height / boxRows)
        // The shorter side becomes whole pixels, too, with the digit in their middle.
        let across = max(1, Int((width / step).rounded()))
        let down = max(1, Int((height / step).rounded()))
        let resampling = Resampling(
            width: picture.width, height: picture.height,
            left: Double(box.columns.lowerBound) + (width - Double(across) * step) / 2,
            top: Double(box.rows.lowerBound) + (height - Double(down) * step) / 2,
            columns: across, rows: down, columnStep: step, rowStep: step)
        let digit = resampling(picture.values)

        let (top, left) = origin(of: digit, down: down, across: across)
        let scale = 255 / (digit.max() ?? 1)
        var pixels = [UInt8](repeating: 0, count: rows * columns)
        for row in 0..<down {
            for column in 0..<across {
                let value = (digit[row * across + column] * scale).rounded()
                pixels[(top + row) * columns + left + column] = UInt8(min(255, max(0, value)))
            }
        }
        return pixels
    }

    /// Where the digit goes: its centre of mass to the pixel at half of each side, as MNIST's are, but never
    /// over the edge.
    private func origin(of digit: [Float], down: Int, across: Int) -> (top: Int, left: Int) {
        var (mass, rowMoment, columnMoment) = (0.0, 0.0, 0.0)
        for row in 0..<down {
            for column in 0..<across {
                let value = Double(digit[row * across + column])
                mass += value
                rowMoment += value * Double(row)
                columnMoment += value * Double(column)
            }
        }
        func origin(_ moment: Double, _ size: Int, in whole: Int) -> Int {
            let shift = Int((Double(whole / 2) - 0.5 - moment / mass).rounded(.up))
            return min(max(0, shift), whole - size)
        }
        return (origin(rowMoment, down, in: rows), origin(columnMoment, across, in: columns))
    }
}

/// A digit as a model that was trained on MNIST expects it.
package struct NormalizedDigit: Sendable, Hashable {
    /// Of shape [rows, columns], light on black.
    package let pixels: [UInt8]
    package let rows: Int
    package let columns: Int
    /// What the picture was taken for: never `automatic`.
    package let polarity: DigitNormalizer.Polarity
}
