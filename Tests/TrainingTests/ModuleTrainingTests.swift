import Datasets
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Training of models made of modules")
struct ModuleTrainingTests {
    @Test(arguments: ModuleCourse.all, [2, 3])
    func `any number of threads gives the same bytes`(_ course: ModuleCourse, _ threads: Int) throws {
        let (one, several) = (course.trainer(), course.trainer(threads: threads))
        #expect(several.moduleEngine(for: "test").threads == threads)
        let (first, second) = (Journal(), Journal())
        try course.fit(one, first)
        try course.fit(several, second)
        #expect(first.steps.count == ModuleCourse.stepCount)
        #expect(first.steps == second.steps)
        let same = try ModuleCheckpoint(of: one).serialized() == ModuleCheckpoint(of: several).serialized()
        #expect(same)
        #expect(try one.evaluate(unequalSequences(50)) == several.evaluate(unequalSequences(50)))
    }

    /// The loop that the trainer replaces.
    private static func loop(
        _ model: some TrainableModel, _ samples: LabeledSequences, _ optimizer: any Optimizer, batchSize: Int,
        epochs: Int
    ) -> [Double] {
        let optimization = Optimization(of: model.namedModules.map(\.module), by: optimizer)
        let loader = DataLoader(samples, batchSize: batchSize, shuffle: true, seed: 7)
        var (losses, step): ([Double], Int) = ([], 0)
        for epoch in 0..<epochs {
            for indices in loader.epoch(epoch) {
                let batch = samples.batch(at: indices.sampleIndices.map(Int.init))
                guard case .labels(let labels) = batch.targets else { return [] }
                let pass = model.forward(batch, step: step)
                let loss = CrossEntropyLoss()(pass.output, labels)
                pass.backward(loss.gradient)
                #expect(optimization.step())
                losses.append(loss.value)
                step += 1
            }
        }
        return losses
    }

    private static func compare<Model: TrainableModel>(
        _ make: @escaping () -> Model, batchSize: Int,
        _ check: (_ found: [Double], _ expected: [Double]) -> Void
    ) throws {
        let samples = try unequalSequences(50)
        let optimizer = SGD(learningRate: 0.1, momentum: 0.5)
        let (byHand, trained) = (make(), make())
        let losses = loop(byHand, samples, optimizer, batchSize: batchSize, epochs: 4)
        let trainer = Trainer(
            model: trained, replica: make, loss: CrossEntropyLoss(), optimizer: optimizer, seed: 7, threads: 2
        )
        let journal = Journal()
        try trainer.fit(samples, epochs: 4, batchSize: batchSize, callbacks: [journal])
        func parameters(_ model: Model) -> [Double] {
            model.namedModules.flatMap { $0.module.parameters.elements.map(Double.init) }
        }
        #expect(parameters(trained) != parameters(make()))
        check(journal.steps.map(\.batch.loss), losses)
        check(parameters(trained), parameters(byHand))
    }

    private static func sequential() -> Sequential {
        Sequential(
            inputShape: [12, 2], [.lstm(5, returnSequences: true), .dropout(0.2), .gru(4), .dense(2)], seed: 3
        )
    }

    @Test
    func `batches of one shard give the numbers of a loop written by hand`() throws {
        func check(_ found: [Double], _ expected: [Double]) {
            expectClose(found, expected, absolute: 0, relative: 1e-15)
        }
        try Self.compare({ HandWritten() }, batchSize: 32, check)
        try Self.compare(Self.sequential, batchSize: 20, check)
    }

    /// Without dropout, because each shard has masks of its own.
    @Test
    func `batches of several shards give the mean of all their samples`() throws {
        try Self.compare({ HandWritten(dropout: 0) }, batchSize: 50) {
            expectClose($0, $1, absolute: 1e-5, relative: 1e-5)
        }
    }

    /// The shards have different shares of the weights: a mean of their means would differ.
    @Test
    func `class weights are summed over the whole batch`() throws {
        let samples = try unequalSequences(50)
        let loss = CrossEntropyLoss(classWeights: [0.2, 5])
        let (model, byHand) = (HandWritten(dropout: 0), HandWritten(dropout: 0))
        let trainer = Trainer(model: model, loss: loss, optimizer: SGD(learningRate: 0.1), seed: 7)
        let journal = Journal()
        try trainer.fit(samples, epochs: 1, batchSize: 50, callbacks: [journal])
        let batch = samples.batch(at: Array(0..<50))
        let pass = byHand.forward(batch, step: 0)
        let expected = loss.loss(pass.output, batch)
        pass.backward(expected.gradient)
        Optimization(of: byHand.namedModules.map(\.module), by: SGD(learningRate: 0.1)).step()
        expectClose([journal.steps[0].batch.loss], [expected.value], relative: 1e-6)
        expectClose(model.linear.parameters.elements, byHand.linear.parameters.elements, absolute: 1e-6)
        expectClose(model.gru.parameters.elements, byHand.gru.parameters.elements, absolute: 1e-6)
        let score = trainer.evaluate(samples)
        let output = model.output(batch)
        expectClose([score.loss], [loss.loss(output, batch).value], relative: 1e-12)
        #expect(score.count == 50 && score.weight == expected.weight)
    }

