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

    /// Trains, with the newest checkpoint of a run if one is given.
    ///
    /// - Returns: The run. It has no lock any more.
    @discardableResult
    package static func train<Task: ClassifierTraining>(
        _ training: Task, continuing run: RunDirectory? = nil
    ) throws -> RunDirectory {
        let options = training.options
        let data = try training.data()
        let trainer = training.trainer(data)
        let checkpoint = try run.flatMap { try CheckpointStore($0).newest()?.checkpoint }
        let lock =
            try run.map(RunDirectory.Lock.init)
            ?? RunDirectory.create(root: options.runs, name: options.name)
        let configuration = try JSON.text(
            ClassifierConfiguration(
                options: options, trainer: trainer,
                changedAfterSteps: options.changes(from: checkpoint, of: lock.run), commandLine: ["test"]))
        let recorder = try RunRecorder(
            lock, from: checkpoint, policy: options.checkpoints, stepsPerRecord: options.logEvery,
            metrics: trainer.metrics, sample: Task.sample, hasValidation: data.validation != nil,
            hasAverage: options.ema != nil,
            details: .init(
                options: options.decisiveText(), data: data.fingerprint, preparation: data.preparation),
            writeInputs: {
                try training.writeInputs(data, to: lock.run)
                try AtomicFile.write(configuration, to: lock.run.configuration)
            }, program: Task.Options.program.name)
        if let checkpoint { trainer.restore(checkpoint) }
        try trainer.fit(
            data.train, epochs: options.epochs - trainer.state.epoch, batchSize: options.batchSize,
            validation: data.validation, callbacks: [recorder])
        recorder.summary.state = .finished
        recorder.summary.scoredEpoch =
            data.validation == nil ? trainer.state.epoch - 1 : trainer.state.best?.epoch
        try recorder.finish(trainer)
        return lock.run
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
