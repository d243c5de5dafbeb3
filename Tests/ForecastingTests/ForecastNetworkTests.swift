import Datasets
import NeuralNetworks
import Platform
import Prices
import TestSupport
import Testing
import Training

@testable import Forecasting

@Suite("Forecasts of a network")
struct ForecastNetworkTests {
    private let prices = SamplePrices()
    private let preparation: ForecastPreparation

    init() throws {
        preparation = ForecastPreparation(
            features: ["Open", "High", "Low", "Volume"], target: "Close", sequenceLength: 4, scaler: .minMax,
            fitting: try prices.history(), trainedUpTo: CalendarDate(daysSinceEpoch: 10_991))
    }

    private func checkpoint(
        _ model: SequenceModel, seed: UInt64 = 0, preparation text: String?
    ) -> Checkpoint {
        Checkpoint(of: Trainer(model: model, seed: seed, threads: 1), details: .init(preparation: text))
    }

    private func network(_ model: ForecastModel, seed: UInt64 = 0) throws -> ForecastNetwork {
        try ForecastNetwork(
            checkpoint(
                smallForecast().network(model), seed: seed, preparation: JSON.text(preparation, pretty: false)
            ),
            path: "file")
    }

    @Test(arguments: ForecastModel.allCases)
    func `forecasts are the outputs for every window, in the target's unit`(model: ForecastModel) throws {
        let network = try network(model, seed: 7)
        #expect(network.model == model && network.seed == 7)
        let history = try prices.history()
        let member = network.forecast(history, horizon: 0)
        #expect(member.seed == 7 && member.forecasts.count == 36 && member.future == [])
        let predictor = SequencePredictor(
            model: network.checkpoint.model, parameters: network.checkpoint.engine(threads: 1).parameters)
        for (place, forecast) in member.forecasts.enumerated() {
            let window = preparation.windows(of: history)[place].values
            let output = window.withUnsafeBufferPointer { Array(predictor.outputs($0.baseAddress!)) }
            #expect(forecast == preparation.inUnits(output)[0])
        }
        #expect(Set(member.forecasts).count > 30)
    }

    /// The day after the last row is forecast like any other.
    @Test(
        arguments: ForecastModel.allCases)
    func `the forecast of the next day equals the one made when that day is in the data`(model: ForecastModel)
        throws
    {
        let network = try network(model)
        let history = try prices.history()
        let all = network.forecast(history, horizon: 0)
        for count in [4, 5, 20, 39] {
            let part = network.forecast(history.rows(0..<count), horizon: 1)
            #expect(part.future == [all.forecasts[count - 4]])
            #expect(part.forecasts == Array(all.forecasts.prefix(count - 4)))
        }
    }

    /// Rows with forecasts as prices and the last volume, according to the rule. The change of an added row is computed
    /// as in any table.
    @Test(
        arguments: ForecastModel.allCases,
        [["Open", "High", "Low", "Volume"], ["Change", "Volume", "Close"]])
    func `later days are forecast from rows of forecasts`(model: ForecastModel, features: [String]) throws {
        let preparation = ForecastPreparation(
            features: features, target: "Close", sequenceLength: 4, scaler: .standard,
            fitting: try prices.history(features + ["Close"]),
            trainedUpTo: CalendarDate(daysSinceEpoch: 10_991))
        let network = try ForecastNetwork(
            checkpoint(
                smallForecast { $0.features = features }.network(model),
                preparation: JSON.text(preparation, pretty: false)),
            path: "file")
        func history(_ prices: SamplePrices) throws -> PriceHistory {
            try prices.history(features + ["Close"])
        }
        let found = network.forecast(try history(prices), horizon: 4).future
        var (continued, expected) = (prices, [Double]())
        let dates = RowFrequency.mondayToFriday.dates(
            after: try history(prices).dates.last!, count: 4)!
        let volume = prices.rows[39].split(separator: ",")[5]
        for date in dates {
            let value = network.forecast(try history(continued), horizon: 1).future[0]
            expected.append(value)
            continued.rows.append("\(date),\(value),\(value),\(value),\(value),\(volume)")
        }
        #expect(found == expected)
        #expect(Set(found).count == 4)
    }

    @Test
    func `a record has the days with a window before them, and the models in their order`() throws {
        let networks = try [network(.gru), network(.lstm, seed: 1), network(.rnn), network(.lstm, seed: 0)]
        let history = try prices.history()
        let record = ForecastRecord(networks, on: history, trainCount: 20, horizon: 2)
        #expect(record.mismatch == nil)
        #expect(record.models.map(\.model) == [.rnn, .lstm, .gru])
        #expect(record.models[1].members.map(\.seed) == [1, 0])
        #expect(record.target == "Close" && record.trainCount == 20)
        #expect(record.dates == Array(history.dates[4...]))
        #expect(record.actual == Array(history["Close"][4...]))
        #expect(record.previous == Array(history["Close"][3..<39]))
        #expect(record.futureDates.map(\.description) == ["2000-02-28", "2000-02-29"])
        #expect(record.models[2].members == [networks[0].forecast(history, horizon: 2)])
        // There are as many rows as a window has, so only days after them are forecast.
        let short = ForecastRecord(networks, on: history.rows(0..<4), trainCount: 0, horizon: 1)
        #expect(short.mismatch == nil && short.dates == [] && short.futureDates.count == 1)
    }

    @Test
    func `checkpoints of other models are an error`() throws {
        let text = try JSON.text(preparation, pretty: false)
        let lstm = smallForecast().network(.lstm)
        func problem(_ model: SequenceModel, _ preparation: String?) -> CheckpointError.Problem? {
            error(CheckpointError.self) {
                _ = try ForecastNetwork(checkpoint(model, preparation: preparation), path: "file")
            }?.problem
        }
        #expect(problem(lstm, nil) == .missing("preparation"))
        guard case .invalid("preparation", _)? = problem(lstm, "{") else {
            Issue.record("no JSON")
            return
        }
        let stack = lstm.stack
        for model in [
            SequenceModel(stack, sequenceLength: 4, classCount: 3),
            SequenceModel(stack, sequenceLength: 4, valueCount: 2),
            SequenceModel(stack, sequenceLength: 5, valueCount: 1),
            SequenceModel(
                RecurrentStack(.lstm, inputSize: 3, hiddenSize: 3, numLayers: 2), sequenceLength: 4,
                valueCount: 1),
            SequenceModel(
                RecurrentStack(.rnnReLU, inputSize: 4, hiddenSize: 3, numLayers: 2), sequenceLength: 4,
                valueCount: 1),
        ] {
            #expect(problem(model, text) == .invalid("model", "not one that forecasts"))
        }
    }
}
