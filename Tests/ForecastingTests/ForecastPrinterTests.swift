import Testing

@testable import Forecasting
@testable import Training

@Suite("Printed lines of a forecast training")
struct ForecastPrinterTests {
    @Test
    func `a line has the epoch and its loss with four significant digits`() {
        for (loss, expected) in [
            (0.25, "0.2500"), (0.066834, "0.06683"), (0.0014123, "0.001412"), (1.23456e-8, "1.235e-08"),
            (12.5, "12.50"), (.nan, "nan"), (0, "0.000"),
        ] {
            #expect(ForecastPrinter.line(record(3, loss)) == "[epoch: 3] loss: \(expected)")
        }
    }

    private func record(_ epoch: Int, _ loss: Double) -> EpochRecord {
        EpochRecord(
            epoch: epoch, loss: loss, accuracy: nil, validation: nil, learningRate: 0.001, seconds: 0.5,
            samples: 1000, step: 9)
    }

    @Test(arguments: [(3, [0, 3, 6, 7]), (7, [0, 7]), (100, [0, 7]), (1, Array(0...7)), (0, [])])
    func `lines are printed at every interval and for the last epoch`(interval: Int, expected: [Int]) {
        #expect((0..<8).filter { ForecastPrinter.hasLine($0, every: interval, of: 8) } == expected)
    }
}
