import ArgumentParser
import Interchange
import Platform
import Runs
import Training

/// A tool whose models can be exported.
package protocol ExportingTool: RunTool {
    /// Texts about a model, besides its checkpoint's: the names of the classes and the preparation of the input.
    static func exportedMetadata(of model: TrainedModel<Options>) throws -> [String: String]

    /// Says what the numbers of the input are, as a whole sentence.
    static func exportedInput(of model: TrainedModel<Options>) throws -> String
}

/// The command `export`: writes a model in a form that other programs read.
package struct ExportCommand<Tool: ExportingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: "Export a model for other programs: ONNX.",
            discussion: """
                Example: \(Tool.program.name) export
                         \(Tool.program.name) export latest --to onnx
                         \(Tool.program.name) export latest --to onnx --softmax --save m.onnx

                Without --to, it lists the formats. The weights are chosen as by evaluate.

                \(HelpText.exportExitCodes)
                """)
    }

    @OptionGroup var chosen: TrainedRunArgument<Tool>

    @OptionGroup var export: ExportArguments

    @OptionGroup var choice: CheckpointArguments<Tool.Options>

    @Flag(help: "Use the averaged weights of a run trained with --ema")
    var averaged = false

    @OptionGroup var place: RunsArguments

    package init() {}

    package func run() throws {
        try explained { console in
            guard let format = export.to else {
                return try export.list(for: [Tool.program.name, "export", chosen.name], on: console)
            }
            let model = try choice.model(chosen.name, root: place.runs, averaged: averaged)
            switch format {
            case .onnx:
                let exported = try ExportedONNX(Tool.onnxSource(of: model), export)
                if export.json { return console.print(result: try exported.json()) }
                console.print(exported.text)
            }
        }
    }
}

extension ExportingTool {
    fileprivate static func onnxSource(of model: TrainedModel<Options>) throws -> ONNXSource {
        var metadata = model.checkpoint.onnxMetadata
        metadata.merge(try exportedMetadata(of: model)) { $1 }
        // A path may lead to the run by the link `latest`.
        metadata[ONNXExport.MetadataKey.run] = model.run.map { run in
            POSIX.target(ofLink: run.path).map(FilePath.name) ?? run.name
        }
        return ONNXSource(
            model.checkpoint.model,
            parameters: model.isAveraged ? model.checkpoint.average ?? [] : model.checkpoint.parameters,
            metadata: metadata, title: model.title, checkpoint: model.path, run: model.run,
            input: try exportedInput(of: model))
    }
}
