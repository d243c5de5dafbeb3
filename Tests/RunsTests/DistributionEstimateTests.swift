import Testing

@testable import Runs

@Suite("Whether distribution pays") struct DistributionEstimateTests {
    private static func lines(
        samples: Int = 128, processes: Int = 2, alone: Double = 0.02, together: Double = 0.012,
        machines: Int = 2,
        threads: Int = 2, ofMachine all: Int = 2
    ) -> [String] {
        DistributionEstimate(
            samples: samples, processes: processes, alone: alone, together: together, adding: 0.0025
        ).lines(machines: machines, threads: threads, ofMachine: all, unit: .images)
    }

    private static let measured =
        "Measured: a step's gradients take 12.0 ms, 2.5 ms of them between the machines; one machine alone takes 20.0 ms"

    @Test func `times of several machines are printed, without a warning if they are faster`() {
        #expect(Self.lines() == [Self.measured])
    }

    @Test(arguments: [(0.012, 1, 1), (0.02, 2, 4), (0.011, 1, 1)])
    func `a warning says that one machine is as fast`(alone: Double, threads: Int, all: Int) {
        // A machine with twice the threads of the process takes half the time.
        let lines = Self.lines(alone: alone, threads: threads, ofMachine: all)
        #expect(lines.count == 2)
        #expect(lines[1].hasPrefix("Warning: distribution does not pay here"))
    }

    @Test func `threads beyond the shards of a batch make no machine faster`() {
        #expect(Self.lines(samples: 64, threads: 2, ofMachine: 8) == [Self.measured])
    }

    @Test(arguments: [(33, 3, "2 shards of 32, so 1 of 3"), (20, 4, "1 shard of 32, so 3 of 4")])
    func `processes without work are counted`(samples: Int, processes: Int, text: String) {
        let lines = Self.lines(samples: samples, processes: processes)
        #expect(
            lines[0].hasPrefix(
                "Warning: a batch of \(samples) images has \(text) processes have nothing to compute"))
    }

    @Test func `processes of one machine, and a single process, are warned about`() {
        #expect(Self.lines(machines: 1).count == 1)
        #expect(Self.lines(machines: 1)[0].hasPrefix("Warning: all processes are on one machine"))
        #expect(Self.lines(processes: 1, machines: 1)[0].hasPrefix("Warning: there is one process"))
    }
}
