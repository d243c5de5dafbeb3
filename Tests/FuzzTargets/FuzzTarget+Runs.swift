import Forecasting
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import SequenceClassification
import Sweeps
import TensorBoard
import Training

extension FuzzTarget {
    /// Any JSON, which must be the same when it is written again.
    static let json = FuzzTarget("json") { input in
        let path = input.write(input.bytes)
        let value: JSONValue = try JSON.read(from: path)
        // The texts are compared, because NaN differs from itself.
        let text = try JSON.text(value)
        let again: JSONValue = try readBack { try JSON.value(from: text) }
        try require(try JSON.text(again) == text, "the value differs when it is written again")
    }

    /// A recipe, which must be the same when it is written again.
    static let recipe = FuzzTarget("recipe") { input in
        let recipe = try ImageTraining.Recipe(input.write(input.bytes))
        let text = try recipe.text()
        let again = try readBack { try ImageTraining.Recipe(input.write(text.utf8, to: "written")) }
        try require(again.options == recipe.options, "the recipe differs when it is written again")
        _ = recipe.options(epochs: 1).complaint
        _ = ImageTraining.Recipe.tutorial.title(with: recipe.options)
    }

    /// The files of a run; see ``FuzzInput/parts``.
    static let run = FuzzTarget("run") { input in
        let name = "20260131-235959-sample"
        let run = RunDirectory(path: input.makeDirectory(name))
        _ = input.makeDirectory("\(name)/lstm-0")
        input.writeParts(
            [
                "config.json", "summary.json", "evaluation.json", "metrics.csv", "metrics.jsonl",
                "forecast.json", "mistakes.json", "lstm-0/metrics.csv",
            ], in: name)
        let programs: [Program] = [.mnistBiLSTM, .sequenceClassifier, .stockForecast]
        let list = try RunList(root: input.directory, of: programs)
        _ = try list.json()
        let texts = [
            list.text(), RunDescription(run, of: programs).text(),
            RunComparison([run, run], of: programs).text(environment: true),
        ]
        for text in texts {
            try require(
                text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control },
                "a control character in a text for the screen")
        }
        _ = ImageRunReport(run: run).html
        _ = SequenceRunReport.of(RunRecord(run, of: programs)).html
        try ForecastReport(run).write()
        _ = TrainingRunReport(RunRecord(run, of: [])).html
        let model = Sequential(inputShape: [2, 1], [.simpleRNN(1), .dense(2)])
        _ = try? TrainingRun(continuing: run.path, for: Trainer(model: model, loss: CrossEntropyLoss()))
        let lock = try RunDirectory.Lock(run)
        if let options = try? lock.options(ForecastTraining.Options.self) { _ = options.complaint }
        try lock.check(lock.options(ImageTraining.Options.self))
    }

    /// The files of a sweep (see ``FuzzInput/parts``), and in the part `set` one value of `--set` per line.
    static let sweep = FuzzTarget("sweep") { input in
        let folder = "sweeps/sample"
        _ = input.makeDirectory("\(folder)/entries")
        input.writeParts(
            ["plan.json", "entries/entry-0000.json", "entries/entry-0001.json"], in: folder)
        if let lines = input.parts["set"] { try checkAxes(lines) }
        let sweep = try SweepDirectory.find(
            "sample", root: input.directory, of: ImageTraining.Options.self)
        let plan = try sweep.plan()
        let again: SweepPlan = try readBack { try JSON.value(from: JSON.text(plan)) }
        try require(again == plan, "the plan differs when it is written again")
        for entry in plan.entries.prefix(16) { _ = plan.arguments(of: entry) }
        let results = try SweepResults(sweep)
        _ = (try plan.defaultName(), plan.table(), results.csv(), results.timesCSV())
    }

    private static func checkAxes(_ lines: ArraySlice<UInt8>) throws {
        let words = lines.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        let axes = words.prefix(3).compactMap { try? SweepAxis($0, of: .mnistBiLSTM) }
        let seeds = try SweepSeeds(words.last ?? "0")
        for draws in [nil, 3] {
            guard
                let plan = try? SweepPlan(
                    of: .mnistBiLSTM, base: [], axes: axes, seeds: seeds, draws: draws)
            else {
                continue
            }
            try require(plan.impossible == nil, "a plan that cannot be read: \(plan.impossible ?? "")")
        }
    }

    /// A TensorBoard event file, whose checksums are corrected.
    static let events = FuzzTarget("events") { input in
        var bytes = input.bytes
        // Both checksums of a record.
        for _ in 0..<64 {
            var scanner = RecordScanner(bytes)
            do {
                var end = 0
                while let place = try scanner.next() {
                    try require(
                        place.lowerBound >= end && place.upperBound <= scanner.offset
                            && scanner.offset <= bytes.count, "a record outside of the file")
                    end = scanner.offset
                    let cut = try readBack { try RecordScanner.end(ofFirst: scanner.count, in: bytes) }
                    try require(cut == end, "the file is cut elsewhere")
                }
                try require(end == bytes.count, "bytes after the last record")
                return
            } catch let error as RecordError {
                guard let right = UInt32(error.found) else { return }
                switch error.reason {
                case .lengthChecksum:
                    bytes.replaceSubrange(error.offset + 8..<error.offset + 12, with: littleEndian(right))
                case .dataChecksum:
                    let size = bytes[scanner.offset..<scanner.offset + 8].reversed().reduce(0) {
                        $0 << 8 | Int($1)
                    }
                    let place = error.offset + size
                    bytes.replaceSubrange(place..<place + 4, with: littleEndian(right))
                case .truncated, .missing: return
                }
            }
        }
    }
}
