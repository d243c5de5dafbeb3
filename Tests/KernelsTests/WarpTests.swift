import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Warping an image")
struct WarpTests {
    /// Sizes narrower and wider than a vector, and of one pixel, row or column.
    static let sizes = [(1, 1), (1, 33), (33, 1), (5, 15), (4, 16), (3, 17), (28, 28), (2, 45)]

    /// A warp with separate memory, which can check whether its frame is still zero.
    final class Room {
        var warp: ImageWarp
        private let rowBasis: [Float]
        private let columnBasis: [Float]
        private let basisMemory: UnsafeMutablePointer<Float>

        init(rows: Int, columns: Int, numbers: Numbers) {
            rowBasis = numbers(7 * ImageWarp.padded(rows))
            columnBasis = numbers(7 * ImageWarp.padded(columns))
            basisMemory = .allocate(capacity: rowBasis.count + columnBasis.count)
            for (index, weight) in (rowBasis + columnBasis).enumerated() { basisMemory[index] = weight }
            warp = ImageWarp(
                rows: rows, columns: columns, rowBasis: basisMemory,
                columnBasis: basisMemory + rowBasis.count,
                framed: UnsafeMutablePointer(bitPattern: 64)!, corners: UnsafeMutablePointer(bitPattern: 64)!)
            warp.framed = .allocate(capacity: warp.framedCount)
            warp.framed.initialize(repeating: 0, count: warp.framedCount)
            warp.corners = .allocate(capacity: warp.cornersCount)
            warp.corners.initialize(repeating: .max, count: warp.cornersCount)
        }

        deinit {
            basisMemory.deallocate()
            warp.framed.deallocate()
            warp.corners.deallocate()
        }

        var isFrameZero: Bool {
            (0..<warp.framedCount).allSatisfy { place in
                let (row, column) = (place / warp.framedStride, place % warp.framedStride)
                return row >= 1 && row <= warp.rows && column >= 1 && column <= warp.columns
                    || warp.framed[place] == 0
            }
        }

        /// Returns x and y of the place at which a pixel is read.
        func place(row: Int, column: Int, _ controls: [Float]?) -> (x: Double, y: Double) {
            func along(_ axis: KeyPath<ImageWarp.Point, Float>, _ offset: Int) -> Double {
                let line = Double(warp.origin[keyPath: axis])
                var sum = line + Double(column) * Double(warp.across[keyPath: axis])
                sum += Double(row) * Double(warp.down[keyPath: axis])
                guard let controls else { return sum }
                for i in 0..<7 {
                    for j in 0..<7 {
                        let weight =
                            Double(rowBasis[i * ImageWarp.padded(warp.rows) + row])
                            * Double(columnBasis[j * ImageWarp.padded(warp.columns) + column])
                        sum += weight * Double(controls[i * 16 + offset + j])
                    }
                }
                return sum
            }
            return (along(\.x, 0), along(\.y, 8))
        }
    }

    /// Warps an image at the end of readable memory; the result is before a margin that must not change.
    private func draw(_ room: Room, _ image: [UInt8], _ controls: [Float]?, _ set: InstructionSet) -> [UInt8]
    {
        let source = GuardedBytes(count: image.count)
        for (place, byte) in image.enumerated() { source.base[place] = byte }
        let target = GuardedBytes(count: image.count + 15)
        withExtendedLifetime((source, target)) {
            if let controls {
                controls.withUnsafeBufferPointer {
                    var warp = room.warp
                    warp.controls = $0.baseAddress
                    set.kernels.warp(source.base, warp, into: target.base)
                }
            } else {
                set.kernels.warp(source.base, room.warp, into: target.base)
            }
        }
        #expect(image.count > 2000 || room.isFrameZero)
        return (0..<image.count).map { target.base[$0] }
    }

