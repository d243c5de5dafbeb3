import ArgumentParser
import Datasets
import Interchange
import NeuralNetworks
import Platform
import Training

/// Writes models as ONNX files with the outputs that this package computes, for `Benchmarks/verify_onnx.py`, which compares
/// them with the outputs of other programs.
@main
struct ONNXCases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onnx-cases", abstract: "Write ONNX files and the outputs of their models.",
        discussion: "Each model is NAME.onnx, and its inputs and outputs are NAME.safetensors.")

    @Argument(help: "Directory for the files; it must exist")
    var directory: String

    @Flag(
        help:
            "All cells, directions and readouts, not a quarter of them; opsets with softmax are always written"
    )
    var all = false

    @Option(help: "Checkpoint of a classifier of images, as one more model")
    var checkpoint: String?

    @Option(help: "Directory of MNIST's files")
    var data = "datasets/mnist"

    func run() throws {
        let images = try MNIST(directory: data).test()
        if let checkpoint {
            let checkpoint = try Checkpoint(path: checkpoint)
            try ModelCase("run", checkpoint.model, parameters: checkpoint.parameters).write(
                images, to: directory)
        }
        for (index, example) in ModelCase.all.enumerated() where all || index % 4 == index / 4 % 4 {
            try example.write(images, to: directory)
        }
        for example in ModelCase.options { try example.write(images, to: directory) }
    }
}
