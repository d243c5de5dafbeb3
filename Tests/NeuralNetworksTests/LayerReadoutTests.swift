import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Features of layers")
struct LayerReadoutTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var cell = RecurrentCell.gru
        var layers = 1
        var bidirectional = true
        var batchFirst = true
        var isBatched = true
        var hasLengths = false

        static let all = [true, false].flatMap { bidirectional in
            [true, false].flatMap { hasLengths in
                [
                    Case(bidirectional: bidirectional, batchFirst: true, hasLengths: hasLengths),
                    Case(
                        cell: .lstm, layers: 2, bidirectional: bidirectional, batchFirst: false,
                        hasLengths: hasLengths),
                    Case(
                        cell: .rnnTanh, bidirectional: bidirectional, batchFirst: bidirectional,
                        isBatched: false, hasLengths: hasLengths),
                ]
            }
        }

        var testDescription: String {
            "\(cell.rawValue), \(layers) layers" + (bidirectional ? ", bidirectional" : "")
                + (isBatched ? batchFirst ? ", batch first" : ", steps first" : ", no batch")
                + (hasLengths ? ", lengths" : "")
        }

        var layer: RecurrentLayer<AnyKind> {
            let layer = RecurrentLayer(
                RecurrentStack(
                    cell, inputSize: 2, hiddenSize: 2, numLayers: layers, bidirectional: bidirectional),
                batchFirst: batchFirst)
            layer.randomize(seed: 1)
            return layer
        }

        var batch: Int { isBatched ? 3 : 1 }
        var lengths: [Int]? { !hasLengths ? nil : isBatched ? [4, 1, 3] : [3] }
        var input: Tensor {
            .random(!isBatched ? [4, 2] : batchFirst ? [3, 4, 2] : [4, 3, 2], seed: 2)
        }
    }

    @Test(arguments: Case.all, Readout.ofSequences)
    func `features are the documented numbers`(_ test: Case, _ readout: Readout) {
        let layer = test.layer
        let result = layer(test.input, lengths: test.lengths)
        let found = result.features(readout)
        let width = test.bidirectional ? 4 : 2
        #expect(found.shape == (test.isBatched ? [3] : []) + [readout == .all ? 4 * width : width])

        func output(_ n: Int, _ step: Int) -> [Float] {
            let steps = !test.isBatched ? result.output : test.batchFirst ? result.output.slice(n) : nil
            return (steps?.slice(step) ?? result.output.slice(step).slice(n)).elements
        }
        let expected = (0..<test.batch).flatMap { n -> [Float] in
            let length = test.lengths?[n] ?? 4
            switch readout {
            case .all, .each:
                return (0..<4).flatMap { $0 < length ? output(n, $0) : .init(repeating: 0, count: width) }
            case .last: return output(n, length - 1)
            case .mean:
                return (0..<width).map { unit in
                    (0..<length).reduce(0) { $0 + output(n, $1)[unit] } / Float(length)
                }
            case .final:
                let directions = width / 2
                return (0..<directions).flatMap { direction -> [Float] in
                    let state = result.state.hidden.slice((test.layers - 1) * directions + direction)
                    return (test.isBatched ? state.slice(n) : state).elements
                }
            }
        }
        expectClose(found.elements, expected, absolute: 1e-7, relative: 1e-6)
    }

    @Test(arguments: Case.all, Readout.ofSequences)
    func `gradients equal finite differences`(_ test: Case, _ readout: Readout) {
        let layer = test.layer
        let (input, lengths) = (test.input, test.lengths)
        let pass = layer.forward(input, lengths: lengths)
        let factor = Tensor.random(pass.result.features(readout).shape, seed: 3)
        let found = pass.backward(factor, from: readout)
        func scalar(_ input: Tensor) -> Double {
            layer(input, lengths: lengths).features(readout).dot(factor)
        }
        expectSlopes(of: layer, absolute: 2e-4) { scalar(input) }
        expectSlopes(found.input.elements, at: input.elements, absolute: 2e-4, "input") {
            scalar(Tensor(shape: input.shape, $0))
        }
    }

    @Test(arguments: Case.all)
    func `the last output equals the final state in only one direction`(_ test: Case) {
        let result = test.layer(test.input, lengths: test.lengths)
        let (last, final) = (result.features(.last), result.features(.final))
        #expect((last == final) == !test.bidirectional)
        guard test.bidirectional else { return }
        // The forward half is the same; the backward direction has read only one step.
        for n in 0..<test.batch {
            expectEqual(
                Array(last.elements[n * 4..<n * 4 + 2]), Array(final.elements[n * 4..<n * 4 + 2]))
        }
    }

    @Test
    func `gradients of other shapes trap`() async {
        await #expect(processExitsWith: .failure) {
            let pass = GRU(inputSize: 2, hiddenSize: 3).forward(Tensor(shape: [4, 5, 2]))
            pass.backward(Tensor(shape: [5, 3]), from: .all)
        }
    }
}
