import Platform

/// A format other than CSV, recognised by the first bytes of a file.
struct OtherFormat {
    /// The name with its article, for errors.
    let name: String
    /// The instruction for the user; if nil, the general one for files that are not CSV.
    let remedy: String?
    private let offset: Int
    private let bytes: [UInt8]

    private init(_ name: String, _ bytes: [UInt8], at offset: Int = 0, _ remedy: String? = nil) {
        self.name = name
        self.remedy = remedy
        self.offset = offset
        self.bytes = bytes
    }

    /// Recognises such a format by the first bytes of a file; nil for any other format.
    static func recognise(_ content: [UInt8]) -> OtherFormat? {
        if isJSON(content) {
            return OtherFormat(
                "JSON", [], "download the data as CSV, or write them as CSV, for example with pandas' to_csv")
        }
        return all.first { format in content.dropFirst(format.offset).starts(with: format.bytes) }
    }

    /// Returns whether text begins as JSON does. The name of a column such as `[Date]` is not JSON.
    private static func isJSON(_ content: [UInt8]) -> Bool {
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let start = content.prefix(1024).drop { isBlank($0) || [0xEF, 0xBB, 0xBF].contains($0) }
        let next = start.dropFirst().drop(while: isBlank).first ?? 0
        return switch start.first {
        case UInt8(ascii: "{"): "\"}".utf8.contains(next)
        case UInt8(ascii: "["): "[{]\"-0123456789".utf8.contains(next)
        default: false
        }
    }

    private static func unpack(_ command: String) -> String {
        "unpack it (\(command)), and give the CSV file; CSV compressed with gzip is read as it is"
    }

    /// The first files in the ZIP archives that Excel and other programs write.
    private static let workbooks = ["[Content_Types].xml", "_rels/", "docProps/", "xl/"].map { name in
        OtherFormat("an Excel workbook", Array(name.utf8), at: 30)
    }

    private static let all =
        workbooks + [
            OtherFormat("UTF-32", [0xFF, 0xFE, 0x00, 0x00]), OtherFormat("UTF-16", [0xFF, 0xFE]),
            OtherFormat("UTF-16", [0xFE, 0xFF]),
            OtherFormat("an OpenDocument file", Array("mimetypeapplication/vnd.oasis".utf8), at: 30),
            OtherFormat("an Excel workbook", [0xD0, 0xCF, 0x11, 0xE0]),
            OtherFormat("a ZIP archive", [0x50, 0x4B, 0x03, 0x04], unpack("unzip")),
            OtherFormat("xz data", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], unpack("xz -d")),
            OtherFormat("bzip2 data", Array("1AY&SY".utf8), at: 4, unpack("bunzip2")),
            OtherFormat("zstd data", [0x28, 0xB5, 0x2F, 0xFD], unpack("zstd -d")),
            OtherFormat("LZ4 data", [0x04, 0x22, 0x4D, 0x18], unpack("lz4 -d")),
            OtherFormat("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], unpack("7z x")),
            OtherFormat("a RAR archive", [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07], unpack("unrar x")),
            OtherFormat("a tar archive", Array("ustar".utf8), at: 257, unpack("tar -xf")),
            OtherFormat("a PDF", Array("%PDF-".utf8)), OtherFormat("an XML file", Array("<?xml".utf8)),
            OtherFormat("a Parquet file", Array("PAR1".utf8)),
            OtherFormat("an Arrow file", Array("ARROW1".utf8)),
            OtherFormat("an HDF5 file", [0x89, 0x48, 0x44, 0x46]),
            OtherFormat("a NumPy file", [0x93, 0x4E, 0x55, 0x4D]),
            OtherFormat("an SQLite database", Array("SQLite format 3".utf8)),
            OtherFormat("a Python pickle", [0x80, 0x04, 0x95]),
            OtherFormat("a Python pickle", [0x80, 0x05, 0x95]),
            OtherFormat("a PNG picture", [0x89, 0x50, 0x4E, 0x47]),
            OtherFormat("a JPEG picture", [0xFF, 0xD8, 0xFF]),
        ]
}
