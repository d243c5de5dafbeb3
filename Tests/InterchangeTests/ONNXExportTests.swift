import Foundation
import ONNX
import Platform
import TestSupport
import Testing
import Training

@testable import Interchange
import NeuralNetworks

@Suite struct ONNXExportTests {
    @Test(arguments: ExportCase.all)
    func graphComputesTheModelsOutputs(_ example: ExportCase) throws {
        let bytes = try example.export.onnxModel(parameters: example.parameters).encoded()
        let model = try ONNXFile(bytes: bytes, path: "m.onnx").model
        #expect(model.opset == example.opset)
        let found = example.outputs(of: GraphEvaluator(model: model).output(example.inputs))
        for (index, expected) in example.expected().enumerated() {
            expectClose(found[index], expected.map { Double($0) }, "\(example): sequence \(index)")
        }
    }

    /// Damages of a graph, each of which an exporter could write by mistake.
    static let damages: [(name: String, change: @Sendable (inout ONNXGraph, Int) -> Void)] = [
        (
            "the first two gates exchanged",
            { graph, size in
                let place = graph.initializers.firstIndex { $0.name.hasSuffix("l0.weight_hh") }!
                let rows = size * size
                var values = graph.initializers[place].floats!
                values = Array(values[rows..<2 * rows] + values[..<rows] + values[(2 * rows)...])
                graph.initializers[place].elements = .floats(values)
            }
        ),
        (
            "a transposition forgotten",
            { graph, _ in
                let place = graph.nodes.lastIndex { $0.operation == "Transpose" }!
                guard case .integers(let order)? = graph.nodes[place].attributes["perm"] else { return }
                // The order of direction and unit is the end of the permutation.
                let end = [order[order.count - 1], order[order.count - 2]]
                graph.nodes[place].attributes["perm"] = .integers(order.dropLast(2) + end)
            }
        ),
        (
            "a bias forgotten",
            { graph, _ in
                let place = graph.initializers.firstIndex { $0.name == "fc.bias" }!
                let count = graph.initializers[place].floats!.count
                graph.initializers[place].elements = .floats(.init(repeating: 0, count: count))
            }
        ),
    ]

    @Test(arguments: damages.indices)
    func damagedGraphsComputeOtherOutputs(_ index: Int) throws {
        let (name, change) = Self.damages[index]
        // The transposition before the linear layer has both directions; an RNN has one gate.
        for example in ExportCase.all
        where example.model.stack.bidirectional && example.model.stack.cell.gates > 1 {
            guard [.all, .each].contains(example.model.readout) else { continue }
            var model = try example.export.onnxModel(parameters: example.parameters)
            let expected = GraphEvaluator(model: model).output(example.inputs)
            change(&model.graph, example.model.stack.hiddenSize)
            let found = GraphEvaluator(model: model).output(example.inputs)
            let worst = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? 0
            #expect(worst > 1e-3, "\(name): \(example)")
        }
    }

    @Test func examplesHaveEveryOptionOfEveryCell() {
        for cell in RecurrentCell.allCases {
            let examples = ExportCase.all.filter { $0.model.stack.cell == cell }
            #expect(Set(examples.map(\.model.readout)) == Set(Readout.allCases))
            #expect(Set(examples.map(\.model.stack.numLayers)) == [1, 2, 3])
            #expect(Set(examples.map(\.model.stack.bias)) == Set(BiasStyle.allCases))
            #expect(Set(examples.map(\.lengths)) == [false, true])
            #expect(Set(examples.map(\.model.readsSymbols)) == [false, true])
            #expect(Set(examples.map { $0.model.normalization == nil }) == [false, true])
            #expect(Set(examples.map(\.softmax)) == [false, true])
            #expect(Set(examples.map { $0.model.classCount == 0 }) == [false, true])
        }
        #expect(Set(ExportCase.all.map(\.opset)) == [9, 10, 11, 13, 16, 17, 18, 22])
    }

    /// The node table of the tutorial's model.
    @Test func writesTheGraphOfTheTutorial() throws {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true),
            sequenceLength: 28, classCount: 10)
        let parameters = [Float](repeating: 0.5, count: model.layout.count)
        let file = try ONNXExport(model).onnxModel(parameters: parameters)
        #expect(
            file.graph.nodes.map(\.operation) == [
                "Transpose", "LSTM", "Transpose", "Reshape", "LSTM", "Transpose", "Flatten", "Gemm",
            ])
        #expect(
            file.graph.inputs == [ONNXValue("input", shape: [.named("N"), .size(28), .size(28)])])
        #expect(file.graph.outputs == [ONNXValue("logits", shape: [.named("N"), .size(10)])])
        #expect(
            file.graph.initializers.map { "\($0.name) \($0.shape)" } == [
                "lstm.l0.weight_ih [2, 48, 28]", "lstm.l0.weight_hh [2, 48, 12]", "lstm.l0.bias [2, 96]",
                "feature_shape [3]", "lstm.l1.weight_ih [2, 48, 24]", "lstm.l1.weight_hh [2, 48, 12]",
                "lstm.l1.bias [2, 96]", "fc.weight [10, 672]", "fc.bias [10]",
            ])
        #expect(file.metadata["weights_sha256"]?.count == 64)
        #expect(try JSON.value(from: try #require(file.metadata["model"])) == model)
    }

    @Test(arguments: [
        (9, 4), (10, 5), (11, 6), (12, 7), (14, 7), (15, 8), (18, 8), (19, 9), (20, 9), (21, 10), (22, 10),
    ])
    func hasTheSmallestVersionOfTheFormat(_ opset: Int, _ version: Int) {
        #expect(ONNXExport.irVersion(ofOpset: opset) == version)
    }

    @Test func checkpointWritesTheSameFile() throws {
        let directory = try TemporaryDirectory()
        let example = ExportCase.all[3]
        let trainer = Trainer(model: example.model, seed: 3, threads: 1)
        let path = directory.file("model.onnx")
        try trainer.write(onnx: path, opset: 12)
        let file = try ONNXFile(bytes: Array(Data(contentsOf: URL(filePath: path))), path: path)
        #expect(file.model.opset == 12)
        var export = ONNXExport(example.model)
        export.opset = 12
        #expect(file.model.graph == export.graph(parameters: trainer.engine.parameters.elements))
        #expect(try directory.names == ["model.onnx"])
    }

    @Test func weightsThatAreNotFiniteAreNotWritten() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("model.onnx", "before")
        let example = ExportCase.all[0]
        var parameters = example.parameters
        parameters[5] = .nan
        let error = try #require(
            error(ONNXExportError.self) { try example.export.write(parameters: parameters, to: path) })
        #expect(error.exitStatus == .badData)
        #expect(error.description.contains("expected finite weights, found NaN or infinity"))
        #expect(try text(path) == "before")
    }
}
