extension Bitmap {
    /// Returns the picture in shades of grey without transparency, of shape [height, width].
    ///
    /// Colours become their luma (ITU-R BT.601). The background of transparent pixels is white if opaque pixels are
    /// dark on average, and black if they are light, so that a drawing whose shape is only in its opacity is visible.
    package func grey() -> [UInt8] {
        let channels = format.channels
        var grey = [UInt8](repeating: 0, count: width * height)
        var (opacity, light) = (0, 0)
        samples.withUnsafeBufferPointer { samples in
            grey.withUnsafeMutableBufferPointer { grey in
                var (pixel, sample) = (0, 0)
                while pixel < grey.count {
                    let luma =
                        channels < 3
                        ? Int(samples[sample])
                        // The sum of the weights is 256, so that a grey colour keeps its value.
                        : (77 * Int(samples[sample]) + 150 * Int(samples[sample &+ 1])
                            + 29 * Int(samples[sample &+ 2]) + 128) >> 8
                    grey[pixel] = UInt8(truncatingIfNeeded: luma)
                    if format.hasAlpha {
                        let alpha = Int(samples[sample &+ channels &- 1])
                        opacity &+= alpha
                        light &+= alpha &* luma
                    }
                    pixel &+= 1
                    sample &+= channels
                }
            }
        }
        if format.hasAlpha { lay(&grey, on: 2 * light < 255 * opacity ? 255 : 0) }
        return grey
    }

    private func lay(_ grey: inout [UInt8], on background: Int) {
        let channels = format.channels
        samples.withUnsafeBufferPointer { samples in
            grey.withUnsafeMutableBufferPointer { grey in
                for pixel in 0..<grey.count {
                    let alpha = Int(samples[pixel &* channels &+ channels &- 1])
                    let sum = alpha * Int(grey[pixel]) + (255 - alpha) * background
                    grey[pixel] = UInt8(truncatingIfNeeded: (sum + 127) / 255)
                }
            }
        }
    }
}
