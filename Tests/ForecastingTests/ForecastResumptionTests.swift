import Datasets
import Foundation
import Platform
import Runs
import TestSupport
import Testing
import Training

@testable import Forecasting

@Suite("Networks of a forecast run and resuming it")
struct ForecastResumptionTests {
    private let root: TemporaryDirectory
    private let run: RunDirectory

    init() throws {
        root = try TemporaryDirectory()
        run = RunDirectory(path: root.file("20260131-235959-stock-forecast"))
        try root.add("prices.csv", SamplePrices().text)
        try configure()
    }

    private func options(_ change: (inout ForecastTraining.Options) -> Void = { _ in })
        -> ForecastTraining.Options
    {
        smallForecast {
            ($0.data, $0.runs) = (root.file("prices.csv"), root.path)
            change(&$0)
        }
    }

    private func configure(_ change: (inout ForecastTraining.Options) -> Void = { _ in }) throws {
        let options = try JSON.text(options(change), pretty: false)
        try root.add(
            "20260131-235959-stock-forecast/config.json",
            #"{"program":"stock-forecast","options":\#(options),"data":[],"more":[1]}"#)
    }

    private func resume() throws -> ForecastResumption { try ForecastResumption(run.path, root: root.path) }

    @Test
    func `directories of networks are found and others ignored`() throws {
        for name in [
            "gru-10", "gru-9", "rnn-0", "lstm-18446744073709551615", "lstm-01", "lstm--1", "tanh-0", "rnn",
            "rnn-x",
            "rnn-0-0", "LSTM-0", "lstm-18446744073709551616", "rnn-+1",
        ] {
            try FileManager.default.createDirectory(
                atPath: FilePath.join(run.path, name), withIntermediateDirectories: true)
        }
        let members = try ForecastMember.all(in: run)
        #expect(
            members.map { FilePath.name(of: $0.run.path) }
                == ["rnn-0", "lstm-18446744073709551615", "gru-9", "gru-10"])
        #expect(members[3].title == "GRU, seed 10" && members[3].model == .gru && members[3].seed == 10)
        let member = ForecastMember(.lstm, seed: 3, in: run)
        #expect(member.run.path == run.path + "/lstm-3")
        #expect(try CheckpointStore(member.run).newest() == nil)
        let lock = try member.lock()
        #expect(try CheckpointStore(member.run).newest() == nil)
        #expect(throws: RunError.inUse(run: lock.run.path)) { try member.lock() }
    }

