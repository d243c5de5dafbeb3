import ArgumentParser
import Platform

@main
struct StockForecast: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock-forecast",
        abstract: "Forecasts of the next day's price from the days before, by an RNN, an LSTM and a GRU.",
        discussion: """
            Without a command it trains. Examples:
              stock-forecast
              stock-forecast --model lstm --seeds 5 --horizon 10
              stock-forecast --data prices.csv --features Open,High,Low,Volume,Change --scaler standard
              stock-forecast predict latest --data new.csv

            Every command has a help of its own: stock-forecast help train
            """,
        version: PackageVersion.current,
        subcommands: [Train.self, Predict.self, Summary.self, Report.self],
        defaultSubcommand: Train.self)

    static func main() { mainOfProgram() }
}
