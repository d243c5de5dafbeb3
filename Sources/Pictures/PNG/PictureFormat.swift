/// Formats of pictures, and of files that people mistake for a PNG picture, recognised by a file's first bytes.
package enum PictureFormat: String, Sendable, CaseIterable {
    case jpeg = "a JPEG picture"
    case gif = "a GIF picture"
    case bmp = "a BMP picture"
    case webP = "a WebP picture"
    case heic = "a HEIC picture"
    case avif = "an AVIF picture"
    case tiff = "a TIFF picture"
    case jpegXL = "a JPEG XL picture"
    case jpeg2000 = "a JPEG 2000 picture"
    case svg = "an SVG drawing"
    case icon = "an icon file (ICO)"
    case photoshop = "a Photoshop document"
    case netpbm = "a Netpbm picture (PBM, PGM or PPM)"
    case pdf = "a PDF document"
    case numPy = "a NumPy array (.npy)"
    case gzip = "a gzip file"
    case zip = "a zip archive"
    case base64 = "a picture in base64"
    case convertedPNG = "a PNG picture that was changed as if it were text"

    /// The kind of file, with its article.
    package var name: String { rawValue }

    /// The instruction on how to get a PNG picture.
    package var remedy: String {
        switch self {
        case .numPy:
            "make a picture of it in Python: "
                + "PIL.Image.fromarray(array.astype(\"uint8\")).save(\"digit.png\"), with values from 0 to 255"
        case .gzip: "unpack it (gzip -d), and give the picture in it"
        case .zip: "unpack it, and give the pictures in it"
        case .base64: "decode it: sed 's/^.*,//' FILE | base64 --decode > digit.png"
        case .convertedPNG: "get the original again, in a way that leaves line ends and encoding as they are"
        default: "open it in an image viewer and save it as a PNG picture"
        }
    }

    /// Recognises a format; nil for PNG and for any other content.
    package init?(_ bytes: [UInt8]) {
        func has(_ text: String, at offset: Int = 0) -> Bool {
            bytes.dropFirst(offset).starts(with: text.utf8)
        }
        func starts(_ numbers: UInt8...) -> Bool { bytes.starts(with: numbers) }
        if starts(0xFF, 0xD8, 0xFF) {
            self = .jpeg
        } else if has("GIF87a") || has("GIF89a") {
            self = .gif
        } else if has("BM"), bytes.count >= 18, [12, 16, 40, 52, 56, 64, 108, 124].contains(bytes[14]),
            bytes[15..<18].allSatisfy({ $0 == 0 })
        {
            self = .bmp
        } else if has("RIFF"), has("WEBP", at: 8) {
            self = .webP
        } else if has("ftyp", at: 4) {
            let brands = bytes.prefix(64).dropFirst(8)
            if Self.contains(brands, ["avif", "avis"]) {
                self = .avif
            } else if Self.contains(brands, ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"])
            {
                self = .heic
            } else {
                return nil
            }
        } else if starts(0x49, 0x49, 0x2A, 0) || starts(0x4D, 0x4D, 0, 0x2A)
            || starts(0x49, 0x49, 0x2B, 0) || starts(0x4D, 0x4D, 0, 0x2B)
        {
            self = .tiff
        } else if starts(0xFF, 0x0A) || starts(0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20) {
            self = .jpegXL
        } else if starts(0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20) || starts(0xFF, 0x4F, 0xFF, 0x51) {
            self = .jpeg2000
        } else if starts(0, 0, 1, 0) {
            self = .icon
        } else if has("8BPS") {
            self = .photoshop
        } else if bytes.count > 2, bytes[0] == UInt8(ascii: "P"), (0x31...0x37).contains(bytes[1]),
            [0x09, 0x0A, 0x0D, 0x20].contains(bytes[2])
        {
            self = .netpbm
        } else if starts(0x93), has("NUMPY", at: 1) {
            self = .numPy
        } else if starts(0x1F, 0x8B) {
            self = .gzip
        } else if has("PK\u{3}\u{4}") {
            self = .zip
        } else if has("data:image/") || Self.base64Beginnings.contains(where: { has($0) }) {
            self = .base64
        } else if Self.convertedBeginnings.contains(where: { bytes.starts(with: $0 + Array("PNG".utf8)) }),
            !bytes.starts(with: PNGBytes.signature)
        {
            self = .convertedPNG
        } else if Self.contains(bytes.prefix(1024), ["%PDF-"]) {
            self = .pdf
        } else if Self.isSVG(bytes.prefix(1024)) {
            self = .svg
        } else {
            return nil
        }
    }

    /// The beginnings of PNG, JPEG and GIF in base64.
    private static let base64Beginnings = ["iVBORw0KGgo", "/9j/", "R0lGOD"]

    /// The first byte of a PNG file, 0x89, unchanged and after common conversions: cut to 7 bits, from Latin-1 to
    /// UTF-8, and replaced as an invalid character.
    private static let convertedBeginnings: [[UInt8]] = [[0x89], [0x09], [0xC2, 0x89], [0xEF, 0xBF, 0xBD]]

    /// Returns whether a text begins with a tag and contains an SVG tag.
    private static func isSVG(_ bytes: ArraySlice<UInt8>) -> Bool {
        let blanks: [UInt8] = [0xEF, 0xBB, 0xBF, 0x09, 0x0A, 0x0D, 0x20]
        return bytes.first { !blanks.contains($0) } == UInt8(ascii: "<") && contains(bytes, ["<svg"])
    }

    private static func contains(_ bytes: ArraySlice<UInt8>, _ texts: [String]) -> Bool {
        texts.contains { text in bytes.indices.contains { bytes[$0...].starts(with: text.utf8) } }
    }
}
