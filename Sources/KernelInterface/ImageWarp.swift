/// One grey image through a map. The pixel (r, c) of the result is what the image, zero outside of itself, has
/// between its pixels at
///
///     x = origin.x + c · across.x + r · down.x + Σᵢ Σⱼ rowBasis[i][r] · columnBasis[j][c] · controls[i][j].x
///
/// and y alike, (0, 0) being the middle of its first pixel: interpolated linearly in both directions and rounded to
/// the nearest integer, to the even one of two. The last term is missing without `controls`.
public struct ImageWarp {
    /// Points in each direction of the grid that a displacement follows from.
    @inlinable
    public static var gridSize: Int { 7 }

    /// A place in the image, or a step in it: x counts columns, y rows.
    public struct Point {
        public var x: Float
        public var y: Float

        public init(x: Float, y: Float) {
            self.x = x
            self.y = y
        }
    }

    public var rows: Int
    public var columns: Int
    /// Where the first pixel of the result is read.
    public var origin = Point(x: 0, y: 0)
    /// From one column of the result to the next.
    public var across = Point(x: 1, y: 0)
    /// From one row of the result to the next.
    public var down = Point(x: 0, y: 1)
    /// [i][16] Displacements of a row of the grid: x of its seven points, a zero, y of the seven, a zero.
    public var controls: UnsafePointer<Float>?

    /// [7][R padded], [7][C padded] The weight of each point of the grid at each row and column.
    public var rowBasis: UnsafePointer<Float>
    public var columnBasis: UnsafePointer<Float>
    /// Room for the image in a frame of zeros; zero at first, and never anything else outside of the image.
    public var framed: UnsafeMutablePointer<UInt8>
    /// Room for the four pixels around each place.
    public var corners: UnsafeMutablePointer<UInt32>

    public init(
        rows: Int, columns: Int, rowBasis: UnsafePointer<Float>, columnBasis: UnsafePointer<Float>,
        framed: UnsafeMutablePointer<UInt8>, corners: UnsafeMutablePointer<UInt32>
    ) {
        self.rows = rows
        self.columns = columns
        self.rowBasis = rowBasis
        self.columnBasis = columnBasis
        self.framed = framed
        self.corners = corners
    }

    /// A length in whole vectors of sixteen.
    @inlinable
    public static func padded(_ length: Int) -> Int { (length + 15) / 16 * 16 }

    /// Words from a row of `corners` to the next: a place may be up to a pixel outside of the image.
    @inlinable
    public var cornersStride: Int { Self.padded(columns + 2) }

    @inlinable
    public var cornersCount: Int { (rows + 2) * cornersStride }

    /// Bytes from a row of `framed` to the next: a vector of neighbours more.
    @inlinable
    public var framedStride: Int { cornersStride + 16 }

    @inlinable
    public var framedCount: Int { (rows + 3) * framedStride }
}
