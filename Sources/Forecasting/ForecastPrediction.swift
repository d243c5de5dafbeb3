import CSV
import Console
import Datasets
import Platform
import Prices
import Runs
import Training

/// Forecasts of trained networks on rows that they may not have been trained on. Files of their run are only read.
package struct ForecastPrediction: Sendable {
    package let networks: [ForecastNetwork]
    /// The forecasts; every day counts as a test day.
    package let record: ForecastRecord
    /// Notices for the user about the networks and the rows.
    package let notices: [String]
    private let title: String

    /// The selected rows of a file.
    package struct Rows: Sendable {
        package var path: String
        package var from: CalendarDate?
        package var to: CalendarDate?
        package var count: Int?
        package var reading: PriceFileOptions

        package init(
            path: String, from: CalendarDate? = nil, to: CalendarDate? = nil, count: Int? = nil,
            reading: PriceFileOptions = PriceFileOptions()
        ) {
            self.path = path
            self.from = from
            self.to = to
            self.count = count
            self.reading = reading
        }
    }

    /// - Parameters:
    ///   - name: `latest`, the name of a run, or the path of a run, of a network's directory in it, or of a checkpoint.
    ///   - root: The directory of runs.
    ///   - model: The model of the run to use; all if nil.
    ///   - rows: The rows, at least as many as a window has.
    ///   - horizon: The number of days to forecast after the last row.
    /// - Throws: `DatasetError`, ``RunError``, ``FileError``, the error of a checkpoint.
    package init(
        _ name: String, root: String, model: ForecastModel? = nil, on rows: Rows, horizon: Int
    ) throws {
        let (found, problems) = try Self.networks(of: name, root: root, model)
        networks = found
        let preparation = found[0].preparation
        let history = try Self.history(rows, preparation)
        let length = preparation.sequenceLength
        try history.require(
            rows: length, for: "a window of \(length) days",
            remedy: "give at least \(length) rows (--rows, --from, --to, or another file)")
        try ForecastMemory.check(
            rows: history.count, networks: found.count,
            advice: "take fewer rows (--rows, --from, --to) or one model (--model)")
        try ForecastFeedback.check(
            horizon: horizon, RowFrequency(history.dates), after: history.dates[history.count - 1])
        record = ForecastRecord(found, on: history, trainCount: 0, horizon: horizon)
        title =
            "\(history.path), \(TextFormat.grouped(history.count)) rows from \(history.dates[0]) to "
            + "\(history.dates[history.count - 1])"
        notices = problems + Self.notices(preparation, history, record)
    }

    private static func history(
        _ rows: Rows, _ preparation: ForecastPreparation
    ) throws(DatasetError) -> PriceHistory {
        let table = try CSVTable(path: rows.path, dateColumn: rows.reading.dateColumn)
        do throws(DatasetError) {
            return try PriceHistory(table, columns: preparation.columns, options: rows.reading)
                .span(from: rows.from, to: rows.to, rows: rows.count)
        } catch {
            guard case .invalid(let file, let problem, let place, let expected, let found) = error,
                [DatasetError.Problem.missingColumn, .noRows].contains(where: {
                    $0.description == problem.description
                }),
                preparation.columns.contains(where: {
                    !PriceHistory.hasValues(table, column: $0, options: rows.reading)
                }), expected != "a column Date"
            else { throw error }
            let names = TextFormat.list(preparation.features + [preparation.target])
            throw .invalid(
                file: file,
                problem: problem.remedied(by: "give a file with the columns of the networks: \(names)"),
                at: place, expected: expected, found: found)
        }
    }

    private static func networks(
        of name: String, root: String, _ model: ForecastModel?
    ) throws -> (networks: [ForecastNetwork], problems: [String]) {
        let (all, run, problems) = try TrainedForecast.all(of: name, root: root)
        guard let run else { return (all.map(\.network), problems) }
        let trained = all.map(\.network)
        let found = trained.filter { model == nil || $0.model == model }
        guard let first = found.first else {
            throw OptionError(
                "\(run.path) has no trained \(model?.title ?? "network"); remove --model, or train this network"
            )
        }
        guard found.allSatisfy({ $0.preparation == first.preparation }) else {
            throw RunError.invalidFile(
                path: run.path, reason: "its networks were trained on different columns or scales")
        }
        return (found, problems)
    }

    private static func notices(
        _ preparation: ForecastPreparation, _ history: PriceHistory, _ record: ForecastRecord
    ) -> [String] {
        var notices = (history.skipped.map { ["\($0)"] } ?? []) + history.notes + history.jumpNotes
        let strange = preparation.rowsBeyond(history)
        if strange > 0 {
            notices.append(
                "Rows with values outside the range that the scaler was fitted to: \(TextFormat.grouped(strange)) of "
                    + "\(TextFormat.grouped(history.count)). The networks were not trained on such values.")
        }
        let seen = record.dates.count { $0 <= preparation.trainedUpTo }
        if seen > 0 {
            notices.append(
                "Days up to \(preparation.trainedUpTo), the last training day: \(TextFormat.grouped(seen)) of "
                    + "\(TextFormat.grouped(record.dates.count)). The errors include days that the networks were trained on."
            )
        }
        return notices
    }

    /// Returns the errors, the last days, and the days after them, as text for people.
    package func text() -> String {
        let names = record.models.map { model in
            model.members.count == 1
                ? model.model.title : "\(model.model.title) (\(model.members.count) seeds)"
        }
        let features = networks[0].preparation.features
        return
            (["Networks: \(TextFormat.list(names))\nData: \(title)"]
            + (record.dates.isEmpty ? [] : [ForecastScores(record).text(), record.lastDaysText()])
            + [record.futureText(features)].compactMap(\.self))
            .joined(separator: "\n\n")
    }

    /// Writes every day with each network's forecast as CSV, in full precision; see ``AtomicFile/writeOutput(_:to:)``.
    package func write(to path: String) throws(FileError) {
        try AtomicFile.writeOutput(record.csv(), to: path)
    }
}
