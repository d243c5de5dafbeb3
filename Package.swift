// swift-tools-version: 6.2
import PackageDescription

/// Returns the settings of modules that compute. They are compiled with optimisation in every configuration, as whole
/// modules, so that a debug build (`swift run`) trains at full speed. The same holds in a package that depends on this
/// one: SwiftPM accepts `unsafeFlags` in a dependency whose manifest has tools version 6.2 or later.
func optimized(_ level: String, _ others: [String] = []) -> [SwiftSetting] {
    [.unsafeFlags([level, "-wmo", "-disable-batch-mode", "-num-threads", "2"] + others)]
}

/// Settings with optimisation. Debug builds keep the messages of failed preconditions, which `-O` removes.
let optimizedWithMessages =
    optimized("-O") + [.unsafeFlags(["-assert-config", "Debug"], .when(configuration: .debug))]

/// Returns the settings of kernels, which are compiled without checks, and with further options of the C compiler, which
/// decide the instruction set, too.
func kernelSettings(_ options: [String] = []) -> [SwiftSetting] {
    optimized("-Ounchecked", options.flatMap { ["-Xcc", $0] })
}

/// The kernels are built once more for each of these instruction sets, and the program chooses one when it starts.
/// (`KernelsAVX2` and `KernelsAVX512` are links to `Kernels`.)
let instructionSets = [
    ("KernelsAVX2", "x86-64-v3", "__AVX2__"), ("KernelsAVX512", "x86-64-v4", "__AVX512F__"),
]

