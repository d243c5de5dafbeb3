import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("The gates of an LSTM cell")
struct LSTMGatesTests {
    struct Sizes: CustomTestStringConvertible {
        let features, units: Int
        /// N; nil for a single sequence.
        let batch: Int?
        let bias: Bool
        var testDescription: String { "D \(features), H \(units), N \(batch ?? 0), bias \(bias)" }

        var cell: LSTMCell { LSTMCell(inputSize: features, hiddenSize: units, bias: bias, seed: 3) }
        func shape(_ size: Int) -> [Int] { (batch.map { [$0] } ?? []) + [size] }
        var input: Tensor { .random(shape(features), seed: 4) }
        var state: LSTMState {
            LSTMState(hidden: .random(shape(units), seed: 5), cell: .random(shape(units), seed: 6))
        }
    }

    static let sizes = [
        Sizes(features: 2, units: 3, batch: nil, bias: true),
        Sizes(features: 5, units: 4, batch: 3, bias: true),
        Sizes(features: 1, units: 1, batch: 1, bias: false),
        Sizes(features: 6, units: 17, batch: 40, bias: false),
    ]

    @Test(arguments: sizes, [true, false])
    func `agree with a step in double precision`(_ sizes: Sizes, hasState: Bool) {
        let (cell, input, state) = (sizes.cell, sizes.input, hasState ? sizes.state : nil)
        let gates = cell.gates(input, state)
        let reference = Self.reference(cell)
        for n in 0..<(sizes.batch ?? 1) {
            func row(_ tensor: Tensor?, _ width: Int) -> [Double] {
                (0..<width).map { Double(tensor?.elements[n * width + $0] ?? 0) }
            }
            let step = reference.step(
                row(input, sizes.features), hidden: row(state?.hidden, sizes.units),
                cell: row(state?.cell, sizes.units))
            for (name, found, expected) in [
                ("i", gates.input, step.gates[0]), ("f", gates.forget, step.gates[1]),
                ("g", gates.candidate, step.gates[2]), ("o", gates.output, step.gates[3]),
            ] {
                #expect(found.shape == sizes.shape(sizes.units))
                expectClose(row(found, sizes.units), expected, absolute: 0, relative: 1e-7, name)
            }
            expectClose(row(gates.state.cell, sizes.units), step.cell, "c")
            expectClose(row(gates.state.hidden, sizes.units), step.hidden, "h")
        }
    }

    @Test(arguments: sizes, [true, false])
    func `the states equal the states of the cell's own step, to the last bit`(_ sizes: Sizes, hasState: Bool)
    {
        let cell = sizes.cell
        let state = hasState ? sizes.state : nil
        let (found, expected) = (cell.gates(sizes.input, state).state, cell(sizes.input, state))
        #expect(found.hidden.shape == expected.hidden.shape && found.cell.shape == expected.cell.shape)
        expectEqual(found.hidden.elements.map(\.bitPattern), expected.hidden.elements.map(\.bitPattern), "h")
        expectEqual(found.cell.elements.map(\.bitPattern), expected.cell.elements.map(\.bitPattern), "c")
    }

    /// The gates and the states come from different code; the equations join them.
    @Test(arguments: sizes)
    func `c = f ⊙ c' + i ⊙ g and h = o ⊙ tanh(c)`(_ sizes: Sizes) {
        let state = sizes.state
        let gates = sizes.cell.gates(sizes.input, state)
        func numbers(_ tensor: Tensor) -> [Double] { tensor.elements.map(Double.init) }
        let cell = plus(
            times(numbers(gates.forget), numbers(state.cell)),
            times(numbers(gates.input), numbers(gates.candidate)))
        expectClose(numbers(gates.state.cell), cell, absolute: 1e-6, relative: 1e-6, "c")
        expectClose(
            numbers(gates.state.hidden), times(numbers(gates.output), cell.map { sinh($0) / cosh($0) }),
            absolute: 1e-6, relative: 1e-6, "h")
    }

    @Test
    func `closed gates are 0, open ones 1`() {
        let sizes = Self.sizes[1]
        for (bias, expected) in [(-1000, 0), (1000, 1)] as [(Float, Float)] {
            let cell = sizes.cell
            for row in 0..<2 * sizes.units { cell["bias_ih"][row] = bias }
            let gates = cell.gates(sizes.input, sizes.state)
            #expect(gates.input == Tensor(shape: sizes.shape(sizes.units), repeating: expected))
            #expect(gates.forget == gates.input)
        }
    }

    @Test
    func `wrong shapes trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = LSTMCell(inputSize: 2, hiddenSize: 3).gates(Tensor(shape: [3]))
        }
        await #expect(processExitsWith: .failure) {
            _ = LSTMCell(inputSize: 2, hiddenSize: 3).gates(
                Tensor(shape: [2]), LSTMState(hidden: Tensor(shape: [4]), cell: Tensor(shape: [4])))
        }
        await #expect(processExitsWith: .failure) {
            _ = LSTMCell(inputSize: 2, hiddenSize: 3).gates(
                Tensor(shape: [4, 2]), LSTMState(hidden: Tensor(shape: [3, 3]), cell: nil))
        }
    }

    private static func reference(_ cell: LSTMCell) -> ReferenceCell {
        func numbers(_ name: String) -> [Double] {
            guard cell.layout[name] != nil else {
                return .init(repeating: 0, count: cell["weight_hh"].shape[0])
            }
            return cell[name].elements.map(Double.init)
        }
        return ReferenceCell(
            cell: .lstm,
            weightIH: Matrix(columns: cell["weight_ih"].shape[1], numbers: numbers("weight_ih")),
            weightHH: Matrix(columns: cell["weight_hh"].shape[1], numbers: numbers("weight_hh")),
            biasIH: numbers("bias_ih"), biasHH: numbers("bias_hh"))
    }
}
