import Datasets
import Foundation
import NeuralNetworks
import Testing

@testable import Training

/// What PyTorch came to with the tutorials' forecasters, from our initial weights and in our order of batches:
/// written by Scripts/forecast_fixture.py.
struct ForecasterFixture: Decodable {
    let lossEpochs: [Int]
    /// By the number of the epoch.
    let firstBatches: [String: [Int32]]
    /// By what the scaler was fitted to.
    let scalings: [String: Scaling]
    let runs: [Run]

    struct Scaling: Decodable {
        let fittedRows: Int
        let dataMinimum: [Double]
        let dataMaximum: [Double]
        let firstWindow: [Float]
        let lastWindow: [Float]
        let firstTarget: Float
        let lastTarget: Float
    }

    struct Run: Decodable, CustomTestStringConvertible {
        let model: ForecastModel
        let scaling: String
        /// The first number of each parameter.
        let initial: [String: Float]
        /// In `lossEpochs`.
        let losses: [Double]
        /// The same in double precision.
        let referenceLosses: [Double]
        /// Of the windows to test on, scaled.
        let forecasts: [Double]
        /// How far they are from those of double precision at most.
        let referenceDifference: Double

        var testDescription: String { "\(model.rawValue), scaled on \(scaling)" }
    }

    static let stored = Result {
        let directory = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return try JSONDecoder().decode(
            Self.self, from: Data(contentsOf: directory.appendingPathComponent("forecasters.json")))
    }
}

/// The tutorials' problem: the next close from five days of the last 431 rows.
enum TutorialForecast {
    static let features = ["Open", "High", "Low", "Volume"]
    static let columns = features + ["Close"]
    static let trainCount = 200

    static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("datasets/sp500/sp500.csv.gz").path

    private static let prices = Result { try PriceHistory(path: path, columns: columns).span(rows: 431) }

    /// - Parameter fittedRows: How many rows, the first ones, the scaler is fitted to.
    static func windows(fittedRows: Int) throws -> (scaler: MinMaxScaler, windows: SequenceWindows) {
        let prices = try Self.prices.get()
        let scaler = MinMaxScaler(fitting: prices.rows(0..<fittedRows)[columns])
        let scaled = scaler.transform(prices[columns])
        return (
            scaler,
            SequenceWindows(
                features: Array(scaled[..<4]), target: scaled[4], dates: prices.dates, length: 5)
        )
    }

    static func model(_ model: ForecastModel) -> SequenceModel {
        SequenceModel(
            RecurrentStack(model.cell, inputSize: 4, hiddenSize: 8, numLayers: 2), sequenceLength: 5,
            valueCount: 1, activation: model == .rnn ? .sigmoid : .none)
    }
}
