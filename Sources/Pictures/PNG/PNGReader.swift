extension Bitmap {
    /// Reads a PNG file of any kind (PNG specification, third edition): grey, colour or palette of 1 to
    /// 16 bits, with or without alpha or a transparent colour, interlaced or not. Samples of 16 bits are
    /// rounded to 8. Gamma, colour profiles and other ancillary chunks are skipped.
    ///
    /// The memory is limited to the pixels of the picture and two rows. A file that is too small to contain its
    /// picture is rejected before anything is allocated.
    ///
    /// - Parameters:
    ///   - path: the path of the file, for error messages.
    ///   - pixelLimit: the greatest allowed number of pixels.
    package init(png bytes: [UInt8], path: String, pixelLimit: Int = 100_000_000) throws(PNGError) {
        let file = PNGBytes(bytes: bytes, path: path)
        let content = try PNGContent(file, pixelLimit: pixelLimit)
        let compressed = content.data.reduce(0) { $0 + $1.count }
        // At best, Deflate encodes a length of 258 bytes in one bit and its distance in another: 1032 bytes in one
        // byte.
        guard content.header.unpackedSize / 1032 <= compressed else {
            throw file.error(
                .tooLittleData, at: content.data[0].lowerBound,
                expected: "data for \(content.header.unpackedSize) bytes", found: "\(compressed) bytes")
        }
        self.init(
            width: content.header.width, height: content.header.height, format: content.format,
            samples: try bytes.withUnsafeBufferPointer { source throws(PNGError) in
                var reader = PNGReader(
                    content: content, file: file,
                    inflater: PNGInflater(file, source: source, chunks: content.data))
                return try reader.samples()
            })
    }
}

/// Converts rows of image data to samples.
private struct PNGReader {
    let content: PNGContent
    let file: PNGBytes
    let inflater: PNGInflater

    private var header: PNGHeader { content.header }

    /// [height][width][channels of the bitmap]
    mutating func samples() throws(PNGError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: header.width * header.height * content.format.channels)
        try output.withUnsafeMutableBufferPointer { output throws(PNGError) in
            for pass in header.passes { try read(pass, into: output) }
        }
        try inflater.finish()
        return output
    }

    private func read(
        _ pass: PNGHeader.Pass, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(PNGError) {
        let size = header.rowSize(columns: pass.columns)
        // A row after the byte of its filter, and the row above it.
        var row = [UInt8](repeating: 0, count: size + 1)
        var above = row
        let unpacker = PNGUnpacker(content)
        for index in 0..<pass.rows {
            let y = pass.firstRow + index * pass.rowStep
            try row.withUnsafeMutableBufferPointer { row throws(PNGError) in
                try inflater.read(into: row)
                let pixels = UnsafeMutableBufferPointer(rebasing: row[1...])
                guard let filter = PNGFilter(rawValue: row[0]) else {
                    throw file.error(
                        .invalidFilter, at: inflater.position, expected: "a filter from 0 to 4",
                        found: "\(row[0]) in row \(y)")
                }
                above.withUnsafeBufferPointer { above in
                    filter.undo(pixels, above: above.baseAddress! + 1, distance: header.filterDistance)
                }
                if let column = unpacker.unpack(UnsafeBufferPointer(pixels), of: pass, row: y, into: output) {
                    throw file.error(
                        .colorNotInPalette, at: inflater.position,
                        expected: "a colour below \(content.palette.count)",
                        found: "a higher one at column \(column), row \(y)")
                }
            }
            swap(&row, &above)
        }
    }
}
