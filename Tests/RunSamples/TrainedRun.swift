import Console
import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import TestSupport
import Training
import TrainingSamples

/// A run of a classifier, trained as the tools train it, but without signals and printed lines.
package enum TrainedRun {
    /// Writes a data set of images of noise, with MNIST's names, and returns options of a small model for them.
    ///
    /// - Parameters:
    ///   - directory: The directory of the data and of the runs.
    ///   - count: The number of training images. There are 20 test images.
    package static func options(
        in directory: TemporaryDirectory, count: Int = 40
    ) throws -> ImageTraining.Options {
        for (name, images) in [("train", noiseImages(count)), ("t10k", noiseImages(20))] {
            let shape = [UInt32(images.count), UInt32(images.rows), UInt32(images.columns)]
            let all = (0..<images.count).map { images[$0] }
            try directory.write(
                idx(all.flatMap(\.pixels), shape: shape), to: "data/\(name)-images-idx3-ubyte")
            try directory.write(
                idx(all.map { UInt8($0.label) }, shape: [shape[0]]), to: "data/\(name)-labels-idx1-ubyte")
        }
        var options = ImageTraining.Options()
        options.dataset = .idx
        options.data = directory.file("data")
        options.runs = directory.file("runs")
        (options.name, options.epochs, options.batchSize, options.hiddenSize) = ("small", 4, 7, 5)
        options.checkpoints.every = .steps(1)
        options.checkpoints.kept = 1000
        options.threads = 1
        return options
    }

    /// Trains, with the newest checkpoint of a run if one is given, and writes the receipt with the final scores.
    ///
    /// - Parameters:
    ///   - end: The step after which training is stopped; nil for its end.
    ///   - processes: The processes that compute with this one, which is the first; nil for none.
    /// - Returns: The run. It has no lock any more.
    @discardableResult
    package static func train<Task: ClassifierTraining>(
        _ training: Task, continuing run: RunDirectory? = nil, stoppingAfter end: Int? = nil,
        with processes: TrainingProcesses? = nil
    ) throws -> RunDirectory {
        let options = training.options
        let data = try training.data()
        try processes?.prepare(training, data)
        let trainer = training.trainer(data)
        let checkpoint = try run.flatMap { try CheckpointStore($0).newest()?.checkpoint }
        let lock =
            try run.map(RunDirectory.Lock.init)
            ?? RunDirectory.create(root: options.runs, name: options.name)
        let configuration = try JSON.text(
            ClassifierConfiguration(
                options: options, trainer: trainer,
                changedAfterSteps: options.changes(from: checkpoint, of: lock.run), commandLine: ["test"]))
        let receipt = ReceiptDraft(
            options, models: training.models(data), data: data.contents, from: checkpoint?.stepCount ?? 0,
            of: lock.run)
        let recorder = try RunRecorder(
            lock, from: checkpoint, policy: options.checkpoints, stepsPerRecord: options.logEvery,
            metrics: trainer.metrics, sample: Task.sample, hasValidation: data.validation != nil,
            hasAverage: options.ema != nil,
            details: .init(
                options: options.decisiveText(), data: data.fingerprint, preparation: data.preparation),
            writeInputs: {
                for copy in try training.copies(data) { try copy.write(to: lock.run) }
                try AtomicFile.write(configuration, to: lock.run.configuration)
                try receipt.begin(in: lock.run)
            }, program: Task.Options.program.name)
        recorder.receipt = receipt
        if let checkpoint { trainer.restore(checkpoint) }
        var callbacks: [any Callback] = [recorder]
        if let patience = options.earlyStopping { callbacks.append(EarlyStopping(patience: patience)) }
        if let end { callbacks.append(Stop(after: end)) }
        let epochs = max(0, options.epochs - trainer.state.epoch)
        func fit() throws -> Trainer.Ending {
            try trainer.fit(
                data.train, epochs: epochs, batchSize: options.batchSize, validation: data.validation,
                callbacks: callbacks)
        }
        let ending =
            try processes?.train(
                trainer, on: data.train, batchSize: options.batchSize, epochs: epochs,
                of: (lock.run, "mnist-bilstm"), Console(terminal: .silent), fit) ?? fit()
        recorder.summary.state = ending.state
        if ending.isComplete { try score(trainer, data, recorder) }
        try recorder.finish(trainer)
        return lock.run
    }

    /// Keeps the final scores, of the best epoch if there is a validation set.
    private static func score(_ trainer: Trainer, _ data: some ClassifierData, _ recorder: RunRecorder) throws
    {
        var (engine, epoch) = (trainer.engine, trainer.state.epoch - 1)
        if data.validation != nil, let best = try recorder.bestCheckpoint(), best.state.epoch <= epoch {
            (engine, epoch) = (best.engine(threads: 1), best.state.epoch - 1)
        }
        func keep(_ score: Score?, _ split: MetricSplit) {
            if let score { recorder.summary.set(score, split, trainer.metrics) }
        }
        recorder.summary.scoredEpoch = epoch
        keep(engine.evaluate(data.train), .train)
        keep(data.validation.map(engine.evaluate), .validation)
        keep(engine.withAverage { data.validation.map(engine.evaluate) } ?? nil, .averagedValidation)
        guard let samples = try data.test() else { return }
        recorder.receipt?.add(test: data.contents(ofTest: samples))
        keep(engine.evaluate(samples), .test)
        keep(engine.withAverage { engine.evaluate(samples) }, .averagedTest)
    }

    /// Stops training after a step, as a time limit does.
    private final class Stop: Callback {
        private let end: Int

        init(after end: Int) { self.end = end }

        func batchEnded(_ record: StepRecord, trainer: Trainer) {
            if record.step >= end { trainer.stop(.outOfTime) }
        }
    }

    /// Removes the checkpoints of a run except at some steps.
    package static func keep(_ steps: [Int], of run: RunDirectory) throws {
        for step in try CheckpointStore(run).steps() where !steps.contains(step) {
            let name = CheckpointStore.name(step: step)
            try FileManager.default.removeItem(atPath: FilePath.join(run.checkpoints, name))
        }
    }

    /// The content of each file of a run, by its path.
    package static func contents(of run: RunDirectory) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: run.path)
        return Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, (try? Data(contentsOf: URL(filePath: FilePath.join(run.path, name)))) ?? Data())
            })
    }
}
