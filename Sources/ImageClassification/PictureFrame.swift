/// Finds frames and bars around a picture, as scanners, cameras and slides produce them: bands of one shade along all
/// four edges, or along two opposite ones, which nothing of the picture touches.
extension DigitPicture {
    /// Cuts off frames and bars, also several nested ones.
    ///
    /// - Parameter polarity: The polarity of the digit. An inner area with the wrong polarity is not a page.
    /// - Returns: Whether there was a frame.
    mutating func cutFrames(_ polarity: DigitNormalizer.Polarity) -> Bool {
        var isCut = false
        for _ in 0..<4 {
            guard let inside = insideOfFrame(polarity) else { break }
            crop(inside)
            isCut = true
        }
        return isCut
    }

    /// Returns the part of the picture within its frame; nil if it has none.
    private func insideOfFrame(_ polarity: DigitNormalizer.Polarity) -> Box? {
        let whole = Box(columns: 0..<width, rows: 0..<height)
        let bands = Edge.allCases.map { band(at: $0) }
        // There must be at least two opposite bands of one shade.
        func pair(_ first: Edge, _ second: Edge) -> (Int, Int)? {
            guard let one = bands[first.rawValue], let other = bands[second.rawValue],
                abs(one.shade - other.shade) < Self.shadeTolerance
            else { return nil }
            return (one.depth, other.depth)
        }
        let (vertical, horizontal) = (pair(.top, .bottom), pair(.left, .right))
        let (top, bottom) = vertical ?? (0, 0)
        let (left, right) = horizontal ?? (0, 0)
        guard vertical != nil || horizontal != nil, 4 * (height - top - bottom) >= height,
            4 * (width - left - right) >= width,
            let shade = bands[(vertical != nil ? Edge.top : .left).rawValue]?.shade
        else { return nil }
        var inside = Box(columns: left..<whole.columns.upperBound - right, rows: top..<height - bottom)
        let greys = self.greys(inside)
        let page = Float(greys.value(atRank: greys.count / 2))
        guard abs(page - shade) >= Self.contrast,
            polarity == .automatic || (polarity == .darkOnLight) == (page > shade),
            // A thick frame around nothing is a letter; a thin one is the frame of a blank page.
            20 * max(top, bottom, left, right) <= max(width, height)
                || greys.value(atRank: greys.count - 1) - greys.value(atRank: 0)
                    >= DigitNormalizer.leastContrast
        else { return nil }
        // Behind each band, after a soft edge, there must be a line of the page only: a shape that touches the bands is
        // part of a digit.
        for (edge, isCut) in [
            (Edge.top, vertical != nil), (.bottom, vertical != nil), (.left, horizontal != nil),
            (.right, horizontal != nil),
        ] where isCut {
            var steps = max(3, max(width, height) / 50)
            while !isPage(edge, of: inside, page) {
                steps -= 1
                guard steps >= 0, inside.rows.count > 1, inside.columns.count > 1 else { return nil }
                inside.shrink(at: edge)
            }
        }
        return inside
    }

    private static let shadeTolerance: Float = 16
    private static let contrast = Float(DigitNormalizer.leastContrast)

    fileprivate enum Edge: Int, CaseIterable { case top, bottom, left, right }

    /// Returns a band of one shade along an edge, behind which most of the line has another shade; nil if there is
    /// none.
    private func band(at edge: Edge) -> (shade: Float, depth: Int)? {
        let isHorizontal = edge == .top || edge == .bottom
        let count = isHorizontal ? height : width
        func line(_ depth: Int) -> [Float] {
            let place = edge == .top || edge == .left ? depth : count - 1 - depth
            return isHorizontal
                ? Array(values[place * width..<(place + 1) * width])
                : stride(from: place, to: values.count, by: width).map { values[$0] }
        }
        let first = line(0).sorted()
        let shade = first[first.count / 2]
        for depth in 0..<count {
            let line = line(depth)
            let same = line.count { abs($0 - shade) < Self.shadeTolerance }
            if 10 * same >= 9 * line.count { continue }
            let other = line.count { abs($0 - shade) >= Self.contrast }
            // The pixels of a soft edge have shades in between.
            return depth > 0 && 2 * (line.count - same) >= line.count && 2 * (other + same) >= line.count
                ? (shade, depth) : nil
        }
        return nil
    }

    private func greys(_ box: Box) -> GreyHistogram {
        var greys = GreyHistogram()
        for row in box.rows {
            for column in box.columns { greys.add(values[row * width + column]) }
        }
        return greys
    }

    /// Returns whether the outermost line of a box at an edge belongs to the page.
    private func isPage(_ edge: Edge, of box: Box, _ page: Float) -> Bool {
        let line =
            switch edge {
            case .top: Box(columns: box.columns, rows: box.rows.prefix(1))
            case .bottom: Box(columns: box.columns, rows: box.rows.suffix(1))
            case .left: Box(columns: box.columns.prefix(1), rows: box.rows)
            case .right: Box(columns: box.columns.suffix(1), rows: box.rows)
            }
        let greys = greys(line)
        return 100 * greys.count(near: Int(page), within: DigitNormalizer.leastContrast) >= 95 * greys.count
    }
}

extension DigitPicture.Box {
    fileprivate mutating func shrink(at edge: DigitPicture.Edge) {
        switch edge {
        case .top: rows = rows.dropFirst()
        case .bottom: rows = rows.dropLast()
        case .left: columns = columns.dropFirst()
        case .right: columns = columns.dropLast()
        }
    }
}
