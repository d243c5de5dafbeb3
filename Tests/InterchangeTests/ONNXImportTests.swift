import Foundation
import ONNX
import Platform
import Safetensors
import TestSupport
import Testing

@testable import Interchange
import NeuralNetworks

/// The fixtures that PyTorch and Keras wrote: Scripts/onnx_import_fixture.py and Scripts/keras_import_fixture.py.
private enum ForeignFile {
    static let directory = Repository.path("Tests/InterchangeTests/Fixtures") + "/"

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: directory + name + ".onnx")))
    }

    static func imported(_ name: String) throws -> ImportedModel {
        try ImportedModel(onnx: bytes(name), path: name + ".onnx")
    }
}

@Suite struct ONNXImportTests {
    /// The file, the expected model and the number of notes.
    static let foreign: [(name: String, model: SequenceModel, notes: Int)] = [
        (
            "pytorch-lstm-all",
            SequenceModel(stack(.lstm, layers: 2, bidirectional: true), sequenceLength: 6, classCount: 5), 1
        ),
        (
            "pytorch-lstm-final",
            SequenceModel(stack(.lstm, layers: 2, bidirectional: true), classCount: 3, readout: .final), 1
        ),
        (
            "pytorch-lstm-plain",
            SequenceModel(stack(.lstm, bias: .none), sequenceLength: 6, classCount: 2, readout: .final), 1
        ),
        (
            "pytorch-gru-last",
            SequenceModel(stack(.gru, layers: 2, bidirectional: true), classCount: 5, readout: .last), 1
        ),
        (
            "pytorch-gru-each",
            SequenceModel(stack(.gru, bidirectional: true), classCount: 4, readout: .each), 1
        ),
        (
            "pytorch-gru-halves",
            SequenceModel(
                stack(.gru, bidirectional: true), sequenceLength: 6, classCount: 2, readout: .final), 1
        ),
        (
            "pytorch-rnn-relu",
            SequenceModel(stack(.rnnReLU, layers: 3), sequenceLength: 6, valueCount: 1, readout: .final), 1
        ),
        (
            "pytorch-rnn-mean",
            SequenceModel(stack(.rnnTanh, bidirectional: true), classCount: 3, readout: .mean), 1
        ),
        (
            "pytorch-new-lstm-all",
            SequenceModel(stack(.lstm, layers: 2, bidirectional: true), sequenceLength: 6, classCount: 5), 1
        ),
        (
            "pytorch-new-gru-final",
            SequenceModel(stack(.gru, bidirectional: true), classCount: 3, readout: .final), 1
        ),
        (
            "keras-lstm",
            SequenceModel(
                stack(.lstm, layers: 2, bias: .keras), sequenceLength: 6, classCount: 3, readout: .final), 1
        ),
        (
            "keras-bidirectional",
            SequenceModel(
                stack(.lstm, layers: 2, bias: .keras, bidirectional: true), sequenceLength: 6, classCount: 5,
                readout: .final), 0
        ),
    ]

    private static func stack(
        _ cell: RecurrentCell, layers: Int = 1, bias: BiasStyle = .pytorch, bidirectional: Bool = false
    ) -> RecurrentStack {
        RecurrentStack(
            cell, inputSize: 3, hiddenSize: 4, numLayers: layers, bias: bias, bidirectional: bidirectional)
    }

    @Test(arguments: foreign)
    func readsTheModelsOfOtherPrograms(_ name: String, _ model: SequenceModel, _ notes: Int) throws {
        let imported = try ForeignFile.imported(name)
        #expect(imported.model == model)
        #expect(imported.notes.count == notes, "\(imported.notes)")
        let stored = try SafetensorsFile(path: ForeignFile.directory + name + ".safetensors")
        let input = try stored.values(of: "x", shape: [2, 6, 3], as: Float.self)
        let expected = try stored.values(of: "y", as: Float.self)
        let buffer = FloatBuffer(count: imported.parameters.count)
        buffer.assign(imported.parameters)
        let predictor = SequencePredictor(model: model, parameters: buffer)
        let found = (0..<2).flatMap { index -> [Float] in
            let outputs = predictor.outputs(Array(input[index * 18..<(index + 1) * 18]))
            return name == "keras-bidirectional" ? softmax(outputs) : outputs
        }
        expectClose(found, expected, absolute: 1e-5, "\(name)")
    }

