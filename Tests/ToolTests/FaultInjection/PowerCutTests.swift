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

        // Nothing depends on the screen's log and on pictures, and each of their writes would make other states.
        var known: [String: Bool] = [:]
        func matters(_ path: String) -> Bool {
            if let known = known[path] { return known }
            let matters = !path.hasSuffix("train.log") && !FileOperation.isPicture(path)
            known[path] = matters
            return matters
        }
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
            if number < first || !matters(operation.path) { continue }
            for cut in PowerCut.all {
                var state = State(tree: disk.tree(after: cut), promised: promised)
                state.tree.entries = state.tree.entries.filter { matters($0.key) }
                if seen.insert(state).inserted {
                    states.append((state, "\(cut) after operation \(number + 1), \(operation.kind)"))
                }
            }
        }
        return states
    }

    /// A directory that is brought into one state after the other.
    private final class Disk {
        let place: Workplace
        /// The step of the newest usable checkpoint, by all files but the logs.
        private var newest: [FileTree: Int] = [:]

        init(_ place: Workplace) { self.place = place }

        /// Whether a state still has what training went on after.
        func keepsItsPromise(_ state: State) throws -> Bool {
            guard state.promised > 0 else { return true }
            var tree = state.tree
            for (name, entry) in tree.entries where name.contains("/metrics.") || name.contains("/events.") {
                if case .file = entry { tree.entries[name] = nil }
            }
            if let known = newest[tree] { return known >= state.promised }
            try state.tree.write(to: place.path)
            let found = try place.usableSteps().last ?? 0
            newest[tree] = found
            return found >= state.promised
        }

        /// Trains from a state to the end.
        func finish(_ training: ShortTraining, from state: State) throws -> RunFiles {
            try state.tree.write(to: place.path)
            return try place.finish(training)
        }
    }

    @Test(arguments: [ShortTraining(), ShortTraining(epochs: 1, checkpointEvery: "2steps")])
    func `nothing that was saved is lost`(training: ShortTraining) throws {
        let expected = try training.uninterrupted()
        let disk = Disk(try training.place())
        for (number, (state, cut)) in try Self.states(of: training).enumerated() {
            #expect(try disk.keepsItsPromise(state), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            expectEqual(try disk.finish(training, from: state), expected, cut)
        }
    }

    /// A run is killed with a checkpoint half-written, and gone on with: checkpoints and logs are cut back, and
    /// files begun, when the power fails.
    @Test func `nothing is lost in a resume`() throws {
        let training = ShortTraining(epochs: 2)
        let kill = try Faults.kill(.before(training.number(of: .rename, to: "step-0000006")))
        let expected = try training.uninterrupted()
        let disk = Disk(try training.place())
        for (number, (state, cut)) in try Self.states(of: training, kill, resumed: true).enumerated() {
            #expect(try disk.keepsItsPromise(state), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            expectEqual(try disk.finish(training, from: state), expected, cut)
        }
    }

    /// What an `fsync` that failed has dropped is not taken for saved by the next.
    @Test(arguments: ["metrics.csv", "metrics.jsonl", "events.out.tfevents.000001", "step-0000003"])
    func `nothing is lost after a failed sync`(name: String) throws {
        let training = ShortTraining(epochs: 2).with("--on-save-error", "continue")
        let expected = try training.uninterrupted()
        let disk = Disk(try training.place())
        for (number, (state, cut)) in try Self.states(of: training, .fail(.sync, 1, EIO, of: name))
            .enumerated()
        {
            #expect(try disk.keepsItsPromise(state), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            let files = try disk.finish(training, from: state)
            expectEqual(files, expected.withoutCheckpoints(missingIn: files), cut)
        }
    }

    /// Were the synchronizations not there, the test above would fail.
    @Test(arguments: [DiskModel.Missing.ofFiles, .ofDirectories, .all])
    func `checkpoints would be lost without synchronization`(missing: DiskModel.Missing) throws {
        let training = ShortTraining(epochs: 2)
        let disk = Disk(try training.place())
        let lost = try Self.states(of: training, missing: missing)
            .first { try !disk.keepsItsPromise($0.state) }
        #expect(lost != nil)
    }
}
