import Datasets
import Pictures
import TensorBoard
import Training

/// `mistakes.png`: the images of an evaluation's mistakes on one sheet, the worst first, row by row.
package enum MistakeSheet {
    /// The same at any time, so that pictures can be cut out of a sheet again.
    private static let layout = ImageSheet()
    /// The largest sheet that is read: 48 images of 480 × 480.
    static let pixelLimit = 100_000_000

    /// Draws the sheet.
    ///
    /// - Parameters:
    ///   - evaluation: names the mistakes.
    ///   - images: those that were evaluated.
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

    /// The grey pictures on a sheet, each in its own size.
    ///
    /// - Returns: nil if the sheet is not one of so many pictures.
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

    /// Pixels of one of so many pictures in a row or column; nil if they do not fill the sheet.
    private static func size(_ length: Int, _ count: Int) -> Int? {
        let ofEach = (length - layout.margin) / count - layout.margin
        guard ofEach >= layout.zoom, ofEach.isMultiple(of: layout.zoom),
            (length - layout.margin).isMultiple(of: count)
        else { return nil }
        return ofEach / layout.zoom
    }
}

extension PNGImage {
    /// A picture for TensorBoard.
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