    private func softmax(_ scores: [Float]) -> [Float] {
        let powers = scores.map { exp($0) }
        return powers.map { $0 / powers.reduce(0, +) }
    }

    /// A file of this package gives the same model and the same bits, also where a graph says less than the model.
    @Test(arguments: ExportCase.all)
    func readsItsOwnFiles(_ example: ExportCase) throws {
        let bytes = try example.export.onnxModel(parameters: example.parameters).encoded()
        let imported = try ImportedModel(onnx: bytes, path: "m.onnx")
        #expect(imported.model == example.model)
        expectSameBits(imported.parameters, example.parameters, "\(example)")
        #expect(imported.notes.isEmpty)
    }

    @Test func notesThatTheWeightsWereChangedAfterTheExport() throws {
        let example = ExportCase.all[0]
        var file = try example.export.onnxModel(parameters: example.parameters)
        let place = try #require(file.graph.initializers.firstIndex { $0.name == "fc.bias" })
        let count = try #require(file.graph.initializers[place].floats?.count)
        file.graph.initializers[place] = ONNXTensor(
            "fc.bias", shape: [count], floats: .init(repeating: 0.25, count: count))
        let imported = try ImportedModel(onnx: file.encoded(), path: "m.onnx")
        #expect(imported.model == example.model)
        #expect(imported.notes == ["The weights were changed after the export."])
        #expect(imported.parameters.suffix(count).allSatisfy { $0 == 0.25 })
    }

    /// The cases whose graphs have no operators before the first layer, without sequence lengths.
    static let plain = ExportCase.all.filter { !$0.model.readsSymbols && $0.model.normalization == nil }
        .map { example in
            var example = example
            example.lengths = false
            return example
        }

