import CSV
import Datasets
import NeuralNetworks
import Prices
import Testing

@testable import Forecasting

/// Training starts from the same numbers as in PyTorch.
@Suite("Forecasters start as in PyTorch")
struct ForecasterStartTests {
    let fixture: ForecasterFixture

    init() throws { fixture = try ForecasterFixture.stored.get() }

    @Test(arguments: ForecastTraining.ScaleOn.allCases)
    func `rows, scaled values and windows are the same`(scaleOn: ForecastTraining.ScaleOn) throws {
        let expected = try fixture.scaling(scaleOn)
        let data = try ForecastData(TutorialForecast.options(scaleOn))
        guard case .minMax(let scaler) = data.preparation.scaler else {
            Issue.record("expected a MinMaxScaler, found \(data.preparation.scaler)")
            return
        }
        #expect(scaler.dataMinimum == expected.dataMinimum)
        #expect(scaler.dataMaximum == expected.dataMaximum)
        let windows = data.windows
        #expect((windows.count, windows.length, windows.featureCount) == (426, 5, 4))
        #expect(windows[0].values == expected.firstWindow)
        #expect(windows[425].values == expected.lastWindow)
        #expect(windows[0].target == expected.firstTarget)
        #expect(windows[425].target == expected.lastTarget)
        let (train, test) = windows.split(train: data.train.count)
        #expect((train.count, test.count) == (200, 226))
        #expect(data.train[199].values == train[199].values)
    }

    @Test
    func `a scaler fitted to the training rows uses the training windows and their targets only`()
        throws
    {
        let data = try ForecastData(TutorialForecast.options(.train))
        #expect(try data.train[199].targetRow == fixture.scaling(.train).fittedRows - 1)
    }

    @Test(arguments: [0, 300])
    func `batches are in the same order`(epoch: Int) throws {
        let options = TutorialForecast.options(.train)
        let train = try ForecastData(options).train
        let batches = DataLoader(train, batchSize: options.batchSize, shuffle: true, seed: options.seed)
            .epoch(epoch)
        #expect(batches.count == 10)
        #expect(try Array(batches[0].sampleIndices) == fixture.firstBatch(ofEpoch: epoch))
    }

    @Test(arguments: try ForecasterFixture.stored.get().runs)
    func `the first initial weight of each parameter is the same`(run: ForecasterFixture.Run) {
        let options = TutorialForecast.options(run.scaling)
        let model = options.network(run.model)
        let parameters = model.initialParameters(seed: options.seed).elements
        #expect(model.layout.parameters.map(\.name).sorted() == run.initial.keys.sorted())
        for parameter in model.layout.parameters {
            #expect(parameters[parameter.offset] == run.initial[parameter.name], "\(parameter.name)")
        }
    }
}

/// The other tutorial has five columns from a file of 141 rows, and two layers.
@Suite("A tutorial's 140 rows")
struct TutorialRowsTests {
    static let columns = ["Open", "High", "Low", "Volume", "Change"]

    /// Returns the first 141 rows as a file, which has no column of changes.
    private static func file() throws -> CSVTable {
        let prices = try PriceHistory(path: TutorialForecast.path).rows(0..<141)
        let columns = prices[prices.columns]
        var lines = [(["Date"] + prices.columns).joined(separator: ",")]
        for (row, date) in prices.dates.enumerated() {
            lines.append((["\(date)"] + columns.map { "\($0[row])" }).joined(separator: ","))
        }
        return try CSVTable([UInt8](lines.joined(separator: "\n").utf8), path: "prices.csv")
    }

    @Test
    func `141 rows give 140 × 5 standardised values, and a layer gives (1, 140, 8) and (2, 1, 8)`() throws {
        let prices = try PriceHistory(Self.file(), columns: Self.columns)
        #expect(prices.count == 140)
        let scaled = StandardScaler(fitting: prices[Self.columns]).transform(prices[Self.columns])
        #expect(scaled.map(\.count) == [140, 140, 140, 140, 140])
        for column in scaled {
            #expect(abs(column.reduce(0, +)) <= 1e-9)
            #expect(abs(column.reduce(0) { $0 + $1 * $1 } / 140 - 1) <= 1e-12)
        }
        let rows = Tensor(
            shape: [1, 140, 5], (0..<140).flatMap { row in scaled.map { Float($0[row]) } })
        let result = RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(rows)
        #expect(result.output.shape == [1, 140, 8])
        #expect(result.state.hidden.shape == [2, 1, 8])
    }
}
