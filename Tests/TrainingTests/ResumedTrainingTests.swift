import TestSupport
import Testing
import TrainingSamples

@testable import Training

/// All results of a training except times.
struct Outcome: Equatable {
    var parameters: [Float]
    var buffers: [[Float]]
    var state: TrainingState
    var steps: [StepRecord]
    var epochs: [EpochRecord]
    var checkpoint: [UInt8]

    init(_ trainer: Trainer, _ journals: Journal...) throws {
        parameters = trainer.engine.parameters.elements
        buffers = trainer.engine.optimizerState.buffers.map(\.values.elements)
        state = trainer.state
        steps = journals.flatMap(\.steps)
        epochs = journals.flatMap(\.records).map {
            EpochRecord(
                epoch: $0.epoch, loss: $0.loss, accuracy: $0.accuracy, validation: $0.validation,
                learningRate: $0.learningRate, seconds: 0, samples: $0.samples, step: $0.step,
                averagedValidation: $0.averagedValidation)
        }
        checkpoint = try Checkpoint(of: trainer).serialized()
    }
}

func expectSame(
    _ found: Outcome, _ expected: Outcome, _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.state == expected.state, what, sourceLocation: sourceLocation)
    #expect(found.steps == expected.steps, what, sourceLocation: sourceLocation)
    #expect(found.epochs == expected.epochs, what, sourceLocation: sourceLocation)
    // Compared with one Bool, because `#expect` would search for the shortest edit.
    let same = (
        found.parameters == expected.parameters, found.buffers == expected.buffers,
        found.checkpoint == expected.checkpoint
    )
    #expect(same == (true, true, true), what, sourceLocation: sourceLocation)
}

@Suite("Resumed training equals uninterrupted training")
struct ResumedTrainingTests {
    @Test(arguments: Course.all)
    func `training stopped after any step continues from the checkpoint's bytes, on more threads`(
        course: Course
    ) throws {
        let whole = course.trainer()
        let journal = Journal()
        #expect(try course.fit(whole, journal) == .finished)
        #expect(journal.steps.count == Course.stepCount && journal.records.count == Course.epochs)
        let expected = try Outcome(whole, journal)
        for step in 1...Course.stepCount {
            let first = course.trainer()
            let before = Journal()
            before.stopAfterStep = step
            #expect(try course.fit(first, before) == .interrupted(signal: 2))
            #expect(first.engine.optimizerState.stepCount == step)
            #expect(first.state.epoch == step / 3 && first.state.stepInEpoch == step % 3)
            let second = course.trainer(threads: 3)
            second.restore(try Checkpoint(bytes: Checkpoint(of: first).serialized(), path: "x"))
            let after = Journal()
            #expect(try course.fit(second, after) == .finished)
            expectSame(try Outcome(second, before, after), expected, "stopped after step \(step)")
        }
    }

    /// Checkpoints during training are made this way. At the end of an epoch, the epoch is not complete yet.
    @Test(arguments: Course.all)
    func `training continues from a checkpoint that a callback made after any step`(course: Course) throws {
        final class Keeper: Callback {
            var checkpoints: [Checkpoint] = []
            func batchEnded(_ record: StepRecord, trainer: Trainer) {
                checkpoints.append(Checkpoint(of: trainer))
            }
        }
        let whole = course.trainer()
        let (keeper, journal) = (Keeper(), Journal())
        try course.fit(whole, journal, keeper)
        let expected = try Outcome(whole, journal)
        for (index, checkpoint) in keeper.checkpoints.enumerated() {
            let second = course.trainer()
            second.restore(checkpoint)
            let (before, after) = (Journal(), Journal())
            before.steps = Array(journal.steps[...index])
            before.records = Array(journal.records[..<(index / 3)])
            try course.fit(second, after)
            expectSame(try Outcome(second, before, after), expected, "made after step \(index + 1)")
        }
    }

    @Test
    func `one trainer can be stopped and continued any number of times`() throws {
        let course = Course.all[7]
        let whole = course.trainer()
        let journal = Journal()
        try course.fit(whole, journal)
        let often = course.trainer()
        let stops = Journal()
        for step in 1...Course.stepCount {
            stops.stopAfterStep = step
            try course.fit(often, stops)
        }
        try expectSame(Outcome(often, stops), Outcome(whole, journal), "stopped after every step")
    }

    @Test
    func `the same training gives the same bytes for any number of threads`() throws {
        let files = try (1...3).map { threads in
            let trainer = Course.all[6].trainer(threads: threads)
            try Course.all[6].fit(trainer)
            return try Checkpoint(of: trainer).serialized()
        }
        #expect(Set(files).count == 1)
    }

    @Test
    func `the time before a resume counts for the epoch`() throws {
        let course = Course.all[0]
        let (first, second) = (course.trainer(), course.trainer())
        let clock = TestClock()
        (first.clock, second.clock) = (clock.now, clock.now)
        let tick = AtStep(
            Dictionary(uniqueKeysWithValues: (1...Course.stepCount).map { ($0, { clock.advance(0.25) }) }))
        let before = Journal()
        before.stopAfterStep = 4
        try course.fit(first, tick, before)
        #expect(first.secondsOfEpoch == 0.25)
        second.restore(Checkpoint(of: first), secondsOfEpoch: 1000)
        let after = Journal()
        try course.fit(second, tick, after)
        #expect(after.records.map(\.seconds) == [1000.5, 0.75])
        #expect(second.secondsOfEpoch == 0)
    }

    @Test
    func `a checkpoint of another training is described`() throws {
        let checkpoint = Checkpoint(of: Course.all[0].trainer())
        #expect(Course.all[1].trainer().misfit(of: checkpoint) == nil)
        #expect(
            Course.all[3].trainer().misfit(of: checkpoint)
                == #"expected a checkpoint of an optimizer that remembers ["momentum_buffer"], found one of "#
                + #"["exp_avg", "exp_avg_sq"]"#)
        let averaged = try #require(Course.all.last).trainer()
        #expect(
            averaged.misfit(of: checkpoint)
                == "expected a checkpoint with averaged weights, found one with none of these")
        #expect(
            Course.all[0].trainer().misfit(of: Checkpoint(of: averaged))
                == "expected a checkpoint with none of these, found one with averaged weights")
        #expect(trainer().misfit(of: checkpoint)?.contains(#""hidden_size":9"#) == true)
    }

    @Test
    func `a checkpoint of another model or optimizer traps`() async {
        await #expect(processExitsWith: .failure) {
            Course.all[2].trainer().restore(Checkpoint(of: Course.all[0].trainer()))
        }
        await #expect(processExitsWith: .failure) {
            trainer().restore(Checkpoint(of: Course.all[0].trainer()))
        }
    }
}