    @Test
    func `a resumption has the run's options and locks the run`() throws {
        try configure { ($0.epochs, $0.features, $0.from) = (9, ["Low"], CalendarDate("2000-01-05")) }
        let resumption = try resume()
        #expect(
            resumption.options
                == options { ($0.epochs, $0.features, $0.from) = (9, ["Low"], CalendarDate("2000-01-05")) })
        #expect(throws: RunError.inUse(run: run.path)) { try resume() }
        #expect(try ForecastTraining(resuming: resumption, options: resumption.options).options.epochs == 9)
    }

    @Test
    func `a run of the other tool, a run without configuration, and other files are errors`() throws {
        try root.add("20260131-235959-stock-forecast/config.json", #"{"options":{}}"#)
        #expect(
            error(RunError.self) { _ = try resume() }
                == .otherProgram(run: run.path, program: "mnist-bilstm"))
        for (text, reason) in [
            ("{", "line 1, column 2: expected a key in quotes, found the end"),
            (#"{"program":"stock-forecast","data":[]}"#, #"line 1, column 1: "options" is missing"#),
        ] {
            try root.add("20260131-235959-stock-forecast/config.json", text)
            #expect(
                error(RunError.self) { _ = try resume() }
                    == .invalidFile(path: run.configuration, reason: reason))
        }
        try configure { $0.seeds = -1 }
        #expect(
            error(RunError.self) { _ = try resume() }
                == .invalidFile(path: run.configuration, reason: "--seeds must be 1 to 1000, not -1"))
        try FileManager.default.removeItem(atPath: run.configuration)
        try root.add("20260131-235959-stock-forecast/summary.json", "{}")
        #expect(error(RunError.self) { _ = try resume() } == .neverBegan(run: run.path))
        #expect(
            error(RunError.self) { _ = try ForecastResumption("none", root: root.path) }
                == .notFound(name: "none", root: root.path, lister: "mnist-bilstm"))
    }

    @Test
    func `more networks, seeds and days are accepted and other training options rejected`() throws {
        let resumption = try resume()
        for change: (inout ForecastTraining.Options) -> Void in [
            { $0.seeds = 5 }, { $0.horizon = 9 }, { $0.data = "moved.csv" },
            { $0.threads = 7 },
        ] {
            let changed = options(change)
            #expect(try ForecastTraining(resuming: resumption, options: changed).options == changed)
        }
        #expect(
            error(RunError.self) {
                _ = try ForecastTraining(
                    resuming: resumption,
                    options: options { ($0.epochs, $0.batchSize, $0.seeds) = (4, 30, 2) })
            }
                == .otherOptions(
                    run: run.path,
                    differences: [
                        "--batch-size: the run has 5, the command line gives 30",
                        "--epochs: the run has 3, the command line gives 4",
                    ]))
    }

    @Test
    func `training options may change if that is allowed, and architectures may not`() throws {
        let resumption = try resume()
        let changed = options { ($0.epochs, $0.batchSize, $0.learningRate) = (4, 30, 0.1) }
        #expect(
            try ForecastTraining(resuming: resumption, options: changed, allowsChanges: true).options
                == changed)
        for allowsChanges in [false, true] {
            #expect(
                error(RunError.self) {
                    _ = try ForecastTraining(
                        resuming: resumption, options: options { ($0.epochs, $0.trainWindows) = (4, 30) },
                        allowsChanges: allowsChanges)
                }
                    == .otherForecasts(
                        run: run.path,
                        differences: ["--train-windows: the run has 20, the command line gives 30"]))
        }
    }

    @Test
    func `relative paths of data are resolved where the run was started, otherwise here`() throws {
        let path = FilePath.join(root.path, "prices.csv")
        for (stored, directory, expected) in [
            ("prices.csv", root.path, path),
            ("./prices.csv", root.path, FilePath.join(root.path, "./prices.csv")),
            ("none.csv", root.path, "none.csv"), ("prices.csv", nil, "prices.csv"), (path, "/", path),
            ("prices.csv", POSIX.workingDirectory, "prices.csv"),
        ] as [(String, String?, String)] {
            let environment = directory.map { #"{"working_directory":"\#($0)"}"# } ?? "{}"
            let text = #"{"options":{"data":"\#(stored)"},"environment":\#(environment)}"#
            let read: StoredOptions<ForecastTraining.Options> = try JSON.value(from: text)
            #expect(read.options.data == expected)
        }
    }

    @Test(arguments: [ForecastTraining.ModelChoice.all, .gru])
    func `a run may get more networks but not fewer`(_ choice: ForecastTraining.ModelChoice) throws {
        try configure { ($0.model, $0.seeds) = (choice, 2) }
        let resumption = try resume()
        for (model, seeds, lost) in [
            (choice, 2, 0), (.all, 3, 0), (.lstm, 2, 1), (choice, 1, 1), (.rnn, 1, 2),
        ] as [(ForecastTraining.ModelChoice, Int, Int)] {
            let wanted = options { ($0.model, $0.seeds) = (model, seeds) }
            guard lost > 0 else {
                _ = try ForecastTraining(resuming: resumption, options: wanted)
                continue
            }
            let found = error(RunError.self) {
                _ = try ForecastTraining(resuming: resumption, options: wanted)
            }
            guard case .otherForecasts(_, let differences) = found else {
                Issue.record("\(String(describing: found))")
                continue
            }
            #expect(differences.count == lost)
        }
    }

    @Test
    func `networks trained on other data are an error if they are requested`() throws {
        let options = options { $0.model = .lstm }
        let data = try ForecastData(options)
        let resumption = try resume()
        try resumption.check(data: data.fingerprint, options)
        let member = ForecastMember(.lstm, seed: 0, in: run)
        _ = try member.lock()
        try CheckpointStore(member.run).save(
            Checkpoint(
                of: Trainer(model: options.network(.lstm), threads: 1),
                details: .init(options: options.decisiveText(), data: data.fingerprint)
            ),
            isBest: false)
        try resumption.check(data: data.fingerprint, options)
        #expect(
            error(RunError.self) { try resumption.check(data: "others", options) }
                == .otherData(run: member.run.path, expected: data.fingerprint, found: "others"))
        try resumption.check(data: "others", self.options { $0.model = .gru })
    }
}
