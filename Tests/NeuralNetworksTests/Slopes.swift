import TestSupport
import Testing

@testable import NeuralNetworks

/// Expects gradients to equal differences of the scalar at five points 1/32 apart. The library computes in single
/// precision, which limits the accuracy.
func expectSlopes(
    _ found: [Float], at numbers: [Float], absolute: Double = 1e-4, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, of scalar: ([Float]) -> Double
) {
    let slopes = numbers.indices.map { index in
        var moved = numbers
        return slope { step in
            moved[index] = numbers[index] + step
            return scalar(moved)
        }
    }
    expectClose(found, slopes, absolute: absolute, relative: 1e-3, what, sourceLocation: sourceLocation)
}

/// Expects the gradients of a module's parameters, computed before, to equal differences of the scalar.
func expectSlopes(
    of module: some Module, absolute: Double = 1e-4, _ what: String = "parameters",
    sourceLocation: SourceLocation = #_sourceLocation, scalar: () -> Double
) {
    let slopes = (0..<module.layout.count).map { index in
        let number = module.parameters.base[index]
        defer { module.parameters.base[index] = number }
        return slope { step in
            module.parameters.base[index] = number + step
            return scalar()
        }
    }
    expectClose(
        module.gradients.elements, slopes, absolute: absolute, relative: 1e-3, what,
        sourceLocation: sourceLocation)
}

private func slope(_ scalar: (Float) -> Double) -> Double {
    let h: Float = 0x1p-5
    return (8 * (scalar(h) - scalar(-h)) - (scalar(2 * h) - scalar(-2 * h))) / (12 * Double(h))
}

extension Tensor {
    /// Returns numbers in [-bound, bound), all different.
    static func random(_ shape: [Int], seed: UInt64, bound: Float = 1) -> Tensor {
        Tensor(shape: shape, randomNumbers(shape.reduce(1, *), seed: seed, bound: bound).map { Float($0) })
    }

    /// Returns Σ of the products of corresponding elements.
    func dot(_ other: Tensor) -> Double {
        precondition(shape == other.shape, "\(shape) · \(other.shape)")
        return zip(elements, other.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    func mapping(_ transform: (Float) -> Float) -> Tensor { Tensor(shape: shape, elements.map(transform)) }
}

extension Module {
    /// Makes every parameter different, including biases.
    func randomize(seed: UInt64, bound: Float = 0.7) {
        for (index, number) in randomNumbers(layout.count, seed: seed, bound: bound).enumerated() {
            parameters.base[index] = Float(number)
        }
    }
}
