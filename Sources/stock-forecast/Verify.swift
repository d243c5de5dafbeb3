import ArgumentParser
import Commands
import Console
import Forecasting
import Platform
import Runs

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train the networks of a run again and compare every bit.",
        discussion: """
            Example: stock-forecast verify latest
                     stock-forecast verify runs/latest/lstm-0
                     stock-forecast verify receipt.json --epochs 3 --data prices.csv

            \(HelpText.verification)
            """)

    @OptionGroup var chosen: ForecastReceiptArgument

    @Option(
        help: ArgumentHelp(
            "Repeat only the first N epochs of each network, without the final loss and the forecasts (default: all)",
            valueName: "count"))
    var epochs: Int?

    @Option(
        name: [.long, .customLong("csv")],
        help: ArgumentHelp("CSV file of the prices (default: the run's)", valueName: "file"),
        completion: .file(extensions: ["csv", "gz"]))
    var data: String?

    @Option(
        help: ArgumentHelp("Directory of the runs", valueName: "directory"),
        completion: .directory)
    var runs = ForecastTraining.Options().runs

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of threads, 1 to 1024 (default: the number of cores this process may use)",
            valueName: "count"))
    var threads: Int?

    func validate() throws {
        try check("--epochs", epochs, 1...1_000_000)
        try check("--threads", threads, 1...1024)
    }

    func run() throws {
        try explained {
            let console = try Console()
            let verification = try ForecastVerification(
                chosen.name, root: runs, data: data, threads: threads ?? UsableCores.count)
            let isReproduced = try verification.verify(epochs: epochs, console: console)
            try console.finish()
            return isReproduced ? .success : .different
        }
    }
}

/// The receipt, the network or the run that `verify` reads.
struct ForecastReceiptArgument: RunArgument {
    @Argument(
        help: ArgumentHelp(
            """
            Run: latest, a run's name, the path of a run or of a network's directory in it, or a file receipt.json \
            (default: latest)
            """, valueName: "receipt-or-run"), completion: .run)
    var runArgument: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The same as the argument <receipt-or-run>", valueName: "receipt-or-run"),
        completion: .run)
    var runOption: String?
}
