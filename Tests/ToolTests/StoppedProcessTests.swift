import Foundation
import Testing

@Suite("A suspended process", .timeLimit(.minutes(60))) struct StoppedProcessTests {
    /// Options for steps of some milliseconds, with hundreds of steps in an epoch.
    private static let options = ["--batch-size", "1", "--hidden-size", "64", "--threads", "1"]

    /// Trains a run that is suspended for some seconds in the middle.
    private func train(
        _ more: [String], stop seconds: Double, exitCode: Int32
    ) throws -> (place: Workplace, wall: Double) {
        let place = try Workplace()
        let tool = try RunningTool(place.places + Self.options + more)
        _ = try tool.line(beginning: "Run: ")
        let start = ContinuousClock.now
        usleep(100_000)
        tool.send(SIGSTOP)
        usleep(UInt32(seconds * 1e6))
        tool.send(SIGCONT)
        let outcome = try tool.finish()
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
        return (place, (ContinuousClock.now - start) / .seconds(1))
    }

    @Test func `a suspension does not count as training time`() throws {
        let stop = 4.0
        let (place, wall) = try train(["--epochs", "1"], stop: stop, exitCode: 0)
        let seconds = try #require(try place.json("summary.json", "training_seconds") as? Double)
        #expect(seconds > 0 && seconds < wall - stop + 0.1, "\(seconds) s of \(wall) s")
        let rate = try #require(try place.json("summary.json", "images_per_second") as? Double)
        #expect(abs(rate * seconds - 300) < 0.01)
        // The same is true of the windows in metrics.jsonl.
        let windows = try place.text("metrics.jsonl").split(separator: "\n").compactMap {
            $0.firstMatch(of: /"kind":"step".*"seconds":([0-9.e-]+)/).flatMap { Double($0.1) }
        }
        #expect(windows.count == 3)
        #expect(windows.reduce(0, +) < wall - stop + 0.1, "\(windows)")
    }

    @Test func `a suspension does not count towards the time limit`() throws {
        let (_, wall) = try train(["--epochs", "100000", "--time-limit", "3s"], stop: 4, exitCode: 75)
        #expect(wall > 6.9)
    }
}
