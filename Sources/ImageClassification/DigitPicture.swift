/// A picture during the search for its digit. The values are grey at first, then the difference from the background.
struct DigitPicture {
    struct Box: Equatable {
        var columns: Range<Int>
        var rows: Range<Int>
    }

    private(set) var width: Int
    private(set) var height: Int
    /// The values, of shape [height, width].
    private(set) var values: [Float]
    /// The contrast of the digit: at first the range of greys; later without background and noise.
    private(set) var contrast = 0

    /// Large pictures are reduced to this number of pixels per side: enough for a box of 20, with less noise.
    private static let longestSide = 512
    /// The background is estimated on a coarse copy, because its cost grows with the fourth power of the side.
    private static let coarseSide = 48

    init(width: Int, height: Int, grey: [UInt8]) {
        let size = Self.size(width, height, atMost: Self.longestSide)
        self.width = size.width
        self.height = size.height
        values = Resampling(width: width, height: height, columns: size.width, rows: size.height)(grey)
    }

    private static func size(_ width: Int, _ height: Int, atMost longest: Int) -> (width: Int, height: Int) {
        let scale = min(1, Double(longest) / Double(max(width, height)))
        return (
            max(1, Int((Double(width) * scale).rounded())), max(1, Int((Double(height) * scale).rounded()))
        )
    }

    /// Crops the picture to a box.
    mutating func crop(_ box: Box) {
        values = box.rows.flatMap {
            values[($0 * width + box.columns.lowerBound)...].prefix(box.columns.count)
        }
        (width, height) = (box.columns.count, box.rows.count)
    }

    /// The histogram of the greys at the border.
    private var border: GreyHistogram {
        var border = GreyHistogram()
        for column in 0..<width {
            border.add(values[column])
            border.add(values[(height - 1) * width + column])
        }
        for row in 0..<height {
            border.add(values[row * width])
            border.add(values[row * width + width - 1])
        }
        return border
    }

    /// - Returns: The given polarity or, for `automatic`, the detected one.
    mutating func polarity(_ given: DigitNormalizer.Polarity) -> DigitNormalizer.Polarity {
        let border = border
        let background = border.value(atRank: border.count / 2)
        let all = GreyHistogram(values)
        let rest = all.count / 2000
        let highest = all.value(atRank: all.count - 1 - rest)
        let lowest = all.value(atRank: rest)
        contrast = highest - lowest
        let isLight =
            given == .automatic
            ? highest - background > background - lowest : given == .lightOnDark
        return isLight ? .lightOnDark : .darkOnLight
    }

    /// Adds a margin of background around a picture whose digit fills an even background. Without a margin, the strokes
    /// may be as wide as the parts of an uneven background.
    mutating func surround() {
        let border = border
        let background = border.value(atRank: border.count / 2)
        let even = border.count(near: background, within: Self.evenness)
        guard 10 * even >= 6 * border.count, even < border.count || fillsFrame(background) else { return }
        let margin = max(width, height) / 2
        let (outer, outerHeight) = (width + 2 * margin, height + 2 * margin)
        var surrounded = [Float](repeating: Float(background), count: outer * outerHeight)
        for row in 0..<height {
            let start = (row + margin) * outer + margin
            surrounded.replaceSubrange(start..<start + width, with: values[row * width..<(row + 1) * width])
        }
        (values, width, height) = (surrounded, outer, outerHeight)
    }

    /// The maximum difference between the greys of an even background.
    private static let evenness = 12

    /// Returns whether the shape extends over most of one side.
    private func fillsFrame(_ background: Int) -> Bool {
        var (left, right, top, bottom) = (width, 0, height, 0)
        for row in 0..<height {
            for column in 0..<width
            where abs(values[row * width + column] - Float(background))
                >= Float(DigitNormalizer.leastContrast)
            {
                (left, right) = (min(left, column), max(right, column + 1))
                (top, bottom) = (min(top, row), max(bottom, row + 1))
            }
        }
        return 100 * (right - left) >= 85 * width || 100 * (bottom - top) >= 85 * height
    }

    /// Returns whether the picture has nearly the aspect ratio of a size.
    func hasAspectRatio(columns: Int, rows: Int) -> Bool {
        let (across, down) = (Double(width * rows), Double(height * columns))
        return abs(across - down) <= 0.02 * max(across, down)
    }

    /// Returns the whole picture in another size, with its aspect ratio kept. The remaining area is background.
    func scaled(columns: Int, rows: Int) -> [UInt8] {
        let step = max(Double(width) / Double(columns), Double(height) / Double(rows))
        let (across, down) = (
            min(columns, max(1, Int((Double(width) / step).rounded()))),
            min(rows, max(1, Int((Double(height) / step).rounded())))
        )
        let border = border
        let background = UInt8(min(255, max(0, border.value(atRank: border.count / 2))))
        let scaled = Resampling(width: width, height: height, columns: across, rows: down)(values)
        var pixels = [UInt8](repeating: background, count: rows * columns)
        let (top, left) = ((rows - down) / 2, (columns - across) / 2)
        for row in 0..<down {
            for column in 0..<across {
                pixels[(top + row) * columns + left + column] =
                    UInt8(min(255, max(0, scaled[row * across + column].rounded())))
            }
        }
        return pixels
    }

    /// Inverts the picture, so that dark digits become light.
    mutating func invert() {
        for index in values.indices { values[index] = 255 - values[index] }
    }

