import Testing

@testable import CSV
@testable import Prices

/// Files of other formats, by the first bytes that programs write.
@Suite struct OtherFormatTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let testDescription: String

        init(_ name: String, of program: String, _ bytes: [UInt8], at offset: Int = 0) {
            self.name = name
            self.bytes = [UInt8](repeating: UInt8(ascii: "."), count: offset) + bytes
            testDescription = program
        }
    }

    private static let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    /// A ZIP archive whose first file has this name.
    private static func zip(_ first: String) -> [UInt8] {
        zip + [UInt8](repeating: 0, count: 26) + Array(first.utf8)
    }

    static let examples: [Example] = [
        Example("bzip2 data", of: "bzip2 1.0.8", Array("BZh91AY&SY".utf8) + [0x17, 0xEF]),
        Example("xz data", of: "xz 5.4", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x04]),
        Example("zstd data", of: "zstd 1.5", [0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x08]),
        Example("LZ4 data", of: "lz4 1.9", [0x04, 0x22, 0x4D, 0x18, 0x64, 0x40]),
        Example("a tar archive", of: "GNU tar", Array("ustar  ".utf8), at: 257),
        Example("a 7z archive", of: "7-Zip", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0x00, 0x04]),
        Example("a RAR archive", of: "RAR 5", [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x01, 0x00]),
        Example("a ZIP archive", of: "zip", zip("prices.csv")),
        Example("an Excel workbook", of: "Excel", zip("[Content_Types].xml")),
        Example("an Excel workbook", of: "openpyxl", zip("docProps/app.xml")),
        Example("an Excel workbook", of: "Excel 97", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]),
        Example("an OpenDocument file", of: "LibreOffice", zip("mimetypeapplication/vnd.oasis.opendocument")),
        Example("UTF-16", of: "Excel's Unicode text", [0xFF, 0xFE, 0x44, 0x00, 0x61, 0x00]),
        Example("UTF-16", of: "a big-endian program", [0xFE, 0xFF, 0x00, 0x44, 0x00, 0x61]),
        Example("UTF-32", of: "iconv", [0xFF, 0xFE, 0x00, 0x00, 0x44, 0x00, 0x00, 0x00]),
        Example("a PDF", of: "a printer", Array("%PDF-1.7\n".utf8)),
        Example("an XML file", of: "Excel 2003", Array("<?xml version=\"1.0\"?>".utf8)),
        Example("a Parquet file", of: "to_parquet", Array("PAR1".utf8) + [0x15, 0x04]),
        Example("an Arrow file", of: "to_feather", Array("ARROW1".utf8) + [0x00, 0x00]),
        Example("an HDF5 file", of: "to_hdf", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
        Example("a NumPy file", of: "numpy.save", [0x93] + Array("NUMPY".utf8) + [0x01, 0x00]),
        Example("an SQLite database", of: "sqlite3", Array("SQLite format 3".utf8) + [0x00]),
        Example("a Python pickle", of: "to_pickle, protocol 4", [0x80, 0x04, 0x95, 0x19]),
        Example("a Python pickle", of: "to_pickle, protocol 5", [0x80, 0x05, 0x95, 0x19]),
        Example("a PNG picture", of: "a screenshot", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]),
        Example("a JPEG picture", of: "a photograph", [0xFF, 0xD8, 0xFF, 0xE0]),
        Example("JSON", of: "a site", Array(" [{\"Date\"".utf8)),
    ]

    @Test(arguments: examples) func `a file of another format is named`(example: Example) {
        #expect(OtherFormat.recognise(example.bytes)?.name == example.name)
        // With a byte before it, the mark is in another place; JSON may begin with a line break.
        #expect(OtherFormat.recognise([0x0A] + example.bytes)?.name != example.name || example.name == "JSON")
    }

    @Test(arguments: ["Date,Close\n", "[Date],Close\n", "{Date},Close\n", "BZh9,Close\n", "PAR,1\n", ""])
    func `text is of no other format`(text: String) {
        #expect(OtherFormat.recognise(Array(text.utf8)) == nil)
    }
}
