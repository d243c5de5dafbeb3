/// Converts rows of image data to samples.
struct PNGReader {
    let content: PNGContent
    let file: PNGBytes
    let inflater: PNGInflater

    private var header: PNGHeader { content.header }

    /// Returns the samples, [height][width][channels of the bitmap].
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
        // The row after the filter byte, and the row above it.
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
