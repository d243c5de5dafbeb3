import ImageClassification
import NeuralNetworks
import Platform
import TestSupport
import Testing
import Training

@testable import DigitPage

/// The network in the page computes the program's scores.
@Suite(
    "Networks in JavaScript",
    .enabled(
        if: ScriptEngine.path != nil, "SKIPPED: node is not on the PATH; the page's scripts are not tested"))
struct ScriptNetworkTests {
    struct Case: Encodable {
        var page: String
        /// The images, one after the other.
        var pixels: [UInt8]
    }

    struct Output: Decodable {
        var logits: [Double]
        var probabilities: [Double]
    }

    static let body = """
        return input.map((one) => {
          const data = JSON.parse(one.page);
          const network = new Network(data.model, data.parameters, numbers(data.weights));
          const size = network.rows * network.columns;
          const output = { logits: [], probabilities: [] };
          for (let start = 0; start < one.pixels.length; start += size) {
            const result = network.read(Uint8Array.from(one.pixels.slice(start, start + size)));
            output.logits.push(...result.logits);
            output.probabilities.push(...result.probabilities);
          }
          return output;
        });
        """

    @Test(arguments: RecurrentCell.allCases)
    func `scores are the program's`(_ cell: RecurrentCell) throws {
        let (rows, columns, classes, count) = (6, 5, 3, 4)
        let pixels = noise(count * rows * columns, seed: 3)
        var models: [SequenceModel] = []
        for isBidirectional in [false, true] {
            for layers in 1...3 {
                for bias in BiasStyle.allCases {
                    for readout in Readout.ofSequences {
                        let stack = RecurrentStack(
                            cell, inputSize: columns, hiddenSize: 7, numLayers: layers, bias: bias,
                            bidirectional: isBidirectional)
                        models.append(
                            SequenceModel(stack, sequenceLength: rows, classCount: classes, readout: readout))
                    }
                }
            }
        }
        var (cases, expected): ([Case], [[Float]]) = ([], [])
        for (seed, model) in models.enumerated() {
            let parameters = model.initialParameters(seed: UInt64(seed))
            let page = DigitPage(
                network: model, parameters: parameters.elements,
                preparation: .mnist(rows: rows, columns: columns), classNames: ["a", "b", "c"], name: "run")
            cases.append(Case(page: try JSON.text(PageData(page)), pixels: pixels))
            let engine = SequenceEngine(model: model, parameters: parameters)
            let labels = [UInt8](repeating: 0, count: count)
            expected.append(
                pixels.withUnsafeBufferPointer { pixels in
                    labels.withUnsafeBufferPointer { labels in
                        engine.outputs(
                            SequenceSamples(
                                bytes: pixels.baseAddress!, labels: labels.baseAddress!, count: count),
                            indices: (0..<Int32(count)).map { $0 })
                    }
                })
        }
        let outputs: [Output] = try ScriptEngine.call(Self.body, cases)
        try #require(outputs.count == models.count)
        for (model, (output, expected)) in zip(models, zip(outputs, expected)) {
            try #require(output.logits.count == expected.count)
            for (score, own) in zip(expected, output.logits) {
                #expect(abs(Double(score) - own) <= 1e-5, "\(model)")
            }
            for start in stride(from: 0, to: expected.count, by: classes) {
                let probabilities = Softmax.probabilities(Array(expected[start..<start + classes]))
                for (probability, own) in zip(probabilities, output.probabilities[start...]) {
                    #expect(abs(probability - own) <= 1e-5, "\(model)")
                }
            }
        }
    }
}
