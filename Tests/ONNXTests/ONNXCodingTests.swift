import ONNX
import TestSupport
import Testing

@Suite struct ONNXCodingTests {
    /// A model that uses every part of the format that is written.
    private var model: ONNXModel {
        let node = ONNXNode(
            "Op", name: "node", domain: "other", inputs: ["a", "", "b"], outputs: ["c", ""],
            attributes: [
                "float": .float(-0.5), "integer": .integer(-3), "string": .string("é"),
                "tensor": .tensor(ONNXTensor("t", shape: [2, 1], floats: [1, 2])),
                "floats": .floats([0.25, 8]), "integers": .integers([0, Int.max, Int.min]),
                "strings": .strings(["Tanh", ""]), "graph": .other(5),
            ])
        let graph = ONNXGraph(
            name: "graph", nodes: [node, ONNXNode("Relu", name: "", inputs: ["c"], outputs: ["d"])],
            initializers: [
                ONNXTensor("weights", shape: [3], floats: [.leastNonzeroMagnitude, 1, -.infinity]),
                ONNXTensor("shape", shape: [2], integers: [0, -1]),
                ONNXTensor("one", shape: [], integers: [1]),
                ONNXTensor("empty", shape: [0, 4], floats: []),
            ],
            inputs: [ONNXValue("a", shape: [.named("N"), .size(28), .unknown])],
            outputs: [ONNXValue("d", .int32, shape: nil), ONNXValue("e", shape: [])])
        return ONNXModel(
            irVersion: 8, producer: "p", producerVersion: "1.2", opsets: ["": 16, "other": 1], graph: graph,
            metadata: ["classes": "[\"a\"]", "": "x"])
    }

    @Test func readsWhatItWrites() throws {
        let file = try ONNXFile(bytes: model.encoded(), path: "m.onnx")
        #expect(file.model == model)
        #expect(file.model.encoded() == model.encoded())
        #expect(file.model.opset == 16)
        #expect(file.nodeOffsets.count == 2)
    }

    /// Compared with the bytes that the package onnx of Python writes for the same model.
    @Test func writesTheBytesOfTheFormat() {
        let graph = ONNXGraph(
            name: "g", nodes: [ONNXNode("Relu", name: "n", inputs: ["x"], outputs: ["y"])],
            initializers: [ONNXTensor("w", shape: [1], floats: [1])],
            inputs: [ONNXValue("x", shape: [.named("N"), .size(2)])], outputs: [ONNXValue("y", shape: nil)])
        let model = ONNXModel(
            irVersion: 4, producer: "p", producerVersion: "1", opsets: ["": 9], graph: graph)
        let digits = model.encoded().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let expected = """
            08041201701a01313a440a0f0a01781201791a016e220452656c751201672a0d080110014201774a04000080
            3f5a140a0178120f0a0d080112090a0312014e0a02080262090a017912040a02080142040a001009
            """
        #expect(digits.joined() == expected.replacing("\n", with: ""))
    }

