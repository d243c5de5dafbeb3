import Foundation
import TestSupport
import Testing

@testable import Forecasting

/// What PyTorch came to with the tutorials' forecasters, from our initial weights and in our order of batches:
/// written by Scripts/forecast_fixture.py.
struct ForecasterFixture: Decodable {
    let lossEpochs: [Int]
    /// By the number of the epoch.
    private let firstBatches: [String: [Int32]]
    /// By what the scaler was fitted to.
    private let scalings: [String: Scaling]
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
        let scaling: ForecastTraining.ScaleOn
        /// The first number of each parameter.
        let initial: [String: Float]
        /// In `lossEpochs`.
        let losses: [Double]
        /// The same in double precision.
        let referenceLosses: [Double]
        /// Of the windows to test on, scaled.
        let forecasts: [Double]

        var testDescription: String { "\(model.rawValue), scaled on \(scaling.rawValue)" }
    }

    func scaling(_ scaleOn: ForecastTraining.ScaleOn) throws -> Scaling {
        try #require(scalings[scaleOn.rawValue])
    }

    func firstBatch(ofEpoch epoch: Int) throws -> [Int32] { try #require(firstBatches["\(epoch)"]) }

    static let stored = Result {
        let directory = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return try JSONDecoder().decode(
            Self.self, from: Data(contentsOf: directory.appendingPathComponent("forecasters.json")))
    }
}

/// The tutorials' problem, which is what `stock-forecast` trains on by default.
enum TutorialForecast {
    static let path = Repository.path("datasets/sp500/sp500.csv.gz")

    static func options(_ scaleOn: ForecastTraining.ScaleOn) -> ForecastTraining.Options {
        var options = ForecastTraining.Options()
        // The default is a path from the repository's directory.
        options.data = path
        options.rows = ForecastTraining.Options.embeddedRows
        options.scaleOn = scaleOn
        return options
    }
}
