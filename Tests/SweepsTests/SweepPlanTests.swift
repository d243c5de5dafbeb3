import ImageClassification
import Platform
import Runs
import TestSupport
import Testing

@testable import Sweeps

@Suite("Sweep plans")
struct SweepPlanTests {
    private func plan(
        _ sets: [String], seeds: String = "0-1", base: [String] = [], draws: Int? = nil, drawSeed: UInt64 = 0
    ) throws -> SweepPlan {
        try SweepPlan(
            base: base, axes: sets.map { try SweepAxis($0) }, seeds: SweepSeeds(seeds), draws: draws,
            drawSeed: drawSeed)
    }

    @Test
    func `a grid has every combination, the last option changing first, seed after seed`() throws {
        let plan = try plan(
            ["learning-rate=0.002,5e-3", "cell=lstm,gru"], seeds: "3,0", base: ["--epochs", "2"])
        #expect(plan.options == ["learning-rate", "cell"])
        #expect(
            plan.settings == [["0.002", "lstm"], ["0.002", "gru"], ["5e-3", "lstm"], ["5e-3", "gru"]])
        #expect(plan.seeds == [3, 0])
        #expect(plan.entries.map(\.index) == Array(0..<8))
        #expect(plan.entries.map(\.setting) == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(plan.entries.map(\.seed) == [3, 3, 3, 3, 0, 0, 0, 0])
        #expect(plan.entries[6].name == "entry-0006")
        #expect(
            plan.arguments(of: plan.entries[6])
                == ["--epochs", "2", "--learning-rate", "5e-3", "--cell", "lstm", "--seed", "0"])
        #expect(plan.title(of: 1) == "learning-rate 0.002, cell gru")
        #expect(plan.size == "4 settings × 2 seeds, 8 entries")
    }

    @Test
    func `spaces around names, values and seeds are ignored`() throws {
        let sets = ["learning-rate = 0.002, 5e-3", " cell=lstm ,gru"]
        #expect(
            try plan(sets, seeds: " 0 , 1-2 ")
                == plan(["learning-rate=0.002,5e-3", "cell=lstm,gru"], seeds: "0-2"))
        #expect(try SweepAxis("learning-rate=0.001 .. 0.02") == SweepAxis("learning-rate=0.001..0.02"))
    }

    @Test
    func `differences between plans name options, values and seeds`() throws {
        let base = ["--epochs", "5", "--no-bidirectional", "--dropout=0.2"]
        let former = try plan(["cell=lstm,gru", "layers=1,2"], seeds: "0-3,7", base: base)
        #expect(
            try plan(
                ["cell=lstm,gru,rnn-tanh", "ema=0.9"], seeds: "0-3", base: ["--epochs", "6", "--no-shuffle"]
            )
            .differences(from: former) == [
                "--epochs: 5 in its plan, 6 in this command",
                "--no-bidirectional: given in its plan, not given in this command",
                "--dropout: 0.2 in its plan, not given in this command",
                "--no-shuffle: not given in its plan, given in this command",
                "--set cell: lstm, gru in its plan, lstm, gru, rnn-tanh in this command",
                "--set layers: 1, 2 in its plan, not given in this command",
                "--set ema: not given in its plan, 0.9 in this command",
                "--seeds: 0-3,7 in its plan, 0-3 in this command",
            ])
        let reordered = try plan(["layers=1,2", "cell=lstm,gru"], seeds: "0-3,7", base: base)
        #expect(
            reordered.differences(from: former) == [
                "the same options in another order or other combinations"
            ])
    }

    @Test(
        arguments: [
            (["--validation", "50", "--epochs", "3"], ["--epochs", "3"]),
            (["--validation=50", "--early-stopping", "2"], []),
            (["--early-stopping=2", "--no-bidirectional", "--validation", "5"], ["--no-bidirectional"]),
            (
                ["--recipe", "mine.json", "--validation", "5"],
                ["--recipe", "mine.json"]
            ),
        ])
    func `the winner on all training images has no validation set`(base: [String], kept: [String]) throws {
        let plan = try plan(["cell=lstm,gru"], seeds: "4", base: base)
        #expect(
            plan.argumentsOnWholeSet(of: plan.entries[1])
                == kept + ["--cell", "gru", "--seed", "4"]
                + (kept.contains("--recipe") ? ["--validation", "0"] : []))
    }

    @Test
    func `true and false are flags, and without options there is one setting`() throws {
        let flags = try plan(["bidirectional=true,false"], seeds: "5")
        #expect(flags.arguments(of: flags.entries[0]) == ["--bidirectional", "--seed", "5"])
        #expect(flags.arguments(of: flags.entries[1]) == ["--no-bidirectional", "--seed", "5"])
        let seeds = try plan([])
        #expect(seeds.settings == [[]] && seeds.entries.count == 2)
        #expect(seeds.title(of: 0) == "as given")
    }

    @Test(
        arguments: [
            ("0-3", [0, 1, 2, 3]), ("7", [7]), ("0,5,2", [0, 5, 2]), ("4-5,0-1", [4, 5, 0, 1]),
            ("18446744073709551615", [UInt64.max]),
        ])
    func `lists and ranges of seeds are read`(text: String, expected: [UInt64]) throws {
        #expect(try SweepSeeds(text).values == expected)
    }

    @Test
    func `draws are different settings and the same for the same seed`() throws {
        let sets = ["cell=lstm,gru,rnn-tanh", "hidden-size=8..64", "learning-rate=0.001..0.02"]
        let one = try plan(sets, draws: 200)
        #expect(one.settings.count == 200 && Set(one.settings).count == 200)
        #expect(try one == plan(sets, draws: 200))
        #expect(try one.settings != plan(sets, draws: 200, drawSeed: 1).settings)
        // The first draws do not depend on the number of draws.
        #expect(try plan(sets, draws: 5).settings == Array(one.settings.prefix(5)))
        #expect(Set(one.settings.map { $0[0] }) == ["lstm", "gru", "rnn-tanh"])
        let sizes = try one.settings.map { try #require(Int($0[1])) }
        let rates = try one.settings.map { try #require(Double($0[2])) }
        #expect(
            sizes.allSatisfy { (8...64).contains($0) } && rates.allSatisfy { (0.001...0.02).contains($0) })
        // Half of them are below the geometric mean, √(0.001 · 0.02) = 0.00447; with a uniform distribution it would be
        // an eighth.
        #expect((80...120).contains(rates.count { $0 < 0.00447 }), "\(rates.count { $0 < 0.00447 })")
        #expect((80...120).contains(sizes.count { $0 < 23 }), "\(sizes.count { $0 < 23 })")
        #expect(one.settings.allSatisfy { $0[2].count <= 9 })
    }

    @Test
    func `as many draws as settings give all settings`() throws {
        let sets = ["cell=lstm,gru", "layers=1,2,3"]
        #expect(try Set(plan(sets, draws: 6).settings) == Set(plan(sets).settings))
        let message = try #require(error(OptionError.self) { _ = try plan(sets, draws: 7) }).description
        #expect(message.contains("--random 7") && message.contains("found only 6"), "\(message)")
    }

    @Test(
        arguments: [
            (["cell"], #"--set "cell": expected OPTION=VALUE"#), (["=3"], #"--set "=3": expected OPTION"#),
            (["cell="], "found none"),
            (["cell=lstm,,gru"], #"--set "cell=lstm,,gru": expected a value before"#),
            (["cell=lstm,lstm"], "lstm is given twice"),
            (["Cell=lstm"], #""Cell" is not the name of an option"#),
            (
                ["learning-rate=0.02..0.01"],
                #"--set "learning-rate=0.02..0.01": expected two positive numbers"#
            ),
            (["learning-rate=0..0.01"], "two positive"), (["learning-rate=a..b"], "two positive"),
            (["log-every=9223372036854774000..9223372036854775807"], "whole numbers up to 9007199254740992"),
            (["learning-rate=1..inf"], "two positive"), (["learning-rate=nan..1"], "two positive"),
            (["seed=1,2"], "--set seed: give the seeds with --seeds"),
            (["threads=1,2"], "sets this option for each entry"),
            (["validation=10,20"], "is the same for all"), (["dataset=mnist,kmnist"], "is the same for all"),
            (["test=true,false"], "sets this option for each entry"),
            (["cell=gru", "cell=lstm"], "--set cell is given twice"),
            (["learning-rate=0.001..0.02"], "a range needs --random"),
        ])
    func `an invalid axis is named with option and text`(sets: [String], part: String) throws {
        let message = try #require(error(OptionError.self) { _ = try plan(sets) }).description
        #expect(message.contains(part), "\(message)")
    }

    @Test(
        arguments: [
            ("", #"--seeds "": expected numbers"#), ("1,", #"found """#), ("3-1", #"found "3-1""#),
            ("-1", #"found "-1""#), ("a", #"found "a""#), ("1-2-3", #"found "1-2-3""#),
            ("1,0-2", "1 is given twice"),
            ("0-10000", "at most 10000"), ("0-18446744073709551615", "at most 10000"),
            ("0-9998,20000-20001", "at most 10000"),
        ])
    func `invalid seeds are named`(text: String, part: String) throws {
        let message = try #require(error(OptionError.self) { _ = try SweepSeeds(text) }).description
        #expect(message.contains(part), "\(message)")
    }

    @Test(
        arguments: [
            (["--seed", "1"], "--seed: give the seeds"), (["--threads=2"], "--threads cannot be given"),
            (["--no-test"], "--no-test cannot be given"),
            (["--time-limit", "1s"], "--time-limit cannot be given"),
            (["--cell", "gru"], "--cell is given both for all entries and with --set"),
        ])
    func `options that no entry can have are rejected`(base: [String], part: String) throws {
        let message = try #require(error(OptionError.self) { _ = try plan(["cell=lstm,gru"], base: base) })
            .description
        #expect(message.contains(part), "\(message)")
    }

    @Test func `too many entries are rejected`() throws {
        let many = (0..<400).map(String.init).joined(separator: ",")
        let message = try #require(error(OptionError.self) { _ = try plan(["a=\(many)", "b=\(many)"]) })
        #expect(message.description.contains("at most 100000 settings"))
        let entries = try #require(error(OptionError.self) { _ = try plan(["a=\(many)"], seeds: "0-250") })
        #expect(entries.description.contains("400 settings × 251 seeds"))
        #expect(try plan(["a=\(many)"], seeds: "0-249").entries.count == 100_000)
    }

    @Test func `each setting is checked and a validation set is required`() throws {
        var seen: [[String]] = []
        let plan = try plan(["layers=1,2"], base: ["--validation", "9"])
        try plan.check { words in
            seen.append(words)
            var options = ImageTraining.Options()
            (options.validation, options.layers) = (9, seen.count)
            return options
        }
        #expect(
            seen == [1, 2].map { ["--validation", "9", "--layers", "\($0)", "--seed", "0"] })
        let missing = try #require(
            error(OptionError.self) { try plan.check { _ in ImageTraining.Options() } })
        #expect(missing.description.hasPrefix("--validation is missing"))
        let refused = try #require(
            error(OptionError.self) {
                try plan.check { words in
                    if words.contains("2") { throw OptionError("no 2") }
                    var options = ImageTraining.Options()
                    options.validation = 9
                    return options
                }
            })
        #expect(refused.description == "layers 2: no 2")
    }

    @Test func `settings with other validation sets and equal settings are rejected`() throws {
        let plan = try plan(["recipe=a,b,c"])
        func message(_ change: @escaping (inout ImageTraining.Options, Int) -> Void) -> String? {
            var place = 0
            do {
                try plan.check { _ in
                    var options = ImageTraining.Options()
                    (options.validation, options.layers) = (9, place + 1)
                    change(&options, place)
                    place += 1
                    return options
                }
                return nil
            } catch { return "\(error)" }
        }
        #expect(message { _, _ in } == nil)
        let others: [(inout ImageTraining.Options, Int) -> Void] = [
            { $0.validation = $1 == 1 ? 8 : 9 }, { $0.data = $1 == 1 ? "here" : "there" },
            { if $1 == 1 { $0.choose(.fashionMNIST, data: "there") } else { $0.data = "there" } },
        ]
        for change in others {
            #expect(message(change)?.hasPrefix("recipe a and recipe b use different images") == true)
        }
        let same: [(inout ImageTraining.Options, Int) -> Void] = [
            { options, _ in options.layers = 1 },
            {
                $0.layers = 1; $0.ema = [nil, 0.9, 0.99][$1]
            },
            {
                $0.layers = 1; $0.logEvery = $1; $0.checkpoints.kept = 1 + $1
            },
        ]
        for change in same {
            #expect(message(change)?.hasPrefix("recipe a and recipe b train the same weights") == true)
        }
    }

    /// Comparing each setting with all previous ones would take minutes.
    @Test func `the time to check many settings is proportional to their number`() throws {
        let sizes = (1...3000).map(String.init).joined(separator: ",")
        let plan = try plan(["hidden-size=\(sizes)"], seeds: "0")
        var size = 0
        let duration = try ContinuousClock().measure {
            try plan.check { _ in
                size += 1
                var options = ImageTraining.Options()
                (options.validation, options.hiddenSize) = (9, size)
                return options
            }
        }
        #expect(size == 3000 && duration < .seconds(30), "\(duration)")
    }

    @Test func `each plan has its own name`() throws {
        let name = try plan(["cell=lstm,gru", "layers=1,2"]).defaultName()
        #expect(name.hasPrefix("cell-layers-") && name.count == 18)
        #expect(try plan(["cell=lstm,gru", "layers=1,2"]).defaultName() == name)
        #expect(try plan(["cell=lstm,gru", "layers=1,3"]).defaultName() != name)
        #expect(try plan(["cell=lstm,gru", "layers=1,2"], seeds: "0-2").defaultName() != name)
        #expect(try plan([]).defaultName().hasPrefix("seeds-"))
    }

    @Test func `a plan is stored in its directory and not replaced by another`() throws {
        let root = try TemporaryDirectory()
        let plan = try plan(["cell=lstm,gru"])
        let sweep = try SweepDirectory.create(plan, name: "cells", root: root.file("runs"))
        #expect(sweep.path == root.file("runs/sweeps/cells"))
        #expect(try sweep.plan() == plan)
        #expect(try SweepDirectory.create(plan, name: "cells", root: root.file("runs")).path == sweep.path)
        let other = try self.plan(["cell=lstm,rnn-tanh"])
        #expect(
            error(SweepError.self) {
                _ = try SweepDirectory.create(other, name: "cells", root: root.file("runs"))
            }
                == .otherPlan(
                    sweep: sweep.path,
                    differences: [
                        "--set cell: lstm, gru in its plan, lstm, rnn-tanh in this command"
                    ], program: "mnist-bilstm"))
        #expect(try sweep.plan() == plan)
        #expect(try SweepDirectory.find("cells", root: root.file("runs")).path == sweep.path)
        #expect(try SweepDirectory.find(sweep.path + "/", root: "nowhere").path == sweep.path)
        #expect(
            error(SweepError.self) { _ = try SweepDirectory.find("others", root: "nowhere") }?.exitStatus
                == .missingInput)
    }

    @Test(
        arguments: [
            (#""seed" : 1"#, #""seed" : 7"#), (#""index" : 3"#, #""index" : 4"#), (#""gru""#, #""gru","4""#),
            (#""setting" : 1"#, #""setting" : 2"#),
        ])
    func `an inconsistent plan changed by hand is rejected`(part: String, replacement: String) throws {
        let root = try TemporaryDirectory()
        let sweep = try SweepDirectory.create(plan(["cell=lstm,gru"]), name: "cells", root: root.path)
        let changed = try text(sweep.planFile).replacing(part, with: replacement, maxReplacements: 1)
        #expect(try changed != text(sweep.planFile))
        try AtomicFile.write(changed, to: sweep.planFile)
        let failure = try #require(error(RunError.self) { _ = try sweep.plan() })
        #expect(failure.exitStatus == .badData && "\(failure)".contains("plan.json: expected"), "\(failure)")
    }
}
