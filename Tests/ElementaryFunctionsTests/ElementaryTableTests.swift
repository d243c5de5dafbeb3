import ElementaryFunctions
import Foundation
import Testing

/// A function by its name in the table.
struct NamedFunction: Sendable, CustomTestStringConvertible {
    let name: String
    let value: @Sendable (Double, Double) -> Double

    var testDescription: String { name }

    static let all: [Self] = [
        Self(name: "exp") { x, _ in Elementary.exp(x) },
        Self(name: "log") { x, _ in Elementary.log(x) },
        Self(name: "log1p") { x, _ in Elementary.log1p(x) },
        Self(name: "log10") { x, _ in Elementary.log10(x) },
        Self(name: "tanh") { x, _ in Elementary.tanh(x) },
        Self(name: "sin") { x, _ in Elementary.sin(x) },
        Self(name: "cos") { x, _ in Elementary.cos(x) },
        Self(name: "atan") { x, _ in Elementary.atan(x) },
        Self(name: "pow") { x, y in Elementary.pow(x, y) },
    ]
}

/// The results of mpmath, correctly rounded: `Scripts/elementary_fixture.py`.
@Suite("Elementary functions and mpmath")
struct ElementaryTableTests {
    private static let lines: [[Substring]] = {
        let url = Bundle.module.url(forResource: "elementary", withExtension: "txt", subdirectory: "Fixtures")
        let text = url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
        return text.split(separator: "\n").map { $0.split(separator: " ") }
    }()

    private static func number(_ bits: Substring) throws -> Double {
        Double(bitPattern: try #require(UInt64(bits, radix: 16)))
    }

    @Test(arguments: NamedFunction.all)
    func `every result has the same bits`(_ function: NamedFunction) throws {
        let lines = Self.lines.filter { $0.first == function.name[...] }
        #expect(lines.count > 300)
        for line in lines {
            let numbers = try line.dropFirst().map(Self.number)
            let result = function.value(numbers[0], numbers[1])
            #expect(
                result.bitPattern == numbers[numbers.count - 1].bitPattern,
                "\(function.name) of \(numbers.dropLast()): \(result)")
        }
    }
}
