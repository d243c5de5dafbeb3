/// The connected components of the pixels above a threshold. Pixels that share a side or a corner are connected.
struct InkPieces {
    struct Piece {
        var area = 0
        var peak: Float = 0
        var columns: ClosedRange<Int>
        var rows: ClosedRange<Int>

        /// Returns whether another piece surrounds this one, and this one is large enough to be a digit.
        func isFramed(by other: Piece) -> Bool {
            other.columns.lowerBound < columns.lowerBound && columns.upperBound < other.columns.upperBound
                && other.rows.lowerBound < rows.lowerBound && rows.upperBound < other.rows.upperBound
                && 4 * rows.count >= other.rows.count
        }
    }

    private(set) var all: [Piece] = []
    /// The index of the piece of each pixel; -1 for none.
    private(set) var labels: [Int]
    private let width: Int
    private let height: Int

    init(_ values: [Float], width: Int, height: Int, threshold: Float) {
        self.width = width
        self.height = height
        labels = [Int](repeating: -1, count: values.count)
        for index in values.indices where values[index] > threshold && labels[index] < 0 {
            fill(from: index, values, threshold)
        }
    }

    private mutating func fill(from start: Int, _ values: [Float], _ threshold: Float) {
        let label = all.count
        let (column, row) = (start % width, start / width)
        var piece = Piece(columns: column...column, rows: row...row)
        var open = [start]
        labels[start] = label
        while let index = open.popLast() {
            let (column, row) = (index % width, index / width)
            piece.area += 1
            piece.peak = max(piece.peak, values[index])
            piece.columns = min(piece.columns.lowerBound, column)...max(piece.columns.upperBound, column)
            piece.rows = min(piece.rows.lowerBound, row)...max(piece.rows.upperBound, row)
            for nextRow in max(0, row - 1)...min(height - 1, row + 1) {
                for nextColumn in max(0, column - 1)...min(width - 1, column + 1) {
                    let next = nextRow * width + nextColumn
                    guard values[next] > threshold, labels[next] < 0 else { continue }
                    labels[next] = label
                    open.append(next)
                }
            }
        }
        all.append(piece)
    }

    /// Returns the number of large pieces that are beside or above each other, as several digits are. A large piece has
    /// at least half the height of the highest one and an eighth of the area of the largest one. A frame around other
    /// pieces counts as one.
    func countSideBySide(_ chosen: [Bool]) -> Int {
        let pieces = zip(all, chosen).filter(\.1).map(\.0)
        let others = pieces.filter { frame in !pieces.contains { $0.isFramed(by: frame) } }
        return pieces.count - others.count + Self.countSideBySide(others)
    }

    private static func countSideBySide(_ pieces: [Piece]) -> Int {
        let highest = pieces.map(\.rows.count).max() ?? 0
        let largest = pieces.map(\.area).max() ?? 0
        let large = pieces.filter { 2 * $0.rows.count >= highest && 8 * $0.area >= largest }
        let beside = groupCount(large.map(\.columns))
        if beside > 1 || large.isEmpty { return beside }
        // The dot of an i and the bar of a 5 are not large.
        return groupCount(large.map(\.rows))
    }

    /// Returns the number of groups of ranges. Ranges of the same group overlap by more than a fifth of the shorter
    /// one; ranges of different groups do not.
    private static func groupCount(_ ranges: [ClosedRange<Int>]) -> Int {
        var (count, end) = (0, Int.min)
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let overlap = end == Int.min ? 0 : end - range.lowerBound + 1
            if 5 * overlap <= range.count { count += 1 }
            end = max(end, range.upperBound)
        }
        return count
    }

    /// Returns the smallest box around the chosen pieces; nil if there are none.
    func box(of chosen: [Bool]) -> DigitPicture.Box? {
        let pieces = zip(all, chosen).filter(\.1).map(\.0)
        guard let first = pieces.first else { return nil }
        var (columns, rows) = (first.columns, first.rows)
        for piece in pieces {
            columns =
                min(
                    columns.lowerBound, piece.columns.lowerBound)...max(
                    columns.upperBound, piece.columns.upperBound)
            rows = min(rows.lowerBound, piece.rows.lowerBound)...max(rows.upperBound, piece.rows.upperBound)
        }
        return DigitPicture.Box(columns: Range(columns), rows: Range(rows))
    }
}
