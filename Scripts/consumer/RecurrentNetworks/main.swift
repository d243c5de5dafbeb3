// The README's example. It prints the values that Scripts/consumer-test.sh compares: speed, accuracy, instruction set and
// weights.
//
// usage: RecurrentNetworks [EPOCHS [THREADS]]
import RecurrentNetworks

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let mnist = try MNIST(directory: "datasets/mnist")
let lstm = RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true)
let model = SequenceModel(lstm, sequenceLength: 28, classCount: 10)
let trainer = Trainer(
    model: model, optimizer: Adam(learningRate: 5e-3), seed: 0,
    threads: numbers.count > 1 ? numbers[1] : nil)
try trainer.fit(mnist.train(), epochs: numbers.first ?? 1, batchSize: 128, callbacks: [EpochPrinter()])
print("Test accuracy:", try trainer.evaluate(mnist.test()).accuracy)
print("Instruction set:", trainer.engine.instructionSet)

/// The FNV-1a hash of the bits of all parameters.
let digest = trainer.engine.parameters.elements.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
    ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3
}
print("Weights:", String(digest, radix: 16))
