import ArgumentParser
import Commands
import Console
import ImageClassification
import Runs
import Sweeps

extension MNISTBiLSTM: ReportingTool {
    typealias Options = ImageTraining.Options

    static var runCompletion: CompletionKind { .run }
    static var hasSweeps: Bool { true }

    static func otherRuns(in root: String) throws -> String? {
        let sweeps = try SweepList(runs: root)
        return sweeps.isEmpty ? nil : sweeps.text()
    }

    /// Returns the description of a sweep. If a run and a sweep have the same name, the run is meant.
    static func description(of name: String, in place: RunsArguments) throws -> String? {
        guard let sweep = try? SweepDirectory.find(name, root: place.runs),
            (try? place.run(name))?.path.hasPrefix(sweep.path + "/") ?? true
        else { return nil }
        let report = try SweepReport(reading: sweep)
        return "Sweep: \(sweep.path): \(report.results.plan.size)\n\n\(report.text())"
    }

    static var runsWithoutReport: String {
        "were killed, that are still running or that an older version made"
    }

    static func writeReport(of record: RunRecord, in language: Language?) throws {
        try ImageRunReport(record, language: language).write()
    }
}
