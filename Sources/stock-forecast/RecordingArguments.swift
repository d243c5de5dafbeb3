import ArgumentParser
import Commands
import Console
import Forecasting
import Training

/// The options of the days ahead, the screen and the run. None of them affects the weights.
struct RecordingArguments: RunArguments {
    typealias Options = ForecastTraining.Options

    private static let defaults = Options()

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Number of days to forecast after the last row, each from the forecasts of the days before it (default: \
            \(defaults.horizon))
            """, valueName: "days"))
    var horizon: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Print the loss every N epochs; 0 prints none (default: \(defaults.printEvery))",
            valueName: "N"))
    var printEvery: Int?

    @OptionGroup var page: PageArguments

    @Option(help: "Name of the run; its directory is <UTC time>-<name> (default: \(defaults.name))")
    var name: String?

    @Option(
        help: """
            Progress display: lines and a bar on a terminal (auto), both everywhere (bar), lines only (line), or \
            nothing (none) (default: \(defaults.progress.rawValue))
            """)
    var progress: EpochPrinter.Progress?

    @Flag(help: "Print only errors; train.log still has everything")
    var quiet = false

    @Option(
        help: """
            Language of the report: en (English) or ko (Korean) (default: \(defaults.language.rawValue))
            """)
    var language: Language?

    @Option(
        help: ArgumentHelp(
            "Directory of the runs (default: \(defaults.runs))", valueName: "directory"),
        completion: .directory)
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Maximum number of threads, 1 to 1024; a batch of up to 32 windows uses one (default: the number of cores \
            this process may use)
            """, valueName: "count"))
    var threads: Int?

}

extension CompletionKind {
    static var run: CompletionKind { .run(in: ForecastTraining.Options().runs) }
}
