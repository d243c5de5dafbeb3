import TestSupport
import Testing

@testable import NeuralNetworks

/// Layers hand each other the numbers of a batch in lanes. An array of the same numbers must give the same results.
@Suite("Tensors in lanes")
struct LaneTensorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var batch: Int
        var batchFirst = true
        var hasLengths = false
        var readout = Readout.all

        static let all = [16, 32, 37, 64].flatMap { batch in
            [true, false].flatMap { batchFirst in
                [true, false].flatMap { hasLengths in
                    Readout.allCases.map {
                        Case(batch: batch, batchFirst: batchFirst, hasLengths: hasLengths, readout: $0)
                    }
                }
            }
        }

        var lengths: [Int]? { hasLengths ? (0..<batch).map { 1 + $0 * 7 % 5 } : nil }

        var testDescription: String {
            "\(batch) sequences\(batchFirst ? "" : ", steps first")\(hasLengths ? ", lengths" : ""), \(readout)"
        }
    }

    /// The results of two layers, as arrays.
    private struct Found: Equatable {
        var output, scores, hidden: [Float]
        var inputGradient, stateGradient: [Float]
        var gradients: [[Float]]
    }

    private func run(_ test: Case, asArrays: Bool) -> Found {
        func handedOver(_ tensor: Tensor) -> Tensor {
            asArrays ? Tensor(shape: tensor.shape, tensor.elements) : tensor
        }
        let (steps, inputs) = (5, 3)
        let lstm = LSTM(
            inputSize: inputs, hiddenSize: 6, numLayers: 2, batchFirst: test.batchFirst, bidirectional: true)
        let input = Tensor.random(
            test.batchFirst ? [test.batch, steps, inputs] : [steps, test.batch, inputs], seed: 1)
        let pass = lstm.forward(input, lengths: test.lengths)
        let isEach = test.readout == .each
        let features = isEach ? pass.output : pass.result.features(test.readout)
        let linear = Linear(inputSize: features.shape[features.rank - 1], outputSize: 7)
        let scores = linear.forward(handedOver(features))
        let slopes = Tensor.random(scores.output.shape, seed: 2)
        let featureGradient = handedOver(scores.backward(slopes))
        let found =
            isEach ? pass.backward(featureGradient) : pass.backward(featureGradient, from: test.readout)
        return Found(
            output: pass.output.elements, scores: scores.output.elements, hidden: pass.state.hidden.elements,
            inputGradient: found.input.elements, stateGradient: found.initialState.cell.elements,
            gradients: [lstm.gradients.elements, linear.gradients.elements])
    }

    @Test(arguments: Case.all)
    func `numbers in lanes give the results of numbers in arrays`(_ test: Case) {
        let (lanes, arrays) = (run(test, asArrays: false), run(test, asArrays: true))
        #expect(lanes.output == arrays.output)
        #expect(lanes.scores == arrays.scores)
        #expect(lanes.hidden == arrays.hidden)
        #expect(lanes.inputGradient == arrays.inputGradient)
        #expect(lanes.stateGradient == arrays.stateGradient)
        #expect(lanes.gradients[0] == arrays.gradients[0])
        // The rows of sorted sequences, and the rows of each step, are summed in another order.
        if test.hasLengths || test.readout == .each {
            #expect(
                zip(lanes.gradients[1], arrays.gradients[1]).allSatisfy {
                    abs($0 - $1) < 1e-5 * max(1, abs($1))
                })
        } else {
            #expect(lanes.gradients[1] == arrays.gradients[1])
        }
    }

    @Test(arguments: [true, false])
    func `each sequence of a batch has the output that it has alone`(batchFirst: Bool) {
        let gru = GRU(inputSize: 3, hiddenSize: 5, batchFirst: batchFirst, bidirectional: true)
        let (batch, steps) = (37, 4)
        let input = Tensor.random([batch, steps, 3], seed: 3)
        let lengths = (0..<batch).map { 1 + $0 % steps }
        let result = gru(batchFirst ? input : input.swappingFirstTwo(), lengths: lengths)
        let output = batchFirst ? result.output : result.output.swappingFirstTwo()
        for (index, length) in lengths.enumerated() {
            let alone = gru(input.slice(index), lengths: [length])
            #expect(output.slice(index) == alone.output)
            for state in 0..<2 {
                #expect(result.state.hidden.slice(state).slice(index) == alone.state.hidden.slice(state))
            }
        }
    }

    @Test
    func `the output of a layer is the input of the next`() {
        let (first, second) = (GRU(inputSize: 2, hiddenSize: 3), GRU(inputSize: 3, hiddenSize: 4))
        let output = first(.random([5, 37, 2], seed: 4)).output
        let array = Tensor(shape: output.shape, output.elements)
        #expect(output.lanes != nil && array.lanes == nil)
        #expect(output == array && output.hashValue == array.hashValue)
        #expect(second(output).output == second(array).output)
    }

    @Test
    func `a gradient has no share of lanes without a sequence`() {
        let gru = GRU(inputSize: 2, hiddenSize: 3)
        let pass = gru.forward(.random([5, 37, 2], seed: 4))
        pass.backward(pass.output)
        let found = gru.gradients.elements
        gru.zeroGradients()
        let again = gru.forward(.random([5, 37, 2], seed: 4))
        again.backward(Tensor(shape: again.output.shape, again.output.elements))
        #expect(found == gru.gradients.elements)
    }

    @Test
    func `a change of an element changes one tensor only`() {
        let output = GRU(inputSize: 2, hiddenSize: 3)(.random([5, 37, 2], seed: 4)).output
        var other = output
        other[4, 36, 2] = 9
        #expect(other[4, 36, 2] == 9 && output[4, 36, 2] != 9)
        #expect(zip(output.elements, other.elements).count { $0 != $1 } == 1)
        #expect(other.reshaped([5 * 37, 3])[5 * 37 - 1, 2] == 9)
    }

    @Test
    func `the gradient of an input belongs to its pass, however late it is read`() {
        let gru = GRU(inputSize: 2, hiddenSize: 3)
        let (input, slopes) = (Tensor.random([5, 37, 2], seed: 4), Tensor.random([5, 37, 3], seed: 5))
        let early = gru.forward(input).backward(slopes).input.elements
        let found = gru.forward(input).backward(slopes)
        // Another pass of the same shape, with other parameters, would reuse the workspaces.
        gru.parameters.base.update(repeating: 0.25, count: gru.parameters.count)
        let other = gru.forward(Tensor(shape: input.shape)).backward(slopes).input.elements
        #expect(found.input.elements == early)
        #expect(other != early)
    }

    @Test
    func `a kept output is not overwritten by the next pass`() {
        let gru = GRU(inputSize: 2, hiddenSize: 3)
        let first = gru(.random([5, 37, 2], seed: 4)).output
        let second = gru(.random([5, 37, 2], seed: 6)).output
        #expect(first != second)
        #expect(first == gru(.random([5, 37, 2], seed: 4)).output)
    }
}
