import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("The text of a tensor is PyTorch's")
struct TensorTextTests {
    /// A tensor and its text, as `Scripts/tutorial_fixture.py` writes them.
    struct Printed: Decodable, CustomTestStringConvertible {
        let shape: [Int]
        /// The bits of each number; nil if the numbers are computed by `pattern`.
        let bits: [UInt32]?
        let text: String

        var testDescription: String { "\(shape) \(text.prefix(40))" }

        var tensor: Tensor {
            let count = shape.reduce(1, *)
            return Tensor(shape: shape, bits?.map(Float.init(bitPattern:)) ?? Self.pattern(count))
        }

        private static func pattern(_ count: Int) -> [Float] {
            var numbers = (0..<count).map { Float($0 * 7919 % 2003 - 1000) / 64 }
            numbers[count / 2] = 1e6
            return numbers
        }
    }

    struct Tutorials: Decodable {
        let printed: [Printed]

        static func read() throws -> Tutorials {
            let file = Fixtures.url.appending(path: "tutorials.json")
            return try JSONDecoder().decode(Tutorials.self, from: Data(contentsOf: file))
        }
    }

    @Test(arguments: try Tutorials.read().printed)
    func `to the last character`(_ printed: Printed) {
        let lines = "\(printed.tensor)".components(separatedBy: "\n")
        let expected = printed.text.components(separatedBy: "\n")
        expectEqual(lines, expected)
    }

    @Test
    func `the fixture has each notation, and tensors that are shortened`() throws {
        let texts = try Tutorials.read().printed.map(\.text)
        for part in ["e+", "e-", "nan", "-inf", "...", "size=(", "1.,", "-0."] {
            #expect(texts.contains { $0.contains(part) }, "\(part)")
        }
        #expect(texts.count > 50)
    }
}
