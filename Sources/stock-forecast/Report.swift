import ArgumentParser
import Commands
import Forecasting
import Runs

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a run's HTML report and charts again.",
        discussion: """
            Example: stock-forecast report latest
                     stock-forecast report latest --language ko

            Training writes report.html, loss.svg and forecast.svg at its end; this command is for runs that were killed \
            or are still running. report.html is a single file and works offline.

            Exit codes: 0 done, 64 bad option, 66 missing run, 74 a file could not be written.
            """)

    @OptionGroup var chosen: ForecastRunArgument

    @OptionGroup var language: LanguageArguments

    @Option(
        help: ArgumentHelp("Directory of the runs", valueName: "directory"),
        completion: .directory)
    var runs = ForecastTraining.Options().runs

    func run() throws {
        try explained { console in
            let report = ForecastReport(
                try RunDirectory.findForecast(chosen.name, root: runs),
                language: language.language)
            try warn(report.problems)
            try report.write()
            console.print(report.run.report)
        }
    }
}
