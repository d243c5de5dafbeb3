import Datasets
import Pictures
import TensorBoard
import Training

/// The content of `mistakes.png`: the misclassified images of an evaluation on one sheet, the worst first, row by row.
package enum MistakeSheet {
    /// The layout never changes, so that the pictures can be cut out of a sheet again.
    private static let layout = ImageSheet()
    /// The maximum size of a sheet that is read: 48 images of 480 × 480.
    static let pixelLimit = 100_000_000

    /// Draws the sheet.
    ///
    /// - Parameters:
    ///   - evaluation: The evaluation with the mistakes.
    ///   - images: The evaluated images.
    package static func draw(_ evaluation: Evaluation, from images: LabeledImages) -> Bitmap {
        let size = images.rows * images.columns
        var pixels: [UInt8] = []
        pixels.reserveCapacity(evaluation.mistakes.count * size)
        images.pixels.withUnsafeBufferPointer { source in
            for mistake in evaluation.mistakes {
                pixels += source[mistake.index * size..<(mistake.index + 1) * size]
            }
        }
        return layout.draw(pixels, rows: images.rows, columns: images.columns)
    }

    /// Returns the grey pictures on a sheet, each in its original size.
    ///
    /// - Returns: Nil if the sheet does not have this number of pictures.
    package static func pictures(on sheet: Bitmap, count: Int) -> [Bitmap]? {
        guard count > 0, let columns = size(sheet.width, min(count, layout.perRow)),
            let rows = size(sheet.height, (count + layout.perRow - 1) / layout.perRow)
        else { return nil }
        return (0..<count).map { index in
            let left = layout.margin + index % layout.perRow * (columns * layout.zoom + layout.margin)
            let top = layout.margin + index / layout.perRow * (rows * layout.zoom + layout.margin)
            var samples: [UInt8] = []
            samples.reserveCapacity(rows * columns)
            for row in 0..<rows {
                for column in 0..<columns {
                    let place = (top + row * layout.zoom) * sheet.width + left + column * layout.zoom
                    samples.append(sheet.samples[place * sheet.format.channels])
                }
            }
            return Bitmap(width: columns, height: rows, format: .grey, samples: samples)
        }
    }

    /// Returns the size in pixels of each of `count` pictures in a row or column; nil if they do not fill the sheet.
    private static func size(_ length: Int, _ count: Int) -> Int? {
        let ofEach = (length - layout.margin) / count - layout.margin
        guard ofEach >= layout.zoom, ofEach.isMultiple(of: layout.zoom),
            (length - layout.margin).isMultiple(of: count)
        else { return nil }
        return ofEach / layout.zoom
    }
}

extension PNGImage {
    /// Creates a picture for TensorBoard.
    init(_ bitmap: Bitmap) {
        let space: ColorSpace =
            switch bitmap.format {
            case .grey: .grayscale
            case .greyAlpha: .grayscaleAlpha
            case .rgb: .rgb
            case .rgba: .rgba
            }
        self.init(bitmap.png(), width: bitmap.width, height: bitmap.height, colorSpace: space)
    }
}
