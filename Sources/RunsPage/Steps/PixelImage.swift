import Datasets
import Foundation

/// An image in an answer.
struct PixelImage: Encodable {
    let rows: Int
    let columns: Int
    /// The pixels in base64, 0 to 255, row by row.
    let pixels: String

    init(_ image: LabeledImage) {
        (rows, columns) = (image.rows, image.columns)
        pixels = Data(image.pixels).base64EncodedString()
    }
}
