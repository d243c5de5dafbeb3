import Datasets
import Foundation
import Platform
import TestSupport
import Testing

@testable import ImageClassification

@Suite("What a checkpoint keeps of the options")
struct OptionsRecipeTests {
    private typealias Options = ImageTraining.Options

    private static let free = [
        "checkpoints", "time_limit", "progress", "quiet", "threads", "data", "runs", "name", "test",
    ]

    /// A change to every option, by its name in JSON.
    private static let changes: [String: @Sendable (inout ImageTraining.Options) -> Void] = [
        "epochs": { $0.epochs = 7 }, "batch_size": { $0.batchSize = 9 },
        "cell": { $0.cell = .gruResetBefore },
        "hidden_size": { $0.hiddenSize = 13 }, "layers": { $0.layers = 3 },
        "bidirectional": { $0.bidirectional = false }, "readout": { $0.readout = .mean },
        "dropout": { $0.dropout = 0.1 + 0.2 },
        "readout_dropout": { $0.readoutDropout = .leastNonzeroMagnitude },
        "label_smoothing": { $0.labelSmoothing = 0.25 }, "validation": { $0.validation = 5000 },
        "early_stopping": { $0.earlyStopping = 4 }, "optimizer": { $0.optimizer = .rmsprop },
        "learning_rate": { $0.learningRate = 1.0 / 3 }, "momentum": { $0.momentum = 0 },
        "weight_decay": { $0.weightDecay = 1 }, "schedule": { $0.schedule = .oneCycle },
        "warm_up_epochs": { $0.warmUpEpochs = 1 }, "final_share": { $0.finalShare = 0.001 },
        "ema": { $0.ema = 0.999 }, "teacher": { $0.teacher = "runs/a" },
        "teacher_weight": { $0.teacherWeight = 1 }, "temperature": { $0.temperature = 4 },
        "augment": { $0.augment = .affine },
        "augment_shift": { $0.augmentShift = 0 },
        "augment_rotation": { $0.augmentRotation = 400 }, "augment_scale": { $0.augmentScale = 1.0.nextDown },
        "augment_shear": { $0.augmentShear = 0.3 }, "augment_elastic": { $0.augmentElastic = 1.5 },
        "step_epochs": { $0.stepEpochs = 11 },
        "patience": { $0.patience = 0 }, "reduction": { $0.reduction = 0.5 },
        "clip_norm": { $0.clipNorm = 1e300 },
        "clip_value": { $0.clipValue = 1e16 }, "seed": { $0.seed = .max }, "log_every": { $0.logEvery = 0 },
        "checkpoints": { $0.checkpoints.every = .seconds(90) }, "time_limit": { $0.timeLimit = 600 },
        "dataset": { $0.dataset = .kmnist },
        "progress": { $0.progress = .line }, "quiet": { $0.quiet = true }, "threads": { $0.threads = 1000 },
        "data": { $0.data = "elsewhere" }, "runs": { $0.runs = "others" }, "name": { $0.name = "other" },
        "test": { $0.test = false },
    ]

    /// All options, those that are nil too: a new one cannot be forgotten here.
    private static var names: [String] {
        Mirror(reflecting: Options()).children.compactMap(\.label).map { label in
            label.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }

    private static func changed(_ names: some Sequence<String>) -> ImageTraining.Options {
        var options = ImageTraining.Options()
        for name in names { changes[name]?(&options) }
        return options
    }

    @Test("every option is changed here, to something else than its default")
    func complete() {
        #expect(Self.names.sorted() == Self.changes.keys.sorted())
        for name in Self.names { #expect(Self.changed([name]) != Options(), "\(name)") }
    }

    @Test("each comes back, unless a resume may change it", arguments: names)
    func each(name: String) throws {
        let options = Self.changed([name])
        let isFree = Self.free.contains(name)
        let recipe = try options.recipeText()
        #expect(try Options().with(recipe: recipe) == (isFree ? Options() : options))
        #expect(try (recipe == Options().recipeText()) == isFree)
        // From a run that was changed back.
        let back = try options.with(recipe: Options().recipeText())
        #expect(back == (isFree ? options : Options()))
        #expect(try options.with(recipe: recipe) == options)
    }

    @Test("all together, over a configuration with all others")
    func together() throws {
        let all = Self.changed(Self.names)
        #expect(
            try Options().with(recipe: all.recipeText())
                == Self.changed(Self.names.filter { !Self.free.contains($0) }))
        #expect(try all.with(recipe: Options().recipeText()) == Self.changed(Self.free))
    }

    @Test("each difference in words", arguments: names)
    func differences(name: String) throws {
        let options = Self.changed([name])
        let found = try Options().differences(to: options)
        #expect(try options.differences(to: options) == [])
        guard !Self.free.contains(name) else {
            #expect(found == [])
            return
        }
        let option = "--" + name.replacing("_", with: "-")
        #expect(found.count == 1 && found[0].hasPrefix("\(option): the run has "))
        #expect(found[0].contains(", asked for "))
        #expect(try options.differences(to: Options()).count == 1)
    }

    @Test("numbers as a person writes them, none for nothing, in the order of the alphabet")
    func words() throws {
        let found = try Options().differences(
            to: Self.changed(["learning_rate", "early_stopping", "seed", "cell"]))
        #expect(
            found == [
                "--cell: the run has lstm, asked for gru-reset-before",
                "--early-stopping: the run has none, asked for 4",
                "--learning-rate: the run has 0.005, asked for 0.3333333333333333",
                "--seed: the run has 0, asked for 18446744073709551615",
            ])
    }

