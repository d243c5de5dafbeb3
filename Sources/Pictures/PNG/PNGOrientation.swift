/// The orientation of EXIF (CIPA DC-008, tag 0x0112): how a picture must be turned to be upright.
enum PNGOrientation: Int, CaseIterable {
    case upright = 1
    case mirrored = 2
    case turnedHalf = 3
    case mirroredTurnedHalf = 4
    case transposed = 5
    case turnedRight = 6
    case transverse = 7
    case turnedLeft = 8

    /// Whether width and height are exchanged.
    var exchangesSides: Bool { rawValue >= 5 }

    /// Reads the orientation in the content of an eXIf chunk (PNG specification, third edition, 11.3.4.5): a TIFF header
    /// and its first directory. Anything else is upright.
    init(exif bytes: ArraySlice<UInt8>) {
        self = Self.stored(in: bytes) ?? .upright
    }

    private static func stored(in bytes: ArraySlice<UInt8>) -> PNGOrientation? {
        // Some programs copy the mark that begins the segment in a JPEG file.
        let mark = Array("Exif\0\0".utf8)
        let tiff = Array(bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes)
        let isLittleEndian = tiff.starts(with: [0x49, 0x49, 0x2A, 0])
        guard isLittleEndian || tiff.starts(with: [0x4D, 0x4D, 0, 0x2A]) else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int? {
            guard offset >= 0, offset <= tiff.count - size else { return nil }
            let digits = tiff[offset..<offset + size]
            return isLittleEndian
                ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        for entry in 0..<count {
            let start = directory + 2 + 12 * entry
            guard let tag = number(start, 2), let type = number(start + 2, 2) else { return nil }
            guard tag == 0x0112 else { continue }
            // The number is a SHORT; some programs write a LONG.
            return number(start + 8, type == 4 ? 4 : 2).flatMap(Self.init)
        }
        return nil
    }
}

extension Bitmap {
    /// Returns the picture turned and mirrored according to an orientation.
    func turned(_ orientation: PNGOrientation) -> Bitmap {
        if orientation == .upright { return self }
        let (newWidth, newHeight) = orientation.exchangesSides ? (height, width) : (width, height)
        let channels = format.channels
        // The pixel (x, y) of the result is at origin + x · across + y · down, in samples of the source.
        let (column, row) = (channels, width * channels)
        let (right, bottom) = ((width - 1) * column, (height - 1) * row)
        let (origin, across, down) =
            switch orientation {
            case .upright: (0, column, row)
            case .mirrored: (right, -column, row)
            case .turnedHalf: (right + bottom, -column, -row)
            case .mirroredTurnedHalf: (bottom, column, -row)
            case .transposed: (0, row, column)
            case .turnedRight: (bottom, -row, column)
            case .transverse: (right + bottom, -row, -column)
            case .turnedLeft: (right, row, -column)
            }
        let turned = [UInt8](unsafeUninitializedCapacity: samples.count) { output, count in
            samples.withUnsafeBufferPointer { samples in
                var place = 0
                for y in 0..<newHeight {
                    var source = origin &+ y &* down
                    for _ in 0..<newWidth {
                        var channel = 0
                        while channel < channels {
                            output[place] = samples[source &+ channel]
                            place &+= 1
                            channel &+= 1
                        }
                        source &+= across
                    }
                }
                count = place
            }
        }
        return Bitmap(width: newWidth, height: newHeight, format: format, samples: turned)
    }
}
