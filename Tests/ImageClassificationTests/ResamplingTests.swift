import TestSupport
import Testing

@testable import ImageClassification

@Suite struct ResamplingTests {
    @Test func `a pixel is the mean over its area`() {
        let pixels: [UInt8] = [10, 20, 30, 40, 50, 60]
        #expect(Resampling(width: 6, height: 1, columns: 3, rows: 1)(pixels) == [15, 35, 55])
        #expect(Resampling(width: 1, height: 6, columns: 1, rows: 2)(pixels) == [20, 50])
        // Each new pixel covers one and a half old pixels.
        let found = Resampling(width: 6, height: 1, columns: 4, rows: 1)(pixels)
        #expect(zip(found, [40 / 3, 80 / 3, 130 / 3, 170 / 3] as [Float]).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test func `resampling to the same size changes nothing`() {
        let pixels = noise(7 * 5)
        #expect(Resampling(width: 7, height: 5, columns: 7, rows: 5)(pixels) == pixels.map(Float.init))
    }

    @Test func `larger pictures are interpolated`() {
        let found = Resampling(width: 2, height: 1, columns: 4, rows: 1)([0, 100] as [UInt8])
        #expect(found == [0, 25, 75, 100])
    }

    @Test func `the area outside the picture is zero`() {
        let resampling = Resampling(
            width: 2, height: 2, left: -1, top: -1, columns: 4, rows: 4, columnStep: 1, rowStep: 1)
        #expect(
            resampling([1, 2, 3, 4] as [Float]) == [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0])
    }

    @Test(arguments: [(1, 1), (3, 2), (13, 7), (29, 31)]) func `the mean does not change`(
        columns: Int, rows: Int
    ) {
        let pixels = noise(40 * 33)
        let found = Resampling(width: 40, height: 33, columns: columns, rows: rows)(pixels)
        let mean = found.reduce(0, +) / Float(found.count)
        let expected = Float(pixels.reduce(0) { $0 + Int($1) }) / Float(pixels.count)
        #expect(abs(mean - expected) <= 1e-3 * expected)
    }
}
