import Platform
import Randomness

/// The ranges of image augmentation: random changes to the training images. For each image and epoch, every number is
/// drawn uniformly from its range (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks
/// applied to visual document analysis", 2003). If all ranges are zero, images are read unchanged, byte for byte.
///
/// An image of R rows and C columns is mapped about its centre c = ((C - 1)/2, (R - 1)/2), where x counts columns and
/// y, downwards, rows. The point p is mapped to
///
///     q = c + (shift x, shift y) + scale · Rotation · Shear · (p - c),
///     Rotation = (cos θ, -sin θ; sin θ, cos θ),   Shear = (1, shear; 0, 1).
///
/// The pixel at q of the result is therefore read at p + d(q) of the image, which is background outside its borders,
/// with bilinear interpolation and rounding. The displacement d is a uniform cubic B-spline over 7 × 7 control points:
/// with u = 4 (x + 1/2) / C, i = ⌊u⌋ (at most 3) and t = u - i, the points i to i + 3 have the weights
///
///     (1 - t)³/6,   (3t³ - 6t² + 4)/6,   (-3t³ + 3t² + 3t + 1)/6,   t³/6,
///
/// and likewise along y; the weights of both directions are multiplied.
///
/// The random numbers come from `SplitMix64(seed, RandomPurpose.augmentation.rawValue, epoch, index)`: for each
/// range r the number (2 · nextUnit() - 1) · r, in the order shift x, shift y, rotation θ, scale - 1, shear; then, if
/// `elastic` is not zero, for each control point, row by row, the displacements x and y with the range elastic · √3 ·
/// 315/151. The standard deviation of d is then, on average over the image, `elastic`: 151/315 is the integral of the
/// squared cubic B-spline. An augmented image is therefore determined by seed, epoch and index alone.
public struct ImageAugmentation: Codable, Hashable, Sendable {
    /// The largest shift along each axis, in pixels.
    package var shift: Double
    /// The largest rotation in either direction, in degrees.
    package var rotation: Double
    /// The largest relative change of the size, below 1.
    package var scale: Double
    /// The largest shear in either direction, in columns per row.
    package var shear: Double
    /// The standard deviation of a smooth displacement along each axis, in pixels.
    package var elastic: Double
    /// The grey outside an image's borders, 0 (black) to 255 (white).
    package var background: UInt8

    /// Creates ranges; each default is 0.
    ///
    /// - Parameters:
    ///   - shift: The largest shift along each axis, in pixels.
    ///   - rotation: The largest rotation in either direction, in degrees.
    ///   - scale: The largest relative change of the size, below 1.
    ///   - shear: The largest shear in either direction, in columns per row.
    ///   - elastic: The standard deviation of a smooth displacement along each axis, in pixels.
    ///   - background: The grey outside an image's borders, 0 (black) to 255 (white): the colour of the images'
    ///     background.
    public init(
        shift: Double = 0, rotation: Double = 0, scale: Double = 0, shear: Double = 0, elastic: Double = 0,
        background: UInt8 = 0
    ) {
        self.shift = shift
        self.rotation = rotation
        self.scale = scale
        self.shear = shear
        self.elastic = elastic
        self.background = background
    }

    /// Decodes ranges. A missing background, as in data written by an older version, is 0.
    ///
    /// - Throws: A `DecodingError` if a range is missing or is not a number.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            shift: try values.decode(Double.self, forKey: .shift),
            rotation: try values.decode(Double.self, forKey: .rotation),
            scale: try values.decode(Double.self, forKey: .scale),
            shear: try values.decode(Double.self, forKey: .shear),
            elastic: try values.decode(Double.self, forKey: .elastic),
            background: try values.decodeIfPresent(UInt8.self, forKey: .background) ?? 0)
    }

    /// No augmentation.
    public static let none = ImageAugmentation()
    /// Shifts of up to 2 pixels.
    public static let shift = ImageAugmentation(shift: 2)
    /// Shifts of up to 1.5 pixels, rotations of up to 10° and changes of size by up to a tenth.
    public static let affine = ImageAugmentation(shift: 1.5, rotation: 10, scale: 0.1)
    /// Like `affine`, with a shear of up to 0.1 and a smooth displacement of 0.7 pixels.
    public static let elastic = ImageAugmentation(
        shift: 1.5, rotation: 10, scale: 0.1, shear: 0.1, elastic: 0.7)

    /// Whether all ranges are zero.
    package var isNone: Bool { [shift, rotation, scale, shear, elastic].allSatisfy { $0 == 0 } }

    /// The ranges that are not zero, as text: "shift ±1.5 px, rotation ±10.0°".
    package var words: String {
        var words: [String] = []
        if shift != 0 { words.append("shift ±\(shift) px") }
        if rotation != 0 { words.append("rotation ±\(rotation)°") }
        if scale != 0 { words.append("scale ±\(scale)") }
        if shear != 0 { words.append("shear ±\(shear)") }
        if elastic != 0 { words.append("elastic \(elastic) px") }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    /// The first range that is out of bounds, with the expected and the given numbers; nil if all are valid.
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

    /// Returns an augmented image, as in training.
    ///
    /// - Parameters:
    ///   - image: The pixels, [rows][columns].
    ///   - rows: The number of rows.
    ///   - columns: The number of columns.
    ///   - seed: The seed of the training.
    ///   - epoch: The number of the epoch, from 0.
    ///   - index: The image's index in its data set.
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

/// The augmentation of images in one epoch.
package struct EpochAugmentation: Hashable, Sendable {
    /// The ranges of the changes.
    package let ranges: ImageAugmentation
    /// The seed of the training.
    package let seed: UInt64
    /// The number of the epoch, from 0.
    package let epoch: Int

    /// Creates an augmentation. Invalid ranges and a negative epoch trap.
    package init(ranges: ImageAugmentation, seed: UInt64, epoch: Int) {
        if let fault = ranges.fault { preconditionFailure("augmentation: \(fault)") }
        precondition(epoch >= 0, "epoch: expected at least 0, received \(epoch)")
        self.ranges = ranges
        self.seed = seed
        self.epoch = epoch
    }

    /// Returns the random generator of an image.
    func generator(index: Int) -> SplitMix64 {
        SplitMix64(seed, RandomPurpose.augmentation.rawValue, UInt64(epoch), UInt64(index))
    }
}
