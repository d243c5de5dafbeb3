import Foundation
import Platform
import Testing

@testable import Runs

@Suite("Checkpoint intervals as text")
struct CheckpointIntervalTests {
    @Test(
        arguments: [
            ("1", .epochs(1)), ("5", .epochs(5)), ("5epochs", .epochs(5)), ("1epoch", .epochs(1)),
            ("200steps", .steps(200)), ("1step", .steps(1)), ("30s", .seconds(30)), ("10m", .seconds(600)),
            ("1.5h", .seconds(5400)), ("2d", .seconds(172_800)), ("0.5s", .seconds(0.5)),
            ("1e3s", .seconds(1000)),
            ("9223372036854775807", .epochs(.max)),
        ] as [(String, CheckpointPolicy.Interval)])
    func `valid intervals are read`(text: String, interval: CheckpointPolicy.Interval) throws {
        #expect(CheckpointPolicy.Interval(text) == interval)
        #expect(CheckpointPolicy.Interval(interval.description) == interval)
        #expect(CheckpointPolicy.Interval(json: interval.json) == interval)
    }

    @Test(
        arguments: [
            "", "0", "-1", "1.5", "0steps", "-3steps", "steps", "epochs", "5 epochs", " 5", "5 ", "s", "0s",
            "-1s",
            "nans", "infs", "1e300s", "11575d", "5w", "5M", "5epochss", "9223372036854775808", "٥",
            "1.5steps",
        ])
    func `invalid intervals are rejected`(text: String) {
        #expect(CheckpointPolicy.Interval(text) == nil)
        #expect(CheckpointPolicy.Interval(json: .text(text)) == nil)
    }
}
