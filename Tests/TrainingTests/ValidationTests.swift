import Datasets
import Foundation
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Validation and early stopping")
struct ValidationTests {
    /// Returns training images with labels of only one class, or other images for validation: one loss falls, the other
    /// rises.
    private func images(label: UInt8) -> LabeledImages {
        LabeledImages(
            pixels: (0..<8 * 30).map { UInt8(truncatingIfNeeded: $0 &* 37) },
            labels: [UInt8](repeating: label, count: 8),
            rows: 6, columns: 5, classCount: 4)
    }

    private func trainer(_ schedule: LearningRateSchedule = .constant) -> Trainer {
        Trainer(
            model: tinyModel, optimizer: Adam(learningRate: 0.05), schedule: schedule,
            threads: 1)
    }

    @Test
    func `the monitored loss is the validation loss, or without a validation set the training loss`() throws {
        for isHeldOut in [false, true] {
            let trainer = trainer()
            let journal = Journal()
            final class Check: Callback {
                var isRight = true
                let images: LabeledImages
                init(_ images: LabeledImages) { self.images = images }
                func epochEnded(_ record: EpochRecord, trainer: Trainer) {
                    if record.validation != trainer.evaluate(images) { isRight = false }
                }
            }
            let check = Check(images(label: 1))
            try trainer.fit(
                images(label: 0), epochs: 4, batchSize: 4, validation: isHeldOut ? images(label: 1) : nil,
                callbacks: [journal, check])
            #expect(check.isRight == isHeldOut)
            let losses = journal.records.map(\.monitoredLoss)
            #expect(losses == (isHeldOut ? losses.sorted() : losses.sorted().reversed()))
            #expect(Set(losses).count == 4)
            #expect(trainer.state.best == .init(epoch: isHeldOut ? 0 : 3, loss: losses.min() ?? .nan))
        }
    }

    @Test
    func `validation does not affect training`() throws {
        let results = try [nil, images(label: 1)].map { validation in
            let trainer = trainer()
            try trainer.fit(images(label: 0), epochs: 3, batchSize: 4, validation: validation)
            return trainer.engine.parameters.elements
        }
        #expect((results[0] == results[1]) == true)
    }

    @Test
    func `plateaus are plateaus of the validation loss`() throws {
        let schedule = LearningRateSchedule.reduceOnPlateau(factor: 0.5, patience: 0)
        let rates = try [nil, images(label: 1)].map { validation in
            let journal = Journal()
            try trainer(schedule).fit(
                images(label: 0), epochs: 4, batchSize: 4, validation: validation, callbacks: [journal])
            return journal.records.map(\.learningRate)
        }
        #expect(rates == [[0.05, 0.05, 0.05, 0.05], [0.05, 0.05, 0.025, 0.0125]])
    }

    @Test(arguments: [1, 2, 3])
    func `training ends after exactly the patience since the best epoch`(patience: Int) throws {
        let trainer = trainer()
        let journal = Journal()
        let ending = try trainer.fit(
            images(label: 0), epochs: 9, batchSize: 4, validation: images(label: 1),
            callbacks: [EarlyStopping(patience: patience), journal])
        #expect(ending == .noProgress)
        #expect(journal.records.count == 1 + patience)
        // A second trainer and one restored from its checkpoint run no further step.
        let second = self.trainer()
        second.restore(try Checkpoint(bytes: Checkpoint(of: trainer).serialized(), path: "x"))
        for trainer in [trainer, second] {
            let rest = Journal()
            let ending = try trainer.fit(
                images(label: 0), epochs: 5, batchSize: 4, validation: images(label: 1),
                callbacks: [EarlyStopping(patience: patience), rest])
            #expect(ending == .noProgress)
            #expect(rest.steps.isEmpty && rest.records.isEmpty)
            #expect(trainer.state.epoch == 1 + patience)
        }
    }

    @Test
    func `a falling loss does not end training`() throws {
        let ending = try trainer().fit(
            images(label: 0), epochs: 6, batchSize: 4, callbacks: [EarlyStopping(patience: 1)])
        #expect(ending == .finished)
    }

    @Test
    func `a time limit ends training after the current step`() throws {
        let trainer = trainer()
        let clock = TestClock()
        let steps = AtStep([2: { clock.advance(0.25) }, 3: { clock.advance(0.25) }])
        let ending = try trainer.fit(
            images(label: 0), epochs: 9, batchSize: 4,
            callbacks: [steps, TimeLimit(seconds: 0.5, clock: clock.now)])
        #expect(ending == .outOfTime)
        #expect(trainer.engine.optimizerState.stepCount == 3)
        #expect(
            try self.trainer().fit(
                images(label: 0), epochs: 1, batchSize: 4, callbacks: [TimeLimit(seconds: 1e6)])
                == .finished)
        let none = self.trainer()
        #expect(
            try none.fit(images(label: 0), epochs: 1, batchSize: 4, callbacks: [TimeLimit(seconds: 0)])
                == .outOfTime)
        #expect(none.engine.optimizerState.stepCount == 1)
    }

    @Test
    func `the first reason to end counts`() throws {
        let trainer = trainer()
        let stop = Journal()
        stop.stopAfterStep = 1
        #expect(
            try trainer.fit(
                images(label: 0), epochs: 1, batchSize: 4, callbacks: [stop, TimeLimit(seconds: 0)])
                == .interrupted(signal: 2))
    }

    @Test
    func `a validation set that does not fit traps`() async {
        await #expect(processExitsWith: .failure) {
            try ValidationTests().trainer().fit(
                noiseImages(3), epochs: 1, batchSize: 1, validation: noiseImages(0))
        }
        await #expect(processExitsWith: .failure) {
            try ValidationTests().trainer().fit(
                noiseImages(3), epochs: 1, batchSize: 1, validation: noiseImages(3, rows: 5))
        }
    }
}
