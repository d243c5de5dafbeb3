import Datasets
import Forecasting
import Foundation
import NeuralNetworks
import Prices
import TestSupport
import Testing
import Training

/// The Swift code of the page "Forecasting stock prices", word for word.
@Suite("Forecasting stock prices")
struct ForecastingPageTests {
    let print = Printer()

    private let file = Repository.url
        .appendingPathComponent("datasets/sp500/sp500.csv.gz").path

    @Test
    func `the whole page runs and prints what it states`() throws {
        func expect(_ section: String) throws { try print.expect("ForecastingStockPrices", section) }
        let features = ["Open", "High", "Low", "Volume"]
        let prices = try PriceHistory(path: file, columns: features + ["Close"])
            .span(rows: 431)
        let close = prices["Close"]
        print(prices.count, prices.dates[0], prices.dates[430])  // 431 2017-04-17 2018-12-31
        print(close[0], close[430])  // 2349.01001 2506.850098
        try expect("Read")

        let table = prices[features + ["Close"]]
        let scaler = MinMaxScaler(
            fitting: prices.rows(0..<205)[features + ["Close"]])
        let scaled = scaler.transform(table)
        print(scaler.dataMinimum[4], scaler.dataMaximum[4])  // 2338.169922 2872.870117
        try expect("Scale")

        let windows = SequenceWindows(
            features: Array(scaled.dropLast()), target: scaled[4],
            dates: prices.dates, length: 5)
        print(windows.count, windows.length, windows.featureCount)  // 426 5 4

        let (train, test) = windows.split(train: 200)
        print(train.count, test.count)  // 200 226
        print(test[0].targetDate)  // 2018-02-07
        try expect("Windows")

        func forecaster(
            _ cell: RecurrentCell, _ activation: SequenceModel.Activation
        ) -> SequenceModel {
            SequenceModel(
                RecurrentStack(cell, inputSize: 4, hiddenSize: 8, numLayers: 2),
                sequenceLength: 5, valueCount: 1, activation: activation)
        }

        let rnn = forecaster(.rnnTanh, .sigmoid)
        let lstm = forecaster(.lstm, .none)
        let gru = forecaster(.gru, .none)
        print(lstm.parameterCount, gru.parameterCount)  // 1065 809
        print(rnn.summary())
        try expect("Networks")

        final class LossCurve: Callback {
            private(set) var losses: [Double] = []
            func epochEnded(_ record: EpochRecord, trainer: Trainer) {
                losses.append(record.loss)
            }
        }

        func fit(_ model: SequenceModel) throws -> Trainer {
            let trainer = Trainer(
                model: model, optimizer: Adam(learningRate: 1e-3), seed: 0)
            let curve = LossCurve()
            try trainer.fit(train, epochs: 301, batchSize: 20, callbacks: [curve])
            for epoch in stride(from: 0, through: 300, by: 100) {
                print(String(format: "[epoch: %d] loss: %.4f", epoch, curve.losses[epoch]))
            }
            return trainer
        }

        let trainers = try [rnn, lstm, gru].map(fit)
        try expect("Train")

        let actual = close[205...]

        func rmse(
            _ forecasts: some Sequence<Double>, _ prices: some Sequence<Double>
        ) -> Double {
            let squares = zip(forecasts, prices).map { ($0 - $1) * ($0 - $1) }
            return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        }

        let forecasts = trainers.map { trainer in
            let outputs = withExtendedLifetime(test) {
                trainer.engine.outputs(test.sequences, indices: Array(0..<226))
            }
            return scaler.inverseTransform(outputs.map(Double.init), column: 4)
        }
        for (name, values) in zip(["RNN", "LSTM", "GRU"], forecasts) {
            print(String(format: "\(name) %.0f", rmse(values, actual)))
        }
        // RNN 49
        // LSTM 50
        // GRU 41
        print(String(format: "last value %.1f", rmse(close[204...], actual)))  // last value 28.4

        for lag in 0...3 {
            let closes = close[(205 - lag)..<(431 - lag)]
            print(String(format: "lag %d: %.0f", lag, rmse(forecasts[2], closes)))
        }
        // lag 0: 41
        // lag 1: 32
        // lag 2: 27
        // lag 3: 35
        try expect("How good is it?")

        let ceiling = scaler.inverseTransform([1], column: 4)[0]
        print(String(format: "%.2f", ceiling))  // 2872.87
        print(String(format: "%.2f", actual.max()!))  // 2930.75
        print(forecasts[0].max()! < ceiling)  // true
        try expect("The sigmoid's ceiling")

        let predictor = SequencePredictor(
            model: gru, parameters: trainers[2].engine.parameters)
        let output = Double(predictor.outputs(windows.following)[0])
        let next = scaler.inverseTransform([output], column: 4)[0]
        print(String(format: "%.2f", next))  // 2484.04
        try expect("The days after")
    }
}
