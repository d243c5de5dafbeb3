import Datasets
import Foundation
import Pictures
import TestSupport
import Testing

@testable import ImageClassification

/// Tests from PNG files to the pixels that a model reads.
@Suite struct DigitPictureTests {
    private static let digits: LabeledImages = try! MNIST(directory: Repository.path("datasets/mnist")).test()

    private func normalized(_ png: [UInt8]) throws -> NormalizedDigit {
        let bitmap = try Bitmap(png: png, path: "a.png")
        return try DigitNormalizer().normalize(
            width: bitmap.width, height: bitmap.height, grey: bitmap.grey(), path: "a.png")
    }

    @Test(arguments: [0, 1234, 9999]) func `an exported digit is unchanged`(index: Int) throws {
        let digit = Self.digits[index].pixels
        let rgba = digit.flatMap { [$0, $0, $0, 255] as [UInt8] }
        for bitmap in [
            Bitmap(width: 28, height: 28, format: .grey, samples: digit),
            Bitmap(width: 28, height: 28, format: .rgba, samples: rgba),
        ] {
            #expect(try normalized(bitmap.png()).pixels == digit)
        }
    }

    /// The enlarged digit in a colour, with its shape only in the alpha channel, on a transparent background.
    @Test(arguments: [(7, [20, 40, 120]), (77, [0, 0, 0]), (777, [255, 255, 255])] as [(Int, [UInt8])])
    func `a drawing on a transparent background is a digit`(index: Int, ink: [UInt8]) throws {
        let (digit, zoom) = (Self.digits[index].pixels, 5)
        var samples: [UInt8] = []
        for y in 0..<28 * zoom {
            for x in 0..<28 * zoom { samples += ink + [digit[y / zoom * 28 + x / zoom]] }
        }
        let bitmap = Bitmap(width: 28 * zoom, height: 28 * zoom, format: .rgba, samples: samples)
        let found = try normalized(bitmap.png())
        #expect(found.polarity == (ink[0] < 128 ? .darkOnLight : .lightOnDark))
        let difference = zip(found.pixels, digit).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(Double(difference) / 784 <= 1)
    }
}
