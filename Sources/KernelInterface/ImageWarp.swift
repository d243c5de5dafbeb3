/// A map from one grey image to another. The pixel (r, c) of the result is the value of the image at the place (x, y)
/// with
///
///     x = origin.x + c · across.x + r · down.x + Σᵢ Σⱼ rowBasis[i][r] · columnBasis[j][c] · controls[i][j].x
///
/// and likewise y. (0, 0) is the centre of the image's first pixel. Values are interpolated bilinearly and rounded to
/// the nearest integer, ties to even. Outside its borders the image is background. Without `controls` the last term is
/// absent.
@usableFromInline package struct ImageWarp {
    /// The number of control points in each direction of the displacement grid.
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
    /// The place where the first pixel of the result is read.
    @usableFromInline package var origin = Point(x: 0, y: 0)
    /// The step from one column of the result to the next.
    @usableFromInline package var across = Point(x: 1, y: 0)
    /// The step from one row of the result to the next.
    @usableFromInline package var down = Point(x: 0, y: 1)
    /// [i][16] The displacements of each row of the grid: x of its seven points, a zero, y of its seven points, a zero.
    @usableFromInline package var controls: UnsafePointer<Float>?

    /// [7][R padded], [7][C padded] The weight of each grid point at each row and column.
    @usableFromInline package var rowBasis: UnsafePointer<Float>
    @usableFromInline package var columnBasis: UnsafePointer<Float>
    /// Working memory for the image with a border of background pixels; the border is only read.
    @usableFromInline package var framed: UnsafeMutablePointer<UInt8>
    /// Working memory for the four pixels around each place.
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

    /// Returns `length` rounded up to a multiple of 16.
    @inlinable
    package static func padded(_ length: Int) -> Int { (length + 15) / 16 * 16 }

    /// The row stride of `corners` in words. A place may be up to one pixel outside the image.
    @inlinable
    package var cornersStride: Int { Self.padded(columns + 2) }

    @inlinable
    package var cornersCount: Int { (rows + 2) * cornersStride }

    /// The row stride of `framed` in bytes, with room for one more vector of neighbours.
    @inlinable
    package var framedStride: Int { cornersStride + 16 }

    @inlinable
    package var framedCount: Int { (rows + 3) * framedStride }
}
