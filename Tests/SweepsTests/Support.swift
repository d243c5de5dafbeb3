import ImageClassification
import Runs
import Training

@testable import Sweeps

// Sweeps of `mnist-bilstm`, of which these tests make most plans and results.

extension SweepAxis {
    init(_ text: String) throws(OptionError) { try self.init(text, of: .mnistBiLSTM) }
}

extension SweepPlan {
    init(
        base: [String], axes: [SweepAxis], seeds: SweepSeeds, draws: Int? = nil, drawSeed: UInt64 = 0
    ) throws(OptionError) {
        try self.init(
            of: .mnistBiLSTM, base: base, axes: axes, seeds: seeds, draws: draws, drawSeed: drawSeed)
    }
}

extension SweepDirectory {
    init(path: String) { self.init(path: path, of: ImageTraining.Options.self) }

    static func create(_ plan: SweepPlan, name: String, root: String) throws -> SweepDirectory {
        try create(plan, name: name, root: root, of: ImageTraining.Options.self)
    }

    static func find(_ name: String, root: String) throws(SweepError) -> SweepDirectory {
        try find(name, root: root, of: ImageTraining.Options.self)
    }
}

extension SweepResult {
    init(_ summary: RunSummary, run: RunDirectory, diverged: Bool) {
        self.init(summary, run: run, diverged: diverged, metrics: Program.mnistBiLSTM.metrics)
    }
}

extension SweepResults {
    init(_ plan: SweepPlan, _ results: [SweepResult?]) {
        self.init(plan, results, metrics: Program.mnistBiLSTM.metrics)
    }
}
