import Foundation
import Testing

@testable import NeuralNetworks
@testable import Training

/// A file written by PyTorch (`Fixtures/index.json` says how): inputs, parameters, outputs and gradients.
struct Fixture {
    let file: SafetensorsFile

    init(_ name: String) throws {
        let directory = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        file = try SafetensorsFile(path: directory.appendingPathComponent(name + ".safetensors").path)
    }

    func shape(_ name: String) throws -> [Int] { try #require(file[name], "no tensor \(name)").shape }

    func floats(_ name: String) throws -> [Float] {
        let tensor = try #require(file[name], "no tensor \(name)")
        return tensor.type == .float64
            ? try file.values(of: name, as: Double.self).map(Float.init)
            : try file.values(of: name, as: Float.self)
    }

    func doubles(_ name: String) throws -> [Double] {
        let tensor = try #require(file[name], "no tensor \(name)")
        return tensor.type == .float64
            ? try file.values(of: name, as: Double.self)
            : try file.values(of: name, as: Float.self).map(Double.init)
    }

    /// All tensors `prefix` + parameter name in the order of a layout.
    func parameters(_ prefix: String, _ layout: ParameterLayout) throws -> [Double] {
        try layout.parameters.flatMap { parameter in
            let name = prefix + parameter.name
            #expect(try shape(name) == parameter.shape, "\(name)")
            return try doubles(name)
        }
    }
}

/// Whether every number is within `absolute` + `relative` · |expected| of the expected one; NaN never is.
func expectClose(
    _ found: [some BinaryFloatingPoint], _ expected: [some BinaryFloatingPoint], absolute: Double = 2e-6,
    relative: Double = 1e-5, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record(
            "\(what): \(found.count) numbers, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    var worst = (excess: 0.0, index: -1)
    for index in found.indices {
        let error = abs(Double(found[index]) - Double(expected[index]))
        let excess = error - (absolute + relative * abs(Double(expected[index])))
        if !(excess <= 0), !(excess <= worst.excess) || worst.index < 0 { worst = (excess, index) }
    }
    if worst.index >= 0 {
        Issue.record(
            "\(what)[\(worst.index)]: \(found[worst.index]), expected \(expected[worst.index])",
            sourceLocation: sourceLocation)
    }
}

/// Whether all numbers are equal; NaN never is. (`#expect` would search for the shortest edit between two
/// long arrays before it said so.)
func expectEqual<Number: Equatable>(
    _ found: [Number], _ expected: [Number], _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record(
            "\(what): \(found.count) numbers, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    if let index = found.indices.first(where: { found[$0] != expected[$0] }) {
        Issue.record(
            "\(what)[\(index)]: \(found[index]), expected \(expected[index])", sourceLocation: sourceLocation)
    }
}
