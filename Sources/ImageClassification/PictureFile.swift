import Console
import Datasets
import Pictures
import Platform

/// Reads the picture files that users want to classify.
package enum PictureFile {
    /// The maximum size of a file; a picture of ``PNGPicture/pixelLimit`` pixels is smaller even if it does not
    /// compress.
    package static let byteLimit = 256 << 20

    /// The maximum number of pixels, as text.
    package static var pixelLimitText: String { TextFormat.grouped(PNGPicture.pixelLimit) }

    /// Reads a PNG file.
    ///
    /// - Throws: `DatasetError` for a file that is missing, cannot be read, is too large or is not a picture;
    ///   `PNGError`; `MemoryShortage`.
    package static func read(_ path: String) throws -> PNGPicture {
        let file = try InputFile(path: path)
        guard file.size <= byteLimit else {
            throw DatasetError.invalid(
                file: path, problem: .fileTooLarge, at: .byte(0), expected: "at most \(byteLimit) bytes",
                found: "\(file.size) bytes")
        }
        // The file, and the content of its chunks.
        try MemoryShortage.check(2 * Double(file.size), for: path.printableLine)
        let bytes = try file.readBytes(file.size)
        if let content = ForeignContent.recognise(bytes.prefix(ForeignContent.recognisedBytes)) {
            throw DatasetError.foreign(content, file: path, expected: "a PNG picture")
        }
        if bytes.starts(with: [0, 0, 8, 3]) || bytes.starts(with: [0x1F, 0x8B]) && isIDX(path) {
            throw DatasetError.invalid(
                file: path, problem: .imagesNotPicture, at: .byte(0), expected: "a PNG picture",
                found: "an IDX file of images")
        }
        return try PNGPicture(bytes, path: path)
    }

    private static func isIDX(_ path: String) -> Bool { (try? IDXFileHeader(path: path).imageShape()) != nil }
}
