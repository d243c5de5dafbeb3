import Console
import Platform
import Runs
import Training

/// A run in the page's list.
struct RunItem: Sendable {
    let id: String
    /// The state, for the watch: a running run is looked at more often.
    let state: RunState
    /// The run as JSON.
    let json: String

    /// Reads everything that the list shows.
    init(_ run: RunDirectory, id: String) {
        let record = RunRecord(run, of: PagePrograms.all, readsEvaluation: false)
        self.init(record, id: id, marks: RunMarks.read(run))
    }

    /// - Parameter marks: The user's marks, and the problem of their file.
    init(_ record: RunRecord, id: String, marks: (marks: RunMarks, problem: String?)) {
        let kind = RunKind(record)
        var json = Self.beginning(record.run, id: id)
        json.add("program", kind == .library ? "library" : record.program)
        json.add("kind", kind.rawValue)
        json.add("started", record.started)
        json.add("updated", record.summary?.updated)
        json.add("state", record.state.rawValue)
        json.add("reason", json: Words.json(record.reason, record.reason(in: .korean)))
        json.add("epochs", record.epochs)
        json.add("wanted_epochs", record.wantedEpochs)
        let networks = kind == .forecast ? RunNetwork.all(in: record.run, of: PagePrograms.all) : []
        let best = networks.isEmpty ? Best(record, kind) : Best(networks)
        json.add("best", best.value)
        json.add("best_metric", best.metric)
        json.add("best_of", best.split)
        json.add("best_epoch", best.epoch)
        let test = networks.isEmpty ? Test(record, kind) : Test(networks)
        json.add("test", test.value)
        json.add("test_error", test.error)
        json.add("test_metric", test.metric)
        json.add("seconds", record.trainingSeconds)
        json.add("options", json: Self.options(record.configuration))
        Self.add(marks.marks, to: &json)
        let problems = record.problems + networks.flatMap(\.problems) + [marks.problem].compactMap(\.self)
        json.add("problems", problems.map { $0.cut(atMost: 1000) })
        self.id = id
        state = record.state
        self.json = json.text
    }

    /// Creates the item of a run of which only the summary was read, which takes a tenth of the time.
    init(quick run: RunDirectory, id: String) {
        let summary = try? RunSummary.read(run)
        state = (try? run.state(of: summary)) ?? .failed
        var json = Self.beginning(run, id: id)
        for name in [
            "program", "kind", "wanted_epochs", "best", "best_metric", "best_of", "best_epoch", "reason",
        ] {
            json.add(name, json: "null")
        }
        json.add("started", summary?.started ?? RunRecord.time(ofName: run.name))
        json.add("updated", summary?.updated)
        json.add("state", state.rawValue)
        json.add("epochs", summary?.epochs ?? 0)
        let accuracy = summary?["accuracy", .test]
        json.add("test", accuracy)
        json.add("test_error", summary?.standardError(.test))
        json.add("test_metric", accuracy.map { _ in "accuracy" })
        json.add("seconds", summary?.trainingSeconds ?? 0)
        json.add("options", json: "{}")
        Self.add(RunMarks(), to: &json)
        json.add("problems", [])
        self.id = id
        self.json = json.text
    }

    private static func beginning(_ run: RunDirectory, id: String) -> JSONText {
        var json = JSONText()
        json.add("id", id)
        json.add("name", run.name)
        json.add("title", RunDirectory.parts(ofName: run.name).map { String($0.name) } ?? run.name)
        return json
    }

    private static func add(_ marks: RunMarks, to json: inout JSONText) {
        json.add("tags", marks.tags)
        json.add("note", marks.note)
        json.add("is_pinned", marks.isPinned)
        json.add("is_hidden", marks.isHidden)
    }

    /// Returns the options that differ from their defaults and do not describe the machine.
    private static func options(_ configuration: RunConfiguration?) -> String {
        guard let configuration else { return "{}" }
        let chosen = configuration.names.filter {
            configuration.isChosen($0) && configuration.hasEffect($0)
        }
        var json = JSONText()
        for key in chosen { json.add(JSONText.key(key), json: JSONText.json(configuration[key])) }
        return json.text
    }
}

extension JSONText {
    /// Returns a key of a file as a name for ``add(_:json:)``, without its quotes.
    static func key(_ key: String) -> String { String(quoted(key).dropFirst().dropLast()) }
}

/// A text of the page in both languages; null if there is none.
struct Words: Hashable, Sendable, Encodable {
    let en: String
    let ko: String

    init(en: String, ko: String) { (self.en, self.ko) = (en, ko) }
}

extension Words {
    /// Returns a text that may be missing, as JSON.
    static func json(_ english: String?, _ korean: String?) -> String {
        guard let english else { return "null" }
        var json = JSONText()
        json.add("en", english)
        json.add("ko", korean ?? english)
        return json.text
    }
}

/// The best value of a run during training.
private struct Best {
    var value: Double?
    var metric: String?
    var split: String?
    var epoch: Int?

    /// The best monitored accuracy; the perplexity of a run on text; the loss of a run without accuracy.
    init(_ record: RunRecord, _ kind: RunKind) {
        let metrics = record.allMetrics
        let metric =
            (kind == .text ? metrics.first { $0 == .perplexity } : nil)
            ?? metrics.first { $0 == .accuracy } ?? metrics.first
        guard let metric, let value = record.metrics.best(metric) else { return }
        self.value = value
        self.metric = metric.name
        split = record.monitoredSplit
        epoch = record.metrics.rows.first { $0.monitored(metric.name) == value }?.epoch
    }

    /// The lowest loss of several networks.
    init(_ networks: [RunNetwork]) {
        let rows = networks.compactMap { network in network.metrics.best.map { (network, $0) } }
        guard let (network, row) = rows.min(by: { $0.1.monitoredLoss < $1.1.monitoredLoss }) else { return }
        value = row.monitoredLoss
        metric = "loss"
        split = network.metrics.hasValidation ? "validation" : "train"
        epoch = row.epoch
    }
}

/// The score of a run on the test set.
private struct Test {
    var value: Double?
    var error: Double?
    var metric: String?

    init(_ record: RunRecord, _ kind: RunKind) {
        let names = kind == .text ? ["perplexity", "accuracy", "loss"] : ["accuracy", "loss"]
        for name in names {
            guard let value = record.summary?[name, .test] else { continue }
            (self.value, metric) = (value, name)
            if name == "accuracy" { error = record.summary?.standardError(.test) }
            return
        }
    }

    /// The lowest error of several networks.
    init(_ networks: [RunNetwork]) {
        value = networks.compactMap(\.testError).filter(\.isFinite).min()
        metric = value.map { _ in "rmse" }
    }
}
