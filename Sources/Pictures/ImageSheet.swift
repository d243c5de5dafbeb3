/// A sheet of many small grey pictures of the same size, row by row.
package struct ImageSheet: Sendable {
    /// A colour: red, green and blue, 0 to 255.
    package struct Color: Hashable, Sendable {
        package var red: UInt8
        package var green: UInt8
        package var blue: UInt8

        package init(red: UInt8, green: UInt8, blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        /// A grey that can be distinguished from black, white and grey pictures, and from light and dark pages.
        package static let middleGrey = Color(red: 128, green: 132, blue: 138)
    }

    /// The number of pictures in a row of the sheet.
    package var perRow: Int
    /// The zoom factor: the number of sheet pixels for a pixel of a picture, in each direction.
    package var zoom: Int
    /// The distance between pictures, and around all of them, in pixels of the sheet.
    package var margin: Int
    /// The width of a frame, within the margin, in pixels of the sheet.
    package var frameWidth: Int
    package var background: Color

    /// Creates a layout. Sizes out of range trap.
    package init(
        perRow: Int = 8, zoom: Int = 3, margin: Int = 8, frameWidth: Int = 2, background: Color = .middleGrey
    ) {
        precondition(perRow >= 1, "ImageSheet.perRow: expected at least 1, received \(perRow)")
        precondition(zoom >= 1, "ImageSheet.zoom: expected at least 1, received \(zoom)")
        precondition(margin >= 0, "ImageSheet.margin: expected at least 0, received \(margin)")
        precondition(
            (0...margin).contains(frameWidth),
            "ImageSheet.frameWidth: expected 0 to the margin, \(margin), received \(frameWidth)")
        self.perRow = perRow
        self.zoom = zoom
        self.margin = margin
        self.frameWidth = frameWidth
        self.background = background
    }

    /// Draws the sheet; without pictures it has one empty place. A number of pixels that is not a multiple of a
    /// picture's traps.
    ///
    /// - Parameters:
    ///   - images: The pixels, [count][rows][columns], 0 (black) to 255 (white).
    ///   - rows: The number of rows of a picture.
    ///   - columns: The number of columns of a picture.
    ///   - frames: The colour of the frame around each picture; nil, or past the end of the array, for no frame.
    /// - Returns: A picture in RGB.
    package func draw(_ images: [UInt8], rows: Int, columns: Int, frames: [Color?] = []) -> Bitmap {
        precondition(
            rows >= 1 && columns >= 1 && images.count % (rows * columns) == 0,
            "ImageSheet: expected whole pictures of \(rows) x \(columns), received \(images.count) pixels")
        let count = images.count / (rows * columns)
        let across = max(1, min(count, perRow))
        let down = max(1, (count + across - 1) / across)
        var canvas = Canvas(
            width: across * (columns * zoom + margin) + margin,
            height: down * (rows * zoom + margin) + margin,
            background)
        for index in 0..<count {
            let left = margin + index % across * (columns * zoom + margin)
            let top = margin + index / across * (rows * zoom + margin)
            if index < frames.count, let frame = frames[index] {
                canvas.fill(
                    left - frameWidth, top - frameWidth, columns * zoom + 2 * frameWidth,
                    rows * zoom + 2 * frameWidth, frame)
            }
            for row in 0..<rows {
                for column in 0..<columns {
                    let grey = images[(index * rows + row) * columns + column]
                    canvas.fill(
                        left + column * zoom, top + row * zoom, zoom, zoom,
                        Color(red: grey, green: grey, blue: grey))
                }
            }
        }
        return Bitmap(width: canvas.width, height: canvas.height, format: .rgb, samples: canvas.samples)
    }
}

private struct Canvas {
    let width: Int
    let height: Int
    var samples: [UInt8]

    init(width: Int, height: Int, _ color: ImageSheet.Color) {
        self.width = width
        self.height = height
        samples = [UInt8](repeating: 0, count: width * height * 3)
        fill(0, 0, width, height, color)
    }

    mutating func fill(_ left: Int, _ top: Int, _ width: Int, _ height: Int, _ color: ImageSheet.Color) {
        let sheetWidth = self.width
        samples.withUnsafeMutableBufferPointer { samples in
            for row in top..<top + height {
                var place = 3 &* (row &* sheetWidth &+ left)
                for _ in 0..<width {
                    samples[place] = color.red
                    samples[place &+ 1] = color.green
                    samples[place &+ 2] = color.blue
                    place &+= 3
                }
            }
        }
    }
}
