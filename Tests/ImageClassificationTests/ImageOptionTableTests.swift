import Console
import Datasets
import Foundation
import Platform
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import ImageClassification
@testable import Runs

@Suite("The table of options")
struct ImageOptionTableTests {
    private typealias Options = ImageTraining.Options

    /// Options that affect neither weights nor logs: a run trained with another value has the same checkpoints.
    private static let free: Set<String> = [
        "checkpoints", "time_limit", "progress", "quiet", "language", "threads", "data", "runs", "name",
        "test",
    ]

    /// A change of every option, by its name in JSON.
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
        "init_from": { $0.initFrom = "weights.pt" }, "freeze": { $0.freeze = .fc },
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
        "progress": { $0.progress = .line }, "quiet": { $0.quiet = true },
        "language": { $0.language = .korean }, "threads": { $0.threads = 1000 },
        "data": { $0.data = "elsewhere" }, "runs": { $0.runs = "others" }, "name": { $0.name = "other" },
        "test": { $0.test = false },
    ]

    /// The names of all options, including nil ones, so that a new option cannot be forgotten here.
    private static var names: [String] {
        let parts: [Any] = [Options(), Options().common]
        let labels = parts.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }
        return labels.filter { $0 != "common" }.map { label -> String in
            label.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }

    private static func changed(_ names: some Sequence<String>) -> ImageTraining.Options {
        var options = ImageTraining.Options()
        for name in names { changes[name]?(&options) }
        return options
    }

    @Test
    func `every option is changed in this test and has a field`() {
        #expect(Self.names.sorted() == Self.changes.keys.sorted())
        #expect(Set(Options.fields.map { $0.place[0] }) == Set(Self.names))
        #expect(Set(Options.fields.map(\.key)).count == Options.fields.count)
        for name in Self.names { #expect(Self.changed([name]) != Options(), "\(name)") }
    }

    @Test(arguments: names)
    func `every option is stored in a checkpoint unless a resume may change it`(name: String) throws {
        let options = Self.changed([name])
        let isFree = Self.free.contains(name)
        let recipe = try options.decisiveText()
        #expect(try Options().with(decisive: recipe) == (isFree ? Options() : options))
        #expect(try (recipe == Options().decisiveText()) == isFree)
        // The run was changed back.
        let back = try options.with(decisive: Options().decisiveText())
        #expect(back == (isFree ? options : Options()))
        #expect(try options.with(decisive: recipe) == options)
    }

    @Test
    func `all options together are read over a configuration with other values`() throws {
        let all = Self.changed(Self.names)
        #expect(
            try Options().with(decisive: all.decisiveText())
                == Self.changed(Self.names.filter { !Self.free.contains($0) }))
        #expect(try all.with(decisive: Options().decisiveText()) == Self.changed(Self.free))
    }

    /// Returns the weights after two steps of a model that is small enough for tests.
    private static func weights(_ options: Options) throws -> [Float] {
        var options = options
        (options.hiddenSize, options.layers) = (2, 1)
        let images = noiseImages(20)
        let trainer = Trainer(
            model: options.model(for: images), optimizer: options.chosenOptimizer,
            schedule: options.chosenSchedule, clipping: options.clipping,
            labelSmoothing: options.labelSmoothing, augmentation: options.augmentation, seed: options.seed,
            threads: min(2, options.threads))
        try trainer.fit(images, epochs: 1, batchSize: min(16, options.batchSize))
        return trainer.engine.parameters.elements
    }

    /// Otherwise a resumed run would be a different training than the stopped one.
    @Test(arguments: free.sorted())
    func `the weights do not depend on what a resume may change`(name: String) throws {
        #expect(try Self.weights(Self.changed([name])) == Self.weights(Options()))
    }

    @Test(
        arguments: [
            "batch_size", "bidirectional", "cell", "label_smoothing", "learning_rate", "optimizer", "readout",
            "seed", "augment_shift",
        ])
    func `a resume may not change what the weights depend on`(name: String) throws {
        var options = Self.changed([name])
        if name == "augment_shift" { options.augmentShift = 2 }
        #expect(try Self.weights(options) != Self.weights(Options()))
        #expect(Options.field(name)?.scope == .weights)
    }

    @Test(arguments: names)
    func `every difference is in words`(name: String) throws {
        let options = Self.changed([name])
        let found = Options().differences(to: options)
        #expect(options.differences(to: options) == [])
        guard !Self.free.contains(name) else {
            #expect(found == [])
            return
        }
        let option = "--" + name.replacing("_", with: "-")
        let first = try #require(found.first, "expected a value of \(name) in ImageOptionTableTests.changes")
        #expect(found.count == 1 && first.hasPrefix("\(option): the run has "))
        #expect(first.contains(", the command line gives "))
        #expect(options.differences(to: Options()).count == 1)
    }

    @Test
    func `numbers are written for people, nil values are left out, and names are sorted`() throws {
        let found = Options().differences(
            to: Self.changed(["learning_rate", "early_stopping", "seed", "cell"]))
        #expect(
            found == [
                "--cell: the run has lstm, the command line gives gru-reset-before",
                "--early-stopping: the run has none, the command line gives 4",
                "--learning-rate: the run has 0.005, the command line gives 0.3333333333333333",
                "--seed: the run has 0, the command line gives 18446744073709551615",
            ])
    }

    @Test
    func `a recipe has the names of config.json, sorted, in one line`() throws {
        let recipe = try Options().decisiveText()
        #expect(recipe.hasPrefix(#"{"augment":"none","batch_size":128,"bidirectional":true,"#))
        #expect(!recipe.contains("\n"))
        for name in Self.free { #expect(!recipe.contains("\"\(name)\"")) }
    }

    @Test(arguments: names)
    func `options are read back from config.json`(name: String) throws {
        let options = Self.changed([name])
        #expect(try JSON.value(Options.self, from: JSON.text(options)) == options)
    }

    @Test
    func `a configuration without a data set is MNIST`() throws {
        func older(_ text: String) -> String { text.replacing(/"dataset"\ ?:\ ?"mnist",?/, with: "") }
        let recipe = try older(Options().decisiveText())
        #expect(try recipe != Options().decisiveText() && !recipe.contains("mnist"))
        #expect(try Self.changed(["dataset"]).with(decisive: recipe) == Options())
        #expect(try JSON.value(Options.self, from: older(JSON.text(Options()))) == Options())
        #expect(throws: DecodingError.self) { try Options().with(decisive: #"{"dataset":"imagenet"}"#) }
    }

    @Test
    func `another data set has its default directory unless one is given`() {
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
        arguments: ["", "[]", "{", #"{"epochs":"many"}"#, #"{"seed":-1}"#, #"{"epochs":null}"#, "{}"])
    func `invalid recipes are rejected`(text: String) {
        #expect(throws: DecodingError.self) { try Options().with(decisive: text) }
    }

    @Test
    func `an option missing from a file has its default`() throws {
        let text = #"{"epochs":50}"#
        #expect(try Options().with(decisive: text) == Options())
        #expect(try Self.changed(Self.names).with(decisive: text) == Self.changed(Self.free))
    }

    @Test
    func `options that exclude each other are rejected`() {
        #expect(Options().complaint == nil)
        #expect(
            Self.changed(Self.names.filter { !["clip_value", "epochs"].contains($0) }).complaint == nil)
        var clipped = Options()
        (clipped.clipNorm, clipped.clipValue) = (1, 1)
        #expect(clipped.complaint == "--clip-norm and --clip-value cannot be combined; remove one of them")
        var warming = Options()
        (warming.schedule, warming.epochs, warming.warmUpEpochs) = (.cosine, 2, 2)
        #expect(warming.complaint == "--warm-up-epochs must be below --epochs (2), not 2.0")
        warming.warmUpEpochs = 2.0.nextDown
        #expect(warming.complaint == nil)
        var stepping = Options()
        (stepping.schedule, stepping.epochs, stepping.stepEpochs) = (.step, 12, 12)
        #expect(stepping.complaint == "--step-epochs must be below --epochs (12), not 12")
    }

    /// A run that trains must be resumable, and its config.json is read by the second rule.
    @Test func `a command line over a recipe is rejected like a file with the same options`() {
        var recipe = Options()
        (recipe.schedule, recipe.epochs, recipe.stepEpochs) = (.step, 12, 9)
        let given = GivenOptions<Options>([("epochs", .integer(8))])
        let options = given.applied(to: recipe)
        let complaint = "--step-epochs must be below --epochs (8), not 9"
        #expect(given.conflict(in: options) == complaint && options.complaint == complaint)
    }

    private typealias Change = @Sendable (inout ImageTraining.Options) -> Void

    /// A value beyond each bound, and a value within it.
    private static let boundaries: [(option: String, beyond: Change, within: Change)] = [
        ("--epochs", { $0.epochs = 0 }, { $0.epochs = 1 }),
        ("--epochs", { $0.epochs = 1_000_001 }, { $0.epochs = 1_000_000 }),
        ("--batch-size", { $0.batchSize = 0 }, { $0.batchSize = 1 }),
        ("--batch-size", { $0.batchSize = 1_000_001 }, { $0.batchSize = 1_000_000 }),
        ("--hidden-size", { $0.hiddenSize = 0 }, { $0.hiddenSize = 1 }),
        ("--hidden-size", { $0.hiddenSize = 2049 }, { $0.hiddenSize = 2048 }),
        ("--layers", { $0.layers = 0 }, { $0.layers = 1 }),
        ("--layers", { $0.layers = 17 }, { $0.layers = 16 }),
        ("--dropout", { $0.dropout = 1 }, { $0.dropout = 1.0.nextDown }),
        ("--dropout", { $0.dropout = .nan }, { $0.dropout = 0 }),
        ("--readout-dropout", { $0.readoutDropout = -1 }, { $0.readoutDropout = 0 }),
        ("--label-smoothing", { $0.labelSmoothing = .infinity }, { $0.labelSmoothing = 0 }),
        ("--validation", { $0.validation = -1 }, { $0.validation = 1_000_000 }),
        ("--validation", { $0.validation = 1_000_001 }, { $0.validation = 0 }),
        ("--early-stopping", { $0.earlyStopping = 0 }, { $0.earlyStopping = 1 }),
        ("--learning-rate", { $0.learningRate = 0 }, { $0.learningRate = .leastNonzeroMagnitude }),
        ("--learning-rate", { $0.learningRate = .nan }, { $0.learningRate = 1e300 }),
        ("--momentum", { $0.momentum = 1 }, { $0.momentum = 0 }),
        ("--weight-decay", { $0.weightDecay = -1 }, { $0.weightDecay = 0 }),
        ("--warm-up-epochs", { $0.warmUpEpochs = .nan }, { $0.warmUpEpochs = 0 }),
        ("--final-share", { $0.finalShare = 1 }, { $0.finalShare = 0 }),
        ("--step-epochs", { $0.stepEpochs = 0 }, { $0.stepEpochs = 1 }),
        ("--patience", { $0.patience = -1 }, { $0.patience = 0 }),
        ("--reduction", { $0.reduction = 0 }, { $0.reduction = .leastNonzeroMagnitude }),
        ("--reduction", { $0.reduction = 1 }, { $0.reduction = 1.0.nextDown }),
        ("--clip-norm", { $0.clipNorm = 0 }, { $0.clipNorm = 1 }),
        ("--clip-value", { $0.clipValue = .nan }, { $0.clipValue = 1 }),
        ("--ema", { $0.ema = 1 }, { $0.ema = 0 }),
        ("--teacher-weight", { $0.teacherWeight = 1.1 }, { $0.teacherWeight = 1 }),
        ("--temperature", { $0.temperature = 0 }, { $0.temperature = 1 }),
        ("--augment-shift", { $0.augmentShift = -1 }, { $0.augmentShift = 0 }),
        ("--augment-rotation", { $0.augmentRotation = .infinity }, { $0.augmentRotation = 400 }),
        ("--augment-scale", { $0.augmentScale = 1 }, { $0.augmentScale = 0 }),
        ("--augment-shear", { $0.augmentShear = .nan }, { $0.augmentShear = 0 }),
        ("--augment-elastic", { $0.augmentElastic = -0.1 }, { $0.augmentElastic = 0 }),
        ("--log-every", { $0.logEvery = -1 }, { $0.logEvery = 0 }),
        ("--keep-checkpoints", { $0.checkpoints.kept = 0 }, { $0.checkpoints.kept = 1 }),
        ("--time-limit", { $0.timeLimit = .nan }, { $0.timeLimit = 1 }),
        ("--threads", { $0.threads = 1025 }, { $0.threads = 1024 }),
        ("--data", { $0.data = "" }, { $0.data = "x" }),
        ("--runs", { $0.runs = "" }, { $0.runs = "x" }),
        ("--name", { $0.name = "a b" }, { $0.name = "a-b" }),
    ]

    @Test(arguments: boundaries.indices)
    func `bounds are the same for a configuration, a recipe and a command line`(index: Int) throws {
        let (option, beyond, within) = Self.boundaries[index]
        var (impossible, possible) = (Options(), Options())
        beyond(&impossible)
        within(&possible)
        let complaint = try #require(impossible.complaint)
        #expect(complaint.hasPrefix("\(option) must ") || complaint.hasPrefix("\(option): "))
        #expect(possible.complaint == nil)
        // The value is given as on a command line.
        let key = String(option.dropFirst(2)).replacing("-", with: "_")
        let field = try #require(Options.field(key))
        let given = GivenOptions<Options>([(key, field.json(impossible))])
        #expect(given.complaint == complaint)
        #expect(GivenOptions<Options>([(key, field.json(possible))]).complaint == nil)
    }
}
