import ArgumentParser
import Platform

@main
struct StockForecast: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock-forecast",
        abstract: "Forecast the next day's price with recurrent networks: RNN, LSTM and GRU.",
        discussion: """
            Without a command, it trains. Examples:
              stock-forecast
              stock-forecast --model lstm --seeds 5 --horizon 10
              stock-forecast --data prices.csv --features Open,Close --scaler standard
              stock-forecast predict latest --data new.csv
            """,
        version: PackageVersion.current,
        subcommands: [Train.self, Verify.self, Predict.self, Summary.self, Export.self, Report.self],
        defaultSubcommand: Train.self)

    static func main() { mainOfProgram() }
}
