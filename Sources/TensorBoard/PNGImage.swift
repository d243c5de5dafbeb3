import Protobuf

/// A picture encoded as PNG, with its size and colour space.
package struct PNGImage: Hashable, Sendable {
    /// The colour spaces, with the numbers of `Summary.Image` in TensorFlow's `core/framework/summary.proto`.
    package enum ColorSpace: Int, Sendable {
        case grayscale = 1
        case grayscaleAlpha = 2
        case rgb = 3
        case rgba = 4
    }

    package let bytes: [UInt8]
    package let width: Int
    package let height: Int
    package let colorSpace: ColorSpace

    /// Creates a picture. Sizes outside 1 to 2,147,483,647 trap.
    ///
    /// - Parameters:
    ///   - bytes: The whole PNG file.
    ///   - width: The width in the file, in pixels.
    ///   - height: The height in the file, in pixels.
    ///   - colorSpace: The colour space of the file; with a palette, the colour space of its entries.
    package init(_ bytes: [UInt8], width: Int, height: Int, colorSpace: ColorSpace) {
        precondition(
            width > 0 && height > 0 && max(width, height) <= Int(Int32.max),
            "PNGImage: expected a width and a height from 1 to \(Int32.max), received \(width) and \(height)")
        self.bytes = bytes
        self.width = width
        self.height = height
        self.colorSpace = colorSpace
    }

    func write(_ message: inout ProtobufWriter) {
        message.integer(1, unlessZero: height)
        message.integer(2, unlessZero: width)
        message.integer(3, unlessZero: colorSpace.rawValue)
        message.bytes(4, bytes)
    }
}
