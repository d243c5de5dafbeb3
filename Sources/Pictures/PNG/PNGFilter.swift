/// A filter: the prediction that was subtracted from the bytes of a row (PNG specification, third edition, 9.2).
enum PNGFilter: UInt8, CaseIterable {
    case none = 0
    case sub = 1
    case up = 2
    case average = 3
    case paeth = 4

    /// Adds the prediction to the bytes of a row.
    ///
    /// - Parameters:
    ///   - row: The row without the filter byte.
    ///   - above: The row above, of the same size; zeros for the first row.
    ///   - distance: The number of bytes of a pixel.
    func undo(
        _ row: UnsafeMutableBufferPointer<UInt8>, above: UnsafePointer<UInt8>, distance: Int
    ) {
        guard let base = row.baseAddress else { return }
        let count = row.count
        // The first pixel has no left neighbour, which counts as zero.
        let start = min(distance, count)
        var index = 0
        switch self {
        case .none: return
        case .sub:
            index = start
            while index < count {
                base[index] &+= base[index &- distance]
                index &+= 1
            }
        case .up:
            while index < count {
                base[index] &+= above[index]
                index &+= 1
            }
        case .average:
            while index < start {
                base[index] &+= above[index] >> 1
                index &+= 1
            }
            while index < count {
                let sum = Int(base[index &- distance]) &+ Int(above[index])
                base[index] &+= UInt8(truncatingIfNeeded: sum >> 1)
                index &+= 1
            }
        case .paeth:
            while index < start {
                base[index] &+= above[index]
                index &+= 1
            }
            while index < count {
                let prediction = Self.paeth(
                    Int(base[index &- distance]), Int(above[index]), Int(above[index &- distance]))
                base[index] &+= UInt8(truncatingIfNeeded: prediction)
                index &+= 1
            }
        }
    }

    /// Returns the neighbour nearest to left + up − corner (Paeth).
    @inline(__always)
    private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
        let (toLeft, toUp) = (abs(up &- corner), abs(left &- corner))
        let toCorner = abs(left &+ up &- 2 &* corner)
        if toLeft <= toUp && toLeft <= toCorner { return left }
        return toUp <= toCorner ? up : corner
    }
}
