import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Sequential has Keras' shapes, counts and meanings")
struct SequentialTests {
    static let recurrent: [(name: String, layer: @Sendable (Bool, Bool, Bool) -> SequentialLayer)] = [
        ("SimpleRNN", { .simpleRNN(3, returnSequences: $0, returnState: $1, goBackwards: $2) }),
        ("LSTM", { .lstm(3, returnSequences: $0, returnState: $1, goBackwards: $2) }),
        ("GRU", { .gru(3, returnSequences: $0, returnState: $1, goBackwards: $2) }),
        (
            "GRU, reset before",
            { .gru(3, returnSequences: $0, returnState: $1, goBackwards: $2, resetAfter: false) }
        ),
    ]

    @Test(
        arguments: [
            ([.simpleRNN(3)], [24]),
            ([.simpleRNN(3, returnSequences: true), .simpleRNN(3)], [24, 21]),
            ([.bidirectional(.simpleRNN(3))], [48]),
            ([.lstm(5)], [4 * (5 * (4 + 5) + 5)]),
            ([.gru(5)], [3 * (5 * (4 + 5) + 2 * 5)]),
            ([.gru(5, resetAfter: false)], [3 * (5 * (4 + 5) + 5)]),
            (
                [.bidirectional(.lstm(5, returnSequences: true)), .lstm(2)],
                [2 * 4 * (5 * (4 + 5) + 5), 4 * (2 * (10 + 2) + 2)]
            ),
            ([.lstm(5), .dropout(0.5), .dense(7)], [200, 0, 42]),
            ([.flatten, .dense(7), .repeatVector(3)], [0, 287, 0]),
        ] as [([SequentialLayer], [Int])])
    func `parameter counts equal Keras'`(_ layers: [SequentialLayer], _ expected: [Int]) {
        let model = Sequential(inputShape: [10, 4], layers)
        #expect(model.layerSummaries.map(\.parameterCount) == expected)
        #expect(model.parameterCount == expected.reduce(0, +))
        #expect(model.modules.reduce(0) { $0 + $1.parameters.count } == model.parameterCount)
    }

    @Test
    func `with PyTorch's bias style there are two biases`() {
        #expect(Sequential(inputShape: [10, 4], [.simpleRNN(3)], bias: .pytorch).parameterCount == 27)
        #expect(Sequential(inputShape: [10, 4], [.lstm(5)], bias: .none).parameterCount == 180)
    }

