import Datasets

/// How the images of a data set are prepared: their background, and the size and position of a digit or object in them.
/// It is measured on the training images and stored in the checkpoint, so that a picture can be converted to the form
/// that the model was trained on.
///
/// MNIST's images have light digits on black in a box of 20 × 20 of their 28 × 28 pixels, with their centre of mass in
/// the middle. Other images fill their frame, are dark on light, or are photographs without a plain background.
package struct ImagePreparation: Codable, Hashable, Sendable {
    /// The grey of the background, 0 (black) to 255 (white): the median of the borders.
    package var background: Int
    /// The grey of full ink; nil if the images have no plain background.
    package var ink: Int?
    /// The box that the ink of every image fills; nil if its size or position varies between images.
    package var box: Box?

    package struct Box: Codable, Hashable, Sendable {
        /// The size in pixels. The ink fills the box in at least one direction.
        package var rows: Int
        package var columns: Int
        package var centering: Centering
        /// Whether the ink fills the box in both directions, whatever its shape.
        package var isStretched: Bool
        /// The distance of the centre from the middle of the image; nil if it is zero.
        package var offset: Offset?

        package init(
            rows: Int, columns: Int, centering: Centering, isStretched: Bool = false, offset: Offset? = nil
        ) {
            self.rows = rows
            self.columns = columns
            self.centering = centering
            self.isStretched = isStretched
            self.offset = offset
        }
    }

    /// A distance in pixels.
    package struct Offset: Codable, Hashable, Sendable {
        package var down: Int
        package var across: Int

        package init(down: Int, across: Int) {
            self.down = down
            self.across = across
        }
    }

    /// The point of the ink that is in the middle of an image.
    package enum Centering: String, Codable, Sendable, CaseIterable {
        /// The centre of mass, at the pixel at half of each side.
        case mass
        /// The middle of the ink's box.
        case middle
    }

    package init(background: Int, ink: Int?, box: Box?) {
        self.background = background
        self.ink = ink
        self.box = box
    }

    /// Returns MNIST's preparation, for images of any size.
    package static func mnist(rows: Int = 28, columns: Int = 28) -> ImagePreparation {
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * 20 / 28).rounded())) }
        return ImagePreparation(
            background: 0, ink: 255, box: Box(rows: side(rows), columns: side(columns), centering: .mass))
    }

    /// The background as a pixel.
    package var grey: UInt8 { UInt8(background) }

    /// Whether ink is lighter than its background; nil if the images have no plain background.
    package var isLightOnDark: Bool? { ink.map { $0 > background } }

    /// Returns whether the values are possible for images of a size.
    package func isPossible(rows: Int, columns: Int) -> Bool {
        (0...255).contains(background) && ink.map { (0...255).contains($0) && $0 != background } ?? true
            && box.map { (1...rows).contains($0.rows) && (1...columns).contains($0.columns) && ink != nil }
                ?? true
            && box?.offset.map {
                (-rows...rows).contains($0.down) && (-columns...columns).contains($0.across)
            } ?? true
    }
}

extension ImageDataset {
    /// Returns the preparation of the images as their authors describe it, for checkpoints that do not contain one.
    /// Your own images are assumed to be like MNIST's.
    func usualPreparation(rows: Int, columns: Int) -> ImagePreparation {
        func centered(_ share: Double) -> ImagePreparation {
            func side(_ length: Int) -> Int { max(1, Int((Double(length) * share).rounded())) }
            return ImagePreparation(
                background: 0, ink: 255,
                box: .init(rows: side(rows), columns: side(columns), centering: .middle))
        }
        switch folder {
        // EMNIST's images are centred, with a border of two pixels.
        case ImageDataset.emnistLetters.folder: return centered(24.0 / 28)
        // Fashion-MNIST's images are scaled to the whole frame.
        case ImageDataset.fashionMNIST.folder: return centered(1)
        case ImageDataset.kmnist.folder: return ImagePreparation(background: 0, ink: 255, box: nil)
        default: return .mnist(rows: rows, columns: columns)
        }
    }
}

