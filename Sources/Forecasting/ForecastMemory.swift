import Console
import Platform

/// The memory needed for forecasts of many rows.
enum ForecastMemory {
    /// The number of bytes per row: prices, windows, dates, and its share of texts and charts. The measured number is
    /// 330 for one network.
    private static let bytesOfRow = 500.0
    /// The number of bytes per row for each network. The measured number is 160.
    private static let bytesOfForecast = 250.0

    /// Checks that there is enough memory, before any network is trained or read.
    ///
    /// - Parameters:
    ///   - rows: The number of rows.
    ///   - networks: The number of networks.
    ///   - advice: The advice on how to need less memory.
    static func check(rows: Int, networks: Int, advice: String) throws(MemoryShortage) {
        try MemoryShortage.check(
            Double(rows) * (bytesOfRow + bytesOfForecast * Double(networks)),
            for: "forecasting \(TextFormat.count(rows, "row")) with \(TextFormat.count(networks, "network"))",
            advice: advice)
    }
}
