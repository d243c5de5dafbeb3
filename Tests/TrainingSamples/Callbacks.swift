import NeuralNetworks
import Training

/// A callback that records its calls, and stops or fails where requested.
package final class Journal: Callback {
    package struct Failure: Error {}

    package let name: String
    package let shared: Entries
    package var records: [EpochRecord] = []
    package var scores: [Score] = []
    package var steps: [StepRecord] = []
    package var stopAfterStep: Int?
    package var failAfterEpoch: Int?

    package final class Entries {
        package var list: [String] = []
        package init() {}
    }

    package init(_ name: String = "", _ shared: Entries = Entries()) {
        self.name = name
        self.shared = shared
    }

    package func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        shared.list.append("\(name)began \(epoch) of \(epochs), \(samples)")
    }

    package func batchEnded(_ record: StepRecord, trainer: Trainer) {
        shared.list.append("\(name)batch \(record.running.count)")
        scores.append(record.running)
        steps.append(record)
        if record.step == stopAfterStep { trainer.stop(.interrupted(signal: 2)) }
    }

    package func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {
        shared.list.append("\(name)ended \(record.epoch)")
        records.append(record)
        if record.epoch == failAfterEpoch { throw Failure() }
    }

    package func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) {
        shared.list.append("\(name)\(ending)")
    }
}

/// A callback that runs a function once after a number of steps, before or after the recorder; the function may throw.
package final class AtStep: Callback {
    package struct Crash: Error {
        package init() {}
    }

    private let actions: [Int: () throws -> Void]

    package init(_ actions: [Int: () throws -> Void]) { self.actions = actions }

    package func batchEnded(_ record: StepRecord, trainer: Trainer) throws { try actions[record.step]?() }
}

/// A callback that makes a weight or a state of the optimizer infinite after a number of steps, which no loss shows
/// yet; it may also stop training there.
package final class Spoiler: Callback {
    package enum Place: CaseIterable { case parameter, moment }

    private let place: Place
    private let step: Int
    private let stops: Bool

    package init(_ place: Place, atStep step: Int, stops: Bool = false) {
        (self.place, self.step, self.stops) = (place, step, stops)
    }

    package func batchEnded(_ record: StepRecord, trainer: Trainer) {
        guard record.step == step else { return }
        let engine = trainer.engine
        switch place {
        case .parameter: engine.parameters.base[engine.parameters.count - 1] = .infinity
        case .moment: engine.optimizerState.buffers[0].values.base[0] = .infinity
        }
        if stops { trainer.stop(.interrupted(signal: 2)) }
    }
}
