import CZlib

extension Bitmap {
    /// Returns the picture as a PNG file, not interlaced. The same picture gives the same bytes with the same version
    /// of zlib.
    package func png() -> [UInt8] {
        let colorType: PNGHeader.ColorType =
            switch format {
            case .grey: .grey
            case .greyAlpha: .greyAlpha
            case .rgb: .rgb
            case .rgba: .rgba
            }
        let size = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
        var file = PNGBytes.signature
        appendChunk("IHDR", (size + [8, colorType.rawValue, 0, 0, 0])[...], to: &file)
        let data = deflated(filteredRows())
        for start in stride(from: 0, to: data.count, by: 1 << 30) {
            appendChunk("IDAT", data[start..<min(start + 1 << 30, data.count)], to: &file)
        }
        appendChunk("IEND", [], to: &file)
        return file
    }

    /// Returns the rows with the filter Up, which turns rows of uniform areas and of enlarged pixels into zeros.
    private func filteredRows() -> [UInt8] {
        let size = width * format.channels
        return [UInt8](unsafeUninitializedCapacity: height * (size + 1)) { output, count in
            samples.withUnsafeBufferPointer { samples in
                var index = 0
                for row in 0..<height {
                    output[count] = PNGFilter.up.rawValue
                    count &+= 1
                    for _ in 0..<size {
                        output[count] = row == 0 ? samples[index] : samples[index] &- samples[index &- size]
                        count &+= 1
                        index &+= 1
                    }
                }
            }
        }
    }
}

private func appendChunk(_ type: String, _ content: ArraySlice<UInt8>, to file: inout [UInt8]) {
    file += bigEndian(UInt32(content.count))
    let start = file.count
    file += Array(type.utf8)
    file += content
    let checksum = file.withUnsafeBufferPointer { file in
        crc32(0, file.baseAddress! + start, UInt32(file.count - start))
    }
    file += bigEndian(UInt32(checksum))
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
}

/// Returns a zlib stream of `bytes`.
private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let bound = compressBound(UInt(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(bound)) { output, count in
        var size = bound
        let status = bytes.withUnsafeBufferPointer { bytes in
            compress2(output.baseAddress, &size, bytes.baseAddress, UInt(bytes.count), Z_BEST_COMPRESSION)
        }
        precondition(status == Z_OK, "zlib cannot compress: expected \(Z_OK), received \(status)")
        count = Int(size)
    }
}
