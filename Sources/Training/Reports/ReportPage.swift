import Pictures

/// `report.html` as a tree of markup.
struct ReportPage {
    let record: RunRecord
    let curves: LineChartStack
    let confusion: ConfusionMatrixChart?
    /// A picture for each of the evaluation's mistakes.
    let mistakes: [Bitmap]?
    let problems: [String]

    var html: Markup {
        Markup("html", ["lang": "en"]) {
            Markup("head") {
                Markup("meta", ["charset": "utf-8"])
                Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                // Whatever a file of the run holds, nothing is loaded and nothing runs.
                Markup(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
                    ])
                Markup("title") { "\(record.name): \(record.state.rawValue)" }
                Markup.reportStyle
            }
            Markup("body") {
                Markup("main") {
                    header
                    problemList
                    section("Curves") {
                        if record.metrics.rows.isEmpty {
                            Markup("p", ["class": "quiet"]) {
                                record.state == .running
                                    ? "The first epoch is not done yet." : "No epoch was finished."
                            }
                        } else {
                            curves.svg
                            Markup("p", ["class": "quiet"]) { curvesCaption }
                        }
                    }
                    if let evaluation = record.evaluation { scores(of: evaluation) }
                    configuration
                    model
                    environment
                    commands
                }
            }
        }
    }

    private var header: Markup {
        Markup("header") {
            Markup("p", ["class": "kind"]) { "Training run" }
            Markup("h1") { record.name }
            Markup("p", ["class": "state"]) {
                Markup("span", ["class": "badge badge-\(record.state.rawValue)"]) { record.state.rawValue }
                Markup("span") { progress }
            }
            Markup("p", ["class": "result"]) { result }
            Markup("dl", ["class": "figures"]) {
                for (name, value) in figures {
                    Markup("div") {
                        Markup("dt") { name }
                        Markup("dd") { value }
                    }
                }
            }
        }
    }

    private var progress: String {
        let epochs =
            record.wantedEpochs.map { "\(record.epochs) of \($0) epoch\($0 == 1 ? "" : "s")" }
            ?? "\(record.epochs) epochs"
        return
            ([epochs]
            + [record.reason, record.started.map { "started \(Self.readable($0))" }].compactMap { $0 })
            .joined(separator: " · ")
    }

    private var result: [Markup] {
        guard let accuracy = record.summary?.testAccuracy else {
            return [
                Markup("span", ["class": "quiet"]) {
                    "Not scored on the test images\(record.state == .finished ? "." : " yet.")"
                }
            ]
        }
        let images = record.evaluation.map { ", of \(TextFormat.grouped($0.count)) images" } ?? ""
        let error = record.summary?.testStandardError.map { " ± \(Self.percent($0))" } ?? ""
        return [
            Markup("strong") { "\(Self.percent(accuracy))\(error)\u{A0}%" },
            Markup("span") { "test accuracy ± its standard error\(images)" },
        ]
    }

    private var figures: [(String, String)] {
        let summary = record.summary
        var figures: [(String, String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { figures.append((name, value)) }
        }
        add("Test loss", summary?.testLoss.map(Self.loss))
        add("Validation accuracy", summary?.validationAccuracy.map { "\(Self.percent($0))\u{A0}%" })
        add("Train accuracy", summary?.trainAccuracy.map { "\(Self.percent($0))\u{A0}%" })
        add("Scored weights", summary?.scoredEpoch.map { "after epoch \($0)" })
        add("Best epoch", record.metrics.best.map { "\($0.epoch), loss \(Self.loss($0.monitoredLoss))" })
        if record.epochs > 0 {
            add("Training time", Self.duration(record.trainingSeconds))
        }
        if let speed = summary?.imagesPerSecond, speed > 0, speed < 1e15 {
            add("Images/s", TextFormat.grouped(Int(speed.rounded())))
        }
        add("Parameters", record.configuration?.model.map { TextFormat.grouped($0.layout.count) })
        return figures
    }

    private var curvesCaption: String {
        let kind = record.hasValidation ? "validation" : "training"
        let best = record.metrics.best.map {
            " Epoch \($0.epoch) has the lowest \(kind) loss, \(Self.loss($0.monitoredLoss))"
                + ($0.monitoredAccuracy.map { ", with an accuracy of \(Self.percent($0))\u{A0}%" } ?? "") + "."
        }
        return
            "Epochs count from 0. Training loss and accuracy are those of each batch before its step, so that early "
            + "epochs look worse than the weights they end with.\(best ?? "")"
    }

    @MarkupBuilder private var problemList: [Markup] {
        if !problems.isEmpty {
            section("Files that cannot be read") {
                Markup("ul", ["class": "problems"]) { for problem in problems { Markup("li") { problem } } }
            }
        }
    }
}

extension ReportPage {
    func section(_ title: String, @MarkupBuilder content: () -> [Markup]) -> Markup {
        Markup("section") {
            Markup("h2") { title }
            content()
        }
    }

    /// A table in a box of its own that scrolls where the page is narrow. The first cell of a row names it.
    /// - Parameter kind: `numbers`, `words` or `layers`, how its cells are set.
    func table(
        _ title: String, columns: [String], rows: [[String]], footer: [String]? = nil, kind: String? = nil
    ) -> Markup {
        func row(_ cells: [String]) -> Markup {
            Markup("tr") {
                Markup("th", ["scope": "row"]) { cells[0] }
                for cell in cells.dropFirst() { Markup("td") { cell } }
            }
        }
        return Markup("div", ["class": "scroll", "role": "region", "aria-label": title, "tabindex": "0"]) {
            Markup("table", ["class": kind]) {
                Markup("thead") {
                    Markup("tr") { for column in columns { Markup("th", ["scope": "col"]) { column } } }
                }
                Markup("tbody") { for cells in rows { row(cells) } }
                if let footer { Markup("tfoot") { row(footer) } }
            }
        }
    }

    static func percent(_ value: Double) -> String { TextFormat.fixed(value, decimals: 2) }
    static func loss(_ value: Double) -> String { TextFormat.fixed(value, decimals: 4) }

    /// "3.2 s", "12 min 5 s", "3 h 20 min".
    static func duration(_ seconds: Double) -> String {
        guard seconds >= 60, seconds < 1e9 else { return "\(TextFormat.fixed(seconds, decimals: 1))\u{A0}s" }
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? "\(whole / 60)\u{A0}min \(whole % 60)\u{A0}s"
            : "\(whole / 3600)\u{A0}h \(whole % 3600 / 60)\u{A0}min"
    }

    /// "2026-01-31 23:59:59 UTC" of "2026-01-31T23:59:59Z".
    static func readable(_ time: String) -> String {
        guard time.utf8.count == 20, time.hasSuffix("Z") else { return time }
        return time.dropLast().split(separator: "T").joined(separator: " ") + " UTC"
    }
}
