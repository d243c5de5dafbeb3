/// The prediction that was subtracted from the bytes of a row (PNG specification, third edition, 9.2).
enum PNGFilter: UInt8, CaseIterable {
    case none = 0
    case sub = 1
    case up = 2
    case average = 3
    case paeth = 4

    /// Adds the prediction to the bytes of a row.
    ///
    /// - Parameters:
    ///   - row: the row without the byte of the filter.
    ///   - above: the row above, of as many bytes; zeros for the first row.
    ///   - distance: the number of bytes of a pixel.
    func undo(
        _ row: UnsafeMutableBufferPointer<UInt8>, above: UnsafePointer<UInt8>, distance: Int
    ) {
        guard self != .none else { return }
        var index = 0
        while index < row.count {
            let hasLeft = index >= distance
            let left = hasLeft ? Int(row[index &- distance]) : 0
            let up = Int(above[index])
            let prediction =
                switch self {
                case .none: 0
                case .sub: left
                case .up: up
                case .average: (left &+ up) >> 1
                case .paeth: Self.paeth(left, up, hasLeft ? Int(above[index &- distance]) : 0)
                }
            row[index] &+= UInt8(truncatingIfNeeded: prediction)
            index &+= 1
        }
    }

    /// The neighbour nearest to left + up − corner.
    private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
        let (toLeft, toUp) = (abs(up &- corner), abs(left &- corner))
        let toCorner = abs(left &+ up &- 2 &* corner)
        if toLeft <= toUp && toLeft <= toCorner { return left }
        return toUp <= toCorner ? up : corner
    }
}
