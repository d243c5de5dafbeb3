/// A picture from a PNG file, and notes about the file's deviations from the specification.
package struct PNGPicture: Sendable {
    /// A deviation from the specification that does not affect the pixels, or a change of the pixels.
    package enum Note: Hashable, Sendable {
        /// Bytes after the last chunk.
        case bytesAfterEnd(Int)
        /// The file is cut off after the image data.
        case missingEnd
        /// Bytes in the chunks of the image data after its end.
        case bytesAfterData(Int)
        /// A palette in a grey picture.
        case uselessPalette
        /// A transparent colour in a picture that has an alpha channel.
        case uselessTransparency
        /// Chunks with a wrong CRC that the pixels do not depend on.
        case damagedChunks(count: Int, first: String)
        /// The picture was turned by the orientation, 2 to 8, in its EXIF data.
        case turned(orientation: Int)
    }

    /// The upright picture, turned by the orientation in its EXIF data.
    package let bitmap: Bitmap
    package let notes: [Note]

    /// The default maximum number of pixels, with at most four bytes each. Reading such a picture takes at most about a
    /// second, and 100 MB of memory besides the file.
    package static let pixelLimit = 25_000_000

    /// Reads a PNG file of any kind (PNG specification, third edition): grey, colour or palette of 1 to 16 bits, with
    /// or without alpha or a transparent colour, interlaced or not. Samples of 16 bits are rounded to 8. The picture is
    /// turned by its EXIF orientation; gamma, colour profiles and other ancillary chunks are skipped.
    ///
    /// The memory is limited to the pixels of the picture and two rows. A file that is too small to contain its picture
    /// is rejected before anything is allocated.
    ///
    /// - Parameters:
    ///   - path: The path of the file, for error messages.
    ///   - pixelLimit: The maximum number of pixels, and a quarter of the maximum number of their bytes.
    package init(_ bytes: [UInt8], path: String, pixelLimit: Int = pixelLimit) throws(PNGError) {
        let file = PNGBytes(bytes: bytes, path: path)
        let content = try PNGContent(file, pixelLimit: pixelLimit)
        let compressed = content.data.reduce(0) { $0 + $1.count }
        // At best, Deflate encodes a length of 258 bytes in one bit and its distance in another: 1032 bytes in one
        // byte.
        guard content.header.unpackedSize / 1032 <= compressed else {
            throw content.cut
                ?? file.error(
                    .tooLittleData, at: content.data[0].lowerBound,
                    expected: "data for \(content.header.unpackedSize) bytes", found: "\(compressed) bytes")
        }
        var notes = content.notes
        let samples = try bytes.withUnsafeBufferPointer { source throws(PNGError) in
            var reader = PNGReader(
                content: content, file: file,
                inflater: PNGInflater(file, source: source, chunks: content.data))
            let samples: [UInt8]
            do throws(PNGError) { samples = try reader.samples() } catch { throw content.cut ?? error }
            let rest = reader.inflater.rest
            if rest > 0 { notes.append(.bytesAfterData(rest)) }
            return samples
        }
        let bitmap = Bitmap(
            width: content.header.width, height: content.header.height, format: content.format,
            samples: samples)
        if content.orientation != .upright {
            notes.append(.turned(orientation: content.orientation.rawValue))
        }
        self.bitmap = bitmap.turned(content.orientation)
        self.notes = notes
    }
}

extension PNGPicture.Note: CustomStringConvertible {
    package var description: String {
        switch self {
        case .bytesAfterEnd(let count): "ignored \(Self.bytes(count)) after the end of the PNG picture"
        case .missingEnd: "the end of the PNG file is missing; its image data are whole"
        case .bytesAfterData(let count): "ignored \(Self.bytes(count)) after the end of the image data"
        case .uselessPalette: "ignored a palette (PLTE), which a grey picture must not have"
        case .uselessTransparency:
            "ignored a transparent colour (tRNS), which a picture with an alpha channel must not have"
        case .damagedChunks(1, let type):
            "ignored the damaged chunk \(type), which the pixels do not depend on"
        case .damagedChunks(let count, let first):
            "ignored \(count) damaged chunks, which the pixels do not depend on; the first is \(first)"
        case .turned(let orientation): "turned by the EXIF orientation \(orientation)"
        }
    }

    private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}

extension Bitmap {
    /// Reads the picture of a PNG file, as ``PNGPicture`` does.
    package init(png bytes: [UInt8], path: String, pixelLimit: Int = PNGPicture.pixelLimit) throws(PNGError) {
        self = try PNGPicture(bytes, path: path, pixelLimit: pixelLimit).bitmap
    }
}
