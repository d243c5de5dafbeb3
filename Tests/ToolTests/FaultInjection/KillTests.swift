import Foundation
import Randomness
import Testing

@Suite("kill -9 at any instant", .timeLimit(.minutes(60))) struct KillTests {
    static let chains: UInt64 = 4

    /// A run is killed, resumed, killed again, and so on. At its end it has the same files as an uninterrupted run, and
    /// another run begins.
    @Test(arguments: 0..<chains) func `a resume after a kill gives the same bytes`(chain: UInt64) throws {
        let training = ShortTraining(epochs: 12, checkpointEvery: chain % 2 == 0 ? "2steps" : "1")
        let expected = try training.uninterrupted()
        let start = ContinuousClock.now
        var place = try training.place()
        try #require(try place.run(training).exitCode == 0)
        let duration = (ContinuousClock.now - start) / .microseconds(1)

        let count = (Torture.kills + Int(Self.chains) - 1) / Int(Self.chains)
        var random = SplitMix64(chain)
        place = try training.place()
        var (killed, beforeTheRun, finished) = (0, 0, 0)
        while killed < count {
            let tool = try RunningTool(place.arguments(training), standardOutput: .nullDevice)
            usleep(UInt32(Double(random.nextUnit()) * duration))
            tool.send(SIGKILL)
            let ending = tool.ending()
            if ending == -SIGKILL {
                killed += 1
                if place.begunRun == nil { beforeTheRun += 1 }
            } else {
                try #require(ending == 0, "kill \(killed) of chain \(chain)")
                expectEqual(try place.files(), expected, "after \(killed) kills")
                finished += 1
                place = try training.place()
            }
            if ending != 0, killed.isMultiple(of: 25) || killed == count {
                Torture.report(
                    "chain \(chain): \(killed) of \(count) kills, \(beforeTheRun) before a run began, "
                        + "\(finished) runs came to their end, all equal")
            }
        }
        expectEqual(try place.finish(training), expected, "after \(killed) kills")
        #expect(try place.temporaryFiles() == [])
    }

    /// The run is killed immediately before or after each file operation.
    @Test(arguments: [ShortTraining(epochs: 2)])
    func `a kill at any file operation loses nothing`(training: ShortTraining) throws {
        let expected = try training.uninterrupted()
        let count = try training.operations().count
        for number in 1...count where Torture.tries(number, oneOf: 3) {
            let kill: Faults.Kill = number.isMultiple(of: 2) ? .before(number) : .after(number)
            let place = try training.place()
            #expect(try place.start(training, .kill(kill)).ending() == -SIGKILL, "\(kill)")
            expectEqual(try place.finish(training), expected, "\(kill)")
            #expect(try place.temporaryFiles() == [], "\(kill)")
        }
    }
}
