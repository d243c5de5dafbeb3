import Datasets
import Foundation
import NeuralNetworks
import Safetensors
import TestSupport
import Testing

@testable import Training

@Suite("Gradients of an encoder and a decoder")
struct EncoderDecoderGradientTests {
    @Test(arguments: [RecurrentCell.lstm, .gru, .rnnTanh], 0..<4)
    func `gradients of all parameters equal finite differences`(_ cell: RecurrentCell, _ kind: Int) throws {
        let pairs = try unequalPairs(kind).weighted(by: [1, 2, 0.5, 0, 1, 3, 0.25])
        let model = encoderDecoder(cell, for: pairs)
        model.randomize(bound: 0.7)
        let loss = pairs.loss
        let pass = model.forward(pairs.all, step: 0)
        pass.backward(loss.loss(pass.output, pairs.all).gradient)
        for (name, module) in model.namedModules {
            let slopes = (0..<module.layout.count).map { index in
                let number = module.parameters.elements[index]
                defer { module.parameters.base[index] = number }
                func value(_ step: Float) -> Double {
                    module.parameters.base[index] = number + step
                    return loss.loss(model.output(pairs.all), pairs.all).value
                }
                let h: Float = 0x1p-5
                return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * Double(h))
            }
            expectClose(module.gradients.elements, slopes, absolute: 1e-4, relative: 1e-3, name)
            #expect(slopes.contains { abs($0) > 1e-3 }, "\(name)")
        }
    }

    /// One case of the fixture.
    private struct Case: Decodable {
        let cell: RecurrentCell
        let hidden, layers: Int
        let embedding, inputSymbols, inputValues, targetSymbols, targetValues: Int?
        let weights, classWeights: [Float]?
        let labelSmoothing: Double?

        var loss: any TrainingLoss {
            targetValues == nil
                ? CrossEntropyLoss(labelSmoothing: labelSmoothing ?? 0, classWeights: classWeights)
                : MSELoss()
        }
    }

    /// See Scripts/encoder_decoder_fixture.py.
    @Test
    func `outputs, loss and every gradient equal PyTorch's`() throws {
        let file = try SafetensorsFile(path: Fixtures.path("sequences/encoder_decoder.safetensors"))
        func decoded<Value: Decodable>(_ key: String) throws -> Value {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Value.self, from: Data(#require(file.metadata[key]).utf8))
        }
        func doubles(_ name: String) throws -> [Double] { try file.values(of: name, as: Double.self) }
        /// Returns numbers as the sequences of one side.
        func side(
            _ numbers: [Double], _ lengths: [Int], symbols: Int?, values: Int?
        ) -> SequencePairs.Sequences {
            var first = 0
            let rows = lengths.map { length in
                defer { first += length * (values ?? 1) }
                return numbers[first..<first + length * (values ?? 1)]
            }
            return values.map { .values(rows.map { $0.map { Float($0) } }, channels: $0) }
                ?? .symbols(rows.map { $0.map { Int($0) } }, count: symbols)
        }
        let (inputLengths, targetLengths): ([Int], [Int]) =
            (try decoded("input_lengths"), try decoded("target_lengths"))
        let cases: [Case] = try decoded("cases")
        #expect(cases.count == 4)
        for (index, test) in cases.enumerated() {
            var pairs = try SequencePairs(
                side(
                    doubles("\(index).input"), inputLengths, symbols: test.inputSymbols,
                    values: test.inputValues),
                targets: side(
                    doubles("\(index).targets"), targetLengths, symbols: test.targetSymbols,
                    values: test.targetValues))
            if let weights = test.weights { pairs = try pairs.weighted(by: weights) }
            let model = EncoderDecoder(
                test.cell, inputs: pairs.inputs, targets: pairs.targets, hiddenSize: test.hidden,
                embeddingSize: test.embedding, numLayers: test.layers)
            /// The tensors of a module's parameters, with a prefix.
            func tensors(_ prefix: String, _ module: (name: String, module: any Module)) throws -> [Double] {
                try module.module.layout.parameters.flatMap { parameter in
                    let name = "\(index).\(prefix)\(module.name).\(parameter.name)"
                    #expect(file[name]?.shape == parameter.shape, "\(name)")
                    return try doubles(name)
                }
            }
            for module in model.namedModules {
                module.module.parameters.assign(try tensors("", module).map { Float($0) })
            }
            let what = "case \(index), \(test.cell):"
            let pass = model.forward(pairs.all, step: 0)
            let width = pass.output.shape[2]
            let steps = try #require(pairs.all.decoder)
            let outputs = steps.lengths.enumerated().flatMap { row, length in
                pass.output.slice(row).elements.prefix(length * width)
            }
            expectClose(outputs, try doubles("\(index).outputs"), "\(what) outputs")
            let loss = test.loss.loss(pass.output, pairs.all)
            expectClose([loss.value], try doubles("\(index).loss"), "\(what) loss")
            pass.backward(loss.gradient)
            for module in model.namedModules {
                expectClose(
                    module.module.gradients.elements, try tensors("gradient.", module),
                    "\(what) gradient of \(module.name)")
            }
        }
    }
}