    @Test func namesTheFileOfExternalWeights() throws {
        // A TensorProto with dims [2], type float, the name w, data_location EXTERNAL and the location weights.bin.
        let location: [UInt8] = [0x0A, 8] + Array("location".utf8) + [0x12, 11] + Array("weights.bin".utf8)
        let tensor: [UInt8] =
            [0x08, 2, 0x10, 1, 0x42, 1, 0x77, 0x6A, UInt8(location.count)] + location + [0x70, 1]
        let graph: [UInt8] = [0x2A, UInt8(tensor.count)] + tensor
        let bytes: [UInt8] = [0x08, 8, 0x3A, UInt8(graph.count)] + graph
        let error = try #require(error(ONNXError.self) { _ = try ONNXFile(bytes: bytes, path: "m.onnx") })
        #expect(
            error.description
                == "m.onnx: byte 6: weights in another file: expected the numbers of \"w\" in this file, found a "
                + "reference to \"weights.bin\"; store all weights in the ONNX file: in Python, "
                + "onnx.save(onnx.load(path), new_path)")
    }

    @Test(
        arguments: [
            ([], 0, "a graph", "the end of the file"),
            ([0x3A, 0], 2, "a version of the format", "the end of the file"),
            ([0x08, 8, 0x3A, 0, 0x3A, 0], 4, "one graph", "a second one"),
            ([0x0A, 0], 0, "an integer in the field 1", "a value of another form"),
            ([0x08, 8, 0x3A, 2, 0x08, 1], 4, "bytes in the field 1", "a value of another form"),
            // A float tensor of the shape [2, 3] with one number.
            (
                [0x08, 8, 0x3A, 14, 0x2A, 12, 0x08, 2, 0x08, 3, 0x10, 1, 0x4A, 4, 0, 0, 0, 0], 6,
                "6 numbers of \"\", of the shape [2, 3]", "1"
            ),
            ([0x08, 8, 0x3A, 9, 0x2A, 7, 0x10, 1, 0x4A, 3, 0, 0, 0], 10, "numbers of 4 bytes", "3 bytes"),
            // The product of the dimensions overflows.
            (
                [0x08, 8, 0x3A, 24, 0x2A, 22, 0x0A, 20] + .init(repeating: 0xFF, count: 8) + [0x7F]
                    + .init(repeating: 0xFF, count: 8) + [0x7F, 2, 2], 6, "a possible shape of \"\"",
                "[9223372036854775807, 9223372036854775807, 2, 2]"
            ),
        ] as [([UInt8], Int, String, String)])
    func refusesOtherBytes(_ bytes: [UInt8], _ offset: Int, _ expected: String, _ found: String) throws {
        let error = try #require(error(ONNXError.self) { _ = try ONNXFile(bytes: bytes, path: "m.onnx") })
        #expect(
            error
                == ONNXError(
                    path: "m.onnx", offset: offset, problem: .damaged, expected: expected, found: found))
    }

    @Test func everyCutFileIsRefusedOrReadWithoutATrap() throws {
        let bytes = model.encoded()
        for end in bytes.indices {
            do throws(ONNXError) {
                _ = try ONNXFile(bytes: Array(bytes[..<end]), path: "m.onnx")
            } catch {
                #expect(error.offset <= end)
            }
        }
    }

    @Test func anAttributeWithoutItsTensorIsWrittenAndReadAgain() throws {
        // A node with an attribute of the type TENSOR that has no tensor.
        let bytes: [UInt8] = [0x08, 8, 0x3A, 7, 0x0A, 5, 0x2A, 3, 0xA0, 0x01, 4]
        let model = try ONNXFile(bytes: bytes, path: "m.onnx").model
        #expect(try ONNXFile(bytes: model.encoded(), path: "m.onnx").model == model)
    }

    /// Integers take 8 bytes each in memory, and 1 in a file.
    @Test func longListsOfIntegersAreNotRead() throws {
        let attributes: [String: ONNXAttribute] = [
            "few": .integers(.init(repeating: 1, count: 4096)),
            "many": .integers(.init(repeating: 1, count: 4097)),
        ]
        let graph = ONNXGraph(
            name: "g",
            nodes: [ONNXNode("Op", name: "n", inputs: [], outputs: [], attributes: attributes)],
            initializers: [
                ONNXTensor("few", shape: [4096], integers: .init(repeating: 1, count: 4096)),
                ONNXTensor("many", shape: [17, 241], integers: .init(repeating: 1, count: 4097)),
            ])
        let bytes = ONNXModel(
            irVersion: 8, producer: "p", producerVersion: "1", opsets: ["": 16], graph: graph
        ).encoded()
        let file = try ONNXFile(bytes: bytes, path: "m.onnx")
        #expect(file.model.graph.initializers.map(\.integers?.count) == [4096, nil])
        #expect(file.model.graph.initializers[1].elementType == .int64)
        let found = file.model.graph.nodes[0].attributes
        let isWhole = found["few"] == attributes["few"]
        #expect(isWhole)
        let isLeftOut = found["many"] == .other(0)
        #expect(isLeftOut)
        let isReadAgain = try ONNXFile(bytes: file.model.encoded(), path: "m.onnx").model == file.model
        #expect(isReadAgain)
    }

    @Test func refusesTooManyParts() throws {
        let bytes: [UInt8] = [0x08, 8] + [[UInt8]](repeating: [0x08, 8], count: 500_000).joined()
        let error = try #require(error(ONNXError.self) { _ = try ONNXFile(bytes: bytes, path: "m.onnx") })
        #expect(error.problem == .tooLarge)
        #expect(error.offset == 1_000_000)
    }
}