    @Test("a recipe is in config.json's words, sorted, in a line")
    func text() throws {
        let recipe = try Options().recipeText()
        #expect(recipe.hasPrefix(#"{"augment":"none","batch_size":128,"bidirectional":true,"#))
        #expect(!recipe.contains("\n"))
        for name in Self.free { #expect(!recipe.contains("\"\(name)\"")) }
    }

    @Test("options as config.json has them come back", arguments: names)
    func configuration(name: String) throws {
        let options = Self.changed([name])
        #expect(try JSON.value(Options.self, from: JSON.text(options)) == options)
    }

    @Test("without a data set, as it was before there were several, it is MNIST")
    func noDataset() throws {
        func older(_ text: String) -> String { text.replacing(/"dataset"\ ?:\ ?"mnist",?/, with: "") }
        let recipe = try older(Options().recipeText())
        #expect(try recipe != Options().recipeText() && !recipe.contains("mnist"))
        #expect(try Self.changed(["dataset"]).with(recipe: recipe) == Options())
        #expect(try JSON.value(Options.self, from: older(JSON.text(Options()))) == Options())
        #expect(throws: DecodingError.self) { try Options().with(recipe: #"{"dataset":"imagenet"}"#) }
    }

    @Test("another data set has a directory of its own, unless another is told")
    func chosen() {
        func chosen(_ dataset: ImageDataset?, _ data: String?, from former: Options = Options()) -> String {
            var options = former
            options.choose(dataset, data: data)
            #expect(options.dataset == dataset ?? former.dataset)
            return options.data
        }
        #expect(chosen(nil, nil) == "datasets/mnist" && chosen(nil, "x") == "x")
        #expect(chosen(.emnistLetters, nil) == "datasets/emnist" && chosen(.emnistLetters, "x") == "x")
        var run = Options()
        (run.dataset, run.data) = (.kmnist, "mine")
        #expect(chosen(nil, nil, from: run) == "mine" && chosen(.kmnist, nil, from: run) == "mine")
        #expect(chosen(.mnist, nil, from: run) == "datasets/mnist")
    }

    @Test(
        "what is no recipe",
        arguments: ["", "[]", "{", #"{"epochs":"many"}"#, #"{"seed":-1}"#, #"{"epochs":null}"#, "{}"])
    func noRecipe(text: String) {
        #expect(throws: DecodingError.self) { try Options().with(recipe: text) }
    }

    /// The values of options that would trap later on, and the least and the greatest that do not.
    @Test("options that cannot be")
    func impossible() {
        #expect(Options().impossible == nil)
        #expect(Self.changed(Self.names.filter { $0 != "clip_value" }).impossible == nil)
        var clipped = Options()
        (clipped.clipNorm, clipped.clipValue) = (1, 1)
        #expect(clipped.impossible?.contains("expected one of them, found both") == true)
        var warming = Options()
        (warming.schedule, warming.epochs, warming.warmUpEpochs) = (.cosine, 2, 2)
        #expect(warming.impossible?.contains("expected less than the 2 of") == true)
        warming.warmUpEpochs = 2.0.nextDown
        #expect(warming.impossible == nil)
        let cases: [(String, (inout ImageTraining.Options) -> Void)] = [
            ("epochs", { $0.epochs = 0 }), ("epochs", { $0.epochs = .max }),
            ("batch_size", { $0.batchSize = 0 }),
            ("hidden_size", { $0.hiddenSize = -1 }), ("layers", { $0.layers = 0 }),
            ("dropout", { $0.dropout = 1 }),
            ("dropout", { $0.dropout = .nan }), ("readout_dropout", { $0.readoutDropout = -1 }),
            ("label_smoothing", { $0.labelSmoothing = .infinity }), ("validation", { $0.validation = -1 }),
            ("early_stopping", { $0.earlyStopping = 0 }), ("learning_rate", { $0.learningRate = -1 }),
            ("learning_rate", { $0.learningRate = .nan }), ("momentum", { $0.momentum = -1 }),
            ("weight_decay", { $0.weightDecay = -1 }), ("warm_up_epochs", { $0.warmUpEpochs = .nan }),
            ("step_epochs", { $0.stepEpochs = 0 }), ("patience", { $0.patience = -1 }),
            ("reduction", { $0.reduction = 0 }), ("clip_norm", { $0.clipNorm = -1 }),
            ("clip_value", { $0.clipValue = .nan }), ("log_every", { $0.logEvery = -1 }),
            ("kept", { $0.checkpoints.kept = 0 }), ("time_limit", { $0.timeLimit = .nan }),
            ("final_share", { $0.finalShare = 1 }), ("ema", { $0.ema = 1 }),
            ("teacher_weight", { $0.teacherWeight = 1.1 }), ("temperature", { $0.temperature = 0 }),
            ("augment_shift", { $0.augmentShift = -1 }),
            ("augment_rotation", { $0.augmentRotation = .infinity }),
            ("augment_scale", { $0.augmentScale = 1 }), ("augment_shear", { $0.augmentShear = .nan }),
            ("augment_elastic", { $0.augmentElastic = -0.1 }), ("threads", { $0.threads = 0 }),
            ("threads", { $0.threads = .max }),
        ]
        for (name, change) in cases {
            var options = Options()
            change(&options)
            #expect(options.impossible?.hasPrefix("impossible \"\(name)\": expected ") == true)
        }
    }
}
