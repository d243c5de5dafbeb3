import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

/// The gradients of the example `vanishing-gradient`, over magnitudes from 1 to 1e-12.
@Suite("Gradients through 50 steps")
struct VanishingGradientTests {
    /// The norms of the gradient of the sum of the last hidden state with respect to the inputs so many steps back, as
    /// the example and the page "From the tutorials to Swift" print them.
    static let printed: [(cell: RecurrentCell, forgetBias: Float, norms: [Double])] = [
        (.rnnTanh, 0, [6.5e-1, 4.0e-3, 2.5e-5, 1.4e-7, 1.1e-9, 7.4e-12]),
        (.lstm, 0, [2.7e-1, 9.6e-4, 5.6e-6, 9.1e-8, 5.3e-10, 2.8e-12]),
        (.gru, 0, [4.1e-1, 3.6e-3, 6.6e-5, 2.9e-6, 5.4e-8, 2.2e-9]),
        (.lstm, 5, [2.7e-1, 8.5e-2, 7.0e-2, 5.8e-2, 7.0e-2, 6.7e-2]),
    ]

    @Test(arguments: printed)
    func `agree with double precision and with what is printed`(
        cell: RecurrentCell, forgetBias: Float, norms: [Double]
    ) {
        let stack = RecurrentStack(cell, inputSize: 4, hiddenSize: 8)
        let layer = RecurrentLayer<AnyKind>(stack, seed: 1)
        if cell == .lstm { for row in 8..<16 { layer["bias_ih_l0"][row] += forgetBias } }
        let input = Tensor(shape: [51, 4], (0..<51 * 4).map { sin(Float($0)) })
        let ones = Tensor(shape: [1, 8], repeating: 1)
        let zeros = Tensor(shape: [1, 8])
        let gradient = layer.forward(input).backward(
            nil, state: AnyState(hidden: ones, cell: cell == .lstm ? zeros : nil))

        let expected = Self.reference(layer, input)
        for step in 0...50 {
            // Every magnitude counts: the error is relative to the gradient of this step.
            let scale = expected[step].map(abs).max()!
            expectClose(
                gradient.input.slice(step).elements, expected[step], absolute: 2e-4 * scale, relative: 0,
                "step \(step)")
        }
        let found = [50, 40, 30, 20, 10, 0].map { step in
            sqrt(expected[step].map { $0 * $0 }.reduce(0, +))
        }
        // Two digits are printed.
        expectClose(found, norms, absolute: 0, relative: 0.05)
    }

    /// The gradients by the inputs of all steps, [L][D].
    private static func reference(_ layer: RecurrentLayer<AnyKind>, _ input: Tensor) -> [[Double]] {
        let names = layer.layout.parameters.map(\.name)
        let parameters = names.map { ($0, layer[$0].elements.map(Double.init)) }
        let reference = ReferenceStack(layer.stack, parameters: .init(uniqueKeysWithValues: parameters))
        let trace = reference.forward(
            (0...50).map { input.slice($0).elements.map(Double.init) }, from: reference.zeroState)
        var final = reference.zeroState
        final.hidden[0] = [Double](repeating: 1, count: 8)
        var gradient = reference.zeroGradient
        return reference.backward(
            trace, outputGradient: trace.output.map { $0.map { _ in 0 } }, finalGradient: final,
            addingTo: &gradient
        ).input
    }
}
