import ArgumentParser
import Console
import Sweeps

package struct ReportSweep<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "report",
            abstract: "Collect the results of a sweep: results.csv, report.html, tables.",
            discussion: """
                Example: \(Tool.program.name) sweep report cells
                         \(Tool.program.name) sweep report cells --language ko

                When all entries are done, it evaluates the winner on the test set, once.

                Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing sweep or data, 71 not enough memory, 74 a file \
                could not be written.
                """)
    }

    package init() {}

    @Argument(help: "Sweep: its name, or the path of its directory", completion: .sweep)
    var sweep: String

    @Option(
        help: """
            Language of the report: en (English) or ko (Korean) (default: \(Language.english.rawValue))
            """)
    var language: Language?

    @OptionGroup var place: SweepLocationArguments<Tool>

    package func run() throws {
        try explained { console in
            var report = try SweepReport(place.find(sweep), place: place.data.given)
            report.language = language ?? .english
            try report.write()
            console.print(report.text())
        }
    }
}
