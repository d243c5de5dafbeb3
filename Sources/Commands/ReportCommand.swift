import ArgumentParser
import Console
import Runs

/// A tool that draws reports of runs again.
package protocol ReportingTool: RunTool {
    /// The runs that need a new report, for the help: "were killed or are still running".
    static var runsWithoutReport: String { get }

    /// Writes the report and charts of a run.
    ///
    /// - Parameter language: The language; the run's if nil.
    static func writeReport(of record: RunRecord, in language: Language?) throws
}

/// The command `report`: writes a run's report and charts again.
package struct ReportCommand<Tool: ReportingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "report",
            abstract: "Write a run's HTML report and charts again.",
            discussion: """
                Example: \(Tool.program.name) report latest
                         \(Tool.program.name) report latest --language ko

                Training writes report.html, curves.svg and confusion.svg at its end; this command is for runs that \
                \(Tool.runsWithoutReport). report.html is a single file and works offline.

                Exit codes: 0 done, 64 bad option, 66 missing run, 74 a file could not be written.
                """)
    }

    @OptionGroup var chosen: WholeRunArgument<Tool>

    @OptionGroup var language: LanguageArguments

    @OptionGroup var place: RunsArguments

    package init() {}

    package func run() throws {
        try explained { console in
            let record = try record()
            try warn(record.problems)
            if record.configuration?.isOfLibrary == true {
                try TrainingRunReport(record, language: language.language).write()
            } else {
                try Tool.writeReport(of: record, in: language.language)
            }
            console.print(record.run.report)
        }
    }

    /// Returns the run's record: of this tool, or of a program that uses the library.
    private func record() throws -> RunRecord {
        do {
            let run = try place.run(chosen.name, for: Tool.self, of: Tool.program)
            return RunRecord(run, of: [Tool.program])
        } catch RunError.madeByLibrary(let path, _) {
            return RunRecord(RunDirectory(path: path), of: [])
        }
    }
}
