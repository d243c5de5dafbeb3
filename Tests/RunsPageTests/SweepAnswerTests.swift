import Foundation
import ImageClassification
import Platform
import Runs
import Sweeps
import TestSupport
import Testing

@testable import RunsPage

/// `/api/sweep`: its numbers equal `results.csv` and the report.
struct SweepAnswerTests {
    let sample: PageSample
    let sweep: SweepDirectory

    /// Two settings with three seeds. The accuracy of the second setting is higher; its last entry is not complete.
    private static let accuracies: [[Double?]] = [[97.5, 98.25, 97], [98.5, 98.75, nil]]

    init() throws {
        sample = try PageSample()
        let plan = try SweepPlan(
            of: .mnistBiLSTM, base: ["--validation", "40"],
            axes: [SweepAxis("learning-rate=0.01,0.02", of: .mnistBiLSTM)], seeds: SweepSeeds("3-5"))
        sweep = try SweepDirectory.create(
            plan, name: "rates", root: sample.directory.path, of: ImageTraining.Options.self)
        for entry in plan.entries {
            let place = plan.seeds.firstIndex(of: entry.seed)!
            guard let accuracy = Self.accuracies[entry.setting][place] else { continue }
            try write(
                entry, "finished", ["validation_accuracy": accuracy, "validation_loss": 1 - accuracy / 100])
        }
    }

    private func write(_ entry: SweepPlan.Entry, _ state: String, _ scores: [String: Double]) throws {
        var object: [String: Any] = [
            "state": state, "run": "20260131-235959-\(entry.name)", "epochs": 3, "seconds": 1.5,
        ]
        for (name, value) in scores { object[name] = value }
        let path = sweep.path + "/entries/\(entry.name).json"
        try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
    }

    private func answer() throws -> [String: Any] {
        let answer = sample.get("/api/sweep?id=sweeps/rates")
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.object
    }

    private func settings(_ answer: [String: Any]) throws -> [[String: Any]] {
        try #require(answer["settings"] as? [[String: Any]])
    }

