import Datasets
import Foundation
import Interchange
import NeuralNetworks
import Prices
import Runs
import Safetensors
import SequenceFiles
import Testing
import Training

/// The Swift code of the landing pages of Datasets, Interchange, Prices, Safetensors, SequenceFiles and Training, word for word.
@Suite("Landing pages")
struct ModulePageTests {
    let print = Printer()

    @Test
    func `Datasets`() throws {
        let files = try ImageDataset.mnist.files(in: "datasets/mnist")
        let (train, validation) = try files.train().holdingOut(5_000, seed: 0)
        print(train.count, validation.count, train.rows, train.columns)  // 55000 5000 28 28

        let loader = DataLoader(train, batchSize: 128, shuffle: true, seed: 0)
        print(loader.batchCount)  // 430
        let batch = loader.epoch(0)[0]
        print(batch.count, batch[0].label)  // 128 8

        let (inputs, target) = ([[1.0, 2, 3, 4, 5], [10.0, 20, 30, 40, 50]], [0.5, 1, 1.5, 2, 2.5])
        let scaler = MinMaxScaler(fitting: inputs)
        let dates = (1...5).map { CalendarDate(year: 2019, month: 1, day: $0)! }
        let windows = SequenceWindows(
            features: scaler.transform(inputs), target: target, dates: dates, length: 3)
        print(windows.count, windows[0].target, windows[1].values)
        // 2 2.0 [0.25, 0.25, 0.5, 0.5, 0.75, 0.75]
        try print.expect("Datasets", "Overview")
    }

    @Test
    func `Prices`() throws {
        let prices = try PriceHistory(
            path: "datasets/sp500/sp500.csv.gz", columns: ["Open", "Close"])
        print(prices.columns, prices.dates.last!)  // ["Open", "Close"] 2018-12-31
        let days = try prices.span(rows: 4)
        print(days.count, days["Close"])
        // 4 [2467.699951, 2488.830078, 2485.73999, 2506.850098]
        try print.expect("Prices", "Overview")
    }

    @Test
    func `Safetensors`() throws {
        var writer = SafetensorsWriter(metadata: ["format": "pt"])
        writer.add("fc.weight", shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Float])
        writer.add("fc.bias", shape: [2], [0.5, -0.5] as [Float])