    @Test(arguments: InstructionSet.available, [false, true])
    func `pixels are interpolated as in the reference`(set: InstructionSet, isElastic: Bool) {
        for (rows, columns) in Self.sizes {
            let numbers = Numbers(seed: UInt64(rows * 100 + columns))
            let room = Room(rows: rows, columns: columns, numbers: numbers)
            // The same memory is used for several images; nothing of the first image may remain.
            for _ in 0..<3 {
                let image = (0..<rows * columns).map { _ in UInt8(numbers.index(below: 256)) }
                room.warp.origin = .init(x: 3 * numbers(), y: 3 * numbers())
                room.warp.across = .init(x: 1 + numbers() / 2, y: numbers() / 2)
                room.warp.down = .init(x: numbers() / 2, y: 1 + numbers() / 2)
                // Idle lanes contain NaN, which must not be used.
                let controls = (0..<7).flatMap { _ in
                    numbers(7) + [.nan] + numbers(7) + [.nan]
                }
                let found = draw(room, image, isElastic ? controls : nil, set)
                let expected = (0..<rows * columns).map { pixel in
                    let (row, column) = (pixel / columns, pixel % columns)
                    let place = room.place(row: row, column: column, isElastic ? controls : nil)
                    return interpolate(image, rows, columns, x: place.x, y: place.y)
                }
                expectClose(
                    found.map(Float.init), expected, absolute: 0.52, relative: 0, "\(rows) × \(columns)")
            }
        }
    }

    /// The images are so large that rounding a product and a sum together anywhere would change some pixel.
    @Test
    func `all instruction sets give the same bytes`() {
        let (rows, columns) = (260, 331)
        let numbers = Numbers(seed: 9)
        let room = Room(rows: rows, columns: columns, numbers: numbers)
        let image = (0..<rows * columns).map { _ in UInt8(numbers.index(below: 256)) }
        let controls = numbers(7 * 16)
        for isElastic in [false, true, false, true] {
            room.warp.origin = .init(x: numbers(), y: numbers())
            room.warp.across = .init(x: 1 + numbers() / 8, y: numbers() / 8)
            room.warp.down = .init(x: numbers() / 8, y: 1 + numbers() / 8)
            let results = InstructionSet.available.map { draw(room, image, isElastic ? controls : nil, $0) }
            #expect(Set(results).count == 1)
        }
    }

    /// Nothing outside the image and its memory is read.
    @Test(
        arguments: InstructionSet.available,
        [1e3, 1e9, 1e30, Float.infinity, -.infinity, .nan, .greatestFiniteMagnitude])
    func `the image is zero outside its borders`(set: InstructionSet, far: Float) {
        for (rows, columns) in Self.sizes {
            let numbers = Numbers(seed: 1)
            let room = Room(rows: rows, columns: columns, numbers: numbers)
            let image = [UInt8](repeating: 255, count: rows * columns)
            let black = [UInt8](repeating: 0, count: rows * columns)
            for (x, y) in [(far, 0), (-far, 0), (0, far), (0, -far), (far, far), (-far, far)] {
                room.warp.origin = .init(x: x, y: y)
                #expect(draw(room, image, nil, set) == black, "\(x), \(y)")
            }
            // The steps leave the image at once, and the control points are far apart.
            room.warp.origin = .init(x: 0, y: 0)
            room.warp.across = .init(x: far, y: far)
            room.warp.down = .init(x: -far, y: far)
            let found = draw(room, image, nil, set)
            #expect(far.isFinite ? found[1...].allSatisfy { $0 == 0 } : found == black)
            _ = draw(room, image, [Float](repeating: far, count: 7 * 16), set)
        }
    }

    private func interpolate(_ image: [UInt8], _ rows: Int, _ columns: Int, x: Double, y: Double) -> Double {
        func pixel(_ row: Int, _ column: Int) -> Double {
            (0..<rows).contains(row) && (0..<columns).contains(column)
                ? Double(image[row * columns + column]) : 0
        }
        let (row, column) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
        let (below, right) = (y - Double(row), x - Double(column))
        return (1 - below) * ((1 - right) * pixel(row, column) + right * pixel(row, column + 1))
            + below * ((1 - right) * pixel(row + 1, column) + right * pixel(row + 1, column + 1))
    }
}
