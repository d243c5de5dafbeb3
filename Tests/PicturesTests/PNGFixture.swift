import CZlib
import Foundation
import TestSupport
import Testing

@testable import Pictures

/// A file of `pngFixtureText`, and its expected pixels according to the script that wrote it.
struct PNGFixture: CustomTestStringConvertible, Sendable {
    let width: Int
    let height: Int
    let colorType: Int
    let bitDepth: Int
    let isInterlaced: Bool
    let isTransparent: Bool
    let bytes: [UInt8]

    static let all: [PNGFixture] = {
        let lines = pngFixtureText.split(separator: "\n")
        let starts = lines.indices.filter { !lines[$0].hasPrefix(" ") } + [lines.count]
        return zip(starts, starts.dropFirst()).map { start, end in
            let numbers = lines[start].split(separator: " ").map { Int($0)! }
            let text = lines[(start + 1)..<end].map { $0.drop { $0 == " " } }.joined()
            return PNGFixture(
                width: numbers[0], height: numbers[1], colorType: numbers[2], bitDepth: numbers[3],
                isInterlaced: numbers[4] == 1, isTransparent: numbers[5] == 1,
                bytes: Array(Data(base64Encoded: text)!))
        }
    }()

    var testDescription: String {
        "\(width) x \(height), type \(colorType), \(bitDepth) bits"
            + (isInterlaced ? ", interlaced" : "") + (isTransparent ? ", transparent" : "")
    }

    var expected: Bitmap {
        let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType]!
        let key = (0..<channels).map { sample(1, 1, $0) }
        var samples: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let values = (0..<channels).map { sample(x, y, $0) }
                if colorType == 3 {
                    samples += color(values[0])
                } else {
                    let highest = Double(1 << bitDepth - 1)
                    samples += values.map { UInt8((Double($0) * 255 / highest).rounded()) }
                    if isTransparent { samples.append(values == key ? 0 : 255) }
                }
            }
        }
        let outputs = (colorType == 3 ? 3 : channels) + (isTransparent ? 1 : 0)
        return Bitmap(
            width: width, height: height, format: Bitmap.Format(rawValue: outputs)!, samples: samples)
    }

    private func sample(_ x: Int, _ y: Int, _ channel: Int) -> Int {
        (x * 12345 + y * 23456 + channel * 34567 + x * y * 4567) % 65521 / (1 << (16 - bitDepth))
    }

    private func color(_ index: Int) -> [UInt8] {
        let alpha = index < max(1, 1 << bitDepth / 2) ? index * 77 + 5 : 255
        let color = [index * 53 + 7, index * 101 + 90, index * 197 + 33] + (isTransparent ? [alpha] : [])
        return color.map { UInt8($0 % 256) }
    }
}

/// Returns a PNG file of any chunks, valid or not.
func png(_ chunks: [UInt8]...) -> [UInt8] { PNGBytes.signature + chunks.joined() }

func chunk(_ type: String, _ content: [UInt8] = []) -> [UInt8] {
    let body = Array(type.utf8) + content
    let checksum = UInt32(crc32(0, body, UInt32(body.count)))
    return bigEndian(UInt32(content.count)) + body + bigEndian(checksum)
}

func ihdr(
    _ width: UInt32 = 2, _ height: UInt32 = 2, bits: UInt8 = 8, type: UInt8 = 0, compression: UInt8 = 0,
    filter: UInt8 = 0, interlace: UInt8 = 0
) -> [UInt8] {
    chunk("IHDR", bigEndian(width) + bigEndian(height) + [bits, type, compression, filter, interlace])
}

func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    precondition(compress2(&output, &size, bytes, UInt(bytes.count), 9) == Z_OK)
    return Array(output.prefix(Int(size)))
}
