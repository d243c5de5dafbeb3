import Foundation
import Testing
import Training

@Suite(
    "Power cuts", .disabled("do not know the files of the report yet"),
    .timeLimit(.minutes(5))) struct PowerCutTests
{
    /// One state that a disk may be left in.
    struct State: Hashable {
        var tree: FileTree
        /// Step of the newest checkpoint that training went on after.
        let promised: Int
    }

    /// All states after all operations of a run, and where each first came about.
    static func states(
        of training: ShortTraining, missing: DiskModel.Missing = .none
    ) throws -> [(state: State, cut: String)] {
        let place = try training.place()
        let disk = try DiskModel(place.path, missing: missing)
        try #require(place.start(training).ending() == 0)

        var seen: Set<State> = []
        var states: [(State, String)] = []
        var (written, promised) = (0, 0)
        for (number, operation) in try FileOperation.journal(place.journal).enumerated() {
            try disk.apply(operation)
            // Checkpoints are written before training goes on, and what follows is logged.
            if operation.path.contains("/metrics."), operation.kind == .write { promised = written }
            if let step = operation.other.firstMatch(of: /checkpoints\/step-(\d+)\.safetensors$/) {
                written = try #require(Int(step.1))
            }
            for cut in PowerCut.all {
                var state = State(tree: disk.tree(after: cut), promised: promised)
                // Nothing depends on it, and each of its lines would make other states.
                state.tree.entries = state.tree.entries.filter { !$0.key.hasSuffix("train.log") }
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
    func loseNothingThatWasSaved(training: ShortTraining) throws {
        let expected = try training.uninterrupted()
        let place = try training.place()
        for (state, cut) in try Self.states(of: training) {
            #expect(try Self.keepsItsPromise(state, in: place), "\(cut)")
            expectEqual(try place.finish(training), expected, cut)
        }
    }

    /// Were the synchronizations not there, the test above would fail.
    @Test(arguments: [DiskModel.Missing.ofFiles, .ofDirectories, .all])
    func wouldLoseCheckpointsWithoutSynchronization(missing: DiskModel.Missing) throws {
        let training = ShortTraining(epochs: 2)
        let place = try training.place()
        let lost = try Self.states(of: training, missing: missing)
            .first { try !Self.keepsItsPromise($0.state, in: place) }
        #expect(lost != nil)
    }
}
