/// A place in a picture.
struct Place: Equatable {
    var x: Double
    var y: Double
}

extension [Place] {
    /// Returns the places that can be distinguished: of consecutive places within one unit of x, the first, the lowest,
    /// the highest and the last, in their order. The line through them covers the same pixels.
    func thinned() -> [Place] {
        var kept: [Place] = []
        var start = startIndex
        while start < endIndex {
            let column = self[start].x.rounded(.down)
            var (end, lowest, highest) = (start, start, start)
            while end < endIndex, self[end].x.rounded(.down) == column {
                if self[end].y < self[lowest].y { lowest = end }
                if self[end].y > self[highest].y { highest = end }
                end += 1
            }
            var previous = -1
            for index in [start, Swift.min(lowest, highest), Swift.max(lowest, highest), end - 1]
            where index > previous {
                kept.append(self[index])
                previous = index
            }
            start = end
        }
        return kept
    }
}

extension Sequence<Place?> {
    /// Returns the sequences of places between missing ones.
    func runs() -> [[Place]] {
        var runs: [[Place]] = []
        var isOpen = false
        for place in self {
            if let place {
                if isOpen { runs[runs.count - 1].append(place) } else { runs.append([place]) }
            }
            isOpen = place != nil
        }
        return runs
    }
}
