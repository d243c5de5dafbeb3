import CSV
import Console
import Datasets
import Prices

extension ForecastTraining.Options {
    /// Reads the rows. Errors contain advice for these options.
    func history() throws(DatasetError) -> PriceHistory {
        let table: CSVTable
        do throws(DatasetError) {
            table = try CSVTable(path: data, dateColumn: reading.dateColumn)
        } catch {
            throw missingData(error)
        }
        do throws(DatasetError) {
            return try PriceHistory(table, columns: features + [target], options: reading)
                .span(from: from, to: to, rows: wantedRows)
        } catch {
            throw advised(error, table)
        }
    }

    /// Returns the same error with the advice for the package's own data, if these are missing.
    private func missingData(_ error: DatasetError) -> DatasetError {
        guard case .missing(let names, let lookedFor, _) = error, data == Self.embeddedData else {
            return error
        }
        return .missing(
            names: names, lookedFor: lookedFor,
            remedy: "run the tool in the package's directory, or give your own file (--data)")
    }

    /// Returns the same error with the options that avoid it, if columns are missing or empty and others would do.
    private func advised(_ error: DatasetError, _ table: CSVTable) -> DatasetError {
        guard case .invalid(let file, let problem, let place, let expected, let found) = error,
            [DatasetError.Problem.missingColumn, .noRows].contains(where: {
                $0.description == problem.description
            })
        else { return error }
        func isUsable(_ column: String) -> Bool {
            PriceHistory.hasValues(table, column: column, options: reading)
        }
        let target = isUsable(target) ? target : PriceHistory.priceColumns.last(where: isUsable)
        var features = features.filter(isUsable)
        if features.isEmpty { features = PriceHistory.priceColumns.filter(isUsable) }
        guard let target, !features.isEmpty, features != self.features || target != self.target else {
            return error
        }
        var words: [String] = []
        if features != self.features { words += ["--features", features.joined(separator: ",")] }
        if target != self.target { words += ["--target", target] }
        return .invalid(
            file: file, problem: problem.remedied(by: "give \(ShellWords.quoted(words))"), at: place,
            expected: expected,
            found: found)
    }

    /// Returns a sentence about each constant column, or column that the scaler treats as constant.
    ///
    /// - Parameter fitted: The rows to which the scaler is fitted.
    func constantNotes(_ fitted: PriceHistory) -> [String] {
        func range(_ column: String) -> Double { fitted[column].max()! - fitted[column].min()! }
        let count = TextFormat.grouped(fitted.count)
        let constant = features.filter { !PriceHistory.isSame($0, as: target) && range($0) == 0 }
        let narrow = (features.filter { !PriceHistory.isSame($0, as: target) } + [target]).filter {
            scaler == .minMax && (0..<MinMaxScaler.leastRange).contains(range($0)) && range($0) > 0
        }
        func text(_ key: ForecastDataText, _ values: [String: String]) -> String {
            Language.english.text(key, values)
        }
        var notes: [String] = []
        if constant.count == 1 {
            notes.append(text(.constant, ["column": constant[0], "count": count]))
        } else if constant.count > 1 {
            notes.append(text(.constants, ["list": TextFormat.list(constant), "count": count]))
        }
        if range(target) == 0 { notes.append(text(.constantTarget, ["column": target, "count": count])) }
        if !narrow.isEmpty {
            let limit = TextFormat.significant(MinMaxScaler.leastRange, digits: 2)
            notes.append(text(.narrow, ["list": TextFormat.list(narrow), "limit": limit]))
        }
        return notes
    }

    /// Returns the advice for too few training rows.
    ///
    /// - Parameter count: The number of available rows.
    func remedy(forRows count: Int) -> String {
        func trainWindows(_ length: Int) -> Int { max(1, (count - length) * 4 / 5) }
        let more = "more rows (--rows, --from, --to, or another file)"
        if count > sequenceLength {
            return "give a smaller --train-windows, for example \(trainWindows(sequenceLength)), or \(more)"
        }
        guard count > 1 else { return "give \(more)" }
        let length = max(1, count / 2)
        return "give \(more), or --sequence-length \(length) --train-windows \(trainWindows(length))"
    }
}

extension PriceHistory {
    /// Sentences about the first three jumps of prices.
    var jumpNotes: [String] {
        let jumps = jumps
        var notes = jumps.prefix(3).map { jump in
            func text(_ key: ForecastDataText, _ values: [String: String]) -> String {
                Language.english.text(key, values)
            }
            func day(_ row: Int) -> String {
                lines.isEmpty
                    ? "\(dates[row])" : text(.dayOnLine, ["day": "\(dates[row])", "line": "\(lines[row])"])
            }
            func price(_ row: Int) -> String { TextFormat.significant(self[jump.column][row], digits: 6) }
            return text(
                .jump,
                [
                    "column": jump.column, "former": price(jump.row - 1), "formerDay": day(jump.row - 1),
                    "price": price(jump.row), "day": day(jump.row),
                    "factor": TextFormat.significant(jump.factor, digits: 3),
                ])
        }
        if jumps.count > 3 {
            let count = jumps.count - 3
            notes.append(
                Language.english.text(
                    ForecastDataText.moreJumps, ["count": TextFormat.grouped(count)], count: count))
        }
        return notes
    }
}
