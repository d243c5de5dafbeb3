import Console
import Datasets
import Platform
import Testing

@testable import Forecasting

@Suite("The options of a forecast training")
struct ForecastOptionsTests {
    private typealias Options = ForecastTraining.Options

    /// Options that affect the weights of no network.
    private static let free = [
        "model", "seeds", "data", "horizon", "print_every", "progress", "quiet", "language", "threads",
        "runs", "name",
    ]

    /// A change of every option, by its name in JSON.
    private static let changes: [String: @Sendable (inout ForecastTraining.Options) -> Void] = [
        "model": { $0.model = .gru }, "epochs": { $0.epochs = 7 }, "batch_size": { $0.batchSize = 9 },
        "learning_rate": { $0.learningRate = 1.0 / 3 }, "hidden_size": { $0.hiddenSize = 13 },
        "layers": { $0.layers = 3 }, "seeds": { $0.seeds = 4 }, "seed": { $0.seed = .max },
        "sigmoid": { $0.sigmoid = false }, "date_column": { $0.reading.dateColumn = "Tag" },
        "date_order": { $0.reading.dateOrder = .dayFirst }, "ticker": { $0.reading.ticker = "TST" },
        "skip_no_trade": { $0.reading.skipsDaysWithoutTrade = true }, "data": { $0.data = "else.csv" },
        "from": { $0.from = CalendarDate("2001-02-03") },
        "to": { $0.to = CalendarDate("2011-12-13") }, "rows": { $0.rows = 300 },
        "features": { $0.features = ["Close", "Change"] }, "target": { $0.target = "Open" },
        "scaler": { $0.scaler = .standard }, "scale_on": { $0.scaleOn = .all },
        "sequence_length": { $0.sequenceLength = 8 }, "train_windows": { $0.trainWindows = 100 },
        "horizon": { $0.horizon = 3 }, "print_every": { $0.printEvery = 0 },
        "progress": { $0.progress = .none }, "quiet": { $0.quiet = true },
        "language": { $0.language = .korean }, "threads": { $0.threads = 1000 },
        "runs": { $0.runs = "others" }, "name": { $0.name = "other" },
    ]

    /// The names of all options, including nil ones, so that a new option cannot be forgotten here.
    private static var names: [String] {
        let options = Options()
        let labels = [Mirror(reflecting: options), Mirror(reflecting: options.reading)]
            .flatMap { $0.children.compactMap(\.label) }.filter { $0 != "reading" }
        return labels.map { label in
            label == "skipsDaysWithoutTrade"
                ? "skip_no_trade"
                : label.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }

    private static func changed(_ names: some Sequence<String>) -> ForecastTraining.Options {
        var options = Options()
        for name in names { changes[name]?(&options) }
        return options
    }

    @Test
    func `every option is changed in this test and is in the order of reports`() {
        #expect(Self.names.sorted() == Self.changes.keys.sorted())
        #expect(Options.fields.map(\.key).sorted() == Self.names.sorted())
        for name in Self.names { #expect(Self.changed([name]) != Options(), "\(name)") }
    }

    @Test(arguments: names)
    func `options are read back from config.json`(name: String) throws {
        let options = Self.changed([name])
        #expect(try JSON.value(Options.self, from: JSON.text(options)) == options)
    }

    @Test(
        arguments: names
    )
    func `options that affect weights are stored in checkpoints and listed as differences`(name: String)
        throws
    {
        let options = Self.changed([name])
        let isFree = Self.free.contains(name)
        #expect(try (options.decisiveText() == Options().decisiveText()) == isFree)
        let found = Options().differences(to: options)
        guard !isFree else {
            #expect(found == [])
            return
        }
        let option = "--" + name.replacing("_", with: "-")
        #expect(found.count == 1 && found[0].hasPrefix("\(option): the run has "))
        #expect(found[0].contains(", the command line gives "))
    }

    @Test
    func `differences are written for people`() throws {
        #expect(
            Options().differences(to: Self.changed(["features", "from", "scale_on"])) == [
                "--features: the run has Open, High, Low, Volume, the command line gives Close, Change",
                "--from: the run has none, the command line gives 2001-02-03",
                "--scale-on: the run has train, the command line gives all",
            ])
    }

    @Test(arguments: ForecastModel.allCases)
    func `the networks are the tutorials' networks`(model: ForecastModel) {
        let network = Options().network(model)
        #expect(network.stack.cell == [.rnnTanh, .lstm, .gru][ForecastModel.allCases.firstIndex(of: model)!])
        #expect(network.stack.inputSize == 4 && network.stack.hiddenSize == 8 && network.stack.numLayers == 2)
        #expect(network.sequenceLength == 5)
        #expect(network.output == .values(1, activation: model == .rnn ? .sigmoid : .none))
        // With one gate: (4 + 8 + 2) × 8 and (8 + 8 + 2) × 8; the linear layer: 40 → 1.
        let gates = [1, 4, 3][ForecastModel.allCases.firstIndex(of: model)!]
        #expect(network.layout.count == gates * (14 * 8 + 18 * 8) + 41)
    }

    @Test
    func `the members are ordered by model and then by seed`() {
        func names(_ change: (inout ForecastTraining.Options) -> Void) -> [String] {
            smallForecast(change).members.map { "\($0.model)-\($0.seed)" }
        }
        #expect(names { _ in } == ["rnn-0", "lstm-0", "gru-0"])
        #expect(names { ($0.model, $0.seeds, $0.seed) = (.lstm, 3, 5) } == ["lstm-5", "lstm-6", "lstm-7"])
        #expect(names { $0.seeds = 2 } == ["rnn-0", "rnn-1", "lstm-0", "lstm-1", "gru-0", "gru-1"])
        #expect(
            names { ($0.model, $0.seeds, $0.seed) = (.gru, 2, .max) } == [
                "gru-18446744073709551615", "gru-0",
            ])
    }

    /// Values of options that would trap later.
    @Test
    func `invalid options are rejected`() {
        #expect(Options().complaint == nil)
        #expect(Self.changed(Self.names).complaint == nil)
        let cases: [(String, (inout ForecastTraining.Options) -> Void)] = [
            ("epochs", { $0.epochs = 0 }), ("epochs", { $0.epochs = .max }),
            ("batch-size", { $0.batchSize = 0 }), ("learning-rate", { $0.learningRate = 0 }),
            ("learning-rate", { $0.learningRate = .nan }), ("hidden-size", { $0.hiddenSize = 0 }),
            ("hidden-size", { $0.hiddenSize = 1 << 20 }), ("layers", { $0.layers = 0 }),
            ("seeds", { $0.seeds = 0 }), ("seeds", { $0.seeds = .max }), ("rows", { $0.rows = 0 }),
            ("features", { $0.features = [] }), ("features", { $0.features = ["Open", "open"] }),
            ("sequence-length", { $0.sequenceLength = 0 }), ("train-windows", { $0.trainWindows = 0 }),
            ("train-windows", { $0.trainWindows = .max }), ("horizon", { $0.horizon = -1 }),
            ("horizon", { $0.horizon = 1001 }), ("print-every", { $0.printEvery = -1 }),
            ("threads", { $0.threads = 0 }), ("target", { $0.target = "" }),
            (
                "to",
                {
                    ($0.from, $0.to) = (CalendarDate("2019-01-31"), CalendarDate("2019-01-30"))
                }
            ),
        ]
        for (name, change) in cases {
            #expect(smallForecast(change).complaint?.hasPrefix("--\(name) must ") == true, "\(name)")
        }
    }
}
