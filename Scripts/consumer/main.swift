import Datasets
import NeuralNetworks
import Training

let mnist = try MNIST(directory: "datasets/mnist")
let lstm = RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true)
let model = SequenceModel(lstm, sequenceLength: 28, classCount: 10)
let trainer = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
try trainer.fit(mnist.train(), epochs: 1, batchSize: 128, callbacks: [EpochPrinter()])
print("Test accuracy:", try trainer.evaluate(mnist.test()).accuracy)