/// Returns the options of the C compiler for an x86-64 instruction set. A manifest knows the machine that builds, not the
/// one that the program is for. So the compiler is told to use `-march` for x86-64 only, and CProcessor.h refuses x86-64
/// without the macro that the instruction set defines.
func options(march: String, macro: String) -> [String] {
    // The compiler of Swift 6.2 for Linux ignores -Xarch. It reads options from a file with the name of the target.
    #if compiler(>=6.3) || os(macOS)
        let choice = ["-Xarch_x86_64", "-march=\(march)", "-Qunused-arguments"]
    #else
        let choice = ["--config-user-dir=\(Context.packageDirectory)/Sources/CProcessor/Targets/\(march)"]
    #endif
    return choice + ["-DX86_64_REQUIRES=\(macro)"]
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// The rooms, from the ground up: a target depends only on targets before it. `make house` checks this.
let rooms: [Target] = [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CProcessor", exclude: ["Targets"]),
    .target(name: "CAllocations"),
    .target(name: "Randomness"),
    .target(name: "ElementaryFunctions", swiftSettings: optimizedWithMessages),
    .target(name: "Platform", swiftSettings: optimizedWithMessages),
    .target(name: "Console", dependencies: ["ElementaryFunctions", "Platform"]),
    .target(name: "Safetensors", dependencies: ["Platform"]),
    .target(
        name: "Pictures", dependencies: ["CZlib", "Console", "ElementaryFunctions", "Platform"],
        swiftSettings: optimizedWithMessages
    ),
    .target(name: "Protobuf", swiftSettings: optimizedWithMessages),
    .target(name: "TensorBoard", dependencies: ["Protobuf"], swiftSettings: optimizedWithMessages),
    .target(name: "ONNX", dependencies: ["Platform", "Protobuf"], swiftSettings: optimizedWithMessages),
    .target(name: "KernelInterface", swiftSettings: kernelSettings()),
    .target(
        name: "Kernels", dependencies: ["CProcessor", "ElementaryFunctions", "KernelInterface"],
        swiftSettings: kernelSettings()),
    .target(
        name: "Datasets", dependencies: ["CZlib", "Console", "Platform", "Randomness"],
        swiftSettings: optimizedWithMessages),
    .target(name: "CSV", dependencies: ["Datasets", "Platform"], swiftSettings: optimizedWithMessages),
    .target(
        name: "Prices", dependencies: ["CSV", "Console", "Datasets", "Platform"],
        swiftSettings: optimizedWithMessages),
    .target(
        name: "SequenceFiles", dependencies: ["CSV", "Datasets", "Platform"],
        swiftSettings: optimizedWithMessages),
    .target(
        name: "PyTorchFiles", dependencies: ["Datasets", "Platform", "Safetensors"],
        swiftSettings: optimizedWithMessages),
    .target(
        name: "NeuralNetworks",
        dependencies: [
            "CProcessor", "Console", "ElementaryFunctions", "KernelInterface", "Kernels", "Platform",
            "Randomness",
        ]
            + instructionSets.map { .target(name: $0.0) },
        swiftSettings: optimizedWithMessages),
    .target(
        name: "Training",
        dependencies: [
            "Console", "Datasets", "ElementaryFunctions", "NeuralNetworks", "Platform", "Randomness",
            "Safetensors",
        ]),
    .target(
        name: "Interchange",
        dependencies: ["NeuralNetworks", "ONNX", "Platform", "PyTorchFiles", "Safetensors", "Training"]),
    .target(
        name: "Runs",
        dependencies: [
            "Console", "Datasets", "Interchange", "NeuralNetworks", "Pictures", "Platform", "Safetensors",
            "TensorBoard", "Training",
        ]),
    // One import for all modules with public declarations.
    .target(
        name: "RecurrentNetworks",
        dependencies: [
            "Datasets", "Interchange", "NeuralNetworks", "Prices", "Runs", "Safetensors", "SequenceFiles",
            "Training",
        ]),
    .target(
        name: "ImageClassification",
        dependencies: [
            "Console", "Datasets", "Interchange", "NeuralNetworks", "Pictures", "Platform", "Runs",
            "TensorBoard",
            "Training",
        ],
        resources: [.embedInCode("Recipes/best.json"), .embedInCode("Recipes/tutorial.json")]),
    .target(
        name: "DigitPage",
        dependencies: [
            "Console", "ImageClassification", "NeuralNetworks", "Pictures", "Platform", "Runs", "Training",
        ],
        resources: [
            "app.js", "drawing.js", "maps.js", "network.js", "normalizer.js", "page.css", "page.html",
            "picture.js", "preparation.js", "reading.js", "texts.json",
        ].map { .embedInCode("Page/\($0)") }),
    .target(
        name: "SequenceClassification",
        dependencies: [
            "Console", "Datasets", "NeuralNetworks", "Pictures", "Platform", "Runs", "SequenceFiles",
            "TensorBoard", "Training",
        ]),
    .target(
        name: "Forecasting",
        dependencies: [
            "CSV", "Console", "Datasets", "NeuralNetworks", "Pictures", "Platform", "Prices", "Runs",
            "Training",
        ]),
    .target(
        name: "Sweeps",
        dependencies: [
            "Console", "ElementaryFunctions", "NeuralNetworks", "Pictures", "Platform", "Randomness", "Runs",
            "Training",
        ]),
    .target(
        name: "RunsPage",
        dependencies: [
            "Console", "Datasets", "DigitPage", "ElementaryFunctions", "Forecasting", "ImageClassification",
            "NeuralNetworks",
            "Platform",
            "Runs", "SequenceClassification", "Sweeps", "Training",
        ],
        resources: [
            "api.js", "app.js", "bin.js", "chart-drawing.js", "chart.js", "compare.js", "curves.js",
            "details.js", "dialog.js", "dom.js", "draw.js", "forecast.js", "index.html", "list.js",
            "metrics.js", "numbers.js", "page.css", "records.js", "results.js", "rows.js", "run.js",
            "runs.js", "scale.js", "store.js", "sweep.js", "texts-run.json", "texts-time.json",
            "texts.json", "time-pictures.js", "time.css", "time.js", "weights.js",
        ].map { .embedInCode("Page/\($0)") },
        swiftSettings: optimizedWithMessages),
    .target(name: "Fetching", dependencies: ["Console", "Datasets", "Platform"]),
    .target(
        name: "Commands",
        dependencies: [
            "Console", "Interchange", "NeuralNetworks", "ONNX", "Platform", "Runs", "Safetensors", "Sweeps",
            "Training",
            argumentParser,
        ]),
    .target(
        name: "ImageCommands",
        dependencies: [
            "Commands", "Console", "Datasets", "ImageClassification", "NeuralNetworks", "Platform", "Runs",
            argumentParser,
        ]),
]

// Training over several machines. Without the trait `MPI`, neither MPI nor its headers are needed, and `mnist-bilstm-mpi`
// only says how to build it.
let manyMachines: [Target] = [
    // Open MPI's name, or the name in MPI_LIBRARY: mpich.
    .systemLibrary(
        name: "CMPILibrary", pkgConfig: Context.environment["MPI_LIBRARY"] ?? "mpi-c",
        providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(
        name: "CMPI", dependencies: [.target(name: "CMPILibrary", condition: .when(traits: ["MPI"]))],
        cSettings: [.define("WITH_MPI", .when(traits: ["MPI"]))]),
    .executableTarget(
        name: "mnist-bilstm-mpi",
        dependencies: [
            "CMPI", "Commands", "ImageClassification", "ImageCommands", "NeuralNetworks", "Platform", "Runs",
            "Training", argumentParser,
        ]),
]

// The kernels, built again for each instruction set. The targets are in separate constants, because a single expression
// takes the compiler of Swift 6.2 too long.
let kernelVariants: [Target] = instructionSets.map { name, march, macro in
    .target(
        name: name, dependencies: ["CProcessor", "ElementaryFunctions", "KernelInterface"],
        swiftSettings: kernelSettings(options(march: march, macro: macro)))
}

let tools: [Target] = [
    // The only target that uses a network library, so that no other program builds it.
    .executableTarget(
        name: "runs-page",
        dependencies: [
            "Commands", "Console", "Platform", "Runs", "RunsPage", argumentParser,
            .product(name: "FlyingFox", package: "FlyingFox"),
        ]),
    // Writes the manual pages of the other tools from their own help.
    .executableTarget(name: "manual-pages"),
    // Writes models and their outputs, for the comparison with other programs.
    .executableTarget(
        name: "onnx-cases",
        dependencies: [
            "Datasets", "Interchange", "NeuralNetworks", "Platform", "Randomness", "Safetensors", "Training",
            argumentParser,
        ]),
    .executableTarget(
        name: "examples",
        dependencies: ["Console", "NeuralNetworks", "Pictures", "Randomness", argumentParser]),
    .executableTarget(
        name: "recurrent-benchmark",
        dependencies: [
            "CAllocations", "Commands", "Console", "Datasets", "Forecasting", "ImageClassification",
            "NeuralNetworks", "Platform", "Prices", "Randomness", "Training", argumentParser,
        ]),
    .executableTarget(
        name: "stock-forecast",
        dependencies: [
            "Commands", "Console", "Datasets", "Forecasting", "Interchange", "NeuralNetworks", "Platform",
            "Prices", "Runs", "Training", argumentParser,
        ]),
    .executableTarget(
        name: "sequence-classifier",
        dependencies: [
            "Commands", "Console", "Datasets", "Interchange", "Platform", "Runs", "SequenceClassification",
            "Training", argumentParser,
        ]),
    .executableTarget(
        name: "mnist-bilstm",
        dependencies: [
            "Commands", "Console", "Datasets", "DigitPage", "Fetching", "ImageClassification",
            "ImageCommands", "Interchange", "Platform", "Runs", "Training", argumentParser,
        ]),
]

/// Returns a target of helpers shared by tests, in `Tests`. Helpers never import a room with `@testable`, so that release
/// builds work.
func testHelpers(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources)
}

// A test is in the target of the room that it tests.
let tests: [Target] = [
    testHelpers("TestSupport", ["CZlib", "Console", "Randomness"], resources: [.copy("Fixtures")]),
    testHelpers("ArchiveSamples", ["CZlib"]),
    testHelpers("TrainingSamples", ["Datasets", "NeuralNetworks", "Training"]),
    testHelpers(
        "RunSamples",
        [
            "Console", "ImageClassification", "Platform", "Runs", "TensorBoard", "TestSupport",
            "TrainingSamples",
        ]),
    testHelpers(
        "FuzzTargets",
        [
            "ArchiveSamples", "CSV", "CZlib", "Console", "Datasets", "Forecasting", "ImageClassification",
            "Interchange", "NeuralNetworks", "ONNX", "Pictures", "Platform", "Prices", "PyTorchFiles", "Runs",
            "RunsPage", "Safetensors", "SequenceClassification", "SequenceFiles", "Sweeps",
            "TensorBoard", "Training",
        ]),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"]),
    .testTarget(
        name: "ElementaryFunctionsTests", dependencies: ["ElementaryFunctions", "Randomness"],
        resources: [.copy("Fixtures")]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
    .testTarget(name: "ConsoleTests", dependencies: ["Console", "Platform", "TestSupport"]),
    .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TestSupport"]),
    .testTarget(name: "PicturesTests", dependencies: ["CZlib", "Pictures", "TestSupport"]),
    .testTarget(name: "ProtobufTests", dependencies: ["Protobuf", "TestSupport"]),
    .testTarget(name: "ONNXTests", dependencies: ["ONNX", "TestSupport"]),
    .testTarget(name: "TensorBoardTests", dependencies: ["TensorBoard", "TestSupport"]),
    .testTarget(name: "KernelsTests", dependencies: ["NeuralNetworks", "Randomness", "TestSupport"]),
    .testTarget(
        name: "NeuralNetworksTests",
        dependencies: [
            "CAllocations", "NeuralNetworks", "Randomness", "Safetensors", "TestSupport", "TrainingSamples",
        ]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Platform", "Randomness", "TestSupport"]),
    .testTarget(
        name: "PricesTests",
        dependencies: ["CSV", "Datasets", "Platform", "Prices", "Randomness", "TestSupport"]),
    .testTarget(
        name: "SequenceFilesTests",
        dependencies: ["CSV", "Datasets", "Platform", "SequenceFiles", "TestSupport"]),
    .testTarget(
        name: "PyTorchFilesTests",
        dependencies: ["ArchiveSamples", "Platform", "PyTorchFiles", "TestSupport"],
        resources: [.copy("Fixtures")]),
    .testTarget(
        name: "TrainingTests",
        dependencies: ["Console", "Randomness", "Safetensors", "TestSupport", "Training", "TrainingSamples"]),
    .testTarget(
        name: "InterchangeTests",
        dependencies: [
            "Interchange", "NeuralNetworks", "ONNX", "Platform", "Randomness", "Safetensors", "TestSupport",
            "Training",
        ],
        exclude: ["Fixtures"]),
    .testTarget(
        name: "RunsTests",
        dependencies: [
            "Commands", "RunSamples", "Runs", "TestSupport", "TrainingSamples", argumentParser,
        ]),
    .testTarget(
        name: "ImageClassificationTests",
        dependencies: [
            "Datasets", "ImageClassification", "NeuralNetworks", "Platform", "RunSamples", "Runs",
            "TestSupport",
            "Training", "TrainingSamples",
        ]),
    .testTarget(
        name: "DigitPageTests",
        dependencies: [
            "DigitPage", "ImageClassification", "NeuralNetworks", "Platform", "Randomness", "RunSamples",
            "Runs", "TestSupport", "Training", "TrainingSamples",
        ]),
    .testTarget(
        name: "SequenceClassificationTests",
        dependencies: [
            "Platform", "RunSamples", "Runs", "SequenceClassification", "SequenceFiles", "TestSupport",
            "Training",
        ]),
    .testTarget(
        name: "ForecastingTests", dependencies: ["CSV", "Forecasting", "TestSupport"],
        resources: [.copy("Fixtures")]
    ),
    .testTarget(
        name: "SweepsTests", dependencies: ["ImageClassification", "Sweeps", "TestSupport"]),
    .testTarget(
        name: "RunsPageTests",
        dependencies: [
            "Console", "Datasets", "Forecasting", "ImageClassification", "NeuralNetworks", "Platform",
            "RunSamples", "Runs", "RunsPage", "SequenceClassification", "Sweeps", "TestSupport", "Training",
        ]),
    .testTarget(name: "FetchingTests", dependencies: ["CZlib", "Fetching", "TestSupport"]),
    .testTarget(
        name: "DocumentationTests",
        dependencies: [
            "Datasets", "Forecasting", "Interchange", "NeuralNetworks", "Prices", "RecurrentNetworks", "Runs",
            "Safetensors",
            "SequenceFiles", "TestSupport", "Training",
        ]),
    .testTarget(
        name: "ToolTests",
        dependencies: [
            "Datasets", "NeuralNetworks", "Platform", "Runs", "TestSupport", "Training", "examples",
            "manual-pages", "mnist-bilstm", "mnist-bilstm-mpi", "recurrent-benchmark", "runs-page",
            "sequence-classifier",
            "stock-forecast",
        ],
        exclude: ["FaultInjection/faults.c"]),
]

let package = Package(
    name: "recurrent-networks",
    platforms: [.macOS(.v15)],
    products: [
        .library(
            name: "RecurrentNetworks",
            targets: [
                "Datasets", "Interchange", "NeuralNetworks", "Prices", "RecurrentNetworks", "Runs",
                "SequenceFiles",
                "Training",
            ]),
        .library(name: "Safetensors", targets: ["Safetensors"]),
        // For the package in Tests/Fuzz, which runs the targets under libFuzzer.
        .library(name: "_FuzzTargets", targets: ["FuzzTargets"]),
        .executable(name: "mnist-bilstm", targets: ["mnist-bilstm"]),
        .executable(name: "mnist-bilstm-mpi", targets: ["mnist-bilstm-mpi"]),
        .executable(name: "stock-forecast", targets: ["stock-forecast"]),
        .executable(name: "sequence-classifier", targets: ["sequence-classifier"]),
        .executable(name: "runs-page", targets: ["runs-page"]),
    ],
    traits: [.trait(name: "MPI", description: "mnist-bilstm-mpi trains over several machines by MPI")],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        // For runs-page only.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: rooms + kernelVariants + tools + manyMachines + tests,
    swiftLanguageModes: [.v6]
)
