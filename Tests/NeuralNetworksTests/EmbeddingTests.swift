import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Embedding")
struct EmbeddingTests {
    @Test(arguments: 0..<5)
    func `outputs and gradients equal PyTorch's`(_ index: Int) throws {
        let expected = try EmbeddingLossFixture.stored.get().embedding[index]
        let layer = Embedding(
            count: expected.count, dimension: expected.dimension, paddingIndex: expected.padding)
        layer["weight"] = Tensor([expected.count, expected.dimension], expected.weight)
        let indices = Indices(shape: expected.shape, expected.indices)
        let pass = layer.forward(indices)
        #expect(pass.output.shape == expected.outputShape)
        expectEqual(pass.output.elements.map(Double.init), expected.output)
        #expect(layer(indices) == pass.output)
        pass.backward(Tensor(expected.outputShape, expected.factor))
        expectClose(layer.gradients.elements.map(Double.init), expected.gradient, absolute: 1e-6)
        // A second pass adds to the gradients.
        layer.forward(indices).backward(Tensor(expected.outputShape, expected.factor))
        expectClose(
            layer.gradients.elements.map(Double.init), expected.gradient.map { 2 * $0 }, absolute: 2e-6)
    }

    @Test
    func `the fixture repeats indices and leaves some out`() throws {
        let cases = try EmbeddingLossFixture.stored.get().embedding
        #expect(cases.count == 5)
        #expect(cases.contains { Set($0.indices).count < $0.indices.count })
        #expect(cases.contains { Set($0.indices).count < $0.count })
        #expect(cases.contains { $0.padding.map($0.indices.contains) ?? false })
    }

    @Test
    func `gradients equal finite differences`() {
        let layer = Embedding(count: 6, dimension: 3, seed: 4)
        let indices = Indices([[5, 0, 0, 2], [1, 2, 5, 5]])
        let factor = Tensor.random([2, 4, 3], seed: 5)
        layer.forward(indices).backward(factor)
        expectSlopes(of: layer) { layer(indices).dot(factor) }
        #expect(layer.gradient(of: "weight").slice(3).elements == [0, 0, 0])
    }

    @Test
    func `the padding index starts at zero and stays there`() {
        let layer = Embedding(count: 4, dimension: 5, paddingIndex: 1, seed: 2)
        let without = Embedding(count: 4, dimension: 5, seed: 2)
        let zeros = [Float](repeating: 0, count: 5)
        for row in 0..<4 {
            #expect(
                layer["weight"].slice(row).elements
                    == (row == 1 ? zeros : without["weight"].slice(row).elements))
        }
        let optimization = Optimization(of: [layer], by: Adam(learningRate: 0.1, weightDecay: 0.5))
        let before = layer["weight"]
        for _ in 0..<3 {
            layer.forward(Indices([0, 1, 1, 3])).backward(Tensor(shape: [4, 5], repeating: 1))
            #expect(optimization.step())
        }
        #expect(layer["weight"].slice(1).elements == zeros)
        #expect(layer["weight"].slice(0) != before.slice(0))
    }

    @Test
    func `parameters have PyTorch's name, shape and distribution`() {
        let layer = Embedding(count: 300, dimension: 40, seed: 9)
        #expect(layer.layout.parameters.map(\.name) == ["weight"])
        #expect(layer.layout.parameters.map(\.shape) == [[300, 40]])
        let numbers = layer.parameters.elements.map(Double.init)
        let mean = numbers.reduce(0, +) / 12_000
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 12_000
        // Four standard errors.
        #expect(abs(mean) < 4 / 12_000.0.squareRoot())
        #expect(abs(variance - 1) < 4 * (2 / 12_000.0).squareRoot())
        #expect(
            Embedding(count: 300, dimension: 40, seed: 9).parameters.elements == layer.parameters.elements)
        #expect(
            Embedding(count: 300, dimension: 40, seed: 8).parameters.elements != layer.parameters.elements)
    }

    @Test
    func `an embedding is the first layer of Sequential`() {
        let model = Sequential(
            inputShape: [4], [.embedding(9, dimension: 3, paddingIndex: 0), .gru(5), .dense(2)], seed: 1)
        #expect(model.parameterCount == 27 + 3 * (5 * (3 + 5) + 2 * 5) + 12)
        #expect(model.layerSummaries[0].outputShape == "(N, 4, 3)")
        let words = Tensor([[1, 8, 0, 2], [3, 3, 8, 0]])
        let pass = model.forward(words, step: 0)
        #expect(pass.output == model(words) && pass.output.shape == [2, 2])
        let factor = Tensor.random([2, 2], seed: 2)
        #expect(pass.backward(factor) == Tensor(shape: [2, 4]))
        let embedding = model.modules[0]
        expectEqual(Array(embedding.gradients.elements[..<3]), [0, 0, 0])
        embedding.gradients.base.clear(count: 3)
        // The vector of the padding index gets no gradient, so that only the others are compared.
        let gradients = embedding.gradient(of: "weight")
        for row in [1, 2, 3, 8] {
            expectSlopes(gradients.slice(row).elements, at: embedding["weight"].slice(row).elements) {
                numbers in
                let before = embedding["weight"]
                defer { embedding["weight"] = before }
                for (column, number) in numbers.enumerated() { embedding["weight"][row, column] = number }
                return model(words).dot(factor)
            }
        }
        #expect(SequentialLayer.embedding(9, dimension: 3) != .embedding(9, dimension: 3, paddingIndex: 0))
    }

    @Test
    func `wrong sizes, indices and places trap`() async {
        await #expect(processExitsWith: .failure) { _ = Embedding(count: 0, dimension: 3) }
        await #expect(processExitsWith: .failure) { _ = Embedding(count: 3, dimension: 0) }
        await #expect(processExitsWith: .failure) { _ = Embedding(count: 3, dimension: 2, paddingIndex: 3) }
        await #expect(processExitsWith: .failure) { _ = Embedding(count: 3, dimension: 2)(Indices([3])) }
        await #expect(processExitsWith: .failure) { _ = Embedding(count: 3, dimension: 2)(Indices([-1])) }
        await #expect(processExitsWith: .failure) {
            Embedding(count: 3, dimension: 2).forward(Indices([1])).backward(Tensor(shape: [2]))
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [4], [.dense(3), .embedding(9, dimension: 3)])
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [2], [.embedding(9, dimension: 3)])(Tensor([[0.5, 1]]))
        }
    }

    @Test
    func `an index out of range is named with its place`() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { _ = Embedding(count: 7, dimension: 2)(Indices([[1, 2], [0, 7]])) }
        #expect(
            String(decoding: result.standardErrorContent, as: UTF8.self).contains(
                "index 7 at 3: expected 0 to 6"))
    }
}
