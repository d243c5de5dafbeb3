import Foundation
import TestSupport
import Testing

@testable import Forecasting

/// The results of PyTorch with the tutorials' forecasters, from the same initial weights and in the same order of
/// batches; written by Scripts/forecast_fixture.py.
struct ForecasterFixture: Decodable {
    let lossEpochs: [Int]
    /// The first batches, by the number of the epoch.
    private let firstBatches: [String: [Int32]]
    /// The scalings, by the rows to which the scaler was fitted.
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
        /// The losses of the epochs in `lossEpochs`.
        let losses: [Double]
        /// The same losses in double precision.
        let referenceLosses: [Double]
        /// The forecasts of the test windows, scaled.
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

/// The tutorials' problem, which `stock-forecast` trains by default.
enum TutorialForecast {
    static let path = Repository.path("datasets/sp500/sp500.csv.gz")

    static func options(_ scaleOn: ForecastTraining.ScaleOn) -> ForecastTraining.Options {
        var options = ForecastTraining.Options()
        // The default path is relative to the repository's directory.
        options.data = path
        options.rows = ForecastTraining.Options.embeddedRows
        options.scaleOn = scaleOn
        return options
    }
}
