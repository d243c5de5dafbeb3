/// Converts a grey picture of any size to the form of a data set's images (``ImagePreparation``). For MNIST this is a
/// light digit on black, scaled with its aspect ratio to fit the middle 20 × 20 of 28 × 28 pixels, anti-aliased, and
/// shifted by whole pixels so that its centre of mass is at the centre (LeCun, Cortes and Burges, "The MNIST database
/// of handwritten digits").
///
/// A picture that already has this form is only scaled. In any other picture the digit is located. A frame is cut off,
/// and the background, which may be uneven, is subtracted. The background is estimated as a morphological opening: the
/// lightest surface that is nowhere lighter than the picture and has no detail smaller than two fifths of it. Variation
/// as large as the background's is noise. Specks (pieces smaller than a fiftieth of the largest piece) and faint shapes
/// are removed. The lightest pixel of the result is full ink.
///
/// If size or position vary in the data set, a picture is scaled as a whole.
package struct DigitNormalizer: Sendable, Hashable {
    /// Whether digits are darker or lighter than their background.
    package enum Polarity: String, Codable, Sendable, CaseIterable {
        /// Decided for each picture. The background is the median of the picture's border. The digit is on the side
        /// whose extreme value (the 2000th part of all pixels) is farther from the background.
        case automatic = "auto"
        case darkOnLight = "dark-on-light"
        case lightOnDark = "light-on-dark"
    }

    /// The number of rows of the result.
    package var rows: Int
    /// The number of columns of the result.
    package var columns: Int
    package var polarity: Polarity
    /// The form of the images in the model's data set.
    package var preparation: ImagePreparation

    /// The least difference between a digit and its background, of 255.
    package static let leastContrast = 24

    /// - Parameter preparation: The form of the images; MNIST's if nil.
    package init(
        rows: Int = 28, columns: Int = 28, polarity: Polarity = .automatic,
        preparation: ImagePreparation? = nil
    ) {
        precondition(
            rows > 0 && columns > 0, "digit size: expected at least 1 x 1, received \(rows) x \(columns)")
        self.rows = rows
        self.columns = columns
        self.polarity = polarity
        self.preparation = preparation ?? .mnist(rows: rows, columns: columns)
    }

    /// - Parameters:
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    ///   - grey: The pixels, of shape [height, width], 0 (black) to 255.
    ///   - path: The path of the file, for the error.
    /// - Throws: ``BlankPictureError`` if there is nothing on the background.
    package func normalize(
        width: Int, height: Int, grey: [UInt8], path: String
    ) throws(BlankPictureError) -> NormalizedDigit {
        precondition(
            width > 0 && height > 0 && grey.count == width * height,
            "picture: expected \(width) x \(height) pixels, received \(grey.count)")
        var picture = DigitPicture(width: width, height: height, grey: grey)
        let isCut = picture.cutFrames(polarity)
        let polarity = picture.polarity(polarity)
        func blank() -> BlankPictureError {
            BlankPictureError(path: path, width: width, height: height, contrast: picture.contrast)
        }
        guard picture.contrast >= Self.leastContrast else { throw blank() }
        // An image of the data set's size is not scaled and stays unchanged byte for byte.
        let isOfSize = !isCut && width == columns && height == rows
        func whole() -> [UInt8] {
            let pixels = isOfSize ? grey : picture.scaled(columns: columns, rows: rows)
            guard let isLightOnDark = preparation.isLightOnDark,
                isLightOnDark != (polarity == .lightOnDark)
            else { return pixels }
            return pixels.map { 255 - $0 }
        }
        guard let ink = preparation.ink, let box = preparation.box else {
            return NormalizedDigit(
                pixels: whole(), rows: rows, columns: columns,
                polarity: preparation.ink == nil ? nil : polarity)
        }
        if isOfSize || picture.hasAspectRatio(columns: columns, rows: rows) {
            let pixels = whole()
            if preparation.fits(pixels, rows: rows, columns: columns, isScaled: !isOfSize) {
                return NormalizedDigit(
                    pixels: pixels, rows: rows, columns: columns, polarity: polarity,
                    pieceCount: isOfSize ? pieceCount(pixels, ink) : picture.pieceCount(polarity))
            }
        }
        guard let digit = picture.isolateDigit(polarity) else { throw blank() }
        return NormalizedDigit(
            pixels: placed(picture, digit.box, in: box, ink), rows: rows, columns: columns,
            polarity: polarity,
            pieceCount: digit.pieceCount)
    }

    /// Returns a picture that is only scaled to the size of the data set's images.
    package func scale(width: Int, height: Int, grey: [UInt8]) -> NormalizedDigit {
        let isOfSize = width == columns && height == rows
        let pixels =
            isOfSize
            ? grey
            : DigitPicture(width: width, height: height, grey: grey).scaled(columns: columns, rows: rows)
        return NormalizedDigit(pixels: pixels, rows: rows, columns: columns, polarity: nil)
    }

    /// Returns the number of separate pieces, side by side, in an image of the data set's form.
    private func pieceCount(_ pixels: [UInt8], _ ink: Int) -> Int {
        let background = preparation.background
        let values = pixels.map { Float(ink > background ? Int($0) - background : background - Int($0)) }
        let pieces = InkPieces(
            values, width: columns, height: rows, threshold: Float(abs(ink - background)) / 10)
        return pieces.countSideBySide(pieces.all.map { $0.area > 1 })
    }

    /// Scales the digit to its box, and moves its centre to the middle.
    private func placed(
        _ picture: DigitPicture, _ ink: DigitPicture.Box, in box: ImagePreparation.Box, _ full: Int
    ) -> [UInt8] {
        let (width, height) = (Double(ink.columns.count), Double(ink.rows.count))
        let step = max(width / Double(box.columns), height / Double(box.rows))
        let columnStep = box.isStretched ? width / Double(box.columns) : step
        let rowStep = box.isStretched ? height / Double(box.rows) : step
        // The shorter side is also rounded to whole pixels, with the digit centred in them.
        let across = max(1, Int((width / columnStep).rounded()))
        let down = max(1, Int((height / rowStep).rounded()))
        let resampling = Resampling(
            width: picture.width, height: picture.height,
            left: Double(ink.columns.lowerBound) + (width - Double(across) * columnStep) / 2,
            top: Double(ink.rows.lowerBound) + (height - Double(down) * rowStep) / 2,
            columns: across, rows: down, columnStep: columnStep, rowStep: rowStep)
        let digit = resampling(picture.values)

        let middle =
            switch box.centering {
            case .mass: origin(of: digit, down: down, across: across)
            case .middle: (top: (rows - down) / 2, left: (columns - across) / 2)
            }
        let top = min(max(0, middle.top + (box.offset?.down ?? 0)), rows - down)
        let left = min(max(0, middle.left + (box.offset?.across ?? 0)), columns - across)
        let background = preparation.background
        let scale = Float(full - background) / (digit.max() ?? 1)
        var pixels = [UInt8](repeating: UInt8(background), count: rows * columns)
        for row in 0..<down {
            for column in 0..<across {
                let value = Float(background) + (digit[row * across + column] * scale).rounded()
                pixels[(top + row) * columns + left + column] = UInt8(min(255, max(0, value)))
            }
        }
        return pixels
    }

    /// Returns the position at which the digit's centre of mass is at the centre pixel, as in MNIST. It may be outside
    /// the image.
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
        func origin(_ moment: Double, in whole: Int) -> Int {
            Int((Double(whole / 2) - 0.5 - moment / mass).rounded(.up))
        }
        return (origin(rowMoment, in: rows), origin(columnMoment, in: columns))
    }
}

/// A digit in the form that a model trained on a data set expects.
package struct NormalizedDigit: Sendable, Hashable {
    /// The pixels, [rows, columns].
    package let pixels: [UInt8]
    package let rows: Int
    package let columns: Int
    /// The polarity that was used, never `automatic`; nil if it has no effect.
    package let polarity: DigitNormalizer.Polarity?
    /// The number of separate pieces side by side, of which several digits have more than one; 0 if they were not
    /// counted.
    package var pieceCount = 0

    /// Notes for the user about the picture.
    var notes: [String] {
        guard pieceCount > 1 else { return [] }
        return [
            "shows \(pieceCount) separate pieces, which are classified as one; if they are several digits, or a digit "
                + "in a frame, give a picture of each digit alone"
        ]
    }
}
