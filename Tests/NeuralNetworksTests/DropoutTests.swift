import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Dropout")
struct DropoutTests {
    @Test(arguments: [0.1, 0.3, 0.5, 0.9])
    func `the fraction of zeros is as given and the others are scaled`(_ probability: Double) {
        let x = Tensor.random([100, 1000], seed: 1).mapping { $0 + 2 }
        let y = Dropout(probability, seed: 3).forward(x, step: 0)
        let zeros = Double(y.elements.count { $0 == 0 }) / 1e5
        // Four standard deviations.
        #expect(abs(zeros - probability) < 4 * (probability * (1 - probability) / 1e5).squareRoot())
        let scale = Float(1 / (1 - probability))
        expectEqual(y.elements, zip(x.elements, y.elements).map { $1 == 0 ? 0 : $0 * scale })
    }

    @Test
    func `the mask depends on seed, step and index`() {
        let ones = Tensor(shape: [10, 20], repeating: 1)
        let mask = Dropout(0.5, seed: 3).forward(ones, step: 7)
        #expect(Dropout(0.5, seed: 3).forward(ones, step: 7) == mask)
        #expect(Dropout(0.5, seed: 3).forward(ones, step: 8) != mask)
        #expect(Dropout(0.5, seed: 4).forward(ones, step: 7) != mask)
        #expect(mask.slice(0) != mask.slice(1))
    }

    @Test
    func `the gradient goes through the same mask`() {
        let dropout = Dropout(0.4, seed: 3)
        let (x, factor) = (Tensor.random([4, 9], seed: 1), Tensor.random([4, 9], seed: 2))
        let found = dropout.backward(factor, step: 5)
        #expect(found.elements.contains(0))
        expectSlopes(found.elements, at: x.elements) {
            dropout.forward(Tensor(shape: x.shape, $0), step: 5).dot(factor)
        }
    }

    @Test
    func `inference and a probability of zero change nothing`() {
        let x = Tensor.random([4, 9], seed: 1)
        #expect(Dropout(0.9)(x) == x)
        #expect(Dropout(0).forward(x, step: 1) == x)
    }

    @Test
    func `a dropped NaN stays NaN`() {
        let y = Dropout(0.5).forward(Tensor(shape: [50], repeating: .nan), step: 0)
        #expect(y.elements.allSatisfy { $0.isNaN })
    }

    // An exit test captures values since Swift 6.3.
    #if compiler(>=6.3)
        @Test(arguments: [1, -0.1])
        func `invalid probabilities trap`(_ probability: Double) async {
            await #expect(processExitsWith: .failure) { [probability] in _ = Dropout(probability) }
        }
    #endif
}
