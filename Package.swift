// swift-tools-version: 6.1
import PackageDescription

// SwiftPM refuses `unsafeFlags` in a package that another one depends on by version, so they are
// given only where this package is the root. A dependency is built in `<scratch>/checkouts/<package>`.
let isDependency = Context.packageDirectory.split(separator: "/").dropLast().last == "checkouts"

/// What computes is compiled optimised in every configuration (so that `swift run`, a debug build, trains at full
/// speed), as whole modules.
func optimized(_ level: String, _ others: [String] = []) -> [SwiftSetting] {
    if isDependency { return [] }
    return [.unsafeFlags([level, "-wmo", "-disable-batch-mode", "-num-threads", "2"] + others)]
}

/// What a failed `precondition` says, which `-O` leaves out, in debug builds.
let messages: [SwiftSetting] =
    isDependency ? [] : [.unsafeFlags(["-assert-config", "Debug"], .when(configuration: .debug))]

/// Kernels are compiled for one instruction set, without checks.
func kernelSettings(_ march: String? = nil) -> [SwiftSetting] {
    optimized("-Ounchecked", march.map { ["-Xcc", "-march=\($0)"] } ?? [])
}

// The same kernel sources (`KernelsAVX2` and `KernelsAVX512` are links to `Kernels`) are built once
// for each x86 instruction set; the one to use is chosen when the program starts.
#if arch(x86_64)
    let instructionSets = isDependency ? [] : [("KernelsAVX2", "x86-64-v3"), ("KernelsAVX512", "x86-64-v4")]
#else
    let instructionSets: [(String, String)] = []
#endif

let package = Package(
    name: "recurrent-networks",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "RecurrentNetworks", targets: ["Datasets", "NeuralNetworks", "Training"]),
        .executable(name: "mnist-bilstm", targets: ["mnist-bilstm"]),
        .executable(name: "stock-forecast", targets: ["stock-forecast"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CProcessor"),
        .target(name: "Randomness"),
        .target(name: "KernelInterface", swiftSettings: kernelSettings()),
        .target(
            name: "Kernels", dependencies: ["CProcessor", "KernelInterface"], swiftSettings: kernelSettings()),
        .target(
            name: "Datasets", dependencies: ["CZlib", "Randomness"], swiftSettings: optimized("-O") + messages
        ),
        .target(
            name: "NeuralNetworks",
            dependencies: ["CProcessor", "KernelInterface", "Kernels", "Randomness"]
                + instructionSets.map { .target(name: $0.0) },
            swiftSettings: optimized("-O") + messages
                + (instructionSets.isEmpty ? [] : [.define("INSTRUCTION_SETS")])),
        .target(name: "Pictures", dependencies: ["CZlib"], swiftSettings: optimized("-O") + messages),
        .target(name: "TensorBoard", swiftSettings: optimized("-O") + messages),
        .target(
            name: "Training",
            dependencies: ["Datasets", "NeuralNetworks", "Pictures", "Randomness", "TensorBoard"]),
        .target(name: "Measurements", dependencies: ["Randomness", "Training"]),
        .target(
            name: "Commands",
            dependencies: ["Training", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "stock-forecast",
            dependencies: [
                "Commands", "Datasets", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "mnist-bilstm",
            dependencies: [
                "Commands", "Datasets", "Measurements", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "examples",
            dependencies: [
                "NeuralNetworks", "Randomness", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(name: "CAllocations"),
        .executableTarget(
            name: "recurrent-benchmark",
            dependencies: [
                "CAllocations", "Measurements", "Randomness", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets"]),
        .testTarget(
            name: "DocumentationTests", dependencies: ["Datasets", "NeuralNetworks", "Training"]),
        .testTarget(name: "KernelsTests", dependencies: ["NeuralNetworks"]),
        .testTarget(
            name: "NeuralNetworksTests", dependencies: ["NeuralNetworks", "Training"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "PicturesTests", dependencies: ["Pictures"]),
        .testTarget(name: "TensorBoardTests", dependencies: ["TensorBoard"]),
        .testTarget(name: "TrainingTests", dependencies: ["Training"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ToolTests",
            dependencies: [
                "Datasets", "examples", "Measurements", "mnist-bilstm", "Pictures", "Randomness",
                "recurrent-benchmark", "stock-forecast", "Training",
            ], exclude: ["FaultInjection/faults.c"]),
    ]
        + instructionSets.map { name, march in
            .target(
                name: name, dependencies: ["CProcessor", "KernelInterface"],
                swiftSettings: kernelSettings(march))
        },
    swiftLanguageModes: [.v6]
)