    @Test
    func `a batch of more shards than are in memory at once is one mean`() throws {
        let samples = try unequalSequences(600)
        let (model, byHand) = (HandWritten(dropout: 0), HandWritten(dropout: 0))
        let trainer = Trainer(
            model: model, replica: { HandWritten(dropout: 0) }, loss: CrossEntropyLoss(),
            optimizer: SGD(learningRate: 0.1), threads: 2)
        try trainer.fit(samples, epochs: 1, batchSize: 600)
        let batch = samples.batch(at: Array(0..<600))
        let pass = byHand.forward(batch, step: 0)
        pass.backward(CrossEntropyLoss().loss(pass.output, batch).gradient)
        Optimization(of: byHand.namedModules.map(\.module), by: SGD(learningRate: 0.1)).step()
        expectClose(model.gru.parameters.elements, byHand.gru.parameters.elements, absolute: 1e-6)
        expectClose(model.linear.parameters.elements, byHand.linear.parameters.elements, absolute: 1e-6)
    }

    @Test
    func `a model learns from sequences of different lengths`() throws {
        let (train, test) = try unequalSequences(300).split(test: 0.25, seed: 1)
        let model = HandWritten(dropout: 0)
        let trainer = Trainer(
            model: model, replica: { HandWritten(dropout: 0) }, loss: CrossEntropyLoss(),
            optimizer: Adam(learningRate: 1e-2), clipping: .norm(1))
        let before = trainer.evaluate(test).accuracy
        let journal = Journal()
        try trainer.fit(train, epochs: 30, batchSize: 32, validation: test, callbacks: [journal])
        let after = trainer.evaluate(test)
        #expect(after.count == test.count && after.accuracy > 0.9 && before < 0.75, "\(before), \(after)")
        let last = try #require(journal.records.last)
        #expect(last.validation == after && last.accuracy != nil && last.unit == .sequences)
        #expect(last.samples == train.count && last.metrics.map(\.key).contains("validation_accuracy"))
        // The model that was given is the one that was trained.
        let scores = model.output(test.batch(at: Array(0..<test.count)))
        #expect(scores.argmax() == zip(0..., scores.argmax()).map(\.1) && scores.shape == [test.count, 2])
        #expect(zip(scores.argmax(), test.labels).count { $0 == $1 } == after.correct)
    }

    @Test
    func `a model learns images, and values`() throws {
        let images = noiseImages(40)
        let classifier = Trainer(
            model: Sequential(inputShape: [6, 5], [.bidirectional(.gru(12)), .dense(4)]),
            loss: CrossEntropyLoss(), optimizer: Adam(learningRate: 2e-2))
        let journal = Journal()
        try classifier.fit(images, epochs: 60, batchSize: 16, callbacks: [journal])
        #expect(classifier.evaluate(images).accuracy == 1)
        #expect(journal.records[0].unit == .images)

        let sums = try unequalSequences(100, values: true)
        let regressor = Trainer(
            model: HandWritten(dropout: 0), loss: MSELoss(), optimizer: Adam(learningRate: 1e-2))
        let before = regressor.evaluate(sums)
        try regressor.fit(sums, epochs: 40, batchSize: 32, callbacks: [journal])
        let after = regressor.evaluate(sums)
        #expect(after.count == 100 && after.correct == 0 && after.loss < before.loss / 4)
        #expect(journal.records.last?.accuracy == nil)
        let batch = sums.batch(at: Array(0..<100))
        guard case .values(let values) = batch.targets else { return }
        let output = try #require(regressor.moduleEngine(for: "test").namedModules.first)
        #expect(output.name == "gru" && values.shape == [100, 2])
    }

    @Test
    func `callbacks, schedules and the gradient norm work as for a SequenceModel`() throws {
        let samples = try unequalSequences(64)
        let trainer = Trainer(
            model: HandWritten(), loss: CrossEntropyLoss(), optimizer: SGD(learningRate: 0.5),
            schedule: .step(epochs: 1, gamma: 0.5))
        trainer.gradientNormInterval = 2
        let journal = Journal()
        try trainer.fit(samples, epochs: 2, batchSize: 32, callbacks: [journal])
        #expect(journal.steps.map(\.learningRate) == [0.5, 0.5, 0.25, 0.25])
        #expect(journal.steps.map { $0.gradientNorm != nil } == [false, true, false, true])
        #expect(
            journal.shared.list
                == [
                    "began 0 of 2, 64", "batch 32", "batch 64", "ended 0", "began 1 of 2, 64", "batch 32",
                    "batch 64", "ended 1", "finished",
                ])
        let still = Trainer(model: HandWritten(), loss: CrossEntropyLoss(), optimizer: SGD(learningRate: 0))
        #expect(
            try still.fit(
                samples, epochs: 9, batchSize: 64, validation: samples,
                callbacks: [EarlyStopping(patience: 2)])
                == .noProgress)
        #expect(still.state.epoch == 3)
    }

    @Test
    func `a weight that is not finite ends training and changes nothing`() throws {
        let model = HandWritten()
        let trainer = Trainer(model: model, loss: CrossEntropyLoss(), optimizer: Adam())
        try trainer.fit(unequalSequences(64), epochs: 1, batchSize: 32)
        model.linear.parameters.assign(model.linear.parameters.elements.map { $0 * 1e30 })
        model.gru["weight_ih_l0"] = Tensor(shape: [15, 2], repeating: .nan)
        let before = model.linear.parameters.elements
        #expect(!trainer.isFinite)
        #expect(
            try trainer.fit(unequalSequences(64), epochs: 1, batchSize: 32) == .diverged(epoch: 1, step: 0))
        #expect(model.linear.parameters.elements == before)
        #expect(trainer.state.stepInEpoch == 0)
    }
}
