import Foundation
import TestSupport

@testable import NeuralNetworks

/// Embeddings, softmax and losses that PyTorch computed in double precision, by `Scripts/embedding_loss_fixture.py`.
struct EmbeddingLossFixture: Decodable {
    let embedding: [EmbeddingCase]
    let oneHot: OneHotCase
    let softmax: SoftmaxCase
    let crossEntropy: [CrossEntropyCase]
    let bce: [BCECase]

    struct EmbeddingCase: Decodable {
        let count, dimension: Int
        let padding: Int?
        let shape, indices, outputShape: [Int]
        let weight, output, factor, gradient: [Double]
    }

    struct OneHotCase: Decodable {
        let shape, indices: [Int]
        let classes: Int
        let output: [Double]
    }

    struct SoftmaxCase: Decodable {
        let shape: [Int]
        let scores, output: [Double]
    }

    struct CrossEntropyCase: Decodable {
        let shape, labels: [Int]
        let weights: [Float]?
        let smoothing: Double
        let lengths: [Int]?
        let scores: [Double]
        let value: Double
        let gradient: [Double]
    }

    struct BCECase: Decodable {
        let shape: [Int]
        let weights: [Float]?
        let lengths: [Int]?
        let scores, targets: [Double]
        let value: Double
        let gradient: [Double]
    }

    static let stored = Result {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try Data(contentsOf: Fixtures.url.appending(path: "embedding_losses.json"))
        return try decoder.decode(EmbeddingLossFixture.self, from: data)
    }
}

extension Tensor {
    init(_ shape: [Int], _ numbers: [Double]) { self.init(shape: shape, numbers.map(Float.init)) }
}