extension ImagePreparation {
    /// Measures some of the images, evenly spread over the data set.
    package init(of images: LabeledImages) {
        let (rows, columns) = (images.rows, images.columns)
        let most = min(500, max(20, 4_000_000 / (rows * columns)))
        let stride = max(1, images.count / most)
        self = images.pixels.withUnsafeBufferPointer { pixels in
            let samples = (0..<min(most, images.count)).map { index in
                UnsafeBufferPointer(
                    rebasing: pixels[(index * stride * rows * columns)...].prefix(rows * columns))
            }
            return ImagePreparation(samples, rows: rows, columns: columns)
        }
    }

    /// - Parameter samples: Images, each of shape [rows, columns].
    private init(_ samples: [UnsafeBufferPointer<UInt8>], rows: Int, columns: Int) {
        let (border, all) = Self.greys(of: samples, rows: rows, columns: columns)
        background = border.value(atRank: border.count / 2)
        ink = nil
        box = nil
        let isLight = all.mean > Double(background)
        // The image has a plain background if most of its border has the same grey.
        guard border.count(near: background, within: DigitNormalizer.leastContrast) * 2 >= border.count else {
            return
        }
        let boxes = samples.compactMap { image in
            InkBox(image, rows: rows, columns: columns, background: background, isLight: isLight)
        }
        guard let peak = Self.quantile(boxes.map { Double($0.peak) }, 0.5) else { return }
        ink = background + (isLight ? Int(peak) : -Int(peak))
        box = Self.box(boxes, rows: rows, columns: columns)
    }

    /// Returns the histograms of the greys at the borders and of all greys.
    private static func greys(
        of samples: [UnsafeBufferPointer<UInt8>], rows: Int, columns: Int
    ) -> (border: GreyHistogram, all: GreyHistogram) {
        var (border, all) = (GreyHistogram(), GreyHistogram())
        for image in samples {
            for row in 0..<rows {
                for column in 0..<columns {
                    let grey = Int(image[row * columns + column])
                    all.add(grey)
                    if row == 0 || column == 0 || row == rows - 1 || column == columns - 1 {
                        border.add(grey)
                    }
                }
            }
        }
        return (border, all)
    }

    /// Returns the box that most images fill, in the middle or at another position that is the same in all; nil if
    /// there is none.
    private static func box(_ boxes: [InkBox], rows: Int, columns: Int) -> Box? {
        let shares = boxes.map { $0.share(rows: rows, columns: columns) }
        guard let share = quantile(shares, 0.5) else { return nil }
        let tolerance = InkBox.sizeTolerance(max(rows, columns))
        func isUsual(_ values: [Double], _ value: Double) -> Bool {
            let near = values.count { abs($0 - value) <= tolerance + 1e-9 }
            return Double(near) >= 0.8 * Double(values.count)
        }
        guard isUsual(shares, share) else { return nil }
        let places = Centering.allCases.map { centering in
            boxes.map { $0.offset(centering, rows: rows, columns: columns) }
        }
        // The mean distances of the two centres from a point, as fractions of the image's sides.
        func distances(from offsets: [Offset]) -> [Double] {
            zip(places, offsets).map { places, offset in
                let distances = places.map { place in
                    let down = abs(place.down - Double(offset.down)) / Double(rows)
                    let across = abs(place.across - Double(offset.across)) / Double(columns)
                    return max(down, across)
                }
                return distances.reduce(0, +) / Double(places.count)
            }
        }
        let middle = [Offset](repeating: Offset(down: 0, across: 0), count: places.count)
        let usual = places.map { places in
            Offset(
                down: Int((quantile(places.map(\.down), 0.5) ?? 0).rounded()),
                across: Int((quantile(places.map(\.across), 0.5) ?? 0).rounded()))
        }
        guard
            let (offsets, distances) = [middle, usual].lazy.map({ ($0, distances(from: $0)) })
                .first(where: { $1.min()! <= 0.05 })
        else { return nil }
        let index = distances[1] < distances[0] ? 1 : 0
        let others = boxes.map {
            min(Double($0.rows.count) / Double(rows), Double($0.columns.count) / Double(columns))
        }
        return Box(
            rows: max(1, Int((share * Double(rows)).rounded())),
            columns: max(1, Int((share * Double(columns)).rounded())), centering: Centering.allCases[index],
            isStretched: isUsual(others, share), offset: offsets == middle ? nil : offsets[index])
    }

