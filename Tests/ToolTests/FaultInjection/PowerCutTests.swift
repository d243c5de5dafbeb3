import Foundation
import Testing

@Suite("Power cuts", .timeLimit(.minutes(60))) struct PowerCutTests {
    /// One state that a disk may be left in.
    struct State: Hashable {
        var tree: FileTree
        /// Step of the newest checkpoint that training went on after.
        let promised: Int
    }

    /// All states after all operations of a run, and where each first came about.
    ///
    /// - Parameters:
    ///   - faults: what else happens to the run.
    ///   - resumed: whether it is of interest what a resume of that run does, rather than the run.
    static func states(
        of training: ShortTraining, _ faults: Faults = .none, resumed: Bool = false,
        missing: DiskModel.Missing = .none
    ) throws -> [(state: State, cut: String)] {
        let place = try training.place()
        let disk = try DiskModel(place.path, missing: missing)
        let ending = try place.start(training, faults).ending()
        try #require((ending == 0) == (faults == .none))
        let first = resumed ? try FileOperation.journal(place.journal).count : 0
        if resumed { try #require(place.start(training).ending() == 0) }

        var seen: Set<State> = []
        var states: [(State, String)] = []
        var (written, promised) = (0, 0)
        for (number, operation) in try FileOperation.journal(place.journal).enumerated() {
            try disk.apply(operation)
            guard operation.error == 0 else { continue }
            // Checkpoints are written before training goes on, and what follows is logged.
            if operation.path.contains("/metrics."), operation.kind == .write { promised = written }
            if let step = operation.other.firstMatch(of: /checkpoints\/step-(\d+)\.safetensors$/) {
                written = try #require(Int(step.1))
            }
            if number < first { continue }
            for cut in PowerCut.all {
                var state = State(tree: disk.tree(after: cut), promised: promised)
                // Nothing depends on these, and each of their writes would make other states.
                state.tree.entries = state.tree.entries.filter {
                    !$0.key.hasSuffix("train.log") && !FileOperation.isPicture($0.key)
                }
                if seen.insert(state).inserted {
                    states.append((state, "\(cut) after operation \(number + 1), \(operation.kind)"))
                }
            }
        }
        return states
    }

    /// Whether a state still has what training went on after.
    private static func keepsItsPromise(_ state: State, in place: Workplace) throws -> Bool {
        try state.tree.write(to: place.path)
        return try state.promised == 0 || place.usableSteps().last ?? 0 >= state.promised
    }

    @Test(arguments: [ShortTraining(), ShortTraining(epochs: 1, checkpointEvery: "2steps")])
    func `lose nothing that was saved`(training: ShortTraining) throws {
        let expected = try training.uninterrupted()
        let place = try training.place()
        for (number, (state, cut)) in try Self.states(of: training).enumerated() {
            #expect(try Self.keepsItsPromise(state, in: place), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            expectEqual(try place.finish(training), expected, cut)
        }
    }

    /// A run is killed with a checkpoint half-written, and gone on with: checkpoints and logs are cut back, and
    /// files begun, when the power fails.
    @Test func `lose nothing in a resume`() throws {
        let training = ShortTraining(epochs: 2)
        let kill = try Faults.kill(.before(training.number(of: .rename, to: "step-0000006")))
        let expected = try training.uninterrupted()
        let place = try training.place()
        for (number, (state, cut)) in try Self.states(of: training, kill, resumed: true).enumerated() {
            #expect(try Self.keepsItsPromise(state, in: place), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            expectEqual(try place.finish(training), expected, cut)
        }
    }

    /// What an `fsync` that failed has dropped is not taken for saved by the next.
    @Test(arguments: ["metrics.csv", "metrics.jsonl", "events.out.tfevents.000001", "step-0000003"])
    func `lose nothing after a failed sync`(name: String) throws {
        let training = ShortTraining(epochs: 2).with("--on-save-error", "continue")
        let expected = try training.uninterrupted()
        let place = try training.place()
        for (number, (state, cut)) in try Self.states(of: training, .fail(.sync, 1, EIO, of: name))
            .enumerated()
        {
            #expect(try Self.keepsItsPromise(state, in: place), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            let files = try place.finish(training)
            expectEqual(files, expected.withoutCheckpoints(missingIn: files), cut)
        }
    }

    /// Were the synchronizations not there, the test above would fail.
    @Test(arguments: [DiskModel.Missing.ofFiles, .ofDirectories, .all])
    func `would lose checkpoints without synchronization`(missing: DiskModel.Missing) throws {
        let training = ShortTraining(epochs: 2)
        let place = try training.place()
        let lost = try Self.states(of: training, missing: missing)
            .first { try !Self.keepsItsPromise($0.state, in: place) }
        #expect(lost != nil)
    }
}
