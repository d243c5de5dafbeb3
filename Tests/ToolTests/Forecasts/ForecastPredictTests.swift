import Foundation
import Platform
import Testing

@Suite("Forecasts of trained networks", .timeLimit(.minutes(60))) struct ForecastPredictTests {
    /// Trains the LSTM with two seeds, adds the other models with a resume, and returns the directory.
    private func trained() throws -> ForecastPlace {
        let place = try ForecastPlace()
        for model in ["lstm", "all"] {
            let outcome =
                try model == "lstm"
                ? place.train("--model", model, "--seeds", "2", "--horizon", "3")
                : place.tool("--resume", "latest", "--model", "all", "--seeds", "2")
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        return place
    }

    private func rows(_ path: String) throws -> [[String]] {
        try String(contentsOf: URL(filePath: path), encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func `the same rows give the same forecasts`() throws {
        let place = try trained()
        let out = place.place.path + "/f.csv"
        let outcome = try place.tool(
            "predict", "--run", "latest", "--csv", place.prices, "--horizon", "3", "--out", out)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.lines[0] == "Networks: RNN (2 seeds), LSTM (2 seeds) and GRU (2 seeds)")
        #expect(outcome.lines[1] == "Data: \(place.prices), 40 rows from 2000-01-03 to 2000-02-18")
        #expect(outcome.lines.contains("The last 10 of 36 days:"))
        #expect(outcome.lines.contains("The next 3 rows, Close:"))
        #expect(outcome.output.hasSuffix("\n\nWritten: \(out)\n"))
        #expect(
            outcome.errors
                == "Warning: Rows with values outside the range that the scaler was fitted to: 8 of 40. The networks were not "
                + "trained on such values.\nWarning: Days up to 2000-01-26, the last training day: 20 of 36. The errors "
                + "include days that the networks were trained on.\n")
        let record = try place.record()
        let rows = try rows(out)
        #expect(rows[0] == ["date", "actual", "rnn-0", "rnn-1", "lstm-0", "lstm-1", "gru-0", "gru-1"])
        try #require(rows.count == 1 + 36 + 3)
        #expect(rows[1...].map { $0[0] } == record.dates + record.futureDates)
        let members = record.models.flatMap(\.members)
        for (day, row) in rows[1...36].enumerated() {
            #expect(Double(row[1]) == record.actual[day])
            #expect(row[2...].map { Double($0) } == members.map { $0.forecasts[day] })
        }
        for (day, row) in rows[37...].enumerated() {
            #expect(row[1] == "" && row[2...].map { Double($0) } == members.map { $0.future[day] })
        }
    }

    /// The scales of training are used for any new rows.
    @Test func `forecasts are made from the last rows and from new rows`() throws {
        let place = try trained()
        let record = try place.record()
        let out = place.place.path + "/f.csv"
        let last = try place.tool(
            "predict", "--csv", place.prices, "--rows", "6", "--model", "gru", "--out", out)
        #expect(last.exitCode == 0, "\(last.errors)")
        #expect(last.lines[0] == "Networks: GRU (2 seeds)")
        let rows = try rows(out)
        #expect(rows.map(\.[0]) == ["date"] + record.dates.suffix(2) + ["2000-02-19"])
        try #require(rows.count == 4)
        for (day, row) in zip([34, 35], rows[1...]) {
            #expect(row[2...].map { Double($0) } == record.models[2].members.map { $0.forecasts[day] })
        }
        #expect(rows[3][2...].map { Double($0) } == record.models[2].members.map { $0.future[0] })
        let new = try place.write("new.csv", ForecastPlace.table(30, first: 100))
        let outcome = try place.tool("predict", "--csv", new, "--horizon", "0")
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors.hasPrefix(
                "Warning: Rows with values outside the range that the scaler was fitted to: 30 of 30."))
        #expect(outcome.lines.contains("The last 10 of 26 days:"))
        #expect(!outcome.output.contains("The next"))
    }

    /// `predict RUN --data` and `predict --run RUN --csv` are the same, and so are `report RUN` and `report --run RUN`.
    @Test func `a run and a file can be given in two ways`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "gru").exitCode == 0)
        let expected = try place.tool("predict", "--data", place.prices)
        #expect(expected.exitCode == 0)
        for arguments in [["latest", "--data"], ["--run", "latest", "--csv"], [place.run, "--csv"]] {
            #expect(try place.tool(["predict"] + arguments + [place.prices]).output == expected.output)
        }
        #expect(try place.tool("report", "latest").output == place.tool("report", "--run", "latest").output)
    }

    @Test func `a report in Korean, and in English again`() throws {
        let place = try trained()
        let names = ["report.html", "loss.svg", "forecast.svg"]
        let first = try names.map { try place.text($0) }
        #expect(try place.tool("report", "--language", "ko").exitCode == 0)
        #expect(try place.text("report.html").contains("<html lang=\"ko\">"))
        #expect(try place.text("report.html").contains(">윈도우 "))
        #expect(try place.text("loss.svg").contains(">에포크</text>"))
        #expect(try place.text("forecast.svg").contains(">실제 값</text>"))
        #expect(try place.tool("report").exitCode == 0)
        #expect(try names.map { try place.text($0) } == first)
    }

    @Test func `a training writes its report in its language`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "gru", "--language", "ko").exitCode == 0)
        let first = try place.text("report.html")
        #expect(first.contains("<html lang=\"ko\">"))
        #expect(try place.tool("report").exitCode == 0)
        #expect(try place.text("report.html") == first)
        #expect(try place.tool("report", "--language", "en").exitCode == 0)
        #expect(try place.text("report.html").contains("<html lang=\"en\">"))
    }

    /// The output is written as a shell would redirect it.
    @Test func `output goes through links and to pipes`() throws {
        let place = try trained()
        let (file, link) = (place.place.path + "/f.csv", place.place.path + "/link.csv")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "f.csv")
        let linked = try place.tool("predict", "--csv", place.prices, "--out", link)
        #expect(linked.exitCode == 0, "\(linked.errors)")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "f.csv")
        #expect(try rows(file).count == 1 + 36 + 1)
        let piped = try place.tool("predict", "--csv", place.prices, "--out", "/dev/fd/1")
        #expect(piped.exitCode == 0, "\(piped.errors)")
        #expect(piped.output.hasPrefix("date,actual,rnn-0,rnn-1,"))
        let same = try place.tool("predict", "--csv", place.prices, "--out", place.prices)
        #expect(same.exitCode == 64 && same.errors.contains("--out must name a different file than --data"))
    }

    /// For changes, "no change" is a better baseline than the previous change.
    @Test func `changes are compared with no change`() throws {
        let place = try ForecastPlace()
        let outcome = try place.train("--features", "Change", "--target", "Change", "--model", "gru")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\nNo change "))
        let record = try place.record()
        let squares = record.actual[20...].map { $0 * $0 }
        let mean = squares.reduce(0, +) / Double(squares.count)
        let row = try #require(rows(place.run + "/results.csv").last)
        #expect(row[0...2] == ["no-change", "", "test"])
        #expect(abs(try #require(Double(row[4])) / mean - 1) < 1e-12)
    }

    @Test func `a network and a checkpoint are found by their paths`() throws {
        let place = try trained()
        let record = try place.record()
        let out = place.place.path + "/f.csv"
        for path in [place.run + "/lstm-1", place.run + "/lstm-1/checkpoints/last.safetensors"] {
            let outcome = try place.tool("predict", "--run", path, "--csv", place.prices, "--out", out)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(outcome.lines[0] == "Networks: LSTM")
            let rows = try rows(out)
            try #require(rows.count == 38)
            #expect(rows[0] == ["date", "actual", "lstm-1"])
            #expect(rows[1...36].map { Double($0[2]) } == record.models[1].members[1].forecasts)
        }
    }

    @Test func `invalid calls are refused`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        try place.write("few.csv", ForecastPlace.table(3))
        try place.write("none.csv", "Date,Close\n2000-01-03,1\n")
        for (arguments, exitCode, message) in [
            (
                ["--csv", "few.csv"], 65,
                "few.csv: too few rows: expected at least 4 rows for a window of 4 days, found 3 rows"
            ),
            (["--csv", "none.csv"], 65, "none.csv: missing column at line 1: expected a column Open"),
            (["--csv", "gone.csv"], 66, "missing file: gone.csv"),
            (
                ["--csv", "prices.csv", "--model", "gru"], 64,
                "has no trained GRU; remove --model, or train this network"
            ),
            (["--csv", "prices.csv", "--run", "none"], 66, "no run \"none\""),
            (["--csv", "prices.csv", "--out", "none/f.csv"], 74, "none/f.csv: cannot "),
            (["--csv", "prices.csv", "--rows", "41"], 65, "expected 41 rows"),
        ] as [([String], Int32, String)] {
            let outcome = try Tool.run(
                ["predict"] + arguments + ["--runs", place.runs], program: Tool.forecastPath,
                in: URL(filePath: place.place.path))
            #expect(outcome.exitCode == exitCode, "\(arguments): \(outcome.errors)")
            #expect(outcome.output == "", "\(arguments)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
        }
    }

    /// A damaged checkpoint is skipped if there is another.
    @Test func `damaged checkpoints are skipped or reported`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        let directory = place.run + "/lstm-0/checkpoints"
        let path = directory + "/step-0000012.safetensors"
        var bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.write(to: URL(filePath: directory + "/step-0000011.safetensors"))
        bytes[bytes.count - 7] ^= 1
        try bytes.write(to: URL(filePath: path))
        let passed = try place.tool("predict", "--csv", place.prices, "--rows", "4")
        #expect(passed.exitCode == 0)
        #expect(passed.errors.hasPrefix("Warning: \(path): damaged checkpoint: "))
        let named = try place.tool("predict", "--csv", place.prices, "--run", path)
        #expect(named.exitCode == 65)
        #expect(named.errors.hasPrefix("Error: \(path): damaged checkpoint: "))
        try FileManager.default.removeItem(atPath: directory + "/step-0000011.safetensors")
        let all = try place.tool("predict", "--csv", place.prices)
        #expect(all.exitCode == 65)
        #expect(all.errors.contains("every checkpoint is damaged:\n  \(path): damaged checkpoint: "))
        #expect(all.output == "")
    }

    @Test func `the report is written again with the same bytes`() throws {
        let place = try trained()
        let names = ["loss.svg", "forecast.svg", "report.html"]
        let first = try names.map { try place.place.bytes($0) }
        for name in names { try FileManager.default.removeItem(atPath: place.run + "/" + name) }
        let outcome = try place.tool("report")
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        #expect(outcome.output == "\(place.run)/report.html\n")
        #expect(try names.map { try place.place.bytes($0) } == first)
        try Data("{".utf8).write(to: URL(filePath: place.run + "/forecast.json"))
        let without = try place.tool("report")
        #expect(without.exitCode == 0)
        #expect(
            without.errors.hasPrefix(
                "Warning: \(place.run)/forecast.json: line 1, column 2: expected a key in quotes"))
    }
}
