import Console
import NeuralNetworks
import Pictures
import Runs

/// The page `report.html` of a forecast. It depends only on its content.
package struct ForecastPage: Sendable {
    /// The content of the page, of a run in any state. Empty and nil parts are left out.
    package struct Content: Sendable {
        package var name: String
        package var state: RunState
        package var language = Language.english
        /// The reason for the end of the run, in words.
        package var reason: String?
        /// The start time: "2026-01-31T23:59:59Z".
        package var started: String?
        package var trainingSeconds: Double?
        /// The number of networks to train (models × seeds), and the number of epochs.
        package var networks: Int?
        package var epochs: Int?
        /// The description of the data, one or more sentences per paragraph.
        package var data: [String] = []
        package var record: ForecastRecord?
        /// The rule for forecasting several days ahead; see ``ForecastFeedback/rule(in:)``.
        package var rule: String?
        /// The losses after each epoch of each model, a list for each seed.
        package var losses: [(model: ForecastModel, losses: [[Double]])] = []
        package var models: [(model: ForecastModel, summary: any Summarizable & Sendable)] = []
        /// The options with their names on the command line, "--epochs".
        package var options: [(name: String, value: String, isDefault: Bool)] = []
        package var environment: [(name: String, value: String)] = []
        /// The commands that train the same weights again, each as words.
        package var reproduce: [[String]] = []
        /// The command that resumes the run; nil if it cannot be resumed.
        package var resume: [String]?
        /// The command that started the run.
        package var commandLine: [String] = []
        /// Problems of unreadable files, each a line that names the file.
        package var problems: [String] = []

        package init(name: String, state: RunState) {
            self.name = name
            self.state = state
        }
    }

    package let content: Content
    /// The record; nil also if its sizes do not match.
    package let record: ForecastRecord?
    package let scores: ForecastScores?
    package let problems: [String]

    package init(_ content: Content) {
        self.content = content
        let mismatch = content.record?.mismatch
        record = mismatch == nil ? content.record : nil
        scores = record.map(ForecastScores.init)
        problems = content.problems + (mismatch.map { ["The forecasts are inconsistent: \($0)"] } ?? [])
    }

    /// The page as a single file that works offline and without scripts.
    package var document: String { html.htmlDocument }
}

extension ForecastPage: RunPage {
    package var language: Language { content.language }

    func text(_ key: ForecastText, _ values: [String: String] = [:], count: Int? = nil) -> String {
        language.text(key, values, count: count)
    }

    package var header: RunPageHeader {
        RunPageHeader(
            kind: text(.kind), name: content.name, state: content.state, progress: progress, result: result,
            verdict: scores?.verdict(in: language), figures: figures)
    }

    private var progress: String {
        var parts: [String] = []
        if let networks = content.networks, let epochs = content.epochs {
            let done = content.losses.flatMap(\.losses).count { $0.count >= epochs }
            parts.append(
                [
                    text(
                        done == networks ? .networksTrained : .networksTrainedOf,
                        ["done": "\(done)", "count": "\(networks)"], count: networks),
                    text(networks == 1 ? .epochs : .epochsEach, ["count": "\(epochs)"], count: epochs),
                ].joined(separator: ", "))
        }
        parts += [
            content.reason.map { language.translated($0, from: ReasonText.self) },
            content.started.map { text(.started, ["time": TextFormat.readableTime($0)]) },
        ].compactMap(\.self)
        return parts.joined(separator: " · ")
    }

    /// The lowest error on the test days, next to the error of the baseline.
    private var result: [Markup] {
        let models = scores?.test?.models.filter(\.rmse.mean.isFinite) ?? []
        guard let test = scores?.test, let best = models.min(by: { $0.rmse.mean < $1.rmse.mean }) else {
            return [Markup("span", ["class": "quiet"]) { text(.noForecastYet) }]
        }
        let style = NumberStyle([best.rmse.mean, test.baseline.rmse], digits: 4)
        return [
            Markup("strong") { best.rmse.text(style.text) },
            Markup("span") {
                text(
                    test.models.count > 1 ? .lowestRMSE : .rmse,
                    [
                        "model": best.model.title,
                        "baseline": scores?.baseline.phrase(in: language) ?? "",
                        "value": style.text(test.baseline.rmse),
                    ])
            },
        ]
    }

    private var figures: [(name: String, value: String)] {
        var figures: [(name: String, value: String)] = []
        if let record {
            figures = [
                (text(.forecastTarget), record.target),
                (text(.models), record.models.map(\.model.title).joined(separator: ", ")),
                (text(.seeds), "\(record.models.map(\.members.count).max() ?? 0)"),
                (text(.trainingDays), TextFormat.grouped(record.trainCount)),
                (text(.testDays), TextFormat.grouped(record.dates.count - record.trainCount)),
            ]
            if !record.futureDates.isEmpty {
                figures.append((text(.daysAheadNumber), TextFormat.grouped(record.futureDates.count)))
            }
        }
        if let seconds = content.trainingSeconds {
            figures.append((text(.trainingTime), language.timeSpan(seconds)))
        }
        return figures
    }
}
