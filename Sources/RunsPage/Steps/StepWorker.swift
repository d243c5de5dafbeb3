import Foundation
import NeuralNetworks
import Platform
import Runs

/// The parameters that a run had after a step.
struct StepWeights: Sendable {
    let model: SequenceModel
    let parameters: [Float]
    let step: Int
    /// The number of complete epochs.
    let epoch: Int
    /// The step of the checkpoint from which the parameters were computed.
    let origin: Int
    /// The SHA-256 of the parameters.
    let sha256: String

    init(_ state: ReplayedState) {
        model = state.checkpoint.model
        parameters = state.checkpoint.parameters
        step = state.step
        epoch = state.checkpoint.state.epoch
        origin = state.origin
        sha256 = state.sha256
    }
}

/// Computes the parameters of runs after steps without a checkpoint, one step after the other. While a run trains, the
/// thread has the lowest priority, so that the training is not slowed. A page asks again until the step is computed; a step for which
/// nothing asks any more is given up.
final class StepWorker: @unchecked Sendable {  // `condition` guards the variables
    enum Answer {
        case ready(StepWeights)
        /// The step is being computed, or waits for another one; the fraction that is done, 0...1.
        case computing(progress: Double)
    }

    /// A step of a run with certain options. A run that was resumed with other options may have other parameters.
    private struct Key: Hashable {
        let run: String
        let configuration: String
        let step: Int
    }

    private struct Wish {
        let key: Key
        let isTraining: @Sendable () -> Bool
        let make: @Sendable (_ isTraining: Bool) throws -> any RunReplaying
        var asked: Double
        var progress = 0.0
    }

    /// The time for which an answer waits for the step, the time after which a step is given up, and the time after which the
    /// memory is released, in seconds.
    private let patience: (answer: Double, step: Double, memory: Double)
    /// The maximum number of waiting steps, and of results.
    private static let most = 16
    /// The maximum number of bytes of the results.
    private static let resultBytes = 32 << 20

    private let condition = NSCondition()
    private var wishes: [Wish] = []
    private var results: [(key: Key, result: Result<StepWeights, any Error>)] = []
    private var hasThread = false
    private let clock: MonotonicClock

    init(
        patience: (answer: Double, step: Double, memory: Double) = (0.25, 3, 600),
        clock: @escaping MonotonicClock = POSIX.monotonicSeconds
    ) {
        self.patience = patience
        self.clock = clock
    }

    /// Returns the parameters after a step, or how much of the work is done after waiting for a moment.
    ///
    /// - Parameters:
    ///   - isTraining: Returns whether a run trains, before a step is computed; called on the worker's thread.
    ///   - make: Makes the computation of the run's steps; called on the worker's thread.
    /// - Throws: As ``RunReplaying/state(after:isCancelled:progress:)``; ``PageError`` if too many steps wait.
    func weights(
        after step: Int, of run: RunDirectory, isTraining: @escaping @Sendable () -> Bool,
        make: @escaping @Sendable (_ isTraining: Bool) throws -> any RunReplaying
    ) throws -> Answer {
        let key = Key(run: run.path, configuration: try Self.digest(of: run), step: step)
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: patience.answer)
        repeat {
            if let result = takeResult(key) { return .ready(try result.get()) }
            if let place = wishes.firstIndex(where: { $0.key == key }) {
                wishes[place].asked = clock()
            } else {
                guard wishes.count < Self.most else {
                    throw PageError(.busy, .tooManySteps)
                }
                wishes.append(Wish(key: key, isTraining: isTraining, make: make, asked: clock()))
                condition.broadcast()
            }
            start()
        } while condition.wait(until: end)
        if let result = takeResult(key) { return .ready(try result.get()) }
        return .computing(progress: wishes.first { $0.key == key }?.progress ?? 0)
    }

    private static func digest(of run: RunDirectory) throws -> String {
        let file = try OpenDirectory(run.path, followsLink: false).open("config.json", .reading)
        var digest = SHA256()
        digest.update(try file.read(1 << 20))
        return digest.hexDigest
    }

    /// Returns a result and moves it to the end of the list, the place of the latest. An error is told once.
    private func takeResult(_ key: Key) -> Result<StepWeights, any Error>? {
        guard let place = results.firstIndex(where: { $0.key == key }) else { return nil }
        let result = results.remove(at: place)
        if case .success = result.result { results.append(result) }
        return result.result
    }

    private func start() {
        guard !hasThread else { return }
        hasThread = true
        let thread = Thread { [self] in work() }
        thread.name = "steps"
        thread.stackSize = 8 << 20
        thread.start()
    }

    // MARK: The thread

    private func work() {
        // Two runs are compared side by side.
        var replays: [(key: Key, replay: any RunReplaying)] = []
        var hasLowPriority = false
        while let wish = next() {
            let isTraining = wish.isTraining()
            if isTraining, !hasLowPriority {
                // Threads that a computation has started keep their priority.
                replays = []
                POSIX.lowerPriorityOfThread()
                hasLowPriority = true
            } else if !isTraining, hasLowPriority {
                return giveWay()
            }
            let result = Result {
                let isOwn: (Key) -> Bool = {
                    $0.run == wish.key.run && $0.configuration == wish.key.configuration
                }
                let place = replays.firstIndex { isOwn($0.key) }
                let replay = try place.map { replays.remove(at: $0).replay } ?? wish.make(isTraining)
                replays = replays.suffix(1) + [(wish.key, replay)]
                return StepWeights(
                    try replay.state(
                        after: wish.key.step, isCancelled: { self.isGivenUp(wish.key) },
                        progress: { self.set($0, of: wish.key) }))
            }
            finish(wish.key, result)
        }
    }

    /// Lets the next request start another thread. This one cannot raise its priority, and threads that it starts have the
    /// same.
    private func giveWay() {
        condition.lock()
        defer { condition.unlock() }
        hasThread = false
        condition.broadcast()
    }

    /// Waits for a step to compute; nil if none came for so long that the memory is released.
    private func next() -> Wish? {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: patience.memory)
        while true {
            wishes.removeAll { clock() - $0.asked > patience.step }
            if let wish = wishes.first { return wish }
            guard condition.wait(until: end) else {
                guard wishes.isEmpty else { continue }
                hasThread = false
                results = []
                return nil
            }
        }
    }

    private func isGivenUp(_ key: Key) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        return wishes.first { $0.key == key }.map { clock() - $0.asked > patience.step } ?? true
    }

    private func set(_ progress: Double, of key: Key) {
        condition.lock()
        defer { condition.unlock() }
        if let place = wishes.firstIndex(where: { $0.key == key }) { wishes[place].progress = progress }
    }

    private func finish(_ key: Key, _ result: Result<StepWeights, any Error>) {
        condition.lock()
        defer { condition.unlock() }
        wishes.removeAll { $0.key == key }
        if case .failure(let error) = result, error is CancellationError { return }
        results.append((key, result))
        func bytes() -> Int {
            results.reduce(0) { $0 + 4 * ((try? $1.result.get().parameters.count) ?? 0) }
        }
        while results.count > Self.most || results.count > 1 && bytes() > Self.resultBytes {
            results.removeFirst()
        }
        condition.broadcast()
    }
}
