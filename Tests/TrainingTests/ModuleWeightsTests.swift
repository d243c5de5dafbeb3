import NeuralNetworks
import Safetensors
import TestSupport
import Testing

@testable import Training

@Suite("Weights of layers and models in safetensors files")
struct ModuleWeightsTests {
    private func bits(_ module: any Module) -> [UInt32] { module.parameters.elements.map(\.bitPattern) }

    @Test(arguments: ["", "lstm.", "model.encoder."])
    func `a layer that is saved and loaded has the same bits`(prefix: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("layer.safetensors")
        let layer = LSTM(inputSize: 3, hiddenSize: 5, numLayers: 2, bidirectional: true, seed: 1)
        try layer.save(to: path, prefix: prefix)
        #expect(try SafetensorsFile(path: path)[prefix + "weight_hh_l1_reverse"]?.shape == [20, 5])
        let other = LSTM(inputSize: 3, hiddenSize: 5, numLayers: 2, bidirectional: true, seed: 2)
        #expect(bits(other) != bits(layer))
        try other.load(from: path, prefix: prefix)
        #expect(bits(other) == bits(layer))
    }

    @Test func `a model of modules is saved and loaded, and a layer of it alone`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.safetensors")
        let model = Sequential(inputShape: [7, 3], [.gru(4), .dense(2)], seed: 1)
        try model.save(to: path, prefix: "module.")
        let other = Sequential(inputShape: [7, 3], [.gru(4), .dense(2)], seed: 2)
        try other.load(from: path, prefix: "module.")
        let pairs = zip(model.namedModules, other.namedModules)
        for (one, two) in pairs { #expect(bits(one.module) == bits(two.module)) }
        // Tensors with another prefix are ignored.
        let (name, module) = try #require(model.namedModules.last)
        let linear = Linear(inputSize: 4, outputSize: 2, seed: 3)
        try linear.load(from: path, prefix: "module.\(name).")
        #expect(bits(linear) == bits(module))
    }

    @Test func `weights of PyTorch in other types are converted`() throws {
        let directory = try TemporaryDirectory()
        let linear = Linear(inputSize: 2, outputSize: 1, seed: 0)
        var writer = SafetensorsWriter()
        writer.add("weight", shape: [1, 2], [Double(0.25), -3])
        writer.add("bias", shape: [1], [Float(7)])
        try writer.write(to: directory.file("double"))
        try linear.load(from: directory.file("double"))
        #expect(linear["weight"].elements == [0.25, -3] && linear["bias"].elements == [7])
    }

    @Test func `an error lists what is missing, left over and of another shape, and changes nothing`() throws
    {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.safetensors")
        var writer = SafetensorsWriter()
        writer.add("fc.weight", shape: [3, 2], [Float](repeating: 1, count: 6))
        writer.add("fc.scale", shape: [4], [Float](repeating: 1, count: 4))
        writer.add("other.weight", shape: [1], [Float(1)])
        try writer.write(to: path)
        let linear = Linear(inputSize: 2, outputSize: 4, seed: 1)
        let before = bits(linear)
        let error = #expect(throws: WeightsError.self) { try linear.load(from: path, prefix: "fc.") }
        #expect(error?.missing == ["fc.bias [4]"])
        #expect(error?.leftOver == ["fc.scale [4]"])
        #expect(error?.otherShape == ["fc.weight [3, 2], not [4, 2]"])
        #expect(
            error?.description.hasSuffix(
                "model.safetensors: the tensors are not those of the model: missing: fc.bias [4]; left over: fc.scale [4]; "
                    + "of another shape: fc.weight [3, 2], not [4, 2]; give the file of this model, or another prefix"
            ) == true)
        #expect(bits(linear) == before)
    }
}
