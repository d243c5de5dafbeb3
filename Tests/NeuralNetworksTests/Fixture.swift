import Foundation
import Safetensors
import TestSupport
import Testing

@testable import NeuralNetworks

/// A file written by PyTorch, described by `index.json`: inputs, parameters, outputs and gradients.
struct Fixture {
    let file: SafetensorsFile

    init(_ name: String) throws {
        file = try SafetensorsFile(path: Fixtures.path(name + ".safetensors"))
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

    /// Returns all tensors `prefix` + parameter name in the order of a layout.
    func parameters(_ prefix: String, _ layout: ParameterLayout) throws -> [Double] {
        try layout.parameters.flatMap { parameter in
            let name = prefix + parameter.name
            #expect(try shape(name) == parameter.shape, "\(name)")
            return try doubles(name)
        }
    }
}
