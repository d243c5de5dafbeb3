/// Converts the bits of a row to samples of 8 bits at their places in the picture.
struct PNGUnpacker {
    private let header: PNGHeader
    private let format: Bitmap.Format
    private let transparentColor: [Int]?
    /// The samples of each colour of the palette, in the bitmap's format.
    private let colors: [[UInt8]]

    init(_ content: PNGContent) {
        header = content.header
        format = content.format
        transparentColor = content.transparentColor
        colors = content.palette.enumerated().map { index, color in
            guard content.format == .rgba else { return color }
            return color + [index < content.paletteAlpha.count ? content.paletteAlpha[index] : 255]
        }
    }

    /// - Parameters:
    ///   - row: the bytes of a row of `pass`, without the filter.
    ///   - y: the row in the picture.
    ///   - output: the samples of the picture.
    /// - Returns: the column of the first colour that is not in the palette; nil if there is none.
    func unpack(
        _ row: UnsafeBufferPointer<UInt8>, of pass: PNGHeader.Pass, row y: Int,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        var place = (y * header.width + pass.firstColumn) * format.channels
        let step = pass.columnStep * format.channels
        for column in 0..<pass.columns {
            if header.colorType == .palette {
                let index = sample(column, of: row)
                guard index < colors.count else { return pass.firstColumn + column * pass.columnStep }
                for channel in 0..<format.channels { output[place + channel] = colors[index][channel] }
            } else {
                unpackPixel(column, of: row, to: output.baseAddress! + place)
            }
            place &+= step
        }
        return nil
    }

    private func unpackPixel(
        _ column: Int, of row: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>
    ) {
        let channels = header.colorType.channels
        var isTransparent = transparentColor != nil
        var channel = 0
        while channel < channels {
            let value = sample(column &* channels &+ channel, of: row)
            output[channel] = scaled(value)
            if isTransparent { isTransparent = value == transparentColor![channel] }
            channel &+= 1
        }
        if transparentColor != nil { output[channels] = isTransparent ? 0 : 255 }
    }

    /// A sample in the file, 0 to 2^bits − 1; the leftmost sample of a byte is in its high bits.
    private func sample(_ index: Int, of row: UnsafeBufferPointer<UInt8>) -> Int {
        let bits = header.bitDepth
        if bits == 8 { return Int(row[index]) }
        if bits == 16 { return Int(row[2 &* index]) << 8 | Int(row[2 &* index &+ 1]) }
        let bit = index &* bits
        return Int(row[bit >> 3]) >> (8 &- bits &- bit & 7) & (1 << bits &- 1)
    }

    private func scaled(_ sample: Int) -> UInt8 {
        switch header.bitDepth {
        case 8: UInt8(truncatingIfNeeded: sample)
        case 16: UInt8((sample * 255 + 32767) / 65535)
        default: UInt8(sample * 255 / (1 << header.bitDepth - 1))
        }
    }
}
