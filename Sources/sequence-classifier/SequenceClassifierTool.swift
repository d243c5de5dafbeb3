import ArgumentParser
import Commands
import Console
import Platform
import Runs
import SequenceClassification

@main
struct SequenceClassifierTool: ReportingTool {
    typealias Options = SequenceTraining.Options
    typealias Training = Train

    static let configuration = CommandConfiguration(
        commandName: "sequence-classifier",
        abstract: "Recurrent networks that classify sequences of any length.",
        discussion: """
            Without a command, it trains. Examples:
              sequence-classifier --data mine.csv --test-share 0.2
              sequence-classifier predict new.csv
            """,
        version: PackageVersion.current,
        groupedSubcommands: [
            CommandGroup(name: "Training", subcommands: [Train.self, SweepCommand<Self>.self]),
            CommandGroup(
                name: "Model and run",
                subcommands: [
                    Evaluate.self, Predict.self, Sample.self, SummaryCommand<Self>.self,
                    ExportCommand<Self>.self, RunsCommand<Self>.self, ReportCommand<Self>.self, Verify.self,
                ]),
        ],
        defaultSubcommand: Train.self)

    static var runsWithoutReport: String { "were killed or are still running" }

    static func writeReport(of record: RunRecord, in language: Language?) throws {
        try SequenceRunReport.of(record, language: language).write()
    }
}

extension SequenceClassifierTool: ReplayingTool {
    static func replay(of run: RunDirectory, threads: Int) throws -> any RunReplaying {
        try SequenceTraining.replay(of: run, threads: threads)
    }
}
