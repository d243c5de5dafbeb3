import KernelInterface
import Randomness

/// The affine map of an image about its centre, as `ImageAugmentation` describes it.
struct AffineMap: Hashable {
    /// The shift in pixels, to the right and downwards.
    var shiftX = 0.0
    var shiftY = 0.0
    /// The angle in degrees, clockwise on a screen.
    var rotation = 0.0
    /// The factor of the size.
    var scale = 1.0
    /// The shear: the number of columns by which each row is shifted relative to the row above.
    var shear = 0.0

    init() {}

    /// Creates a map with numbers drawn at random from ranges.
    init(_ ranges: ImageAugmentation, from generator: inout SplitMix64) {
        shiftX = generator.next(within: ranges.shift)
        shiftY = generator.next(within: ranges.shift)
        rotation = generator.next(within: ranges.rotation)
        scale = 1 + generator.next(within: ranges.scale)
        shear = generator.next(within: ranges.shear)
    }

    /// Sets the places where the kernel reads the pixels of the result.
    func place(_ warp: inout ImageWarp) {
        let (sine, cosine) = Self.sineAndCosine(degrees: rotation)
        // p - c = Shear⁻¹ Rotation⁻¹ (q - c - shift) / scale
        let (xx, xy) = ((cosine + shear * sine) / scale, (sine - shear * cosine) / scale)
        let (yx, yy) = (-sine / scale, cosine / scale)
        let (centerX, centerY) = (Double(warp.columns - 1) / 2, Double(warp.rows - 1) / 2)
        let (x, y) = (-centerX - shiftX, -centerY - shiftY)
        warp.origin = .init(x: Float(centerX + (xx * x + xy * y)), y: Float(centerY + (yx * x + yy * y)))
        warp.across = .init(x: Float(xx), y: Float(yx))
        warp.down = .init(x: Float(xy), y: Float(yy))
    }

    /// Returns the sine and cosine by their Taylor series, because the last bits of the C library's functions differ
    /// between systems.
    static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
        let angle = degrees.remainder(dividingBy: 360) * (.pi / 180)
        var (sine, cosine) = (0.0, 0.0)
        // The term angleⁿ/n!, with the sign of the series.
        var term = 1.0
        var n = 0.0
        while abs(term) > 0x1p-60 {
            cosine += term
            term *= angle / (n + 1)
            sine += term
            term *= -angle / (n + 2)
            n += 2
        }
        return (sine, cosine)
    }
}

extension SplitMix64 {
    /// Returns the next number in [-range, range).
    mutating func next(within range: Double) -> Double { (2 * Double(nextUnit()) - 1) * range }
}
