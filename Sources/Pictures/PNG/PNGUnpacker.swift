/// Converts the bits of a row to samples of 8 bits at their places in the picture.
struct PNGUnpacker {
    private let header: PNGHeader
    private let format: Bitmap.Format
    /// The transparent colour: a sample for each channel, −1 for unused channels.
    private let transparentColor: SIMD4<Int32>?
    /// Four samples for each colour of the palette; the bitmap's format uses the first of them.
    private let colors: [UInt8]
    private let colorCount: Int
    /// The 8-bit sample for each sample of 1, 2, 4 or 8 bits.
    private let levels: [UInt8]

    init(_ content: PNGContent) {
        header = content.header
        format = content.format
        transparentColor = content.transparentColor.map { color in
            var samples = SIMD4<Int32>(repeating: -1)
            for (channel, sample) in color.enumerated() { samples[channel] = Int32(sample) }
            return samples
        }
        colorCount = content.palette.count
        colors = content.palette.enumerated().flatMap { index, color in
            color + [index < content.paletteAlpha.count ? content.paletteAlpha[index] : 255]
        }
        let highest = 1 << min(8, content.header.bitDepth) - 1
        levels = (0...highest).map { UInt8($0 * 255 / highest) }
    }

    /// - Parameters:
    ///   - row: The bytes of a row of `pass`, without the filter.
    ///   - y: The row in the picture.
    ///   - output: The samples of the picture.
    /// - Returns: The column of the first colour that is not in the palette; nil if there is none.
    func unpack(
        _ row: UnsafeBufferPointer<UInt8>, of pass: PNGHeader.Pass, row y: Int,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        let target = output.baseAddress! + (y * header.width + pass.firstColumn) * format.channels
        let step = pass.columnStep * format.channels
        if header.colorType == .palette {
            return unpackColors(row, pass.columns, to: target, step: step).map {
                pass.firstColumn + $0 * pass.columnStep
            }
        }
        if let transparentColor {
            unpackPixels(row, pass.columns, to: target, step: step, transparentColor)
        } else if header.bitDepth == 8, pass.columnStep == 1 {
            target.update(from: row.baseAddress!, count: pass.columns * format.channels)
        } else {
            unpackPixels(row, pass.columns, to: target, step: step)
        }
        return nil
    }

    private func unpackColors(
        _ row: UnsafeBufferPointer<UInt8>, _ columns: Int, to target: UnsafeMutablePointer<UInt8>, step: Int
    ) -> Int? {
        let channels = format.channels
        return colors.withUnsafeBufferPointer { colors in
            var pixel = target
            for column in 0..<columns {
                let index = sample(column, of: row)
                if index >= colorCount { return column }
                let color = colors.baseAddress! + 4 &* index
                pixel[0] = color[0]
                pixel[1] = color[1]
                pixel[2] = color[2]
                if channels == 4 { pixel[3] = color[3] }
                pixel += step
            }
            return nil
        }
    }

    private func unpackPixels(
        _ row: UnsafeBufferPointer<UInt8>, _ columns: Int, to target: UnsafeMutablePointer<UInt8>, step: Int
    ) {
        let channels = header.colorType.channels
        levels.withUnsafeBufferPointer { levels in
            var (pixel, index) = (target, 0)
            for _ in 0..<columns {
                var channel = 0
                while channel < channels {
                    pixel[channel] = scaled(sample(index, of: row), levels)
                    index &+= 1
                    channel &+= 1
                }
                pixel += step
            }
        }
    }

    /// Unpacks pixels and writes the opacity after each: 0 for the transparent colour.
    private func unpackPixels(
        _ row: UnsafeBufferPointer<UInt8>, _ columns: Int, to target: UnsafeMutablePointer<UInt8>, step: Int,
        _ transparentColor: SIMD4<Int32>
    ) {
        let channels = header.colorType.channels
        levels.withUnsafeBufferPointer { levels in
            var (pixel, index) = (target, 0)
            for _ in 0..<columns {
                var samples = SIMD4<Int32>(repeating: -1)
                var channel = 0
                while channel < channels {
                    let value = sample(index, of: row)
                    samples[channel] = Int32(truncatingIfNeeded: value)
                    pixel[channel] = scaled(value, levels)
                    index &+= 1
                    channel &+= 1
                }
                pixel[channels] = samples == transparentColor ? 0 : 255
                pixel += step
            }
        }
    }

    /// Returns a sample in the file, 0 to 2^bits − 1; the leftmost sample of a byte is in its high bits.
    @inline(__always)
    private func sample(_ index: Int, of row: UnsafeBufferPointer<UInt8>) -> Int {
        let bits = header.bitDepth
        if bits == 8 { return Int(row[index]) }
        if bits == 16 { return Int(row[2 &* index]) << 8 | Int(row[2 &* index &+ 1]) }
        let bit = index &* bits
        return Int(row[bit >> 3]) >> (8 &- bits &- bit & 7) & (1 << bits &- 1)
    }

    @inline(__always)
    private func scaled(_ sample: Int, _ levels: UnsafeBufferPointer<UInt8>) -> UInt8 {
        header.bitDepth == 16
            ? UInt8(truncatingIfNeeded: (sample &* 255 &+ 32767) / 65535) : levels[sample]
    }
}
