import Datasets
import Foundation
import NeuralNetworks
import TestSupport
import Testing
import Training

/// The Swift code of the guide's page about texts, word for word.
@Suite("The page about texts")
struct TextPageTests {
    let print = Printer()

    @Test func `a model learns poems by heart`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("poems.safetensors")
        try train(writing: path)
        let generator = try TextGenerator(contentsOf: path, temperature: 0)
        try generator.read("나 보기가")
        let continuation = generator.text(length: 11)
        print(continuation == " 역겨워\n가실 때에는")  // true
        try print.expect("WritingText", "In your own program")
    }

    private func train(writing path: String) throws {
        let file = Repository.path("datasets/poems/poems.txt")
        let poems = try String(contentsOfFile: file, encoding: .utf8)
        let text = try TextWindows(poems, length: 32)
        let size = text.vocabulary.count
        let gru = RecurrentStack(.gru, inputSize: size, hiddenSize: 96)
        let model = SequenceModel(gru, classCount: size, readout: .each).readingSymbols()
        let trainer = Trainer(
            model: model, optimizer: Adam(learningRate: 1e-2), clipping: .norm(1), seed: 0)
        try trainer.fit(text, epochs: 60, batchSize: 4)
        try Checkpoint(of: trainer, vocabulary: text.vocabulary).write(to: path)
    }
}
