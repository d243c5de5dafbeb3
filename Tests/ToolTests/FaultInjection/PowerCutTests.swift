import Foundation
import Testing

@Suite("Power cuts", .timeLimit(.minutes(60))) struct PowerCutTests {
    /// A state of the disk after a power cut.
    struct State: Hashable {
        var tree: FileTree
        /// The step of the newest checkpoint after which training continued.
        let promised: Int
    }

    /// Returns all states after all operations of a run, with the operation and the cut that first lead to each state.
    ///
    /// - Parameters:
    ///   - training: The training.
    ///   - faults: The faults that occur in the run.
    ///   - resumed: Whether only the operations of the run's resume are examined.
    ///   - missing: The synchronizations that have no effect.
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

        // Nothing depends on the log of the screen and on pictures, but each write to them would make new states.
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
            // Training continues only after a checkpoint is written, and the next steps are logged.
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

    /// A directory that is put into one state after another.
    private final class Disk {
        let place: Workplace
        /// The step of the newest usable checkpoint, by all files except the logs.
        private var newest: [FileTree: Int] = [:]

        init(_ place: Workplace) { self.place = place }

        /// Whether a state still has the checkpoint after which training continued.
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
    func `no saved checkpoint is lost`(training: ShortTraining) throws {
        let expected = try training.uninterrupted()
        let disk = Disk(try training.place())
        for (number, (state, cut)) in try Self.states(of: training).enumerated() {
            #expect(try disk.keepsItsPromise(state), "\(cut)")
            guard Torture.tries(number, oneOf: 9) else { continue }
            expectEqual(try disk.finish(training, from: state), expected, cut)
        }
    }

    /// A run is killed while it writes a checkpoint, and resumed. The power fails while the resume removes checkpoints,
    /// truncates logs and creates files.
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

    /// Bytes that a failed `fsync` dropped are not assumed to be saved by the next one.
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

    /// Without the synchronizations, the first test would fail.
    @Test(arguments: [DiskModel.Missing.ofFiles, .ofDirectories, .all])
    func `checkpoints would be lost without synchronization`(missing: DiskModel.Missing) throws {
        let training = ShortTraining(epochs: 2)
        let disk = Disk(try training.place())
        let lost = try Self.states(of: training, missing: missing)
            .first { try !disk.keepsItsPromise($0.state) }
        #expect(lost != nil)
    }
}
