import Datasets

/// How the images of a data set are prepared: what they are drawn on, how large a digit or a thing is in them, and where
/// it lies. It is measured on the training images and stored in the checkpoint, so that a picture is brought to the form
/// that the model knows.
///
/// MNIST's images have light digits on black in a box of 20 × 20 of their 28 × 28 pixels, with their centre of mass in
/// the middle. Other images fill their frame, are dark on light, or are photographs without a plain background.
package struct ImagePreparation: Codable, Hashable, Sendable {
    /// The grey of the background, 0 (black) to 255 (white): the median of the borders.
    package var background: Int
    /// The grey of full ink; nil if the images have no plain background.
    package var ink: Int?
    /// The box that the ink of every image fills; nil if its size or its place differ from image to image.
    package var box: Box?

    package struct Box: Codable, Hashable, Sendable {
        /// The size in pixels. An image fills it in one direction at least.
        package var rows: Int
        package var columns: Int
        package var centering: Centering
        /// Whether images fill the box in both directions, whatever their shape.
        package var isStretched: Bool
        /// The distance of the centre from the middle of the image; nil for none.
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

    /// The point of the ink that lies in the middle of an image.
    package enum Centering: String, Codable, Sendable, CaseIterable {
        /// Its centre of mass, at the pixel at half of each side.
        case mass
        /// The middle of its box.
        case middle
    }

    package init(background: Int, ink: Int?, box: Box?) {
        self.background = background
        self.ink = ink
        self.box = box
    }

    /// MNIST's, in images of any size.
    package static func mnist(rows: Int = 28, columns: Int = 28) -> ImagePreparation {
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * 20 / 28).rounded())) }
        return ImagePreparation(
            background: 0, ink: 255, box: Box(rows: side(rows), columns: side(columns), centering: .mass))
    }

    /// The background as a pixel.
    package var grey: UInt8 { UInt8(background) }

    /// Whether ink is lighter than its background; nil if the images have no plain background.
    package var isLightOnDark: Bool? { ink.map { $0 > background } }

    /// Whether its numbers can be an image's of a size.
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
    /// The preparation of the images as their authors describe it, for checkpoints that do not tell. Images of one's own are
    /// taken for such as MNIST's.
    func usualPreparation(rows: Int, columns: Int) -> ImagePreparation {
        func centered(_ share: Double) -> ImagePreparation {
            func side(_ length: Int) -> Int { max(1, Int((Double(length) * share).rounded())) }
            return ImagePreparation(
                background: 0, ink: 255,
                box: .init(rows: side(rows), columns: side(columns), centering: .middle))
        }
        switch folder {
        // Centred, with a border of two pixels.
        case ImageDataset.emnistLetters.folder: return centered(24.0 / 28)
        // Scaled to the whole frame.
        case ImageDataset.fashionMNIST.folder: return centered(1)
        case ImageDataset.kmnist.folder: return ImagePreparation(background: 0, ink: 255, box: nil)
        default: return .mnist(rows: rows, columns: columns)
        }
    }
}

extension ImagePreparation {
    /// Measures some of the images, evenly spread.
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

    /// - Parameter samples: images, each of shape [rows, columns].
    private init(_ samples: [UnsafeBufferPointer<UInt8>], rows: Int, columns: Int) {
        let (border, all) = Self.greys(of: samples, rows: rows, columns: columns)
        background = border.value(atRank: border.count / 2)
        ink = nil
        box = nil
        let isLight = all.mean > Double(background)
        // A plain background is most of the border.
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

    /// The greys at the borders, and all.
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

    /// The box that most images fill, in its middle or at another place that is the same in all; nil if there is none.
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
        // The mean distances of the two centres from a place, in parts of the image's sides.
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

    /// Whether an image lies as those of the data set do, on their background.
    ///
    /// - Parameters:
    ///   - pixels: of shape [rows, columns].
    ///   - isScaled: whether it is a picture of another size, scaled as a whole. It must match more closely than an image
    ///     that has the size already.
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

/// Where the ink of an image lies.
private struct InkBox {
    /// How far the farthest pixel is from the background.
    let peak: Int
    let rows: ClosedRange<Int>
    let columns: ClosedRange<Int>
    let centerOfMass: (row: Double, column: Double)

    /// Nil if no pixel differs enough from the background.
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

    /// The part of the image's side that it fills, of the two the larger one.
    func share(rows: Int, columns: Int) -> Double {
        max(Double(self.rows.count) / Double(rows), Double(self.columns.count) / Double(columns))
    }

    /// How far its centre is from the middle of the image, in pixels.
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

    /// The difference in size, in parts of the longer side, of images that are of one size: a pixel or a twentieth.
    static func sizeTolerance(_ side: Int) -> Double { max(1 / Double(side), 0.05) }
}
