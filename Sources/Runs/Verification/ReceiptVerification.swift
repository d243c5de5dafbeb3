import Console
import NeuralNetworks
import Platform
import Training

/// Repeats the training of a receipt and compares it: the data, the weights after each epoch and the final scores; of a run
/// also its checkpoints. Nothing is written.
package struct ReceiptVerification<Task: ClassifierTraining> {
    private let receipt: Receipt
    private let path: String
    private let run: RunDirectory?
    private let options: Task.Options

    /// - Parameters:
    ///   - receipt: The receipt.
    ///   - path: The path of its file, for errors.
    ///   - run: The run that it belongs to, with checkpoints and copies of other models; nil for a receipt alone.
    ///   - options: The places of the data and of other models, and the number of threads.
    package init(_ receipt: Receipt, path: String, of run: RunDirectory?, options: Task.Options) {
        (self.receipt, self.path, self.run, self.options) = (receipt, path, run, options)
    }

    /// A training that was repeated up to the end of a segment.
    private struct Repeated: RepeatedTraining {
        let options: Task.Options
        let data: Task.Data
        let trainer: Trainer
    }

    /// - Parameters:
    ///   - epochs: The number of epochs to repeat; all if nil.
    ///   - console: The console that shows the data and a line for each epoch.
    /// - Throws: ``ReceiptError`` for a receipt, data or models that do not belong to each other; errors of the data.
    package func verify(epochs: Int? = nil, console: Console) throws -> VerificationResult {
        let program = Task.Options.program.name
        try receipt.check(
            of: program, epochs: epochs, path: path,
            resume: run.map { $0.commandLine("--resume", of: program) })
        let count = epochs ?? receipt.epochs.count
        let walk = try VerificationWalk(receipt.epochs.prefix(count), of: run)
        let repetition: Repetition<Repeated> = try receipt.repeated(
            comparing: walk, path: path, prepare: { try prepare($0, after: $1?.trainer, console) },
            train: { try train($0, walk, console) })
        switch repetition {
        case .different(let result): return result
        case .complete(let last):
            guard count == receipt.epochs.count else {
                return .reproduced(epochs: count, count: receipt.epochs.count, scores: .notCompared)
            }
            guard receipt.scoredEpoch != nil || !receipt.scores.keys.isEmpty else {
                try receipt.checkRoles(last.data.contents, path: path)
                return .reproduced(epochs: count, count: count, scores: .absent)
            }
            return try compareScores(last, walk)
        }
    }

    // MARK: Training

    /// Returns a segment's training at its first step.
    private func prepare(
        _ segment: Receipt.Segment, after former: Trainer?, _ console: Console
    ) throws -> Repeated {
        let options = try options(of: segment)
        let evaluatesTest = receipt.scores.has(.test) || receipt.scores.has(.averagedTest)
        let training = Task.verifying(options, of: run, evaluatesTest: evaluatesTest)
        let data = try training.data()
        try Receipt.check(data.contents, in: receipt.data, path: path)
        try Receipt.check(training.models(data), in: segment.models, path: path)
        let memory = training.memory(data)
        try memory.engine.checkTraining(
            threads: options.usedThreads, hasAverage: options.ema != nil,
            evaluatesBest: data.validation != nil, data: Double(memory.data))
        let trainer = training.trainer(data)
        if let former {
            try trainer.restore(former, atStep: segment.firstStep, path: path)
        } else {
            console.print("Data: \(data.title)")
        }
        return Repeated(options: options, data: data, trainer: trainer)
    }

    /// Returns all options of a segment.
    private func options(of segment: Receipt.Segment) throws -> Task.Options {
        var options = options
        for (role, key) in ModelRole.keys {
            guard let field = Task.Options.field(key) else { continue }
            guard let model = segment.models.first(where: { $0.role == role }) else {
                field.copy(&options, Task.Options())
                continue
            }
            guard field.json(options) != .null else {
                throw ReceiptError.missingModel(
                    path: path, role: role, sha256: model.sha256, option: ModelRole.option(role))
            }
        }
        return try options.with(receipt: segment.options, path)
    }

    private func train(_ repeated: Repeated, _ walk: VerificationWalk, _ console: Console) throws {
        let (options, trainer, data) = (repeated.options, repeated.trainer, repeated.data)
        walk.keepsBest = data.validation != nil
        var callbacks: [any Callback] = []
        if let patience = options.earlyStopping { callbacks.append(EarlyStopping(patience: patience)) }
        callbacks += [walk, EpochPrinter(console, progress: options.progress)]
        try trainer.fit(
            data.train, epochs: max(0, options.epochs - trainer.state.epoch), batchSize: options.batchSize,
            validation: data.validation, callbacks: callbacks)
    }

    // MARK: Scores

    private func compareScores(_ repeated: Repeated, _ walk: VerificationWalk) throws -> VerificationResult {
        let (options, trainer, data) = (repeated.options, repeated.trainer, repeated.data)
        let done = trainer.state.epoch
        let isOver = options.earlyStopping.map { EarlyStopping.isOver(trainer.state, patience: $0) } ?? false
        guard done == options.epochs || isOver else {
            return .otherEnd(expected: done, found: options.epochs)
        }
        var (engine, epoch) = (trainer.engine, done - 1)
        if let best = walk.best, best.state.epoch < done {
            (engine, epoch) = (best.engine(threads: options.usedThreads), best.state.epoch - 1)
        }
        var summary = RunSummary()
        var contents = data.contents
        func keep(_ score: Score?, _ split: MetricSplit) {
            if let score { summary.set(score, split, trainer.metrics) }
        }
        keep(engine.evaluate(data.train), .train)
        keep(data.validation.map(engine.evaluate), .validation)
        keep(engine.withAverage { data.validation.map(engine.evaluate) } ?? nil, .averagedValidation)
        var figure = "Train \(Task.figure(engine.evaluate(data.train), isTest: false))"
        if let samples = try data.test() {
            let read = data.contents(ofTest: samples)
            try Receipt.check(read, in: receipt.data, path: path)
            contents += read
            let (test, _) = Task.test(engine, on: samples)
            keep(test, .test)
            keep(engine.withAverage { engine.evaluate(samples) }, .averagedTest)
            figure = "Test \(Task.figure(test, isTest: true))"
        }
        try receipt.checkRoles(contents, path: path)
        var differences = receipt.scores.differences(from: summary.scores)
        if receipt.scoredEpoch != epoch {
            let expected = receipt.scoredEpoch.map(String.init) ?? "none"
            differences.insert("evaluated epoch: expected \(expected), found \(epoch)", at: 0)
        }
        return differences.isEmpty
            ? .reproduced(epochs: done, count: done, scores: .equal(figure)) : .otherScores(differences)
    }
}

/// The roles of other models in receipts.
enum ModelRole {
    /// The key of the option that gives a model, by its role.
    static let keys = ["teacher": "teacher", "initial_weights": "init_from"]

    /// Returns the option that gives the content of a role.
    static func option(_ role: String) -> String {
        keys[role].map(OptionDescription.name(ofKey:)) ?? (role == "test_sequences" ? "--test" : "--data")
    }
}
