import Datasets
import NeuralNetworks
import Training

let arguments = CommandLine.arguments
let hidden = arguments.count > 1 ? Int(arguments[1])! : 12
let threads = arguments.count > 2 ? Int(arguments[2])! : 2
let epochs = arguments.count > 3 ? Int(arguments[3])! : 3
let set = arguments.count > 4 ? InstructionSet(rawValue: arguments[4])! : .best
let limit = arguments.count > 5 ? Int(arguments[5])! : 469
let mnist = try MNIST(directory: "datasets/mnist")
let clock = ContinuousClock()
let t0 = clock.now
let train = try mnist.train()
print("load", clock.now - t0)
let model = SequenceClassifier(lstm: LSTM(inputSize: 28, hiddenSize: hidden, numLayers: 2, bidirectional: true), sequenceLength: 28, classCount: 10)
let engine = ClassifierEngine(model: model, parameters: model.initialParameters(seed: 0), optimizer: Adam(learningRate: 5e-3), threads: threads, instructionSet: set)
for s in InstructionSet.available { let k = s.kernels
let tt = clock.now; let n = k.multiplyAdds(atLeast: 4_000_000_000, factor: 0.5); print("peak", s, Double(n) * 2e-9 / ((clock.now - tt) / .seconds(1))) }
let loader = DataLoader(train, batchSize: 128, shuffle: true, seed: 0)
train.pixels.withUnsafeBufferPointer { pixels in train.labels.withUnsafeBufferPointer { labels in
    let data = LabeledSequences(bytes: pixels.baseAddress!, labels: labels.baseAddress!, count: train.count)
    for e in 0..<epochs {
        let start = clock.now
        var s = Score(), n = 0
        for batch in loader.epoch(e) {
            s += batch.sampleIndices.withUnsafeBufferPointer { engine.train(data, batch: $0) }
            n += 1
            if n == limit { break }
        }
        let d = (clock.now - start) / .seconds(1)
        let rate = Double(s.count) / d
        print(e, s.loss, s.accuracy, d, "images/s", Int(rate), "GFLOP/s", rate * Double(model.trainingMultiplyAdds) * 2e-9)
    }
    let times = engine.times
    for p in Phase.allCases { print(p, times[p] / times.total) }
} }
train.pixels.withUnsafeBufferPointer { pixels in train.labels.withUnsafeBufferPointer { labels in
    let data = LabeledSequences(bytes: pixels.baseAddress!, labels: labels.baseAddress!, count: train.count)
    for _ in 0..<2 {
    let start = clock.now
    let s = engine.evaluate(data)
    print("evaluate", (clock.now - start) / .seconds(1), s.accuracy)
    }
} }
train.pixels.withUnsafeBufferPointer { pixels in
    let p = SequencePredictor(model: model, parameters: engine.parameters, instructionSet: set)
    var times: [Double] = []
    var sum = 0
    for i in 0..<20000 {
        let start = clock.now
        sum += p.predict(pixels.baseAddress! + 784 * (i % 10000))
        times.append((clock.now - start) / .microseconds(1))
    }
    times.sort()
    print("latency", times[10000], times[19800], sum)
}
