/// A picture in memory, with 8 bits for each sample of a pixel.
package struct Bitmap: Hashable, Sendable {
    /// The samples of a pixel, in their order.
    package enum Format: Int, Hashable, Sendable, CaseIterable {
        case grey = 1
        case greyAlpha = 2
        case rgb = 3
        case rgba = 4

        /// The number of samples of a pixel.
        package var channels: Int { rawValue }
        /// Whether the last sample is the opacity, from 0 (transparent) to 255 (opaque). Colours are not multiplied
        /// by it.
        package var hasAlpha: Bool { self == .greyAlpha || self == .rgba }
    }

    package let width: Int
    package let height: Int
    package let format: Format
    /// The samples, [height][width][channels].
    package internal(set) var samples: [UInt8]

    /// Creates a picture. A width or height below 1, or a number of samples other than width · height · channels,
    /// traps.
    package init(width: Int, height: Int, format: Format, samples: [UInt8]) {
        precondition(
            (1...0x7FFF_FFFF).contains(width) && (1...0x7FFF_FFFF).contains(height),
            "bitmap size: expected at least 1 x 1, received \(width) x \(height)")
        precondition(
            samples.count == width * height * format.channels,
            "samples: expected \(width) x \(height) x \(format.channels), received \(samples.count)")
        self.width = width
        self.height = height
        self.format = format
        self.samples = samples
    }

    /// The samples of a pixel. A place outside the picture traps.
    package subscript(column: Int, row: Int) -> ArraySlice<UInt8> {
        precondition(
            (0..<width).contains(column) && (0..<height).contains(row),
            "pixel: expected a place in \(width) x \(height), received (\(column), \(row))")
        let start = (row * width + column) * format.channels
        return samples[start..<start + format.channels]
    }
}
