import Foundation
import NeuralNetworks
import Testing
import Training

@Suite("Output of stock-forecast", .timeLimit(.minutes(60))) struct ForecastOutputTests {
    /// The lines are checked without the figures in the tables; another test compares those with the forecasts.
    @Test func `the default run prints every line`() throws {
        let place = try ForecastPlace()
        let outcome = try place.tool("--epochs", "3")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let lines = outcome.lines
        try #require(lines.count == 36)
        let run = place.run
        #expect(
            Array(lines.prefix(6)) == [
                "Data: datasets/sp500/sp500.csv.gz, 431 rows from 2017-04-17 to 2018-12-31: Open, High, Low and "
                    + "Volume to forecast the next Close",
                "Data: 426 windows of 5 rows: the first 200 for training, 226 for testing from 2018-02-07",
                "Scaling: min-max, fitted to the 205 rows of the training set",
                "Note: The RNN ends in a sigmoid, so it forecasts no Close below 2338.17 or above 2872.87; "
                    + "31 of 426 days are out of its reach; --no-sigmoid removes the sigmoid",
                "3 networks: RNN, LSTM and GRU, 2 layers of 8 · 3 epochs, batch 20, Adam, learning rate 0.001",
                "Run: \(run)",
            ])
        for (line, title) in zip(
            stride(from: 6, to: 15, by: 3).map { lines[$0] },
            [
                "RNN, seed 0: 297 parameters", "LSTM, seed 0: 1,065 parameters",
                "GRU, seed 0: 809 parameters",
            ])
        {
            #expect(line == title)
        }
        for (epoch, first) in [(0, 7), (2, 8)] {
            for line in stride(from: first, to: 15, by: 3).map({ lines[$0] }) {
                #expect(line.hasPrefix("[epoch: \(epoch)] loss: 0."), "\(line)")
                #expect(line.split(separator: ".")[1].drop { $0 == "0" }.count == 4, "\(line)")
            }
        }
        for (first, heading) in [
            (15, "Train: 200 days, errors in units of Close (MSE: squared)"),
            (23, "Test: 226 days, errors in units of Close (MSE: squared)"),
        ] {
            #expect(lines[first] == "")
            #expect(lines[first + 1] == heading)
            #expect(
                lines[first + 2].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
                    == ["MSE", "RMSE", "MAE", "Direction %"])
            #expect(lines[first + 3].allSatisfy { "─ ".contains($0) })
            #expect(
                lines[(first + 4)..<(first + 8)].map { $0.prefix(10).trimmingCharacters(in: .whitespaces) }
                    == ["RNN", "LSTM", "GRU", "Last value"])
        }
        #expect(lines[31] == "")
        #expect(
            lines[32].hasPrefix(
                "The last value is better than every model on the test days (RMSE 28.40 against "))
        #expect(Array(lines[33...]) == ["", "Report: \(run)/report.html", ""])
        #expect(try place.text("train.log") == outcome.output)
        #expect(try place.state() == "finished")
        #expect(try place.place.json("summary.json", "steps") as? Int == 90)
    }

    @Test func `a run has these files`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "gru", "--seeds", "2").exitCode == 0)
        let files = try FileManager.default.subpathsOfDirectory(atPath: place.run).sorted()
        let network = [
            "", "/checkpoints", "/checkpoints/best.safetensors", "/checkpoints/last.safetensors",
            "/checkpoints/step-0000012.safetensors", "/config.json", "/events.out.tfevents.000001",
            "/lock", "/metrics.csv", "/metrics.jsonl", "/receipt.json", "/summary.json",
        ]
        #expect(
            files
                == ([
                    "config.json", "forecast.json", "forecast.svg", "lock", "loss.svg", "report.html",
                    "results.csv",
                ]
                + ["summary.json", "train.log"] + network.map { "gru-0" + $0 } + network.map { "gru-1" + $0 })
                .sorted())
        #expect(try place.place.json("config.json", "program") as? String == "stock-forecast")
        #expect(try place.place.json("config.json", "options", "seeds") as? Int == 2)
        #expect(try place.place.json("gru-1/config.json", "options", "seed") as? Int == 1)
        #expect(try place.place.json("gru-1/config.json", "options", "model") as? String == "gru")
        #expect(try place.place.json("gru-1/summary.json", "state") as? String == "finished")
        #expect(
            try place.text("gru-0/metrics.csv").hasPrefix(
                "epoch,train_loss,learning_rate,seconds,sequences_per_second\n0,"))
        let page = try place.text("report.html")
        #expect(page.contains(">finished<") && page.contains("<svg"))
    }

    /// The figures in the table follow from `forecast.json`.
    @Test func `the results follow from the forecasts`() throws {
        let place = try ForecastPlace()
        let outcome = try place.train("--model", "lstm", "--seeds", "2")
        #expect(outcome.exitCode == 0)
        let record = try place.record()
        #expect(record.trainCount == 20 && record.dates.count == 36 && record.target == "Close")
        #expect(record.models.map(\.model) == ["lstm"] && record.models[0].members.map(\.seed) == [0, 1])
        let rows = try place.text("results.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(rows[0] == ["model", "seed", "split", "days", "mse", "rmse", "mae", "direction"])
        #expect(
            rows.dropFirst().map { $0.prefix(4).joined(separator: " ") } == [
                "lstm 0 train 20", "lstm 1 train 20", "last-value  train 20", "lstm 0 test 16",
                "lstm 1 test 16",
                "last-value  test 16",
            ])
        var errors: [Double] = []
        for (member, row) in zip(record.models[0].members, rows[4...5]) {
            let squares = (20..<36).map { day in
                let error = member.forecasts[day] - record.actual[day]
                return error * error
            }
            let rmse = (squares.reduce(0, +) / 16).squareRoot()
            #expect(abs(try #require(Double(row[5])) - rmse) < 1e-9 * rmse)
            errors.append(rmse)
        }
        let mean = (errors[0] + errors[1]) / 2
        let deviation = abs(errors[0] - errors[1]) / 2.0.squareRoot()
        let cell = String(format: "%.3f ± %.3f", mean, deviation)
        #expect(outcome.output.contains(cell), "\(cell) in \(outcome.output)")
        #expect(outcome.output.contains("(MSE: squared), mean ± standard deviation over 2 seeds"))
    }

    @Test func `a scaler fitted to all rows has look-ahead bias`() throws {
        let place = try ForecastPlace()
        let outcome = try place.train("--scale-on", "all", "--model", "rnn")
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.lines.contains {
                $0.hasPrefix(
                    "Scaling: min-max, fitted to all 40 rows, including the test set (look-ahead bias, data leakage)"
                )
            })
        #expect(!outcome.output.contains("Note: "))
    }

    @Test func `a horizon adds a table of the days ahead`() throws {
        let place = try ForecastPlace()
        let outcome = try place.train("--horizon", "5", "--model", "gru")
        #expect(outcome.exitCode == 0)
        let record = try place.record()
        #expect(record.futureDates == ["2000-02-19", "2000-02-20", "2000-02-21", "2000-02-22", "2000-02-23"])
        try #require(record.models[0].members[0].future.count == 5)
        let start = try #require(outcome.lines.firstIndex(of: "The next 5 rows, Close:"))
        for (day, value) in record.models[0].members[0].future.enumerated() {
            let line = outcome.lines[start + 3 + day]
            #expect(line.hasPrefix(record.futureDates[day]))
            #expect(
                line.hasSuffix(String(format: "%.3f", value))
                    || line.hasSuffix(String(format: "%.4f", value)), "\(line)")
        }
        #expect(
            outcome.lines[start + 8] == "The next rows are every day, as the rows of the file are.")
        #expect(
            try place.text("report.html").contains(
                "The next rows are every day, as the rows of the file are."))
        #expect(
            try place.text("forecast.json").contains(
                "The next rows are every day, as the rows of the file are."))
        #expect(
            outcome.lines[start + 9]
                == "On the days after the last, Open, High and Low are the forecast of Close; Volume keeps its last value."
        )
        #expect(try place.text("forecast.svg").contains("ahead from 2000-02-19"))
    }

    /// The features of one tutorial; `Change` is computed because the table does not have it.
    @Test func `other features and another scaler can be chosen`() throws {
        let place = try ForecastPlace()
        let outcome = try place.train(
            "--features", "Open, High,Low,Volume,Change", "--scaler", "standard", "--model", "rnn")
        #expect(outcome.exitCode == 0)
        #expect(outcome.lines[0].contains("Open, High, Low, Volume and Change to forecast the next Close"))
        #expect(outcome.output.contains("Scaling: standard, fitted to the "))
        let options = try #require(try place.place.json("config.json", "options") as? [String: Any])
        #expect(options["features"] as? [String] == ["Open", "High", "Low", "Volume", "Change"])
        #expect(options["scaler"] as? String == "standard")
        let text = try #require(
            Checkpoint(path: place.run + "/rnn-0/checkpoints/last.safetensors").details.preparation)
        #expect(text.contains(#""standard""#) && text.contains(#""Change""#))
    }

    @Test func `the loss is printed every N epochs`() throws {
        let place = try ForecastPlace()
        func lines(_ arguments: String...) throws -> [String] {
            let outcome = try place.tool(
                ["--data", place.prices]
                    + ForecastPlace.options(arguments + ["--model", "rnn", "--epochs", "7"]))
            #expect(outcome.exitCode == 0)
            return outcome.epochLines.map { String($0.prefix { $0 != "]" }) }
        }
        #expect(try lines("--print-every", "3") == ["[epoch: 0", "[epoch: 3", "[epoch: 6"])
        #expect(try lines("--print-every", "0") == [])
        #expect(try lines("--print-every", "4") == ["[epoch: 0", "[epoch: 4", "[epoch: 6"])
        #expect(try lines() == ["[epoch: 0", "[epoch: 6"])
        #expect(try lines("--progress", "none", "--print-every", "1") == [])
        #expect(try place.text("train.log").contains("\n[epoch: 6] loss: "))
        let quiet = try place.train("--quiet", "--model", "rnn")
        #expect(quiet.exitCode == 0 && quiet.output == "" && quiet.errors == "")
        #expect(try place.text("train.log").contains("\nReport: "))
    }

    @Test func `files in several formats are read, with notes`() throws {
        let place = try ForecastPlace()
        let table = ForecastPlace.table(40)
        var lines = table.split(separator: "\n").map(String.init)
        // Weekly rows, with a stock split on line 30 and a row without trade on line 31.
        for row in 1...40 {
            var cells = lines[row].split(separator: ",").map(String.init)
            cells[0] = "\(CalendarDay.text(row * 7))"
            for column in 1...4 where row >= 29 { cells[column] = "\(Double(cells[column])! / 4)" }
            if row == 30 { cells.replaceSubrange(1...3, with: ["0", "0", "0"]) }
            lines[row] = cells.joined(separator: ",")
        }
        try place.write("weekly.csv", lines.joined(separator: "\n"))
        let path = place.place.path + "/weekly.csv"
        let refused = try place.train("--model", "rnn", "--data", path)
        #expect(
            refused.exitCode == 65 && refused.errors.hasSuffix("skip such days (--skip-no-trade)\n"),
            "\(refused.errors)")
        let outcome = try place.train(
            "--model", "rnn", "--no-sigmoid", "--skip-no-trade", "--horizon", "2", "--data", path)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.lines.contains(
                "Note: 1 row skipped, a day without trade: open, high and low are 0 on line 31."))
        #expect(
            outcome.lines.contains {
                $0.hasPrefix("Note: ") && $0.contains(" (line 29) to ")
                    && $0.contains(" times the price before: a split")
            }, "\(outcome.output)")
        #expect(!outcome.output.contains("sigmoid"))
        #expect(
            outcome.lines.contains("The next rows are every week on Monday, as the rows of the file are."))
        #expect(try place.record().futureDates == [CalendarDay.text(41 * 7), CalendarDay.text(42 * 7)])
        // The same rows in another format, and with the other name of the option.
        let expected = try place.place.bytes("forecast.json")
        let form = lines.joined(separator: "\n").replacing(",", with: ";").replacing(".", with: ",")
        try place.write("form.csv", form.replacing("Date", with: "Tag"))
        let other = try place.tool(
            ["--csv", place.place.path + "/form.csv", "--date-column", "Tag"]
                + ForecastPlace.options([
                    "--model", "rnn", "--no-sigmoid", "--skip-no-trade", "--horizon", "2",
                ]))
        #expect(other.exitCode == 0, "\(other.errors)")
        #expect(try place.place.bytes("forecast.json") == expected)
    }

    @Test func `small prices and errors are printed with significant digits`() throws {
        let place = try ForecastPlace()
        let lines = ForecastPlace.table(40).split(separator: "\n").map { line in
            line.split(separator: ",").enumerated().map { index, cell in
                (1...4).contains(index) ? Double(cell).map { "\($0 * 1e-10)" } ?? String(cell) : String(cell)
            }.joined(separator: ",")
        }
        let path = try place.write("tiny.csv", lines.joined(separator: "\n"))
        let outcome = try place.train("--data", path, "--horizon", "1")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains(/\s0\.0+(\s|$)/), "\(outcome.output)")
        #expect(outcome.output.contains(/RNN +\d\.\d{3}e-1\d +\d\.\d{3}e-0\d/), "\(outcome.output)")
        #expect(
            outcome.output.contains(/RMSE \d\.\d{3}e-[01]\d/)
                || outcome.output.contains(/test days, \d\.\d{3}e-/))
    }

    /// The same table as a spreadsheet exports it.
    @Test func `a table in another format gives the same forecasts`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "lstm").exitCode == 0)
        let expected = try place.place.bytes("forecast.json")
        let plain = ForecastPlace.table(40).split(separator: "\n").map { $0.split(separator: ",") }
        var text = "\u{FEFF}Close;Volume;Date;Low;Note;High;Open\r\n".replacing(";", with: ",")
        for row in plain.dropFirst() {
            text +=
                #""\#(row[4])","1,\#(row[5].suffix(3))",\#(row[0]),\#(row[3]),"a ""b"", c",\#(row[2]),"\#(row[1])""#
            text += "\r\n"
        }
        text += "null,null,2001-01-01,null,,null,null\r\n"
        let path = try place.write("sheet.csv", text)
        let outcome = try place.train("--model", "lstm", "--data", path)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try place.place.bytes("forecast.json") == expected)
        #expect(outcome.output.contains("1 row"), "\(outcome.lines[2])")
    }

    @Test func `a summary shows the networks that would be trained`() throws {
        let outcome = try Tool.run(["summary", "--features", "Close,Change"], program: Tool.forecastPath)
        #expect(outcome.exitCode == 0)
        #expect(outcome.lines.filter { ["RNN", "LSTM", "GRU"].contains($0) } == ["RNN", "LSTM", "GRU"])
        #expect(outcome.output.contains("input (N, 5, 2)"))
        #expect(try Tool.run(["summary", "--layers", "0"], program: Tool.forecastPath).exitCode == 64)
    }
}

/// The dates of days after 2000-01-03, a Monday.
private enum CalendarDay {
    static func text(_ number: Int) -> String {
        let day = Date(timeIntervalSince1970: 946_857_600 + Double(number) * 86_400)
        return day.formatted(.iso8601.year().month().day().dateSeparator(.dash))
    }
}
