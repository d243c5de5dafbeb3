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
    private struct Repeated {
        let options: Task.Options
        let data: Task.Data
        let trainer: Trainer
    }

    /// - Parameters:
    ///   - epochs: The number of epochs to repeat; all if nil.
    ///   - console: The console that shows the data and a line for each epoch.
    /// - Throws: ``ReceiptError`` for a receipt, data or models that do not belong to each other; errors of the data.
    package func verify(epochs: Int? = nil, console: Console) throws -> VerificationResult {
        try check(epochs)
        let count = epochs ?? receipt.epochs.count
        let walk = try VerificationWalk(receipt.epochs.prefix(count), of: run)
        var last: Repeated?
        for (segment, next) in zip(receipt.segments, receipt.segments.dropFirst().map(Optional.some) + [nil])
        {
            walk.end = next?.firstStep
            let repeated = try prepare(segment, after: last?.trainer, console)
            last = repeated
            try train(repeated, walk, console)
            if let result = walk.result { return result }
            let (steps, done) = (repeated.trainer.stepCount, repeated.trainer.state.epoch)
            guard done < count else { break }
            guard steps == walk.end else { return .otherEnd(expected: count, found: done) }
        }
        guard let last else { throw ReceiptError.empty(path: path, resume: nil) }
        let done = last.trainer.state.epoch
        guard done == count else { return .otherEnd(expected: count, found: done) }
        if walk.checkpoints.different != nil { return .otherCheckpoint(walk.checkpoints) }
        guard count == receipt.epochs.count else {
            return .reproduced(epochs: count, count: receipt.epochs.count, scores: .notCompared)
        }
        guard receipt.scoredEpoch != nil || !receipt.scores.keys.isEmpty else {
            try checkRoles(last.data.contents)
            return .reproduced(epochs: count, count: count, scores: .absent)
        }
        return try compareScores(last, walk)
    }

    private func check(_ epochs: Int?) throws(ReceiptError) {
        let program = Task.Options.program.name
        guard receipt.program == program else {
            throw .otherProgram(path: path, expected: program, found: receipt.program)
        }
        guard receipt.trajectory == Trajectory.version else {
            throw .otherTrajectory(
                path: path, version: receipt.version, expected: Trajectory.version, found: receipt.trajectory)
        }
        guard !receipt.epochs.isEmpty else {
            throw .empty(path: path, resume: run.map { $0.commandLine("--resume", of: program) })
        }
        if let epochs, epochs > receipt.epochs.count {
            throw .tooFewEpochs(path: path, asked: epochs, found: receipt.epochs.count)
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
        try check(data.contents, in: receipt.data)
        try check(training.models(data), in: segment.models)
        let memory = training.memory(data)
        try memory.engine.checkTraining(
            threads: options.usedThreads, hasAverage: options.ema != nil,
            evaluatesBest: data.validation != nil, data: Double(memory.data))
        let trainer = training.trainer(data)
        if let former {
            let state = Checkpoint(of: former)
            if let misfit = trainer.misfit(of: state) {
                throw ReceiptError.invalidOptions(path: path, reason: "step \(segment.firstStep): \(misfit)")
            }
            trainer.restore(state)
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

    // MARK: Content

    private func check(_ found: [Receipt.Content], in expected: [Receipt.Content]) throws {
        for content in found {
            guard let own = expected.first(where: { $0.role == content.role }) else {
                throw RunError.invalidFile(
                    path: path, reason: "expected a SHA-256 of \(content.role), found none")
            }
            guard own == content else {
                throw ReceiptError.otherContent(
                    path: path, role: own.role, expected: own.sha256, found: content.sha256,
                    option: ModelRole.option(own.role))
            }
        }
    }

    /// Checks that the receipt has no other data than those that were read.
    private func checkRoles(_ read: [Receipt.Content]) throws {
        let roles = Set(read.map(\.role))
        guard let other = receipt.data.first(where: { !roles.contains($0.role) }) else { return }
        throw RunError.invalidFile(
            path: path, reason: "expected data that the training reads, found \(other.role.quoted)")
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
            try check(read, in: receipt.data)
            contents += read
            let (test, _) = Task.test(engine, on: samples)
            keep(test, .test)
            keep(engine.withAverage { engine.evaluate(samples) }, .averagedTest)
            figure = "Test \(Task.figure(test, isTest: true))"
        }
        try checkRoles(contents)
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

extension MetricScores {
    /// Returns the values that differ from others to the last bit, each in words.
    fileprivate func differences(from others: MetricScores) -> [String] {
        Set(keys).union(others.keys).sorted().compactMap { key in
            let (own, other) = (self[key: key], others[key: key])
            guard own?.bitPattern != other?.bitPattern else { return nil }
            func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "none" }
            return "\(key): expected \(text(own)), found \(text(other))"
        }
    }
}