    @Test(arguments: recurrent.indices, [false, true])
    func `outputs and states have Keras' shapes`(_ index: Int, _ returnSequences: Bool) {
        let layer = Self.recurrent[index].layer(returnSequences, true, false)
        let x = Tensor.random([2, 10, 4], seed: 1)
        func check(_ layer: SequentialLayer, width: Int, directions: Int) {
            let model = Sequential(inputShape: [10, 4], [layer])
            let result = model.result(x)
            #expect(result.output.shape == (returnSequences ? [2, 10, width] : [2, width]))
            #expect(
                model.layerSummaries[0].outputShape
                    == (returnSequences ? "(N, 10, \(width))" : "(N, \(width))"))
            #expect(result.states.map(\.hidden.shape) == [[directions, 2, 3]])
            #expect(
                result.states[0].cell?.shape
                    == (Self.recurrent[index].name == "LSTM" ? [directions, 2, 3] : nil))
            #expect(model.forward(x, step: 0).result.states.elementsEqual(result.states, by: ==))
        }
        check(layer, width: 3, directions: 1)
        for merge in MergeMode.allCases {
            check(.bidirectional(layer, merge: merge), width: merge == .concat ? 6 : 3, directions: 2)
        }
    }

    @Test(arguments: recurrent.indices)
    func `the output of the last step is the final state`(_ index: Int) {
        let x = Tensor.random([2, 5, 4], seed: 1)
        let result = Self.model([Self.recurrent[index].layer(false, true, false)]).result(x)
        #expect(result.output == result.states[0].hidden.slice(0))
        let all = Self.model([Self.recurrent[index].layer(true, false, false)])(x)
        #expect(all.swappingFirstTwo().slice(4) == result.output)

        let both = Self.model([.bidirectional(Self.recurrent[index].layer(false, true, false))]).result(x)
        for n in 0..<2 {
            let states = (0..<2).flatMap { both.states[0].hidden.slice($0).slice(n).elements }
            #expect(both.output.slice(n).elements == states)
        }
    }

    @Test
    func `states are returned by the layers with returnState, in their order`() {
        let result = Sequential(
            inputShape: [5, 4],
            [
                .lstm(3, returnSequences: true, returnState: true), .gru(2, returnSequences: true),
                .bidirectional(.gru(6, returnState: true)),
            ]
        ).result(.random([2, 5, 4], seed: 1))
        #expect(result.states.map(\.hidden.shape) == [[1, 2, 3], [2, 2, 6]])
        #expect(result.states.map(\.cell?.shape) == [[1, 2, 3], nil])
    }

    @Test(arguments: recurrent.indices, [false, true])
    func `going backwards equals reading the reversed sequence`(_ index: Int, _ returnSequences: Bool) {
        let x = Tensor.random([2, 5, 4], seed: 1)
        let backward = Self.recurrent[index].layer(returnSequences, true, true)
        let forward = Self.recurrent[index].layer(returnSequences, true, false)
        for wrap in [{ $0 }, { .bidirectional($0) }] as [(SequentialLayer) -> SequentialLayer] {
            let found = Self.model([wrap(backward)]).result(x)
            let expected = Self.model([wrap(forward)]).result(x.reversingSteps())
            #expect(found.output == expected.output)
            #expect(found.states.elementsEqual(expected.states, by: ==))
            #expect(found.output != Self.model([wrap(forward)])(x))
        }
    }

    @Test(arguments: recurrent.indices)
    func `bidirectional equals a layer and another one that goes backwards`(_ index: Int) {
        let x = Tensor.random([2, 5, 4], seed: 1)
        for returnSequences in [false, true] {
            let both = Self.model([.bidirectional(Self.recurrent[index].layer(returnSequences, false, false))]
            )
            func half(goBackwards: Bool) -> Tensor {
                let model = Self.model([Self.recurrent[index].layer(returnSequences, false, goBackwards)])
                for name in model.modules[0].layout.parameters.map(\.name) {
                    model.modules[0][name] = both.modules[0][name + (goBackwards ? "_reverse" : "")]
                }
                return model(x)
            }
            let forward = half(goBackwards: false)
            let backward = half(goBackwards: true)
            let aligned = returnSequences ? backward.reversingSteps() : backward
            for merge in MergeMode.allCases {
                let layer = Self.recurrent[index].layer(returnSequences, false, false)
                let found = Self.model([.bidirectional(layer, merge: merge)])(x)
                let pairs = zip(forward.elements, aligned.elements)
                switch merge {
                case .concat:
                    for row in 0..<found.count / 6 {
                        let units = row * 3..<row * 3 + 3
                        #expect(
                            Array(found.elements[row * 6..<row * 6 + 6])
                                == Array(forward.elements[units] + aligned.elements[units]))
                    }
                case .sum: expectEqual(found.elements, pairs.map { $0 + $1 }, "sum")
                case .mul: expectEqual(found.elements, pairs.map { $0 * $1 }, "mul")
                case .ave: expectEqual(found.elements, pairs.map { ($0 + $1) / 2 }, "ave")
                }
            }
        }
    }

    @Test
    func `repeating, flattening and activations compute their definitions`() {
        let x = Tensor([[1, -2, 0.5], [4, 0, -3]])
        let repeated = Sequential(inputShape: [3], [.repeatVector(2)])(x)
        #expect(
            repeated
                == Tensor(stacking: [x.slice(0), x.slice(0), x.slice(1), x.slice(1)]).reshaped([2, 2, 3]))
        #expect(Sequential(inputShape: [3], [.repeatVector(2), .flatten])(x) == repeated.reshaped([2, 6]))

        func dense(_ activation: Activation) -> [Float] {
            let model = Sequential(inputShape: [3], [.dense(3, activation: activation)])
            model.modules[0]["weight"] = Tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
            model.modules[0]["bias"] = Tensor(shape: [3], [0, 0, 1])
            return model(x).elements
        }
        #expect(dense(.linear) == [1, -2, 1.5, 4, 0, -2])
        #expect(dense(.relu) == [1, 0, 1.5, 4, 0, 0])
        expectClose(dense(.tanh), [1, -2, 1.5, 4, 0, -2].map { Foundation.tanh($0) })
        expectClose(dense(.sigmoid), [1, -2, 1.5, 4, 0, -2].map { 1 / (1 + Foundation.exp(-$0)) })
    }

    @Test
    func `seed and step decide the dropout and inference has none`() {
        let layers: [SequentialLayer] = [.dropout(0.5), .lstm(3), .dropout(0.5), .dense(2)]
        let x = Tensor.random([4, 5, 4], seed: 1)
        func model(_ seed: UInt64) -> Sequential { Sequential(inputShape: [5, 4], layers, seed: seed) }
        #expect(model(1)(x) == model(1)(x))
        #expect(model(1)(x) != model(2)(x))
        #expect(model(1).forward(x, step: 3).output == model(1).forward(x, step: 3).output)
        #expect(model(1).forward(x, step: 3).output != model(1).forward(x, step: 4).output)
        #expect(model(1).forward(x, step: 3).output != model(1)(x))
        let twice = Sequential(inputShape: [50], [.dropout(0.5), .dropout(0.5)])
        let zeros = twice.forward(Tensor(shape: [20, 50], repeating: 1), step: 0).output.elements.count {
            $0 == 0
        }
        #expect(abs(zeros - 750) < 60, "two layers have masks of their own")
    }

    @Test
    func `layers are values and are read back from JSON`() throws {
        let layers: [SequentialLayer] = [
            .bidirectional(.gru(3, returnSequences: true, resetAfter: false), merge: .ave), .dropout(0.25),
            .lstm(2, returnState: true, goBackwards: true), .repeatVector(4), .flatten,
            .dense(5, activation: .relu),
        ]
        let data = try JSONEncoder().encode(layers)
        #expect(try JSONDecoder().decode([SequentialLayer].self, from: data) == layers)
    }

    /// Returns a model with different parameters, including biases; models with the same count have the same
    /// parameters.
    static func model(_ layers: [SequentialLayer], inputShape: [Int] = [5, 4]) -> Sequential {
        let model = Sequential(inputShape: inputShape, layers, seed: 3)
        for (index, module) in model.modules.enumerated() { module.randomize(seed: UInt64(index) + 1) }
        return model
    }

    @Test
    func `layers of one size start with different parameters from the model's seed`() {
        func start(_ seed: UInt64) -> [[Float]] {
            Sequential(
                inputShape: [4, 3], [.gru(3, returnSequences: true), .gru(3), .dense(3), .dense(3)],
                seed: seed
            ).modules.map { $0.parameters.elements }
        }
        let parameters = start(1)
        #expect(parameters[0] != parameters[1])
        #expect(parameters[2] != parameters[3])
        #expect(start(1) == parameters)
        #expect(zip(start(2), parameters).allSatisfy { $0 != $1 })
    }
}
