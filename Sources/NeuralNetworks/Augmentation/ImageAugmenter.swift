import KernelInterface
import Randomness

/// Augments images of one size, one at a time. There is one for each thread, so that augmenting an image allocates
/// nothing.
final class ImageAugmenter {
    /// The number of bytes after an image that are overwritten.
    static let margin = 15

    private let kernels: any KernelSet
    private let warp: ImageWarp
    /// [7][16] The displacements of the control points.
    private let controls: FloatBuffer
    private let bases: [FloatBuffer]
    /// The grey of the frame around the image.
    private var background: UInt8 = 0

    init(rows: Int, columns: Int, kernels: any KernelSet) {
        self.kernels = kernels
        bases = [Self.splineBasis(rows), Self.splineBasis(columns)]
        controls = FloatBuffer(count: ImageWarp.gridSize * 16)
        var warp = ImageWarp(
            rows: rows, columns: columns, rowBasis: bases[0].base, columnBasis: bases[1].base,
            framed: UnsafeMutablePointer(bitPattern: 64)!, corners: UnsafeMutablePointer(bitPattern: 64)!)
        warp.framed = .allocate(capacity: warp.framedCount)
        warp.framed.initialize(repeating: 0, count: warp.framedCount)
        warp.corners = .allocate(capacity: warp.cornersCount)
        warp.corners.initialize(repeating: 0, count: warp.cornersCount)
        self.warp = warp
    }

    deinit {
        warp.framed.deallocate()
        warp.corners.deallocate()
    }

    /// Returns the weights of the control points of a uniform cubic B-spline at each pixel, [7][length padded].
    static func splineBasis(_ length: Int) -> FloatBuffer {
        let stride = ImageWarp.padded(length)
        let basis = FloatBuffer(count: ImageWarp.gridSize * stride)
        let pieces = ImageWarp.gridSize - 3
        for place in 0..<length {
            let u = (Double(place) + 0.5) * Double(pieces) / Double(length)
            let piece = min(Int(u), pieces - 1)
            let t = u - Double(piece)
            let weights = [
                (1 - t) * (1 - t) * (1 - t) / 6, ((3 * t - 6) * t * t + 4) / 6,
                (((-3 * t + 3) * t + 3) * t + 1) / 6, t * t * t / 6,
            ]
            for (offset, weight) in weights.enumerated() {
                basis.base[(piece + offset) * stride + place] = Float(weight)
            }
        }
        return basis
    }

    /// Writes an augmented image.
    ///
    /// - Parameters:
    ///   - image: [R][C] The pixels.
    ///   - augmentation: The ranges, the seed and the epoch.
    ///   - index: The image's index in its data set.
    ///   - target: [R][C] and `margin` more bytes, which are overwritten with undefined values.
    func augment(
        _ image: UnsafePointer<UInt8>, _ augmentation: EpochAugmentation, index: Int,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        let background = augmentation.ranges.background
        if background != self.background {
            warp.framed.update(repeating: background, count: warp.framedCount)
            self.background = background
        }
        var generator = augmentation.generator(index: index)
        let map = AffineMap(augmentation.ranges, from: &generator)
        let elastic = augmentation.ranges.elastic
        if elastic > 0 { Self.draw(elastic, from: &generator, into: controls.base) }
        draw(image, through: map, isElastic: elastic > 0, into: target)
    }

    /// Draws random displacements of all control points.
    static func draw(
        _ elastic: Double, from generator: inout SplitMix64, into controls: UnsafeMutablePointer<Float>
    ) {
        let range = elastic * 3.0.squareRoot() * 315 / 151
        for row in 0..<ImageWarp.gridSize {
            for column in 0..<ImageWarp.gridSize {
                controls[row * 16 + column] = Float(generator.next(within: range))
                controls[row * 16 + 8 + column] = Float(generator.next(within: range))
            }
        }
    }

    /// Warps an image by a map, with the displacements of `controls` if `isElastic`.
    func draw(
        _ image: UnsafePointer<UInt8>, through map: AffineMap, isElastic: Bool = false,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        var warp = warp
        map.place(&warp)
        warp.controls = isElastic ? UnsafePointer(controls.base) : nil
        kernels.warp(image, warp, into: target)
    }
}
