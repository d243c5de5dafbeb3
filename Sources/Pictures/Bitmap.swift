/// A picture of pixels in memory, with 8 bits a sample.
package struct Bitmap: Hashable, Sendable {
    /// What the samples of one pixel are, in their order.
    package enum Format: Int, Hashable, Sendable, CaseIterable {
        case grey = 1
        case greyAlpha = 2
        case rgb = 3
        case rgba = 4

        /// Samples of one pixel.
        package var channels: Int { rawValue }
        /// Whether the last sample is the opacity: 0 is transparent, 255 opaque, and colours are not
        /// multiplied by it.
        package var hasAlpha: Bool { self == .greyAlpha || self == .rgba }
    }

    package let width: Int
    package let height: Int
    package let format: Format
    /// Of shape [height, width, channels].
    package internal(set) var samples: [UInt8]

    /// Sizes that do not fit together trap.
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

    /// The samples of one pixel.
    package subscript(column: Int, row: Int) -> ArraySlice<UInt8> {
        precondition(
            (0..<width).contains(column) && (0..<height).contains(row),
            "pixel: expected a place in \(width) x \(height), received (\(column), \(row))")
        let start = (row * width + column) * format.channels
        return samples[start..<start + format.channels]
    }
}
