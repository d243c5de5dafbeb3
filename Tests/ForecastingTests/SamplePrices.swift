import Datasets
import Foundation
import Prices
import TestSupport

@testable import Forecasting

/// Rows of prices made by rule, on days of trading from 2000-01-03: a wave that rises, so that later ones exceed those
/// before.
struct SamplePrices {
    static let header = "Date,Open,High,Low,Close,Volume"

    var rows: [String]

    init(_ count: Int = 40) {
        let dates = RowFrequency.mondayToFriday.dates(
            after: CalendarDate(year: 2000, month: 1, day: 2)!, count: count)!
        rows = dates.enumerated().map { row, date in
            let close = 100 + Double(row) + 8 * sin(Double(row) / 3)
            let open = close - Double(row * 7 % 5) / 4
            let cells = [open, max(open, close) + 1.5, min(open, close) - 0.75, close]
            return ([date.description] + cells.map(\.description) + ["\(1000 + row * 37 % 101)"])
                .joined(separator: ",")
        }
    }

    var text: String { ([Self.header] + rows).joined(separator: "\n") + "\n" }

    func history(_ columns: [String] = ["Open", "High", "Low", "Volume", "Close"]) throws -> PriceHistory {
        let directory = try TemporaryDirectory()
        return try PriceHistory(path: directory.add("prices.csv", text), columns: columns)
    }
}

/// The rows that come with the package.
let embeddedPrices = Repository.path(ForecastTraining.Options.embeddedData)

/// Changes the options of a training on few windows of few days.
func smallForecast(_ change: (inout ForecastTraining.Options) -> Void = { _ in }) -> ForecastTraining.Options
{
    var options = ForecastTraining.Options()
    (options.epochs, options.batchSize, options.sequenceLength, options.trainWindows) = (3, 5, 4, 20)
    (options.hiddenSize, options.threads) = (3, 1)
    change(&options)
    return options
}
