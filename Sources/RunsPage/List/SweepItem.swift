import ImageClassification
import Platform
import Runs
import SequenceClassification
import Sweeps

/// The state of the files from which a sweep's entry in the list is read.
struct SweepStamp: Hashable, Sendable {
    private let files: [FileStamp?]

    /// Nil if the directory has no plan of a sweep.
    init?(_ path: String) {
        let plan = FileStamp(RunDirectory.plan(ofSweep: path))
        guard plan?.kind == .regular, FileStamp(path)?.kind == .directory else { return nil }
        files = [plan, FileStamp(RunDirectory.entries(ofSweep: path)), FileStamp(path)]
    }
}

/// A sweep in the page's list.
struct SweepItem: Sendable {
    let name: String
    let json: String

    init(_ path: String) {
        let name = FilePath.name(of: path)
        var json = JSONText()
        json.add("id", "sweeps/\(name)")
        json.add("name", name)
        do {
            let (sweep, plan) = try Self.open(path)
            let results = try SweepResults(sweep, plan)
            json.add("program", plan.program ?? SweepPlan.formerProgram)
            json.add("done", results.done)
            json.add("count", results.count)
            json.add("winner", results.winner.map { results.settings[$0].title })
            json.add("problems", [])
        } catch {
            json.add("program", nil as String?)
            json.add("done", 0)
            json.add("count", 0)
            json.add("winner", nil as String?)
            json.add("problems", ["\(error)".cut(atMost: 1000)])
        }
        self.name = name
        self.json = json.text
    }

    /// Opens a sweep of any tool, and reads its plan.
    static func open(_ path: String) throws -> (sweep: SweepDirectory, plan: SweepPlan) {
        let plan = try SweepDirectory(path: path, of: ImageTraining.Options.self).anyPlan()
        return Program.sequenceClassifier.owns(plan.program)
            ? (SweepDirectory(path: path, of: SequenceTraining.Options.self), plan)
            : (SweepDirectory(path: path, of: ImageTraining.Options.self), plan)
    }
}
