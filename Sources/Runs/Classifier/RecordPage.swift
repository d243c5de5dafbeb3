import Console
import Pictures
import Training

/// A page about the training of one model, as far as it follows from the run's record.
protocol RecordPage: RunPage {
    /// The name of a sample.
    var sample: SampleName { get }
    var record: RunRecord { get }
    var curves: LineChartStack { get }
    /// The result that the header shows in large letters.
    @MarkupBuilder var result: [Markup] { get }
}

extension RecordPage {
    var header: RunPageHeader {
        RunPageHeader(
            kind: text(.kind), name: record.name, state: record.state, progress: progress, result: result,
            figures: figures)
    }

    func text(_ key: ClassifierText, _ values: [String: String] = [:], count: Int? = nil) -> String {
        language.text(key, values, count: count)
    }

    func words(_ key: ImageText, _ values: [String: String] = [:]) -> String {
        sample.text(key, values, in: language)
    }

    @MarkupBuilder var curvesSection: [Markup] {
        section(text(.curves)) {
            if record.metrics.rows.isEmpty {
                Markup("p", ["class": "quiet"]) {
                    text(record.state == .running ? RunText.noEpochYet : .noEpoch)
                }
            } else {
                curves.svg
                Markup("p", ["class": "quiet"]) { curvesCaption }
            }
        }
    }

    @MarkupBuilder var configuration: [Markup] {
        if let configuration = record.configuration {
            if !configuration.isOfLibrary && !configuration.isImported {
                self.configuration(configuration.listed)
            } else {
                self.configuration(configuration.listed.map { ($0.name, $0.value) })
            }
        }
    }

    @MarkupBuilder var model: [Markup] {
        if let model = record.configuration?.model {
            layers(text(.model), model)
        } else if let stored = record.configuration?.layers {
            layers(text(.model), stored)
        }
    }

    @MarkupBuilder var environment: [Markup] {
        if let rows = record.configuration?.environment, !rows.isEmpty { environment(rows) }
    }

    var progress: String {
        let done = "\(record.epochs)"
        let epochs =
            record.isImported
            ? nil
            : record.wantedEpochs.map { text(.epochsOf, ["done": done, "wanted": "\($0)"], count: $0) }
                ?? text(.epochs, ["done": done])
        let started = record.started.map { text(.started, ["time": TextFormat.readableTime($0)]) }
        return [epochs, record.reason(in: language), started].compactMap(\.self).joined(separator: " · ")
    }

    var figures: [(name: String, value: String)] {
        let summary = record.summary
        var figures: [(name: String, value: String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { figures.append((name, value)) }
        }
        func percent(_ value: Double?) -> String? { value.map { "\(TextFormat.percent($0))\u{A0}%" } }
        add(text(.testLoss), summary?["loss", .test].map(TextFormat.loss))
        if sample == .sequence, let evaluation = record.evaluation {
            add(text(.balancedAccuracy), percent(100 * evaluation.balancedAccuracy))
            add(text(.macroF1), percent(100 * evaluation.macroF1))
        }
        add(text(.validationAccuracy), percent(summary?["accuracy", .validation]))
        add(text(.averagedTestAccuracy), record.averagedTestAccuracyText.map { "\($0)\u{A0}%" })
        add(text(.averagedValidationAccuracy), percent(summary?["accuracy", .averagedValidation]))
        add(text(.trainAccuracy), percent(summary?["accuracy", .train]))
        for metric in record.otherMetrics {
            let title = ["metric": metric.title(in: language).lowercased()]
            add(text(.testMetric, title), summary?[metric.name, .test].map(metric.text))
            add(text(.validationMetric, title), summary?[metric.name, .validation].map(metric.text))
            add(text(.trainMetric, title), summary?[metric.name, .train].map(metric.text))
        }
        add(text(.evaluatedWeights), summary?.scoredEpoch.map { text(.afterEpoch, ["epoch": "\($0)"]) })
        add(
            text(ClassifierText.bestEpoch),
            record.metrics.best.map {
                text(
                    .epochAndLoss, ["epoch": "\($0.epoch)", "loss": TextFormat.loss($0.monitoredLoss)])
            })
        if record.epochs > 0 {
            add(text(.trainingTime), language.timeSpan(record.trainingSeconds))
        }
        if let speed = summary?.samplesPerSecond, speed > 0, speed < 1e15 {
            add(words(.speed), TextFormat.grouped(Int(speed.rounded())))
        }
        add(text(.parameters), record.configuration?.parameterCount.map(TextFormat.grouped))
        return figures
    }

    private var curvesCaption: String {
        var sentences = [text(.curvesCaption)]
        if let best = record.metrics.best {
            let accuracy = best.monitoredAccuracy.map { "\(TextFormat.percent($0))\u{A0}%" }
            let key: ClassifierText =
                record.hasValidation
                ? accuracy == nil ? .bestValidation : .bestValidationAccuracy
                : accuracy == nil ? .bestTraining : .bestTrainingAccuracy
            sentences.append(
                text(
                    key,
                    [
                        "epoch": "\(best.epoch)", "loss": TextFormat.loss(best.monitoredLoss),
                        "accuracy": accuracy ?? "",
                    ]))
        }
        if record.metrics.hasAverage { sentences.append(text(.averageCaption)) }
        return sentences.joined(separator: " ")
    }
}