    @Test func `its means and deviations equal the values in results.csv`() throws {
        let answer = try answer()
        #expect(answer["name"] as? String == "rates" && answer["program"] as? String == "mnist-bilstm")
        #expect(answer["done"] as? Int == 5 && answer["count"] as? Int == 6)
        #expect(answer["seeds"] as? [Int] == [3, 4, 5])
        let rows = try SweepResults(sweep).csv().split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let (rate, seed) = (try column("learning_rate", rows), try column("seed", rows))
        let accuracy = try column("validation_accuracy", rows)
        for setting in try settings(answer) {
            let options = try #require(setting["options"] as? [String: String])
            let values = try rows.dropFirst().filter { $0[rate] == options["learning_rate"] }.map {
                try #require(Double($0[accuracy]))
            }
            #expect(values.count == setting["done"] as? Int && setting["diverged"] as? Int == 0)
            let spread = try #require(setting["accuracy"] as? [String: Double])
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(values.count - 1)).squareRoot()
            #expect(abs(spread["mean"]! - mean) < 1e-12 && abs(spread["deviation"]! - deviation) < 1e-12)
            #expect(
                abs(setting["standard_error"] as! Double - deviation / Double(values.count).squareRoot())
                    < 1e-12)
            let runs = try #require(setting["runs"] as? [[String: Any]])
            #expect(runs.count { $0["accuracy"] is Double } == values.count)
            for run in runs where run["accuracy"] is Double {
                let row = try #require(
                    rows.first { $0[rate] == options["learning_rate"] && $0[seed] == "\(run["seed"]!)" })
                #expect(Double(row[accuracy]) == run["accuracy"] as? Double)
                #expect(run["id"] as? String == "sweeps/rates/runs/20260131-235959-entry-000\(run["entry"]!)")
                #expect(run["state"] as? String == "finished")
            }
        }
    }

    private func column(_ name: String, _ rows: [[String]]) throws -> Int {
        try #require(rows[0].firstIndex(of: name))
    }

    @Test func `the best setting, the gap to it and the paired test are the report's`() throws {
        let settings = try settings(answer())
        #expect(settings.map { $0["is_best"] as? Bool } == [false, true])
        let report = try SweepReport(reading: sweep).results.settings
        #expect(settings[1]["gap"] == nil && settings[1]["p"] == nil)
        let gap = try #require(settings[0]["gap"] as? [String: Any])
        // Both settings have the seeds 3 and 4: the gaps are 1 and 0.5.
        #expect(gap["mean"] as? Double == 0.75 && gap["count"] as? Int == 2)
        #expect(gap["standard_error"] as? Double == report[0].fromBest?.standardError)
        let probability = try #require(report[0].probability)
        #expect(abs(try #require(settings[0]["p"] as? Double) - probability) < 1e-12)
        #expect(settings.map { $0["title"] as? String } == report.map(\.title))
    }

    @Test func `an entry without a result has the state of its run`() throws {
        func last() throws -> [String: Any] {
            let runs = try #require(try settings(answer())[1]["runs"] as? [[String: Any]])
            return try #require(runs.first { $0["seed"] as? Int == 5 })
        }
        #expect(try last()["state"] as? String == "waiting" && last()["id"] == nil)
        let run = RunDirectory(path: sweep.runs + "/20260131-235959-entry-0005")
        try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
        #expect(try last()["state"] as? String == "failed")
        #expect(try last()["id"] as? String == "sweeps/rates/runs/\(run.name)")
        let lock = try RunDirectory.Lock(run)
        #expect(try last()["state"] as? String == "running")
        withExtendedLifetime(lock) {}
        // A second run of the entry is the newer one.
        try FileManager.default.createDirectory(
            atPath: run.path + "-2", withIntermediateDirectories: true)
        #expect(try last()["id"] as? String == "sweeps/rates/runs/\(run.name)-2")
    }

    @Test func `a diverged entry has no accuracy, and its setting is not the best`() throws {
        try write(sweep.plan().entries[5], "diverged", [:])
        let settings = try settings(answer())
        #expect(settings.map { $0["is_best"] as? Bool } == [true, false])
        #expect(settings[1]["diverged"] as? Int == 1 && settings[1]["done"] as? Int == 3)
        let runs = try #require(settings[1]["runs"] as? [[String: Any]])
        #expect(runs.map { $0["state"] as? String } == ["finished", "finished", "diverged"])
    }

    @Test(arguments: [
        ("", 400), ("rates", 400), ("sweeps", 400), ("sweeps/", 400), ("sweeps/..", 400),
        ("sweeps/.hidden", 400),
        ("sweeps/rates/runs", 400), ("sweeps/../sweeps/rates", 400), ("other/rates", 400),
        ("sweeps/none", 404),
        ("sweeps/link", 404), ("sweeps/empty", 404), ("sweeps/foreign", 409), ("sweeps/damaged", 500),
    ])
    func `other ids are refused`(id: String, status: Int) throws {
        let root = sample.directory.path + "/sweeps/"
        try FileManager.default.createSymbolicLink(atPath: root + "link", withDestinationPath: sweep.path)
        for (name, plan) in [("empty", nil), ("foreign", "other"), ("damaged", "")] as [(String, String?)] {
            for part in ["entries", "runs"] {
                try FileManager.default.createDirectory(
                    atPath: root + "\(name)/\(part)", withIntermediateDirectories: true)
            }
            guard let plan else { continue }
            let text = try TestSupport.text(sweep.planFile)
            let content = plan.isEmpty ? "{" : "{\"program\": \"\(plan)\"," + text.dropFirst()
            try Data(content.utf8).write(to: URL(filePath: root + "\(name)/plan.json"))
        }
        let escaped = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = sample.get("/api/sweep?id=\(escaped)")
        #expect(answer.status == status, "\(answer.text)")
        #expect(!answer.message.isEmpty)
    }
}
