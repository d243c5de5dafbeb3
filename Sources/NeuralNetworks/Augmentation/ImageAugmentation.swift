import Randomness

/// How far training changes the images it reads, so that it never reads one twice: every number is drawn anew for each
/// image and epoch, uniformly from its range (Simard, Steinkraus and Platt, "Best practices for convolutional neural
/// networks applied to visual document analysis", 2003). All ranges zero leave an image as it is, byte for byte.
///
/// An image of R rows and C columns is moved about its centre c = ((C - 1)/2, (R - 1)/2), x counting columns and y,
/// downwards, rows: what was at p comes to
///
///     q = c + (shift x, shift y) + scale · Rotation · Shear · (p - c),
///     Rotation = (cos θ, -sin θ; sin θ, cos θ),   Shear = (1, shear; 0, 1).
///
/// So the pixel at q of the result is read at p + d(q) of the image, zero outside of itself, interpolated linearly in
/// both directions and rounded. The displacement d is a uniform cubic B-spline over 7 × 7 control points: with
/// u = 4 (x + 1/2) / C, i = ⌊u⌋ (3 at most) and t = u - i the points i to i + 3 weigh
///
///     (1 - t)³/6,   (3t³ - 6t² + 4)/6,   (-3t³ + 3t² + 3t + 1)/6,   t³/6,
///
/// alike along y, and the weights of both directions multiply.
///
/// The numbers are those of `SplitMix64(seed, RandomPurpose.augmentation.rawValue, epoch, index)`, of each range r
/// (2 · nextUnit() - 1) · r, in this order: shift x, shift y, rotation θ, scale - 1, shear; then, if `elastic` is not
/// zero, of each control point, row by row, the displacement x and y of the range elastic · √3 · 315/151. That makes
/// the standard deviation of d, on average over the image, `elastic`: 151/315 is the integral of the cubic B-spline
/// squared. Thus an augmented image follows from seed, epoch and index alone.
public struct ImageAugmentation: Codable, Hashable, Sendable {
    /// Pixels to either side, along each axis.
    package var shift: Double
    /// Degrees in either direction.
    package var rotation: Double
    /// Share of its size by which the image becomes larger or smaller, below 1.
    package var scale: Double
    /// Columns to either side for each row.
    package var shear: Double
    /// Standard deviation in pixels, along each axis, of a smooth displacement.
    package var elastic: Double

    public init(
        shift: Double = 0, rotation: Double = 0, scale: Double = 0, shear: Double = 0, elastic: Double = 0
    ) {
        self.shift = shift
        self.rotation = rotation
        self.scale = scale
        self.shear = shear
        self.elastic = elastic
    }

    /// Images as they are.
    public static let none = ImageAugmentation()
    public static let shift = ImageAugmentation(shift: 2)
    public static let affine = ImageAugmentation(shift: 1.5, rotation: 10, scale: 0.1)
    public static let elastic = ImageAugmentation(
        shift: 1.5, rotation: 10, scale: 0.1, shear: 0.1, elastic: 0.7)

    package var isNone: Bool { self == .none }

    /// The ranges that are not zero: "shift ±1.5 px, rotation ±10.0°".
    package var words: String {
        var words: [String] = []
        if shift != 0 { words.append("shift ±\(shift) px") }
        if rotation != 0 { words.append("rotation ±\(rotation)°") }
        if scale != 0 { words.append("scale ±\(scale)") }
        if shear != 0 { words.append("shear ±\(shear)") }
        if elastic != 0 { words.append("elastic \(elastic) px") }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    /// What is wrong with a range: which, what was expected and found; nil if all are right.
    package var fault: String? {
        let ranges = [
            ("shift", shift), ("rotation", rotation), ("scale", scale), ("shear", shear),
            ("elastic", elastic),
        ]
        for (name, range) in ranges {
            if !(range >= 0 && range < .infinity) {
                return "\(name): expected a finite number not negative, received \(range)"
            }
        }
        if scale >= 1 { return "scale: expected a number below 1, received \(scale)" }
        return nil
    }

    /// Draws an augmented image, as training does.
    ///
    /// - Parameters:
    ///   - image: of shape [rows, columns].
    ///   - rows: of the image.
    ///   - columns: of the image.
    ///   - seed: of the training.
    ///   - epoch: from 0.
    ///   - index: of the image in its data set.
    package func augmented(
        _ image: [UInt8], rows: Int, columns: Int, seed: UInt64, epoch: Int, index: Int
    ) -> [UInt8] {
        precondition(
            rows > 0 && columns > 0 && image.count == rows * columns,
            "image: expected \(rows) x \(columns) pixels, received \(image.count)")
        let augmenter = ImageAugmenter(rows: rows, columns: columns, kernels: InstructionSet.best.kernels)
        var result = [UInt8](repeating: 0, count: image.count + ImageAugmenter.margin)
        augmenter.augment(
            image, EpochAugmentation(ranges: self, seed: seed, epoch: epoch), index: index, into: &result)
        result.removeLast(ImageAugmenter.margin)
        return result
    }
}

/// What becomes of images in one epoch.
package struct EpochAugmentation: Hashable, Sendable {
    package let ranges: ImageAugmentation
    package let seed: UInt64
    package let epoch: Int

    package init(ranges: ImageAugmentation, seed: UInt64, epoch: Int) {
        if let fault = ranges.fault { preconditionFailure("augmentation: \(fault)") }
        precondition(epoch >= 0, "epoch: expected at least 0, received \(epoch)")
        self.ranges = ranges
        self.seed = seed
        self.epoch = epoch
    }

    func generator(index: Int) -> SplitMix64 {
        SplitMix64(seed, RandomPurpose.augmentation.rawValue, UInt64(epoch), UInt64(index))
    }
}
