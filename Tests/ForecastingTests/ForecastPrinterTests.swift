import Testing

@testable import Forecasting
@testable import Training

@Suite("Lines of a forecast training")
struct ForecastPrinterTests {
    @Test
    func `an epoch and its loss, as the tutorials print them`() {
        let record = EpochRecord(
            epoch: 3, loss: 0.25, accuracy: nil, validation: nil, learningRate: 0.001, seconds: 0.5,
            samples: 1000, step: 9)
        #expect(ForecastPrinter.line(record) == "[epoch: 3] loss: 0.2500")
    }
}
