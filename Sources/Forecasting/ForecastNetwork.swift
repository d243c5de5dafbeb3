import NeuralNetworks
import Platform
import Prices
import Training

/// A trained forecasting network, with the preparation of its input.
package struct ForecastNetwork: Sendable {
    package let model: ForecastModel
    package let seed: UInt64
    package let preparation: ForecastPreparation
    package let checkpoint: Checkpoint

    /// - Parameters:
    ///   - checkpoint: The checkpoint of a forecasting network.
    ///   - path: The path of its file, for errors.
    /// - Throws: ``CheckpointError`` for a checkpoint of another model.
    init(_ checkpoint: Checkpoint, path: String) throws {
        let network = checkpoint.model
        guard let text = checkpoint.details.preparation else {
            throw CheckpointError(path: path, problem: .missing("preparation"))
        }
        do {
            preparation = try JSON.value(from: text)
        } catch let error as DecodingError {
            throw CheckpointError(path: path, problem: .invalid("preparation", JSON.reason(error)))
        }
        guard let model = ForecastModel.allCases.first(where: { $0.cell == network.stack.cell }),
            network.stack.inputSize == preparation.features.count,
            network.sequenceLength == preparation.sequenceLength, case .values(1, _) = network.output
        else {
            throw CheckpointError(
                path: path, problem: .invalid("model", "expected a regressor, found another model"))
        }
        self.model = model
        seed = checkpoint.seed
        self.checkpoint = checkpoint
    }

    /// Returns the forecasts for each window of the rows, and for the days after them.
    ///
    /// - Parameters:
    ///   - history: The rows, at least as many as a window has.
    ///   - horizon: The number of days after the last.
    package func forecast(_ history: PriceHistory, horizon: Int) -> ForecastRecord.Member {
        let windows = preparation.windows(of: history)
        let engine = checkpoint.engine(threads: 1)
        let outputs = withExtendedLifetime(windows) {
            engine.outputs(windows.sequences, indices: (0..<windows.count).map(Int32.init))
        }
        return ForecastRecord.Member(
            seed: seed, forecasts: preparation.inUnits(outputs), future: future(history, engine, horizon))
    }

    private func future(_ history: PriceHistory, _ engine: SequenceEngine, _ horizon: Int) -> [Double] {
        guard horizon > 0 else { return [] }
        let predictor = SequencePredictor(
            model: engine.model, parameters: engine.parameters, instructionSet: engine.instructionSet)
        let columns = history[preparation.features]
        let last = history.count - preparation.sequenceLength..<history.count
        return ForecastFeedback(features: preparation.features, target: preparation.target).forecasts(
            horizon, rows: last.map { row in columns.map { $0[row] } },
            lastTarget: history[preparation.target][history.count - 1]
        ) { rows in
            preparation.inUnits(predictor.outputs(preparation.window(of: rows)))[0]
        }
    }
}

extension ForecastRecord {
    /// Creates the record of the forecasts of several networks on the same rows.
    ///
    /// - Parameters:
    ///   - networks: The networks, at least one; the networks of a model become its members, in their order.
    ///   - trainCount: The number of windows used for training.
    init(_ networks: [ForecastNetwork], on history: PriceHistory, trainCount: Int, horizon: Int) {
        let preparation = networks[0].preparation
        let target = history[preparation.target]
        let length = preparation.sequenceLength
        let frequency = RowFrequency(history.dates)
        let models = ForecastModel.allCases.compactMap { model -> Model? in
            let members = networks.filter { $0.model == model }
            return members.isEmpty
                ? nil : Model(model, members: members.map { $0.forecast(history, horizon: horizon) })
        }
        self.init(
            target: preparation.target, dates: Array(history.dates[length...]),
            actual: Array(target[length...]),
            previous: ForecastScores.Baseline(target: preparation.target) == .noChange
                ? [Double](repeating: 0, count: history.count - length)
                : Array(target[(length - 1)...].dropLast()),
            trainCount: trainCount,
            futureDates: RowAhead.rows(
                frequency, after: history.dates[history.count - 1], count: horizon),
            frequency: horizon > 0 ? frequency.description : nil,
            models: models)
    }
}
