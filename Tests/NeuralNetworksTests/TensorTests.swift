import Testing

@testable import NeuralNetworks

@Suite("Tensors")
struct TensorTests {
    static let counting = Tensor(shape: [2, 3, 4], (0..<24).map { Float($0) })

    @Test
    func `indices are in row-major order`() {
        var x = Self.counting
        for i in 0..<2 {
            for j in 0..<3 {
                for k in 0..<4 { #expect(x[i, j, k] == Float(12 * i + 4 * j + k)) }
            }
        }
        x[1, 0, 2] = -5
        #expect(x.elements[14] == -5)
        #expect(x.elements.count { $0 < 0 } == 1)
        #expect((x.rank, x.count) == (3, 24))
    }

    @Test
    func `a tensor can be a number, rows, or empty`() {
        #expect(Tensor(shape: [], [7])[] == 7)
        #expect(Tensor([[1, 2, 3], [4, 5, 6]]) == Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]))
        #expect(Tensor([]).shape == [0, 0])
        #expect(Tensor(shape: [2, 0]).elements.isEmpty)
        #expect(Tensor(shape: [2, 2], repeating: 3).elements == [3, 3, 3, 3])
    }

    @Test
    func `stacked slices equal the original`() {
        let x = Self.counting
        #expect(x.slice(1).shape == [3, 4])
        #expect(x.slice(1).elements == (12..<24).map { Float($0) })
        #expect(Tensor(stacking: [x.slice(0), x.slice(1)]) == x)
        #expect(x.slice(1).slice(2).slice(3) == Tensor(shape: [], [23]))
    }

    @Test
    func `reshaping keeps the numbers`() {
        #expect(Self.counting.reshaped([6, 4]) == Tensor(shape: [6, 4], Self.counting.elements))
        #expect(Self.counting.reshaped([6, 4])[4, 1] == 17)
    }

    @Test(
        arguments: [[2, 3], [2, 3, 4], [3, 1, 2], [1, 4, 2, 2], [2, 0, 3]])
    func `swapping dimensions twice returns the original`(_ shape: [Int]) {
        let x = Tensor.random(shape, seed: 1)
        let swapped = x.swappingFirstTwo()
        #expect(swapped.shape == [shape[1], shape[0]] + shape[2...])
        #expect(swapped.swappingFirstTwo() == x)
        for i in 0..<shape[0] {
            for j in 0..<shape[1] { #expect(swapped.slice(j).slice(i) == x.slice(i).slice(j)) }
        }
    }

    @Test(
        arguments: [[2, 3], [2, 3, 4], [3, 1, 2], [2, 4, 2, 2], [0, 3, 2]])
    func `reversing steps twice returns the original`(_ shape: [Int]) {
        let x = Tensor.random(shape, seed: 2)
        let reversed = x.reversingSteps()
        #expect(reversed.shape == shape)
        #expect(reversed.reversingSteps() == x)
        for n in 0..<shape[0] {
            for step in 0..<shape[1] {
                #expect(reversed.slice(n).slice(step) == x.slice(n).slice(shape[1] - 1 - step))
            }
        }
    }

    @Test
    func `counts other than the shape's trap`() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3], [1, 2, 3, 4, 5]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [-1, -1], [1]) }
        await #expect(processExitsWith: .failure) { _ = Tensor([[1, 2], [3]]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3]).reshaped([5]) }
        await #expect(processExitsWith: .failure) {
            var x = Tensor(shape: [2])
            x.elements.append(1)
        }
    }

    @Test
    func `indices out of range trap`() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3])[0, 3] }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3])[-1, 0] }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3])[1] }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3]).slice(2) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: []).slice(0) }
    }

    @Test
    func `missing dimensions trap`() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [3]).swappingFirstTwo() }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [3]).reversingSteps() }
        await #expect(processExitsWith: .failure) { _ = Tensor(stacking: []) }
        await #expect(processExitsWith: .failure) {
            _ = Tensor(stacking: [Tensor(shape: [2]), Tensor(shape: [1, 2])])
        }
    }

    @Test
    func `a trap says what it expected and received`() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { _ = Tensor(shape: [2, 3], [1, 2, 3, 4, 5]) }
        #expect(
            String(decoding: result.standardErrorContent, as: UTF8.self)
                .contains("5 numbers for a tensor [2, 3] of 6"))
    }
}
