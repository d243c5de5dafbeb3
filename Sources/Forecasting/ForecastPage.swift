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
        /// The rule for forecasting several days ahead; see ``ForecastFeedback/rule``.
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
        problems = content.problems + (mismatch.map { ["The forecasts do not fit together: \($0)"] } ?? [])
    }

    /// The page as a single file that needs neither network nor script.
    package var document: String { html.htmlDocument }
}

extension ForecastPage: RunPage {
    package var header: RunPageHeader {
        RunPageHeader(
            kind: "Forecast", name: content.name, state: content.state, progress: progress, result: result,
            verdict: scores?.verdict, figures: figures)
    }

    private var progress: String {
        var parts: [String] = []
        if let networks = content.networks, let epochs = content.epochs {
            let done = content.losses.flatMap(\.losses).count { $0.count >= epochs }
            let wanted = "\(networks) network\(networks == 1 ? "" : "s")"
            parts.append(
                (done == networks ? "\(wanted) trained" : "\(done) of \(wanted) trained")
                    + ", \(epochs) epoch\(epochs == 1 ? "" : "s")\(networks == 1 ? "" : " each")")
        }
        parts += [content.reason, content.started.map { "started \(TextFormat.readableTime($0))" }]
            .compactMap(
                \.self)
        return parts.joined(separator: " · ")
    }

    /// The lowest error on the test days, next to the error of the baseline.
    private var result: [Markup] {
        let models = scores?.test?.models.filter(\.rmse.mean.isFinite) ?? []
        guard let test = scores?.test, let best = models.min(by: { $0.rmse.mean < $1.rmse.mean }) else {
            return [Markup("span", ["class": "quiet"]) { "No forecast of test days yet." }]
        }
        let style = NumberStyle([best.rmse.mean, test.baseline.rmse], digits: 4)
        return [
            Markup("strong") { best.rmse.text(style.text) },
            Markup("span") {
                "RMSE of the \(best.model.title)\(test.models.count > 1 ? ", the lowest," : "") on the test days; "
                    + "of \(scores?.baseline.phrase ?? "") \(style.text(test.baseline.rmse))"
            },
        ]
    }

    private var figures: [(name: String, value: String)] {
        var figures: [(name: String, value: String)] = []
        if let record {
            figures = [
                ("Forecast", record.target),
                ("Models", record.models.map(\.model.title).joined(separator: ", ")),
                ("Seeds", "\(record.models.map(\.members.count).max() ?? 0)"),
                ("Train days", TextFormat.grouped(record.trainCount)),
                ("Test days", TextFormat.grouped(record.dates.count - record.trainCount)),
            ]
            if !record.futureDates.isEmpty {
                figures.append(("Days ahead", TextFormat.grouped(record.futureDates.count)))
            }
        }
        if let seconds = content.trainingSeconds {
            figures.append(("Training time", TextFormat.timeSpan(seconds)))
        }
        return figures
    }
}
