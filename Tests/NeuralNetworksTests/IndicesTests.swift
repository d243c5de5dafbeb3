import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Indices, one-hot and softmax")
struct IndicesTests {
    @Test
    func `indices have a shape`() {
        #expect(Indices([4, 2]) == Indices(shape: [2], [4, 2]))
        #expect(Indices([[4, 2, 1], [3, 1, 0]]) == Indices(shape: [2, 3], [4, 2, 1, 3, 1, 0]))
        #expect(
            Indices([[4, 2, 1], [], [3]], padding: 7) == Indices(shape: [3, 3], [4, 2, 1, 7, 7, 7, 3, 7, 7]))
        #expect(Indices(Tensor([[4, 2], [-1, 0]])) == Indices([[4, 2], [-1, 0]]))
        #expect(Indices([[Int]]()) == Indices(shape: [0, 0], []))
    }

    @Test
    func `one-hot equals PyTorch's`() throws {
        let expected = try EmbeddingLossFixture.stored.get().oneHot
        let found = Tensor(
            oneHot: Indices(shape: expected.shape, expected.indices), classes: expected.classes)
        #expect(found.shape == expected.shape + [expected.classes])
        expectEqual(found.elements.map(Double.init), expected.output)
        #expect(Tensor(oneHot: [1, 0], classes: 3) == Tensor([[0, 1, 0], [1, 0, 0]]))
    }

    @Test
    func `softmax equals PyTorch's`() throws {
        let expected = try EmbeddingLossFixture.stored.get().softmax
        let found = Tensor(expected.shape, expected.scores).softmax()
        #expect(found.shape == expected.shape)
        expectClose(found.elements.map(Double.init), expected.output, absolute: 1e-12, relative: 1e-7)
        #expect(found.elements.contains { $0 == 1 } && found.elements.contains { $0 == 0 })
        #expect(Tensor(shape: [0, 4]).softmax() == Tensor(shape: [0, 4]))
        #expect(Tensor(shape: [4, 0]).softmax() == Tensor(shape: [4, 0]))
    }

    @Test
    func `wrong shapes and indices trap`() async {
        await #expect(processExitsWith: .failure) { _ = Indices(shape: [3], [1, 2]) }
        await #expect(processExitsWith: .failure) { _ = Indices(shape: [-1, -2], [1, 2]) }
        await #expect(processExitsWith: .failure) { _ = Indices([[1, 2], [3]]) }
        await #expect(processExitsWith: .failure) { _ = Indices(Tensor([[1, 1.5]])) }
        await #expect(processExitsWith: .failure) { _ = Indices(Tensor([[1, .nan]])) }
        await #expect(processExitsWith: .failure) { _ = Tensor(oneHot: [3], classes: 3) }
        await #expect(processExitsWith: .failure) { _ = Tensor(oneHot: [], classes: 0) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [], [1]).softmax() }
    }
}
