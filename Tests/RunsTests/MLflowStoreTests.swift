import Foundation
import Platform
import RunSamples
import TestSupport
import Testing
import Training

@testable import Runs

@Suite struct MLflowStoreTests {
    /// The content of the files below a directory, by their paths in it.
    private func files(in directory: String) throws -> [String: String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
        return try names.reduce(into: [:]) { files, name in
            let path = directory + "/" + name
            guard try POSIX.kind(at: path) == .regular else { return }
            files[name] = String(decoding: try RecordFile.content(of: path), as: UTF8.self)
        }
    }

    private func export(_ run: RunDirectory, to path: String, experiment: String = "digits") throws -> (
        directory: String, identifiers: [String]
    ) {
        let store = try MLflowStore(path: path, experiment: experiment)
        let identifiers = try store.write(run, of: [.mnistBiLSTM]).identifiers
        let experiments = try POSIX.names(in: path).filter { name in
            try POSIX.names(in: path + "/" + name).contains(identifiers[0])
        }
        return (try #require(experiments.first).joined(to: path), identifiers)
    }

    @Test func `every number of the logs is in MLflow's files at its epoch or step`() throws {
        let recorded = try RecordedRun()
        try recorded.train()
        let place = try TemporaryDirectory()
        let (directory, identifiers) = try export(recorded.run, to: place.file("mlruns"))
        let metrics = try files(in: "\(directory)/\(identifiers[0])/metrics")

        let rows = try String(contentsOfFile: recorded.run.metrics, encoding: .utf8).split(separator: "\n")
        let columns = rows[0].split(separator: ",").map(String.init)
        #expect(rows.count == 8 && columns.count > 5)
        for (place, column) in columns.enumerated().dropFirst() {
            let lines = try #require(metrics[column]).split(separator: "\n").map { $0.split(separator: " ") }
            #expect(
                lines.map { String($0[1]) }
                    == rows.dropFirst().map { String($0.split(separator: ",")[place]) })
            #expect(lines.map { String($0[2]) } == (0..<7).map(String.init))
        }
        let steps = try recorded.records.filter { $0["kind"]?.word == "step" }
        #expect(steps.count == 5)
        for name in ["loss", "accuracy", "learning_rate", "gradient_norm", "seconds", "images_per_second"] {
            let lines = try #require(metrics["step/\(name)"]).split(separator: "\n").map {
                $0.split(separator: " ")
            }
            #expect(lines.map { Double($0[1]) } == steps.map { $0[name]?.real }, "\(name)")
            #expect(lines.map { Int($0[2]) } == steps.map { $0["step"]?.whole }, "\(name)")
        }
        #expect(metrics.count == columns.count - 1 + 6)
    }

    @Test func `a run that continued keeps its identifier and its directory`() throws {
        var recorded = try RecordedRun()
        let place = try TemporaryDirectory()
        recorded.epochs = 2
        try recorded.train()
        let first = try export(recorded.run, to: place.file("mlruns"))
        recorded.epochs = 4
        try recorded.train()
        let second = try export(recorded.run, to: place.file("mlruns"))
        #expect(first == second)
        #expect(first.identifiers[0].wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(
            try POSIX.names(in: second.directory).sorted() == [first.identifiers[0], "meta.yaml"].sorted())
        let lines = try files(in: second.directory)["\(first.identifiers[0])/metrics/train_loss"]
        #expect(lines?.split(separator: "\n").count == 4)
        // Runs of other names or times have other identifiers.
        let others = try ["20260131-235959-a", "20260131-235958-a", "20260131-235959-b"].map { name in
            try export(SampleRun(name, in: place).run, to: place.file("mlruns")).identifiers[0]
        }
        #expect(Set(others + first.identifiers).count == 4)
    }

    @Test func `options, tags, scores and files are exported`() throws {
        let sample = try SampleRun.finished()
        let place = try TemporaryDirectory()
        let (directory, identifiers) = try export(sample.run, to: place.file("ml runs/é"))
        let files = try files(in: "\(directory)/\(identifiers[0])")
        #expect(files["params/epochs"] == "5")
        #expect(files["params/learning_rate"] == "0.005")
        // An option without a value is left out.
        #expect(files["params/ema"] == nil)
        #expect(files["tags/mlflow.runName"] == sample.run.name)
        #expect(files["tags/mlflow.source.name"] == "mnist-bilstm --epochs 5")
        #expect(files["tags/mlflow.source.git.commit"] == "0123456789abcdef")
        #expect(files["metrics/test_accuracy"]?.hasSuffix(" 87.5 3\n") == true)
        #expect(files["metrics/test_standard_error"]?.hasSuffix(" 8.27 3\n") == true)
        #expect(
            files["artifacts/config.json"]
                == String(decoding: try RecordFile.content(of: sample.run.configuration), as: UTF8.self))
        #expect(files["artifacts/lock"] == nil)
        let metadata = try #require(files["meta.yaml"])
        // 2026-01-31 23:59:59 UTC
        #expect(metadata.contains("start_time: 1769903999000\n"))
        #expect(metadata.contains("status: 3\n"))
        #expect(metadata.contains("/ml%20runs/%c3%a9/"))
    }

    @Test(arguments: [
        (RunState.running, 1, false), (.finished, 3, true), (.stopped, 5, true), (.failed, 4, true),
    ])
    func `states are MLflow's`(state: RunState, number: Int, hasEnded: Bool) throws {
        let sample = try SampleRun()
        try sample.configure { _ in }
        try SampleRun.summary(state).write(to: sample.run)
        let place = try TemporaryDirectory()
        let lock = state == .running ? try RunDirectory.Lock(sample.run) : nil
        let (directory, identifiers) = try withExtendedLifetime(lock) {
            try export(sample.run, to: place.file("mlruns"))
        }
        let metadata = try files(in: "\(directory)/\(identifiers[0])")["meta.yaml"]
        #expect(metadata?.contains("status: \(number)\n") == true)
        #expect(metadata?.contains("end_time: null\n") == !hasEnded)
    }

    @Test func `a run that is exported again has the files of its last state only`() throws {
        let sample = try SampleRun.finished()
        var summary = SampleRun.summary(.stopped)
        summary.reason = "time limit"
        try summary.write(to: sample.run)
        try AtomicFile.write("x", to: FilePath.join(sample.run.path, "old.txt"))
        let (again, fresh) = (try TemporaryDirectory(), try TemporaryDirectory())
        let first = try export(sample.run, to: again.file("mlruns"))
        #expect(try files(in: first.directory)["\(first.identifiers[0])/tags/reason"] == "time limit")
        try SampleRun.summary(.finished).write(to: sample.run)
        try POSIX.discardFile(FilePath.join(sample.run.path, "old.txt"))
        let second = try export(sample.run, to: again.file("mlruns"))
        let other = try export(sample.run, to: fresh.file("mlruns"))
        #expect(second.identifiers == first.identifiers && other.identifiers == first.identifiers)
        #expect(try files(in: second.directory).keys.sorted() == files(in: other.directory).keys.sorted())
    }

    @Test(arguments: ["name: digits", "name: 'digits'", "name: \"digits\""])
    func `an experiment that is there is used`(line: String) throws {
        let place = try TemporaryDirectory()
        let metadata = "experiment_id: '7'\n\(line)\n"
        try place.add("mlruns/7/meta.yaml", metadata)
        try place.add("mlruns/8/meta.yaml", "name: letters\n")
        let sample = try SampleRun.finished(in: place)
        let (directory, identifiers) = try export(sample.run, to: place.file("mlruns"))
        #expect(directory == place.file("mlruns/7"))
        let files = try files(in: directory)
        #expect(files["meta.yaml"] == metadata)
        #expect(files["\(identifiers[0])/meta.yaml"]?.contains("experiment_id: \"7\"\n") == true)
    }

    @Test func `names of options that are no file names are left out`() throws {
        let sample = try SampleRun()
        try sample.write(
            ["options": ["../../outside": 1, ".hidden": 2, "a/b": 3, "": 4, "kept": 5, "숨은 크기": 6]],
            to: sample.run.configuration)
        let place = try TemporaryDirectory()
        let (directory, identifiers) = try export(sample.run, to: place.file("mlruns"))
        let files = try files(in: "\(directory)/\(identifiers[0])/params")
        #expect(files["kept"] == "5" && files["숨은 크기"] == "6")
        let again = try MLflowStore(path: place.file("mlruns"), experiment: "digits")
        let problems = try again.write(sample.run, of: [.mnistBiLSTM]).problems
        #expect(problems.filter { $0.contains("the option is left out") }.count == 4)
        #expect(files.keys.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0 != "outside" })
        #expect(try POSIX.names(in: place.path) == ["mlruns"])
    }

    @Test func `a damaged log is an error before anything is written`() throws {
        let sample = try SampleRun.finished()
        try Data("{\"kind\":\"step\",\"step\":1}\n{\n".utf8).write(to: URL(filePath: sample.run.records))
        let place = try TemporaryDirectory()
        let error = #expect(throws: RunError.self) { try export(sample.run, to: place.file("mlruns")) }
        #expect(error?.description.hasPrefix("\(sample.run.records): line 2: ") == true)
        #expect(try POSIX.names(in: place.path) == [])
    }
}

extension String {
    fileprivate func joined(to directory: String) -> String { FilePath.join(directory, self) }
}