    /// Subtracts the background from each pixel. The background is the opening of the coarse picture (local minimum,
    /// then local maximum) with a square of two fifths of the longer side.
    mutating func subtractBackground() {
        let (across, down) = Self.size(width, height, atMost: Self.coarseSide)
        var coarse = Resampling(width: width, height: height, columns: across, rows: down)(values)
        let reach = max(across, down) / 5
        coarse = Self.lowest(coarse, across, down, reach)
        coarse = Self.lowest(coarse.map { -$0 }, across, down, reach).map { -$0 }
        let background = Resampling(width: across, height: down, columns: width, rows: height)(coarse)
        for index in values.indices { values[index] -= background[index] }
    }

    /// Returns the lowest value in the square with a side of 2 × `reach` + 1 around each pixel, computed along the
    /// rows, then the columns.
    private static func lowest(_ values: [Float], _ width: Int, _ height: Int, _ reach: Int) -> [Float] {
        func along(_ source: [Float], count: Int, step: Int, lines: Int, lineStep: Int) -> [Float] {
            var output = source
            source.withUnsafeBufferPointer { source in
                for line in 0..<lines {
                    for place in 0..<count {
                        var lowest = Float.infinity
                        var other = max(0, place - reach)
                        let last = min(count - 1, place + reach)
                        while other <= last {
                            let value = source[line &* lineStep &+ other &* step]
                            if value < lowest { lowest = value }
                            other &+= 1
                        }
                        output[line * lineStep + place * step] = lowest
                    }
                }
            }
            return output
        }
        let alongRows = along(values, count: width, step: 1, lines: height, lineStep: width)
        return along(alongRows, count: height, step: width, lines: width, lineStep: 1)
    }

    /// Sets all pixels outside the digit to zero, and scales the digit to 0 (background) … 1.
    ///
    /// - Returns: The smallest box around the digit, and the number of its pieces side by side; nil if there is no
    ///   contrast of ``DigitNormalizer/leastContrast``.
    mutating func isolateDigit(_ polarity: DigitNormalizer.Polarity) -> (box: Box, pieceCount: Int)? {
        if polarity == .darkOnLight { invert() }
        surround()
        subtractBackground()
        let leastContrast = Float(DigitNormalizer.leastContrast)
        let all = GreyHistogram(values)
        // The darker half of the background measures its noise, because it contains no ink. In a normal distribution,
        // the 5 % and the 25 % quantiles are 0.97 standard deviations apart.
        let quarter = Float(all.value(atRank: all.count / 4))
        let noise = quarter + 4 * (quarter - Float(all.value(atRank: all.count / 20)))
        let peak = Float(all.value(atRank: all.count - 1 - all.count / 2000))
        contrast = max(0, Int(peak - noise))
        guard peak - noise >= leastContrast else { return nil }

        let pieces = InkPieces(values, width: width, height: height, threshold: max(noise, peak / 10))
        let largest = pieces.all.filter { $0.peak >= peak / 2 }.map(\.area).max() ?? 0
        let kept = pieces.all.map { $0.peak >= peak / 2 && 50 * $0.area >= largest }
        guard let box = pieces.box(of: kept) else { return nil }

        var ink = GreyHistogram()
        for index in values.indices where pieces.labels[index] >= 0 && kept[pieces.labels[index]] {
            ink.add(values[index])
        }
        // Ink is uneven too; its strongest tenth counts as full ink.
        let full = max(Float(ink.value(atRank: ink.count * 9 / 10)), noise + leastContrast / 2)
        for row in 0..<height {
            for column in 0..<width {
                let index = row * width + column
                let isInside = box.columns.contains(column) && box.rows.contains(row)
                let isKept = pieces.labels[index] < 0 || kept[pieces.labels[index]]
                values[index] =
                    isInside && isKept ? min(1, max(0, values[index] - noise) / (full - noise)) : 0
            }
        }
        return (box, pieces.countSideBySide(kept))
    }
}

extension DigitPicture {
    /// Returns the number of the digit's pieces side by side. Gaps count even if a smaller picture would not show them.
    func pieceCount(_ polarity: DigitNormalizer.Polarity) -> Int {
        var picture = self
        return picture.isolateDigit(polarity)?.pieceCount ?? 0
    }
}

/// A histogram of values rounded to whole numbers from −255 to 255.
struct GreyHistogram {
    private var counts = [Int](repeating: 0, count: 511)
    private(set) var count = 0

    init(_ values: [Float] = []) {
        for value in values { add(value) }
    }

    mutating func add(_ value: Float) { add(Int(value.rounded())) }

    mutating func add(_ value: Int) {
        counts[min(510, max(0, value + 255))] += 1
        count += 1
    }

    /// Returns the number of values at a distance of at most `distance`.
    func count(near value: Int, within distance: Int) -> Int {
        counts[min(510, max(0, value - distance + 255))...min(510, max(0, value + distance + 255))].reduce(
            0, +)
    }

    /// The mean; 0 without any.
    var mean: Double {
        let sum = counts.enumerated().reduce(0) { $0 + ($1.offset - 255) * $1.element }
        return count == 0 ? 0 : Double(sum) / Double(count)
    }

    /// Returns the value at position `rank`, from 0, in sorted order.
    func value(atRank rank: Int) -> Int {
        var rest = rank
        for (index, count) in counts.enumerated() {
            if rest < count { return index - 255 }
            rest -= count
        }
        return 255
    }
}
