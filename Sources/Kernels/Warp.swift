import CProcessor
import KernelInterface

/// Warps an image by a map, sixteen pixels of a row at a time:
///
///     result                                        framed image
///
///     ┌────────────────┬────────────────┬──┐        ┌─────────────┐
///     │ 16 pixels  ──▶ │ 16 pixels  ──▶ │  │        │  · ·        │   each pixel of the result is interpolated
///     ├────────────────┴────────────────┴──┤  ◀──   │  · ·        │   from 2 × 2 pixels of the framed image,
///     │ next row                           │        │             │   which are one word of `corners`
///     └────────────────────────────────────┘        └─────────────┘
///
/// Products and sums are rounded separately, never fused, so that all instruction sets give the same bytes.
enum Warp {
    static func run(
        _ image: UnsafePointer<UInt8>, _ warp: ImageWarp, into target: UnsafeMutablePointer<UInt8>
    ) {
        frame(image, warp)
        gatherCorners(warp)
        var displacements = broadcast(0)
        for row in 0..<warp.rows {
            if let controls = warp.controls { displacements = rowDisplacements(controls, warp, row) }
            let x = warp.origin.x + Float(row) * warp.down.x
            let y = warp.origin.y + Float(row) * warp.down.y
            // The last vector of a row overwrites the beginning of the next row, which is computed later.
            var first = 0
            while first < warp.columns {
                let columns = lanes + broadcast(Float(first))
                var across = broadcast(x) + columns * broadcast(warp.across.x)
                var down = broadcast(y) + columns * broadcast(warp.across.y)
                if warp.controls != nil { displace(&across, &down, displacements, warp, first) }
                let pixels = sample(warp, across, down)
                UnsafeMutableRawPointer(target + row * warp.columns + first)
                    .storeBytes(of: pixels, as: SIMD16<UInt8>.self)
                first += vectorWidth
            }
        }
    }

    private static var lanes: Vector { Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

    /// Copies the image into a frame with one row and column of background before it and two after it.
    private static func frame(_ image: UnsafePointer<UInt8>, _ warp: ImageWarp) {
        for row in 0..<warp.rows {
            let source = UnsafeRawPointer(image + row * warp.columns)
            let target = UnsafeMutableRawPointer(warp.framed + (row + 1) * warp.framedStride + 1)
            var first = 0
            while first + vectorWidth <= warp.columns {
                copy(SIMD16<UInt8>.self, source + first, target + first)
                first += vectorWidth
            }
            if first == warp.columns { continue }
            if warp.columns >= vectorWidth {
                copy(
                    SIMD16<UInt8>.self, source + warp.columns - vectorWidth,
                    target + warp.columns - vectorWidth)
            } else {
                for column in 0..<warp.columns { copy(UInt8.self, source + column, target + column) }
            }
        }
    }

    @inline(__always)
    private static func copy<Piece: BitwiseCopyable>(
        _: Piece.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) {
        target.storeBytes(of: source.loadUnaligned(as: Piece.self), as: Piece.self)
    }

    /// Combines each pixel, its right neighbour and the two pixels below them in one word, so that each place needs
    /// only one load.
    private static func gatherCorners(_ warp: ImageWarp) {
        for first in stride(from: 0, to: warp.cornersStride, by: vectorWidth) {
            var above = pairs(warp.framed + first)
            for row in 0..<warp.rows + 2 {
                let below = pairs(warp.framed + (row + 1) * warp.framedStride + first)
                UnsafeMutableRawPointer(warp.corners + row * warp.cornersStride + first)
                    .storeBytes(of: above | below &<< 16, as: SIMD16<Int32>.self)
                above = below
            }
        }
    }

    @_transparent
    private static func pairs(_ framed: UnsafePointer<UInt8>) -> SIMD16<Int32> {
        let bytes = UnsafeRawPointer(framed)
        let left = vector_from_bytes(bytes.loadUnaligned(as: SIMD16<UInt8>.self))
        let right = vector_from_bytes(bytes.loadUnaligned(fromByteOffset: 1, as: SIMD16<UInt8>.self))
        return left | right &<< 8
    }

    /// Interpolates the grid to a row of the image: x of the grid's seven columns, a zero, y of the seven columns, a
    /// zero.
    @inline(__always)
    private static func rowDisplacements(
        _ controls: UnsafePointer<Float>, _ warp: ImageWarp, _ row: Int
    ) -> Vector {
        let stride = ImageWarp.padded(warp.rows)
        var sum = broadcast(warp.rowBasis[row]) * loadVector(controls)
        for point in 1..<ImageWarp.gridSize {
            sum +=
                broadcast(warp.rowBasis[point * stride + row]) * loadVector(controls, point * vectorWidth)
        }
        return sum
    }

    /// Interpolates a row of the grid to sixteen columns and adds the displacements.
    @inline(__always)
    private static func displace(
        _ across: inout Vector, _ down: inout Vector, _ displacements: Vector, _ warp: ImageWarp, _ first: Int
    ) {
        let stride = ImageWarp.padded(warp.columns)
        var x = broadcast(0)
        var y = broadcast(0)
        for point in 0..<ImageWarp.gridSize {
            let weight = loadVector(warp.columnBasis, point * stride + first)
            x += weight * broadcast(displacements[point])
            y += weight * broadcast(displacements[8 + point])
        }
        across += x
        down += y
    }

    /// Returns the values of the image at sixteen places.
    @_transparent
    private static func sample(_ warp: ImageWarp, _ x: Vector, _ y: Vector) -> SIMD16<UInt8> {
        let x = clamped(x, to: Float(warp.columns)) + broadcast(1)
        let y = clamped(y, to: Float(warp.rows)) + broadcast(1)
        let column = vector_truncate(x)
        let row = vector_truncate(y)
        let corners = load(
            warp.corners,
            at: row &* SIMD16(repeating: Int32(truncatingIfNeeded: warp.cornersStride)) &+ column)
        let right = x - vector_to_float(column)
        let below = y - vector_to_float(row)
        let upper = interpolated(corners & 255, (corners &>> 8) & 255, right)
        let lower = interpolated((corners &>> 16) & 255, (corners &>> 24) & 255, right)
        let grey = upper + below * (lower - upper)
        // The sum leaves the integer in the lowest bits of the mantissa.
        return vector_to_bytes(unsafeBitCast(grey + broadcast(0x1p23), to: SIMD16<Int32>.self))
    }

    @_transparent
    private static func interpolated(
        _ first: SIMD16<Int32>, _ second: SIMD16<Int32>, _ share: Vector
    ) -> Vector {
        let first = vector_to_float(first)
        return first + share * (vector_to_float(second) - first)
    }

    /// Limits places to -1...limit; at both limits there is only background. NaN, from places that overflow, becomes
    /// -1.
    @_transparent
    private static func clamped(_ place: Vector, to limit: Float) -> Vector {
        vector_min(vector_max(broadcast(-1), place), broadcast(limit))
    }

    @_transparent
    private static func load(_ words: UnsafePointer<UInt32>, at places: SIMD16<Int32>) -> SIMD16<Int32> {
        @inline(__always)
        func word(_ lane: Int) -> Int32 { Int32(bitPattern: words[Int(places[lane])]) }
        return SIMD16(
            word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7), word(8), word(9),
            word(10), word(11), word(12), word(13), word(14), word(15))
    }
}
