import Console
import Platform

/// The memory that forecasts of many rows take.
enum ForecastMemory {
    /// The bytes of a row: prices, windows, dates, its places in texts and pictures. Measured at 330 for one network.
    private static let bytesOfRow = 500.0
    /// The bytes that each network adds to a row. Measured at 160.
    private static let bytesOfForecast = 250.0

    /// Checks that there is memory, before any network is trained or read.
    ///
    /// - Parameters:
    ///   - rows: The number of rows.
    ///   - networks: The number of networks.
    ///   - advice: What takes less memory.
    static func check(rows: Int, networks: Int, advice: String) throws(MemoryShortage) {
        try MemoryShortage.check(
            Double(rows) * (bytesOfRow + bytesOfForecast * Double(networks)),
            for: "forecasting \(TextFormat.count(rows, "row")) with \(TextFormat.count(networks, "network"))",
            advice: advice)
    }
}