    private static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        return values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
    }

    /// Returns whether an image has the form of the data set's images, including the background.
    ///
    /// - Parameters:
    ///   - pixels: The pixels, of shape [rows, columns].
    ///   - isScaled: Whether it is a picture of another size that was scaled as a whole. It must match more closely
    ///     than an image that already has the size.
    func fits(_ pixels: [UInt8], rows: Int, columns: Int, isScaled: Bool = false) -> Bool {
        guard let ink, let box else { return false }
        return pixels.withUnsafeBufferPointer { pixels in
            let border = Self.greys(of: [pixels], rows: rows, columns: columns).border
            guard abs(border.value(atRank: border.count / 2) - background) <= 12,
                let found = InkBox(
                    pixels, rows: rows, columns: columns, background: background, isLight: ink > background),
                100 * found.peak >= (isScaled ? 94 : 50) * abs(ink - background)
            else { return false }
            let share = max(Double(box.rows) / Double(rows), Double(box.columns) / Double(columns))
            let size = found.share(rows: rows, columns: columns)
            let place = found.offset(box.centering, rows: rows, columns: columns)
            let (down, across) = (
                place.down - Double(box.offset?.down ?? 0), place.across - Double(box.offset?.across ?? 0)
            )
            let side = Double(max(rows, columns))
            let sizeTolerance = isScaled && share < 0.9 ? 0.6 / side : max(1 / side, 0.08)
            let pixels = box.centering == .mass ? 0.75 : 1.5
            return abs(size - share) <= sizeTolerance + 1e-9
                && abs(down) <= pixels * max(1, Double(rows) / 28)
                && abs(across) <= pixels * max(1, Double(columns) / 28)
        }
    }
}

/// The bounding box and the centre of an image's ink.
private struct InkBox {
    /// The largest difference of a pixel from the background.
    let peak: Int
    let rows: ClosedRange<Int>
    let columns: ClosedRange<Int>
    let centerOfMass: (row: Double, column: Double)

    /// Finds the ink of an image; nil if no pixel differs enough from the background.
    init?(_ pixels: UnsafeBufferPointer<UInt8>, rows: Int, columns: Int, background: Int, isLight: Bool) {
        var (peak, mass, rowMoment, columnMoment) = (0, 0, 0, 0)
        var (top, bottom, left, right) = (rows, -1, columns, -1)
        for row in 0..<rows {
            for column in 0..<columns {
                let grey = Int(pixels[row * columns + column])
                let ink = max(0, isLight ? grey - background : background - grey)
                mass += ink
                rowMoment += ink * row
                columnMoment += ink * column
                guard ink >= DigitNormalizer.leastContrast else { continue }
                peak = max(peak, ink)
                (top, bottom) = (min(top, row), max(bottom, row))
                (left, right) = (min(left, column), max(right, column))
            }
        }
        guard bottom >= 0 else { return nil }
        self.peak = peak
        self.rows = top...bottom
        self.columns = left...right
        centerOfMass = (Double(rowMoment) / Double(mass), Double(columnMoment) / Double(mass))
    }

    /// Returns the larger of the fractions of the image's sides that the box covers.
    func share(rows: Int, columns: Int) -> Double {
        max(Double(self.rows.count) / Double(rows), Double(self.columns.count) / Double(columns))
    }

    /// Returns the distance of the centre from the middle of the image, in pixels.
    func offset(_ centering: ImagePreparation.Centering, rows: Int, columns: Int) -> (
        down: Double, across: Double
    ) {
        switch centering {
        case .mass: (centerOfMass.row - Double(rows / 2), centerOfMass.column - Double(columns / 2))
        case .middle:
            (
                Double(self.rows.lowerBound + self.rows.upperBound - rows + 1) / 2,
                Double(self.columns.lowerBound + self.columns.upperBound - columns + 1) / 2
            )
        }
    }

    /// Returns the tolerance within which sizes count as equal, as a fraction of the longer side: a pixel or a
    /// twentieth.
    static func sizeTolerance(_ side: Int) -> Double { max(1 / Double(side), 0.05) }
}
