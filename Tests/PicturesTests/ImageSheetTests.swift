import Foundation
import TestSupport
import Testing

@testable import Pictures

@Suite struct ImageSheetTests {
    private let blue = ImageSheet.Color(red: 10, green: 20, blue: 230)

    /// Returns the expected pixel of a sheet at one place, computed from the place to the picture.
    private func expected(
        _ sheet: ImageSheet, _ images: [UInt8], rows: Int, columns: Int, frames: [ImageSheet.Color?], x: Int,
        y: Int
    ) -> [UInt8] {
        let count = images.count / (rows * columns)
        let (cellWidth, cellHeight) = (columns * sheet.zoom + sheet.margin, rows * sheet.zoom + sheet.margin)
        for index in 0..<count {
            let dx = x - sheet.margin - index % min(count, sheet.perRow) * cellWidth
            let dy = y - sheet.margin - index / min(count, sheet.perRow) * cellHeight
            let (width, height) = (columns * sheet.zoom, rows * sheet.zoom)
            if (0..<width).contains(dx), (0..<height).contains(dy) {
                let grey = images[index * rows * columns + dy / sheet.zoom * columns + dx / sheet.zoom]
                return [grey, grey, grey]
            }
            let frame = sheet.frameWidth
            if (-frame..<width + frame).contains(dx), (-frame..<height + frame).contains(dy),
                index < frames.count, let color = frames[index]
            {
                return [color.red, color.green, color.blue]
            }
        }
        return [sheet.background.red, sheet.background.green, sheet.background.blue]
    }

    @Test(arguments: [
        (1, 3, 1, 0, 0), (3, 3, 2, 4, 1), (5, 3, 1, 2, 2), (7, 2, 3, 1, 0), (2, 9, 2, 3, 2), (6, 3, 4, 5, 3),
    ])
    func `every pixel is in its place`(count: Int, perRow: Int, zoom: Int, margin: Int, frameWidth: Int) {
        let (rows, columns) = (3, 4)
        let sheet = ImageSheet(perRow: perRow, zoom: zoom, margin: margin, frameWidth: frameWidth)
        let images = noise(count * rows * columns)
        let frames = [blue, nil, blue]
        let bitmap = sheet.draw(images, rows: rows, columns: columns, frames: frames)
        let across = min(count, perRow)
        #expect(bitmap.format == .rgb)
        #expect(bitmap.width == across * columns * zoom + (across + 1) * margin)
        let down = (count + across - 1) / across
        #expect(bitmap.height == down * rows * zoom + (down + 1) * margin)
        for y in 0..<bitmap.height {
            for x in 0..<bitmap.width {
                let color = expected(
                    sheet, images, rows: rows, columns: columns, frames: frames, x: x, y: y)
                #expect(Array(bitmap[x, y]) == color, "\(x), \(y)")
            }
        }
    }

    @Test func `without pictures the sheet is empty`() {
        let bitmap = ImageSheet(zoom: 2, margin: 3).draw([], rows: 5, columns: 4)
        #expect((bitmap.width, bitmap.height) == (14, 16))
        #expect(Set(bitmap.samples) == [128, 132, 138])
    }

    /// The contrast of WCAG 2.2 to black and to white is at least 3 : 1.
    @Test func `the background is visible on light and dark pages`() {
        let color = ImageSheet.Color.middleGrey
        let light = zip([color.red, color.green, color.blue], [0.2126, 0.7152, 0.0722])
            .map { pow((Double($0) / 255 + 0.055) / 1.055, 2.4) * $1 }.reduce(0, +)
        #expect((light + 0.05) / 0.05 >= 3)
        #expect(1.05 / (light + 0.05) >= 3)
    }

    @Test func `sizes that do not match trap`() async {
        await #expect(processExitsWith: .failure) { _ = ImageSheet(perRow: 0) }
        await #expect(processExitsWith: .failure) { _ = ImageSheet(zoom: 0) }
        await #expect(processExitsWith: .failure) { _ = ImageSheet(margin: 1, frameWidth: 2) }
        await #expect(processExitsWith: .failure) { _ = ImageSheet().draw([1, 2, 3], rows: 2, columns: 2) }
        await #expect(processExitsWith: .failure) {
            _ = Bitmap(width: 2, height: 2, format: .rgb, samples: [1])
        }
    }
}
