import Console

extension ForecastScores {
    /// Returns tables of the training and test days, and the verdict, as text for people.
    package func text() -> String {
        let tables = [(ForecastText.train, train), (.test, test)].compactMap { name, split in
            split.map { "\(heading(name, $0))\n\(table($0).rendered())" }
        }
        return (tables + [verdict()]).joined(separator: "\n\n")
    }

    /// Returns the content of `results.csv`, in full precision: one row for each split, model and seed, and one for
    /// each split and the baseline, which has no seed.
    package func csv() -> String {
        var lines = [
            CSVRow.text(["model", "seed", "split", "days", "mse", "rmse", "mae", "direction"])
        ]
        for (name, split) in [("train", train), ("test", test)] {
            guard let split else { continue }
            func append(_ model: String, _ seed: String, _ errors: ForecastErrors) {
                let numbers = [errors.mse, errors.rmse, errors.mae].map(\.description)
                let direction = errors.direction?.description ?? ""
                lines.append(
                    CSVRow.text([model, seed, name, "\(split.days)"] + numbers + [direction]))
            }
            for model in split.models {
                for member in model.members { append(model.model.rawValue, "\(member.seed)", member.errors) }
            }
            append(baseline.rawValue, "", split.baseline)
        }
        return lines.joined()
    }

    func heading(_ name: ForecastText, _ split: Split, in language: Language = .english) -> String {
        let seeds = split.models.map(\.members.count).max() ?? 1
        return language.text(
            seeds > 1 ? ForecastText.headingOfSeeds : .heading,
            [
                "split": language.text(name), "days": TextFormat.grouped(split.days), "target": target,
                "seeds": "\(seeds)",
            ], count: split.days)
    }

    /// Returns the titles of the columns of ``rows(_:in:)``.
    static func columns(in language: Language = .english) -> [String] {
        ["", "MSE", "RMSE", "MAE", language.text(ForecastText.direction)]
    }

    /// Returns a row for each model and one for the baseline.
    package func rows(_ split: Split, in language: Language = .english) -> [[String]] {
        let (models, last) = (split.models, split.baseline)
        let columns = [
            Self.cells(models.map(\.mse) + [Spread([last.mse])]),
            Self.cells(models.map(\.rmse) + [Spread([last.rmse])]),
            Self.cells(models.map(\.mae) + [Spread([last.mae])]),
            (models.map(\.direction) + [nil]).map { $0.map { $0.text(decimals: 1) } ?? "–" },
        ]
        return (models.map(\.model.title) + [baseline.title(in: language)]).enumerated().map { row, name in
            [name] + columns.map { $0[row] }
        }
    }

    private func table(_ split: Split) -> TextTable {
        let columns = Self.columns()
        var table = TextTable(
            [.init(columns[0])] + columns.dropFirst().map { .init($0, .right) }, style: .plain)
        for row in rows(split) { table.append(row) }
        return table
    }

    /// Returns the cells of a column. The smallest mean has four significant digits.
    private static func cells(_ spreads: [Spread]) -> [String] {
        let style = NumberStyle(spreads.map(\.mean), digits: 4)
        return spreads.map { $0.text(style.text) }
    }
}
