import Datasets
import Foundation
import NeuralNetworks
import TestSupport
import Testing
import Training

/// The Swift of README.md and of the guide, word for word.
@Suite("Guide")
struct GuidePageTests {
    let print = Printer()

    @Test
    func `README and As a library: ten lines that train`() throws {
        let mnist = try MNIST(directory: "datasets/mnist")
        let lstm = RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true)
        let model = SequenceModel(lstm, sequenceLength: 28, classCount: 10)
        let trainer = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
        try trainer.fit(mnist.train(), epochs: 1, batchSize: 128, callbacks: [EpochPrinter()])
        print("Test accuracy:", try trainer.evaluate(mnist.test()).accuracy)
        #expect(print.lines == ["Test accuracy: 0.9678"])
    }

    @Test
    func `As a library: recurrent layers`() throws {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true, bidirectional: true)
        let result = lstm(Tensor(shape: [100, 30, 6]))
        print(result.output.shape)  // [100, 30, 400]
        print(result.state.hidden.shape)  // [2, 100, 200]
        try print.expect("Library", "Recurrent layers")
    }

    @Test
    func `As a library: one training step lowers the loss`() {
        let input = Tensor(shape: [2, 3, 4], (0..<24).map { Float($0) / 24 })
        let target = Tensor(shape: [2, 1], [1, -1])
        let lengths = [3, 2]
        let gru = GRU(inputSize: 4, hiddenSize: 16, batchFirst: true)
        let linear = Linear(inputSize: 16, outputSize: 1, seed: 1)
        let optimization = Optimization(of: [gru, linear], by: Adam(learningRate: 1e-3), clipping: .norm(1))
        let pass = gru.forward(input, lengths: lengths)  // input (N, L, 4)
        let scores = linear.forward(pass.result.features(.final))
        let loss = MSELoss()(scores.output, target)  // target (N, 1)
        pass.backward(scores.backward(loss.gradient), from: .final)
        optimization.step()
        let next = linear.forward(gru.forward(input, lengths: lengths).result.features(.final))
        #expect(MSELoss()(next.output, target).value < loss.value)
    }

    @Test
    func `As a library: layers on several threads have the results of one`() {
        let layer = LSTM(inputSize: 28, hiddenSize: 64, batchFirst: true, threads: 2)
        let chain = Sequential(inputShape: [28, 28], [.lstm(64), .dense(10)], threads: 2)
        let input = Tensor(shape: [70, 28, 28], (0..<70 * 28 * 28).map { Float($0 % 97) / 97 })
        let one = Sequential(inputShape: [28, 28], [.lstm(64), .dense(10)])
        #expect(layer(input).output == LSTM(inputSize: 28, hiddenSize: 64, batchFirst: true)(input).output)
        #expect(chain(input) == one(input))
    }

    @Test
    func `As a library: a snapshot is called by two tasks`() async {
        let layer = LSTM(inputSize: 28, hiddenSize: 64, batchFirst: true, threads: 2)
        let batches = [5, 70].map { batch in
            Tensor(shape: [batch, 28, 28], (0..<batch * 28 * 28).map { Float($0 % 97) / 97 })
        }
        let snapshot = layer.snapshot()
        async let first = snapshot(batches[0])  // batches: [Tensor], each (N, 28, 28)
        async let second = snapshot(batches[1])
        let outputs = await [first.output, second.output]
        #expect(outputs == batches.map { layer($0).output })
    }

    @Test
    func `As a library: in Keras' words`() throws {
        let model = Sequential(inputShape: [10, 4], [.simpleRNN(3, returnSequences: true), .simpleRNN(3)])
        print(model.parameterCount)  // 45
        try print.expect("Library", "In Keras' words")
    }

    @Test(arguments: [("ImportingModels", "In your own program"), ("ImportingModels-ko", "자신의 프로그램에서")])
    func `Models from PyTorch: a layer in a file`(page: String, section: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("lstm.safetensors")
        let trained = LSTM(inputSize: 28, hiddenSize: 12, seed: 1)
        try trained.save(to: path, prefix: "lstm.")
        let lstm = LSTM(inputSize: 28, hiddenSize: 12)
        try lstm.load(from: path, prefix: "lstm.")
        print(lstm["weight_hh_l0"] == trained["weight_hh_l0"])  // true
        try print.expect(page, section)
    }

    @Test
    func `In your own package: the manifest names a product of this package`() throws {
        let manifest = """
            platforms: [.macOS(.v15)],
            dependencies: [.package(path: "../recurrent-networks")],
            targets: [
                .executableTarget(
                    name: "consumer",
                    dependencies: [.product(name: "RecurrentNetworks", package: "recurrent-networks")])
            ]
            """
        let own = try String(contentsOfFile: Repository.path("Package.swift"), encoding: .utf8)
        let product = try #require(manifest.firstMatch(of: /product\(name: "(\w+)", package: "([\w-]+)"/))
        let words = own.split { $0.isWhitespace }.joined(separator: " ").replacing("( ", with: "(")
        #expect(words.contains(".library(name: \"\(product.1)\""))
        #expect(own.contains("name: \"\(product.2)\","))
    }
}