    @Test func mostGraphsAreReadWithoutTexts() { #expect(Self.plain.count >= 50) }

    /// Without the texts of this package, a graph is read as any other; it computes the same.
    @Test(arguments: plain)
    func readsItsOwnGraphsWithoutTexts(_ example: ExportCase) throws {
        var file = try example.export.onnxModel(parameters: example.parameters)
        file.metadata = [:]
        let imported = try ImportedModel(onnx: file.encoded(), path: "m.onnx")
        #expect(imported.model.stack.cell == example.model.stack.cell)
        #expect(imported.model.sequenceLength == example.model.sequenceLength)
        let other = ExportCase(imported.model)
        let found = GraphEvaluator(model: try other.export.onnxModel(parameters: imported.parameters))
            .output(["input": example.input])
        var scores = example.export
        scores.softmax = false
        let expected = GraphEvaluator(model: try scores.onnxModel(parameters: example.parameters))
            .output(["input": example.input])
        expectClose(found.values, expected.values, absolute: 1e-6, "\(example)")
    }

    @Test func readsGraphsWithTheTimeFirst() throws {
        let example = try #require(
            ExportCase.all.first { $0.model.sequenceLength != nil && $0.model.readout == .final })
        var file = try example.export.onnxModel(parameters: example.parameters)
        file.metadata = [:]
        file.graph.nodes.removeFirst()
        file.graph.nodes[0].inputs[0] = "input"
        file.graph.inputs = [ONNXValue("input", shape: [.size(6), .named("N"), .size(3)])]
        let imported = try ImportedModel(onnx: file.encoded(), path: "m.onnx")
        #expect(imported.model.sequenceLength == 6)
        #expect(
            imported.notes.contains("The file's input is (L, N, D), time first; the model's is (N, L, D)."))
    }

    @Test func aChangedGraphOfThisPackageIsNotReadAsItsModel() throws {
        let example = ExportCase.all.first { $0.lengths }!
        var file = try example.export.onnxModel(parameters: example.parameters)
        file.graph.nodes.removeLast()
        #expect(throws: ONNXError.self) { try ImportedModel(onnx: file.encoded(), path: "m.onnx") }
    }

    @Test(arguments: [
        (
            "pytorch-stranger",
            "expected a recurrent layer, a readout or the linear layer, found node 17, \"Tanh\", named \"/Tanh\""
        ),
        (
            "pytorch-new-rnn-last",
            "expected recurrent layers before the linear layer, found node 9, \"MatMul\", named \"node_MatMul_18\""
        ),
        (
            "keras-gru",
            "expected a node LSTM, GRU or RNN for each layer, not a loop over the steps, found node 10, \"Loop\""
        ),
    ])
    func namesTheFirstNodeThatDoesNotFit(_ name: String, _ expected: String) throws {
        let error = try #require(error(ONNXError.self) { _ = try ForeignFile.imported(name) })
        #expect(error.description.contains(expected), "\(error)")
        #expect(error.offset > 0)
        #expect(error.exitStatus == .badData)
    }

    /// Changes of a file's first node of an operator, and the beginning of the error.
    static let changes:
        [(name: String, operation: String, change: @Sendable (inout ONNXNode) -> Void, expected: String)] = [
            (
                "layout", "LSTM", { $0.attributes["layout"] = .integer(1) },
                "expected the layout 0 and no clipping"
            ),
            ("clip", "LSTM", { $0.attributes["clip"] = .float(3) }, "expected the layout 0 and no clipping"),
            (
                "direction", "LSTM", { $0.attributes["direction"] = .string("reverse") },
                "expected a forward or bidirectional layer"
            ),
            (
                "activations", "LSTM", { $0.attributes["activations"] = .strings(["Relu", "Tanh", "Tanh"]) },
                "expected the usual activations"
            ),
            (
                "weights", "LSTM", { $0.inputs[1] = $0.inputs[2] },
                "expected weights (2, 16, 3) and (2, 16, 4)"
            ),
            ("initial state", "LSTM", { $0.inputs[5] = "x" }, "expected initial states of zeros"),
            ("peepholes", "LSTM", { $0.inputs.append("fc.weight") }, "expected an LSTM without peepholes"),
            ("lengths", "LSTM", { $0.inputs[4] = "x" }, "expected sequences of one length"),
            ("time first", "Transpose", { $0.attributes["perm"] = .integers([0, 2, 1]) }, "expected"),
            ("alpha", "Gemm", { $0.attributes["alpha"] = .float(2) }, "expected a linear layer y = x Wᵀ + b"),
            ("scores", "Gemm", { $0.inputs[1] = "x" }, "expected recurrent layers, one after the other"),
            ("domain", "Gemm", { $0.domain = "com.microsoft" }, "expected operators of ONNX itself"),
        ]

    @Test(arguments: changes.indices)
    func refusesWhatTheModelsCannotRepresent(_ index: Int) throws {
        let (name, operation, change, expected) = Self.changes[index]
        var file = try ONNXFile(bytes: ForeignFile.bytes("pytorch-lstm-all"), path: "m.onnx").model
        let place = try #require(file.graph.nodes.firstIndex { $0.operation == operation })
        change(&file.graph.nodes[place])
        let error = try #require(
            error(ONNXError.self) { _ = try ImportedModel(onnx: file.encoded(), path: "m.onnx") })
        #expect("expected \(error.expected)".hasPrefix(expected), "\(name): \(error)")
    }

    /// A damaged file is refused, or read as another model; it never traps.
    @Test(arguments: ["pytorch-gru-halves", "pytorch-new-gru-final", "keras-bidirectional"])
    func damagedFilesAreReadOrRefused(_ name: String) throws {
        let bytes = try ForeignFile.bytes(name)
        var refused = 0
        for place in stride(from: 0, to: bytes.count, by: 3) {
            for change in [UInt8](arrayLiteral: 0x01, 0x80, 0xFF) {
                var damaged = bytes
                damaged[place] ^= change
                do {
                    let imported = try ImportedModel(onnx: damaged, path: "m.onnx")
                    #expect(imported.parameters.count == imported.model.layout.count)
                } catch is ONNXError {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count / 4)
    }

    @Test func refusesALinearLayerOfAnotherNumberOfFeatures() throws {
        var file = try ONNXFile(bytes: ForeignFile.bytes("pytorch-lstm-all"), path: "m.onnx").model
        let place = try #require(file.graph.initializers.firstIndex { $0.name == "fc.weight" })
        file.graph.initializers[place] = ONNXTensor(
            "fc.weight", shape: [5, 40], floats: .init(repeating: 1, count: 200))
        let error = try #require(
            error(ONNXError.self) { _ = try ImportedModel(onnx: file.encoded(), path: "m.onnx") })
        #expect(error.expected == "a weight of as many columns as features, not 40")
    }

    /// The product of three such dimensions is larger than the largest integer.
    @Test(arguments: [(1 << 62, "dimensions of the input up to 2147483647"), (Int(Int32.max), "")])
    func largeDimensionsAreRefusedWithoutATrap(_ size: Int, _ expected: String) throws {
        let graph = ONNXGraph(
            name: "g",
            nodes: [
                ONNXNode(
                    "Flatten", name: "f", inputs: ["x"], outputs: ["f"], attributes: ["axis": .integer(0)]),
                ONNXNode("Shape", name: "s", inputs: ["f"], outputs: ["s"]),
            ],
            inputs: [ONNXValue("x", shape: [.size(size), .size(size), .size(size)])],
            outputs: [ONNXValue("s", .int64, shape: [.size(2)])])
        let error = try #require(error(ONNXError.self) { _ = try imported(graph) })
        #expect(expected.isEmpty || error.expected == expected)
    }

    /// Constants of no elements can have any sizes, and constants that many nodes read are compared once.
    @Test func constantsCostLittleTime() throws {
        let names = (0..<2000).map { "e\($0)" }
        let nodes = names.map { ONNXNode("Expand", name: $0, inputs: ["zeros", "s"], outputs: [$0]) }
        let empty = [
            ONNXNode("Transpose", name: "t", inputs: ["empty"], outputs: ["t"]),
            ONNXNode(
                "Concat", name: "c", inputs: ["t", "t", "t"], outputs: ["c"],
                attributes: ["axis": .integer(0)]),
            ONNXNode(
                "Concat", name: "d", inputs: ["tall", "tall", "tall"], outputs: ["d"],
                attributes: ["axis": .integer(0)]),
        ]
        let graph = ONNXGraph(
            name: "g", nodes: nodes + empty,
            initializers: [
                ONNXTensor("zeros", shape: [1_000_000], floats: .init(repeating: 0, count: 1_000_000)),
                ONNXTensor("empty", shape: [0, 1 << 62], floats: []),
                ONNXTensor("tall", shape: [1 << 62, 0], floats: []),
            ],
            inputs: [ONNXValue("x", shape: [.size(6), .named("N"), .size(3)])],
            outputs: [ONNXValue("e0", shape: nil)])
        let start = threadSeconds()
        let error = try #require(error(ONNXError.self) { _ = try imported(graph) })
        #expect(error.expected == "an output of a linear layer after recurrent layers")
        let seconds = threadSeconds() - start
        #expect(seconds < 2, "\(seconds) s")
    }

    @Test func refusesToSqueezeADimensionThatDoesNotExist() throws {
        var file = try ONNXFile(bytes: ForeignFile.bytes("pytorch-rnn-relu"), path: "m.onnx").model
        let place = try #require(file.graph.nodes.firstIndex { $0.operation == "Squeeze" })
        file.graph.nodes[place].inputs = [file.graph.nodes[place].inputs[0]]
        file.graph.nodes[place].attributes["axes"] = .integers([1, 7])
        let error = try #require(
            error(ONNXError.self) { _ = try ImportedModel(onnx: file.encoded(), path: "m.onnx") })
        #expect(error.expected == "a change of the shape that keeps batch, time and units apart")
    }

    private func imported(_ graph: ONNXGraph) throws -> ImportedModel {
        let file = ONNXModel(
            irVersion: 8, producer: "p", producerVersion: "1", opsets: ["": 16], graph: graph)
        return try ImportedModel(onnx: file.encoded(), path: "m.onnx")
    }

    @Test func refusesMoreStepsThanAModelHas() throws {
        var file = try ONNXFile(bytes: ForeignFile.bytes("pytorch-lstm-all"), path: "m.onnx").model
        file.graph.inputs[0].shape = [.named("n"), .size(65_537), .size(3)]
        #expect(throws: ONNXError.self) { try ImportedModel(onnx: file.encoded(), path: "m.onnx") }
    }

    @Test func refusesWeightsThatAreNotFinite() throws {
        var file = try ONNXFile(bytes: ForeignFile.bytes("pytorch-lstm-all"), path: "m.onnx").model
        let place = try #require(file.graph.initializers.firstIndex { $0.name == "fc.bias" })
        file.graph.initializers[place] = ONNXTensor("fc.bias", shape: [5], floats: [1, 2, .nan, 4, 5])
        let error = try #require(
            error(ONNXError.self) { _ = try ImportedModel(onnx: file.encoded(), path: "m.onnx") })
        #expect(error.description.contains("expected finite weights"))
    }
}