        let file = try SafetensorsFile(bytes: writer.serialized(), path: "model.safetensors")
        for tensor in file.tensors { print(tensor.name, tensor.type, tensor.shape) }
        // fc.bias F32 [2]
        // fc.weight F32 [2, 3]
        let bias: [Float] = try file.values(of: "fc.bias", shape: [2])
        print(bias)  // [0.5, -0.5]
        try print.expect("Safetensors", "Overview")
    }

    /// It is compiled but not run, because it writes to the current directory. ONNXExportTests run the same lines.
    func exportedCheckpoint() throws {
        try Checkpoint(path: "model.safetensors").write(onnx: "model.onnx")
    }

    @Test
    func `SequenceFiles`() throws {
        var options = SequenceFileOptions()
        options.missing = .interpolate
        let steps = try LabeledSequences(contentsOf: "datasets/steps/steps.csv", options: options)
        print(steps.count, steps.channels, steps.longest, steps.targets)
        // 4 2 4 classes(["run", "walk"])
        print(steps[2].values, steps[2].target)
        // [0.3, 1.0, 0.4, 0.9, 0.5, 1.1, 0.4, 1.0] label(1)
        try print.expect("SequenceFiles", "Overview")
    }

    @Test
    func `Training`() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }

        let mnist = try MNIST(directory: "datasets/mnist")
        let lstm = RecurrentStack(
            .lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true)
        let model = SequenceModel(lstm, sequenceLength: 28, classCount: 10)
        let trainer = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
        try trainer.fit(mnist.train(), epochs: 1, batchSize: 128, callbacks: [EpochPrinter()])
        print(try trainer.evaluate(mnist.test()).accuracy)  // 0.9678

        try Checkpoint(of: trainer).write(to: path)
        let resumed = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
        resumed.restore(try Checkpoint(path: path))
        print(resumed.state.epoch)  // 1
        try resumed.fit(mnist.train(), epochs: 1, batchSize: 128)
        try print.expect("Training", "Overview")
    }

    @Test
    func `your own sequences`() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }

        let names = ["slow", "middle", "fast"]
        let readings = (0..<240).map { index in
            (0..<20 + index * 37 % 61).flatMap { step -> [Float] in
                let phase = Float(index * 7 % 12) + Float(step) * [0.2, 0.4, 0.8][index % 3]
                return [sin(phase), 50 + 10 * cos(phase / 2)]
            }
        }
        let sequences = try LabeledSequences(
            readings, channels: 2, labels: readings.indices.map { $0 % 3 }, classNames: names)
        let (train, test) = sequences.split(test: 0.25, seed: 0)
        print(train.count, test.count, sequences.longest)  // 180 60 80

        do {
            _ = try LabeledSequences([[1, 2], [3]], channels: 2, labels: [0, 1])
        } catch {
            print(error)
            // sequence 1: values: expected a multiple of 2 values, as there are channels, found 1
        }
        try print.expect("YourOwnSequences", "Overview")

        let lstm = RecurrentStack(.lstm, inputSize: 2, hiddenSize: 8, bidirectional: true)
        let model = SequenceModel(lstm, classCount: 3)
            .normalized(by: InputNormalization(fitting: train))
        let trainer = Trainer(model: model, optimizer: Adam(learningRate: 1e-2), seed: 0)
        try trainer.fit(train, epochs: 20, batchSize: 32, callbacks: [EpochPrinter()])
        let score = trainer.evaluate(test)
        print(score.correct, score.count)  // 60 60
        try Checkpoint(of: trainer).write(to: path)
        try print.expect("YourOwnSequences", "Train")

        let predictor = try SequencePredictor(contentsOf: path)
        let reading = readings[2]
        print(names[predictor.predict(reading)])  // fast
        try print.expect("YourOwnSequences", "Use it in another program")
        try stepByStep(readings)
        try layers(readings, path)
        try pairs()
    }

    private func pairs() throws {
        let numbers = (0..<3_125).map { String($0, radix: 5).compactMap(\.wholeNumberValue) }
        let pairs = try SequencePairs(
            .symbols(numbers), targets: .symbols(numbers.map { $0.reversed() }))
        let (known, unknown) = pairs.split(test: 0.1, seed: 0)
        func makeModel() -> EncoderDecoder {
            EncoderDecoder(.gru, inputs: pairs.inputs, targets: pairs.targets, hiddenSize: 64, seed: 1)
        }
        let writer = makeModel()
        let reverser = Trainer(
            model: writer, replica: makeModel, loss: CrossEntropyLoss(),
            optimizer: Adam(learningRate: 1e-2), schedule: .cosine(), clipping: .norm(1), seed: 0)
        try reverser.fit(known, epochs: 15, batchSize: 64)
        print(reverser.evaluate(unknown).accuracy > 0.99)  // true
        print(writer.decode([[1, 2, 3, 4], [3, 0]], maximalLength: 8))  // [[4, 3, 2, 1], [0, 3]]
        try print.expect("YourOwnSequences", "A target sequence")
    }

    private func layers(_ readings: [[Float]], _ path: String) throws {
        final class Classifier: TrainableModel {
            let lstm = LSTM(
                inputSize: 1, hiddenSize: 8, batchFirst: true, bidirectional: true, seed: 1)
            let linear = Linear(inputSize: 16, outputSize: 3, seed: 2)
            var namedModules: [(name: String, module: any Module)] {
                [("lstm", lstm), ("linear", linear)]
            }

            func output(_ batch: SequenceBatch) -> Tensor {
                linear(lstm(batch.input, lengths: batch.lengths).features(.final))
            }

            func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
                let states = lstm.forward(batch.input, lengths: batch.lengths, step: step)
                let scores = linear.forward(states.result.features(.final))
                return TrainingPass(scores.output) {
                    states.backward(scores.backward($0), from: .final)
                }
            }
        }

        let swings = try LabeledSequences(
            readings.map { reading in stride(from: 0, to: reading.count, by: 2).map { reading[$0] } },
            channels: 1, labels: readings.indices.map { $0 % 3 })
        let (some, others) = swings.split(test: 0.25, seed: 0)
        let classifier = Classifier()
        let layered = Trainer(
            model: classifier, replica: { Classifier() }, loss: CrossEntropyLoss(),
            optimizer: Adam(learningRate: 1e-2), seed: 0)
        try layered.fit(some, epochs: 40, batchSize: 32)
        print(layered.evaluate(others).accuracy > 0.9)  // true

        try ModuleCheckpoint(of: layered).write(to: path)
        let loaded = Classifier()
        try ModuleCheckpoint(path: path).load(into: loaded)
        let batch = others.batch(at: [0, 1])
        print(loaded.output(batch) == classifier.output(batch))  // true
        try print.expect("YourOwnSequences", "A model of your own layers")

        let folder = path + "-runs"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func makeTrainer() -> Trainer {
            Trainer(
                model: Classifier(), replica: { Classifier() }, loss: CrossEntropyLoss(),
                optimizer: Adam(learningRate: 1e-2), seed: 0)
        }
        let kept = makeTrainer()
        let run = try TrainingRun(creating: folder + "/swings", for: kept, options: ["hidden": 8])
        try kept.fit(some, epochs: 5, batchSize: 32, callbacks: [run])
        try run.record(test: kept.evaluate(others))

        let again = makeTrainer()
        let resumed = try TrainingRun(continuing: folder + "/swings", for: again)
        print(again.state.epoch)  // 5
        try again.fit(some, epochs: 8 - again.state.epoch, batchSize: 32, callbacks: [resumed])
        print(again.state.epoch)  // 8
        try print.expect("YourOwnSequences", "A run in a directory")
    }

    private func stepByStep(_ readings: [[Float]]) throws {
        let rising = readings.map { reading in
            stride(from: 0, to: reading.count, by: 2).map { $0 > 0 && reading[$0] > reading[$0 - 2] ? 1 : 0 }
        }
        let steps = try LabeledSequences(
            readings, channels: 2, stepLabels: rising, classNames: ["falls", "rises"])
        let oneDirection = RecurrentStack(.gru, inputSize: 2, hiddenSize: 8)
        let tagger = Trainer(
            model: SequenceModel(oneDirection, classCount: 2, readout: .each)
                .normalized(by: InputNormalization(fitting: steps)),
            optimizer: Adam(learningRate: 1e-2), classWeights: .balanced(steps), seed: 0)
        try tagger.fit(steps, epochs: 20, batchSize: 32)
        let tagged = tagger.evaluate(steps)
        print(tagged.count, tagged.targetCount, tagged.accuracy > 0.9)  // 240 12002 true
        try print.expect("YourOwnSequences", "A target at each step")

        let parameters = tagger.engine.parameters
        let stream = try SequenceStream(model: tagger.engine.model, parameters: parameters)
        let labels = (0..<20).map { step in
            stream.predict([readings[0][2 * step], readings[0][2 * step + 1]])
        }
        let predictor = SequencePredictor(model: tagger.engine.model, parameters: parameters)
        print(labels == Array(predictor.predictSteps(readings[0])[..<20]))  // true
        try print.expect("YourOwnSequences", "One step at a time")
    }
}
