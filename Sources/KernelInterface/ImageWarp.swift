/// One grey image through a map. The pixel (r, c) of the result is what the image, zero outside of itself, has
/// between its pixels at
///
///     x = origin.x + c · across.x + r · down.x + Σᵢ Σⱼ rowBasis[i][r] · columnBasis[j][c] · controls[i][j].x
///
/// and y alike, (0, 0) being the middle of its first pixel: interpolated linearly in both directions and rounded to
/// the nearest integer, to the even one of two. The last term is missing without `controls`.
@usableFromInline package struct ImageWarp {
    /// Points in each direction of the grid that a displacement follows from.
    @inlinable
    package static var gridSize: Int { 7 }

    /// A place in the image, or a step in it: x counts columns, y rows.
    @usableFromInline package struct Point {
        @usableFromInline package var x: Float
        @usableFromInline package var y: Float

        @usableFromInline package init(x: Float, y: Float) {
            self.x = x
            self.y = y
        }
    }

    @usableFromInline package var rows: Int
    @usableFromInline package var columns: Int
    /// Where the first pixel of the result is read.
    @usableFromInline package var origin = Point(x: 0, y: 0)
    /// From one column of the result to the next.
    @usableFromInline package var across = Point(x: 1, y: 0)
    /// From one row of the result to the next.
    @usableFromInline package var down = Point(x: 0, y: 1)
    /// [i][16] Displacements of a row of the grid: x of its seven points, a zero, y of the seven, a zero.
    @usableFromInline package var controls: UnsafePointer<Float>?

    /// [7][R padded], [7][C padded] The weight of each point of the grid at each row and column.
    @usableFromInline package var rowBasis: UnsafePointer<Float>
    @usableFromInline package var columnBasis: UnsafePointer<Float>
    /// Room for the image in a frame of zeros; zero at first, and never anything else outside of the image.
    @usableFromInline package var framed: UnsafeMutablePointer<UInt8>
    /// Room for the four pixels around each place.
    @usableFromInline package var corners: UnsafeMutablePointer<UInt32>

    @usableFromInline package init(
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
    package static func padded(_ length: Int) -> Int { (length + 15) / 16 * 16 }

    /// Words from a row of `corners` to the next: a place may be up to a pixel outside of the image.
    @inlinable
    package var cornersStride: Int { Self.padded(columns + 2) }

    @inlinable
    package var cornersCount: Int { (rows + 2) * cornersStride }

    /// Bytes from a row of `framed` to the next: a vector of neighbours more.
    @inlinable
    package var framedStride: Int { cornersStride + 16 }

    @inlinable
    package var framedCount: Int { (rows + 3) * framedStride }
}
