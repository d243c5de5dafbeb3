import ArgumentParser
import Commands
import Console
import Datasets
import ImageClassification
import ImageCommands
import Interchange
import Platform
import Runs

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a run of a model from PyTorch or ONNX.",
        discussion: """
            Example: mnist-bilstm import model.pt
                     mnist-bilstm import weights.safetensors --name tutorial
                     mnist-bilstm import rnn.pt --activation relu --readout final

            The file is a safetensors file or one of torch.save: the state_dict of a model with torch.nn.RNN, LSTM or \
            GRU and one torch.nn.Linear, alone or in the dictionary of a checkpoint. Names may have any prefix. Sizes, \
            cell, layers and directions follow from names and shapes; assumptions are printed. Nothing in the file is \
            executed. An ONNX file has the same layers, as PyTorch, Keras or this program export them.

            Images must be scaled to 0 to 1, and each row is a time step. The run can be evaluated, used by predict and \
            report, and trained further: mnist-bilstm train --init-from RUN.

            Exit codes: 0 done, 64 bad option, 65 bad file, 66 missing file, 71 not enough memory, 74 a file could not \
            be written.
            """)

    @Argument(
        help: ArgumentHelp("Model: .safetensors, .pt, .pth or .onnx", valueName: "file"),
        completion: .file(extensions: ["safetensors", "pt", "pth", "ckpt", "onnx"]))
    var file: String

    @Option(
        help: """
            Input of the linear layer: the outputs of all time steps, the output of the last time step, the final \
            hidden states, or the mean of all outputs (default: all or last, whichever fits its size)
            """)
    var readout: ImageTraining.ReadoutName?

    @Option(help: "Activation of an RNN (default: tanh)")
    var activation: WeightChoices.Activation?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Rows of an image, for readouts other than all (default: as many as columns)", valueName: "count")
    )
    var rows: Int?

    @Option(help: "Name of the run; its directory is <UTC time>-<name> (default: the name of the file)")
    var name: String?

    @Flag(help: "Print one JSON object instead of text")
    var json = false

    @OptionGroup(title: "Paths") var images: DataArguments

    @Option(
        help: ArgumentHelp(
            "Directory of runs (default: \(RunDirectory.defaultRoot))", valueName: "directory"),
        completion: .directory)
    var runs: String?

    func validate() throws {
        if let rows, !(1...65_536).contains(rows) {
            throw ValidationError("--rows must be 1 to 65536, not \(rows).")
        }
    }

    func run() throws {
        try explained { console in
            var options = try ImageTraining.Options().changed(by: images.given)
            options.runs = runs ?? options.runs
            options.name = name ?? Self.name(of: file)
            let choices = WeightChoices(
                readout: readout.flatMap { .init(rawValue: $0.rawValue) }, activation: activation, steps: rows
            )
            let result = try ModelImport(file: file, options: options, choices: choices).run()
            if json {
                let object: JSONValue = .object([
                    "run": .text(result.run.path), "file": .text(result.origin.path),
                    "sha256": .text(result.origin.sha256),
                    "notes": .array(result.origin.notes.map { .text($0) }),
                    "parameters": .integer(result.model.layout.count),
                ])
                return console.print(result: try JSON.text(object, pretty: false))
            }
            console.print(result.model.summary())
            for note in result.origin.notes { console.print("Note: \(note)") }
            console.print("Run: \(result.run.path)")
            console.print("Evaluate it: \(result.run.commandLine("evaluate", of: "mnist-bilstm"))")
            console.print(
                "Train it further: \(ShellWords.quoted(["mnist-bilstm", "train", "--init-from", result.run.path]))"
            )
        }
    }

    /// Returns the name of a run for a file: the file's name without its extension, where it can be part of a name.
    private static func name(of file: String) -> String {
        let parts = FilePath.name(of: file).split(separator: ".", omittingEmptySubsequences: false)
        let name = parts.dropLast(parts.count > 1 ? 1 : 0).joined(separator: ".")
        return (try? RunDirectory.validate(name: name)) == nil ? "imported" : name
    }
}

extension WeightChoices.Activation: ExpressibleByArgument {}
