import Testing

@testable import Pictures

@Suite struct GreyTests {
    @Test(arguments: Bitmap.Format.allCases) func `a grey picture keeps its values`(format: Bitmap.Format) {
        let grey = (0...255).map { UInt8($0) }
        let colors = format.hasAlpha ? format.channels - 1 : format.channels
        var samples: [UInt8] = []
        for value in grey {
            samples += [UInt8](repeating: value, count: colors)
            if format.hasAlpha { samples.append(255) }
        }
        #expect(Bitmap(width: 16, height: 16, format: format, samples: samples).grey() == grey)
    }

    @Test(arguments: [([255, 0, 0], 77), ([0, 255, 0], 149), ([0, 0, 255], 29), ([200, 100, 50], 124)])
    func `colours become their luma`(color: [UInt8], luma: Int) {
        let bitmap = Bitmap(width: 1, height: 1, format: .rgb, samples: color)
        #expect(abs(Int(bitmap.grey()[0]) - luma) <= 1)
    }

    /// The drawing has the same colour everywhere, and its shape is only in its opacity.
    @Test(arguments: [(0, 255), (90, 255), (130, 0), (255, 0)] as [(UInt8, UInt8)])
    func `transparent pixels contrast with the opaque ones`(ink: UInt8, background: UInt8) {
        let alpha: [UInt8] = [0, 255, 128, 0]
        let two = Bitmap(width: 2, height: 2, format: .greyAlpha, samples: alpha.flatMap { [ink, $0] })
        let four = Bitmap(
            width: 2, height: 2, format: .rgba, samples: alpha.flatMap { [ink, ink, ink, $0] })
        let between = UInt8((Int(ink) * 128 + Int(background) * 127 + 127) / 255)
        #expect(two.grey() == [background, ink, between, background])
        #expect(four.grey() == two.grey())
    }

    /// The colour of a transparent pixel has no effect.
    @Test func `hidden colours have no effect`() {
        let bitmap = Bitmap(width: 3, height: 1, format: .greyAlpha, samples: [0, 0, 0, 0, 200, 255])
        #expect(bitmap.grey() == [0, 0, 200])
    }

    @Test func `a completely transparent picture is uniform`() {
        let bitmap = Bitmap(width: 2, height: 1, format: .greyAlpha, samples: [7, 0, 250, 0])
        #expect(Set(bitmap.grey()).count == 1)
    }
}
