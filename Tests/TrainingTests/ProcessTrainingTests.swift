import NeuralNetworks
import Testing
import TrainingSamples

@testable import Training

/// Processes that train together go on, stop and fail together. Here they are threads.
@Suite("A trainer of several processes") struct ProcessTrainingTests {
    /// A training with 4 shards in a step, and a last step with 2.
    private static func fit(
        _ trainer: Trainer, _ course: Course, _ callbacks: any Callback...
    ) throws -> Trainer.Ending {
        try trainer.fit(
            noiseImages(148), epochs: Course.epochs - trainer.state.epoch, batchSize: 100,
            validation: course.hasValidation ? noiseImages(70) : nil, callbacks: callbacks)
    }

    /// Trains in several processes, each with what `change` makes of its journal.
    ///
    /// - Returns: For each process, its checkpoint and the description of its ending or error.
    private static func train(
        _ course: Course, processes: Int, threads: Int = 1, from checkpoint: Checkpoint? = nil,
        _ change: @escaping @Sendable (Journal, _ process: Int) -> Void = { _, _ in }
    ) -> [(state: [UInt8], ending: String)] {
        LocalExchange.run(processes) { connection in
            let trainer = course.trainer(threads: threads)
            if let checkpoint { trainer.restore(checkpoint) }
            trainer.connect(connection)
            let journal = Journal()
            change(journal, connection.process)
            let ending: String
            do { ending = "\(try fit(trainer, course, journal))" } catch { ending = "\(error)" }
            return ((try? Checkpoint(of: trainer).serialized()) ?? [], ending)
        }
    }

    private static func alone(_ course: Course) throws -> [UInt8] {
        let trainer = course.trainer()
        _ = try fit(trainer, course)
        return try Checkpoint(of: trainer).serialized()
    }

    @Test(arguments: Course.all, [2, 3])
    func `all processes have the bytes of one`(course: Course, processes: Int) throws {
        let expected = try Self.alone(course)
        for process in Self.train(course, processes: processes, threads: processes == 2 ? 2 : 1) {
            #expect(process.state == expected)
            #expect(process.ending == "finished")
        }
    }

    /// A callback of any process ends training in all of them after the same step, in the last step of an epoch too.
    @Test(arguments: [0, 2], [1, 2, 3])
    func `a stop of one process stops all`(process: Int, step: Int) throws {
        let course = Course.all[1]
        let stopped = Self.train(course, processes: 3) { journal, own in
            if own == process { journal.stopAfterStep = step }
        }
        for other in stopped {
            #expect(other.ending == "interrupted(signal: 2)")
            #expect(other.state == stopped[0].state)
        }
        let checkpoint = try Checkpoint(bytes: stopped[1].state, path: "stopped")
        #expect(checkpoint.stepCount == step)
        let expected = try Self.alone(course)
        for count in [1, 2, 4] {
            for process in Self.train(course, processes: count, from: checkpoint) {
                #expect(process.state == expected, "resumed with \(count) processes")
            }
        }
    }

    @Test(arguments: [0, 1]) func `an error of one process ends all`(process: Int) {
        let endings = Self.train(Course.all[0], processes: 3) { journal, own in
            if own == process { journal.failAfterEpoch = 1 }
        }.map(\.ending)
        for (own, ending) in endings.enumerated() {
            #expect(ending == (own == process ? "Failure()" : "process \(process) has failed"))
        }
    }

    @Test(arguments: [1, 2]) func `other weights of one process end all before the epoch's callbacks`(
        process: Int
    ) {
        let ended = LocalExchange.run(3) { connection in
            let (trainer, journal) = (Course.all[2].trainer(), Journal())
            trainer.connect(connection)
            let change = AtStep([
                3: {
                    guard connection.process == process else { return }
                    trainer.engine.parameters.base[0] += 1
                }
            ])
            do { _ = try Self.fit(trainer, Course.all[2], change, journal) } catch {
                return ("\(error)", journal.records.count)
            }
            return ("", -1)
        }
        for (text, epochs) in ended {
            #expect(text.hasPrefix("process \(process) has other weights than process 0 after epoch 1:"))
            #expect(epochs == 1)
        }
    }

    @Test func `after disconnecting, a process trains alone`() throws {
        let course = Course.all[0]
        let states = LocalExchange.run(2) { connection in
            let (trainer, journal) = (course.trainer(), Journal())
            trainer.connect(connection)
            journal.stopAfterStep = 3
            _ = try? Self.fit(trainer, course, journal)
            trainer.disconnect()
            guard connection.process == 1 else { return [UInt8]() }
            _ = try? Self.fit(trainer, course)
            return (try? Checkpoint(of: trainer).serialized()) ?? []
        }
        #expect(try states[1] == Self.alone(course))
    }

    @Test(arguments: [1, 2, 5], [[0, 0, 0, 0, 0], [3, 64, 0, 65, 1000]])
    func `messages of any length reach every process`(processes: Int, lengths: [Int]) {
        @Sendable func message(_ process: Int) -> [UInt8] {
            (0..<lengths[process]).map { UInt8(truncatingIfNeeded: $0 + process) }
        }
        let received = LocalExchange.run(processes) { connection in
            (
                connection.gather(message(connection.process)),
                connection.broadcast(message(connection.process))
            )
        }
        for (all, first) in received {
            #expect(all == (0..<processes).map(message))
            #expect(first == message(0))
        }
    }
}
