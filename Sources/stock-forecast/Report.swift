import ArgumentParser
import Commands
import Forecasting
import Runs

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the pictures of a run anew: loss.svg, forecast.svg and report.html.",
        discussion: """
            Example: stock-forecast report latest

            Training draws them too; this is for runs that were killed or still run. report.html is one file that needs \
            no network.

            Exit codes: 0 done, 64 bad option, 66 no such run, 74 a file could not be written.
            """)

    @OptionGroup var chosen: ForecastRunArgument

    @Option(
        help: ArgumentHelp("Where the directories of runs are.", valueName: "directory"),
        completion: .directory)
    var runs = ForecastTraining.Options().runs

    func run() throws {
        try explained { console in
            let report = ForecastReport(try RunDirectory.findForecast(chosen.name, root: runs))
            try warn(report.problems)
            try report.write()
            console.print(report.run.report)
        }
    }
}
