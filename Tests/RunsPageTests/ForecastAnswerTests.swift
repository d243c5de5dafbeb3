import Datasets
import Forecasting
import Foundation
import Platform
import Runs
import TestSupport
import Testing

@testable import RunsPage

/// `/api/forecast`: its numbers equal `forecast.json`, `results.csv` and the report.
struct ForecastAnswerTests {
    let sample: PageSample
    let run: RunDirectory
    private static let name = "20260131-235959-prices"

    init() throws {
        sample = try PageSample()
        run = sample.run(Self.name)
        try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
        try Data(#"{"program": "stock-forecast", "options": {}}"#.utf8).write(
            to: URL(filePath: run.configuration))
    }

    /// A record in which all numbers differ.
    private static func record(seeds: Int = 3) -> ForecastRecord {
        let actual = (0..<9).map { 100 + Double($0 * $0 % 7) }
        let date = { CalendarDate(daysSinceEpoch: 17_900 + $0) }
        return ForecastRecord(
            target: "Close <b>", dates: (0..<9).map(date), actual: actual, previous: [99] + actual.dropLast(),
            trainCount: 5, futureDates: [.date(date(9)), .number(2)],
            models: [ForecastModel.lstm, .gru].enumerated().map { place, model in
                .init(
                    model,
                    members: (0..<seeds).map { seed in
                        let shift = Double(10 * place) + 1.5 * Double(seed * seed)
                        return .init(
                            seed: UInt64(seed), forecasts: actual.map { $0 + shift },
                            future: [200 + shift, 300 - shift])
                    })
            })
    }

    private func answer(_ record: ForecastRecord) throws -> [String: Any] {
        try JSON.write(record, to: run.forecast)
        let answer = sample.get("/api/forecast?id=\(Self.name)")
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.object
    }

    @Test(arguments: [1, 3]) func `it has the days, and the mean and the range of the seeds`(seeds: Int)
        throws
    {
        let record = Self.record(seeds: seeds)
        let answer = try answer(record)
        #expect(answer["target"] as? String == "Close <b>" && answer["train_count"] as? Int == 5)
        #expect(answer["actual"] as? [Double] == record.actual)
        #expect(answer["previous"] as? [Double] == record.previous)
        #expect(answer["dates"] as? [String] == record.dates.map(\.description))
        #expect(answer["future_dates"] as? [String] == ["2019-01-13", "2"])
        let models = try #require(answer["models"] as? [[String: Any]])
        #expect(models.map { $0["name"] as? String } == ["lstm", "gru"])
        for (model, expected) in zip(models, record.models) {
            #expect(model["seeds"] as? [Int] == Array(0..<seeds))
            for (names, days) in [
                (["mean", "low", "high"], expected.members.map(\.forecasts)),
                (["future", "future_low", "future_high"], expected.members.map(\.future)),
            ] {
                let found = try names.map { try #require(model[$0] as? [Double]) }
                for day in days[0].indices {
                    let values = days.map { $0[day] }
                    #expect(abs(found[0][day] - values.reduce(0, +) / Double(seeds)) < 1e-9)
                    #expect(found[1][day] == values.min() && found[2][day] == values.max())
                }
            }
        }
    }

    @Test func `its scores are the means of the rows of results.csv`() throws {
        let record = Self.record()
        let scores = try #require(try answer(record)["scores"] as? [[String: Any]])
        let rows = ForecastScores(record).csv().split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(scores.count == 6 && rows.count == 14)
        for score in scores {
            let own = rows.filter { $0[0] == score["model"] as? String && $0[2] == score["split"] as? String }
            #expect(own.count == (score["model"] as? String == "last-value" ? 1 : 3))
            #expect(own.allSatisfy { Int($0[3]) == score["days"] as? Int })
            for (column, name) in ["mse", "rmse", "mae", "direction"].enumerated() {
                let values = own.compactMap { Double($0[4 + column]) }
                let spread = score[name] as? [String: Double]
                guard !values.isEmpty else {
                    #expect(spread == nil && name == "direction")
                    continue
                }
                let mean = values.reduce(0, +) / Double(values.count)
                #expect(abs(try #require(spread?["mean"]) - mean) < 1e-9, "\(name)")
                #expect((spread?["deviation"] == nil) == (values.count == 1))
            }
        }
        #expect(scores.last?["model"] as? String == "last-value")
    }

    @Test func `a forecast that is not finite is a text`() throws {
        var record = Self.record()
        record.models[0].members[0].forecasts[2] = .nan
        record.models[0].members[1].forecasts[3] = .infinity
        let models = try #require(try answer(record)["models"] as? [[String: Any]])
        let mean = try #require(models[0]["mean"] as? [Any])
        #expect(mean[2] as? String == "nan" && mean[3] as? String == "inf" && mean[4] is Double)
    }

    @Test func `a run without forecasts, and one with damaged forecasts`() throws {
        let missing = sample.get("/api/forecast?id=\(Self.name)")
        #expect(missing.status == 404 && missing.message.contains("no forecasts"), "\(missing.text)")
        var record = Self.record()
        record.actual.removeLast()
        try JSON.write(record, to: run.forecast)
        let mismatch = sample.get("/api/forecast?id=\(Self.name)")
        #expect(
            mismatch.status == 500 && mismatch.message.contains("actual: expected 9 values"),
            "\(mismatch.text)")
        try Data("{".utf8).write(to: URL(filePath: run.forecast))
        #expect(sample.get("/api/forecast?id=\(Self.name)").status == 500)
        #expect(sample.get("/api/forecast?id=20260131-235959-none").status == 404)
        // A link is not followed.
        try FileManager.default.removeItem(atPath: run.forecast)
        try JSON.write(Self.record(), to: sample.directory.file("elsewhere.json"))
        try FileManager.default.createSymbolicLink(
            atPath: run.forecast, withDestinationPath: sample.directory.file("elsewhere.json"))
        #expect(sample.get("/api/forecast?id=\(Self.name)").status == 500)
    }
}
