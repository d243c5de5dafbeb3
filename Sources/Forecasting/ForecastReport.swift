import Console
import Platform
import Runs

/// The charts and the report of a forecast run, drawn from its files: `loss.svg`, `forecast.svg` and `report.html`.
///
/// They can be drawn for a run in any state, from the files it has. Drawing them again gives the same bytes.
package struct ForecastReport: Sendable {
    package let run: RunDirectory
    private let content: ForecastPage.Content

    /// Problems of unreadable files, each a line that names the file.
    package var problems: [String] { content.problems }

    /// Reads the available files; it never fails.
    ///
    /// - Parameters:
    ///   - run: The run to report.
    ///   - ending: The final summary of a run whose process still holds the lock and has not written the summary yet.
    ///   - language: The language of the report; the run's if nil.
    package init(_ run: RunDirectory, ending: RunSummary? = nil, language: Language? = nil) {
        self.run = run
        content = ForecastPage.Content(run, ending: ending, language)
    }

    /// Replaces the files, each atomically.
    package func write() throws(FileError) {
        let page = ForecastPage(content)
        if !content.losses.isEmpty {
            try AtomicFile.write(
                ForecastCharts.lossChart(content.losses, in: content.language).svgFile, to: run.lossPicture,
                .content)
        }
        if let record = page.record {
            try AtomicFile.write(
                ForecastCharts.forecastChart(record, in: content.language).svgFile, to: run.forecastPicture,
                .content)
        }
        try AtomicFile.write(page.document, to: run.report, .content)
    }
}

extension ForecastPage.Content {
    fileprivate init(_ run: RunDirectory, ending: RunSummary?, _ language: Language?) {
        let base = RunRecord(run, of: [.stockForecast], ending: ending)
        self.init(name: base.name, state: base.state)
        self.language = language ?? base.configuration?.language ?? .english
        reason = base.reason
        started = base.started
        problems = base.problems
        trainingSeconds = base.summary?.trainingSeconds
        read(base.configuration, of: run, canResume: base.canResume)
        do {
            record = try RunFile.read(from: run.forecast, ForecastRecord.fileLimits)
        } catch let error as FileError where error.isMissing {
        } catch {
            problems.append("\(error)")
        }
        readLosses(run)
    }

    private mutating func read(_ configuration: RunConfiguration?, of run: RunDirectory, canResume: Bool) {
        guard let configuration else { return }
        options = configuration.listed
        environment = configuration.environment
        commandLine = configuration.commandLine
        let build = ["swift", "run", "-c", "release"]
        reproduce =
            (configuration.gitCommit.map { [["git", "checkout", $0]] } ?? [])
            + [build + configuration.reproduceCommand]
        if canResume { resume = build + run.command("--resume", of: Program.stockForecast.name) }
        let stored: ForecastTraining.StoredConfiguration
        do {
            stored = try RunFile.read(from: run.configuration)
        } catch {
            problems.append("\(error)")
            return
        }
        if let complaint = stored.options.complaint {
            problems.append("\(run.configuration): \(complaint)")
            return
        }
        data = stored.data
        networks = stored.options.members.count
        epochs = stored.options.epochs
        if stored.options.horizon > 1 {
            rule =
                ForecastFeedback(features: stored.options.features, target: stored.options.target)
                .rule(in: language)
        }
        models = stored.options.models.map { ($0, stored.options.network($0)) }
    }

    private mutating func readLosses(_ run: RunDirectory) {
        var members: [ForecastMember] = []
        do { members = try ForecastMember.all(in: run) } catch { problems.append("\(error)") }
        for model in ForecastModel.allCases {
            let curves = members.filter { $0.model == model }.compactMap { member -> [Double]? in
                do {
                    let read = try RunMetrics.read(from: member.run.metrics)
                    if let problem = read.problem { problems.append(problem) }
                    return read.metrics.rows.map(\.trainLoss)
                } catch {
                    // A network whose training has not begun has no checkpoint.
                    if (error as? FileError)?.isMissing != true { problems.append("\(error)") }
                    return nil
                }
            }
            if !curves.isEmpty { losses.append((model, curves)) }
        }
    }
}
