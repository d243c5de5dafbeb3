/// A picture already encoded as PNG, with what a reader wants to know before it decodes it.
package struct PNGImage: Hashable, Sendable {
    /// As `Summary.Image` in TensorFlow's `core/framework/summary.proto` numbers them.
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

    /// - Parameters:
    ///   - bytes: the whole PNG file.
    ///   - width: in pixels, as the file has it.
    ///   - height: in pixels, as the file has it.
    ///   - colorSpace: of the file; a palette counts as what its entries are.
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
