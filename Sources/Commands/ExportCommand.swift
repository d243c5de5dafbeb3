import ArgumentParser
import Console
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

    /// Returns the names of a model's classes.
    static func exportedClasses(of model: TrainedModel<Options>) throws -> [String]

    /// The formats in which this tool exports models.
    static var exportFormats: [ExportFormat] { get }

    /// Returns a page on which the model classifies drawings.
    static func page(of model: TrainedModel<Options>) throws -> String

    /// Says what a model does, in the words of hubs of models.
    static func exportedPurpose(of model: TrainedModel<Options>) throws -> ModelCard.Purpose
}

/// The command `export`: writes a model in a form that other programs read.
package struct ExportCommand<Tool: ExportingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: "Export a model: \(TextFormat.list(Tool.exportFormats.map(\.rawValue))).",
            discussion: """
                Example: \(Tool.program.name) export
                         \(Tool.program.name) export latest --to onnx
                         \(Tool.program.name) export latest --to onnx --softmax --out m.onnx
                         \(Tool.program.name) export latest --to hub

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
            let command =
                [Tool.program.name, "export", chosen.name]
                + (choice.checkpoint.map { ["--checkpoint", $0.rawValue] } ?? [])
                + (averaged ? ["--averaged"] : [])
                + (place.runs == RunDirectory.defaultRoot ? [] : ["--runs", place.runs])
            guard let format = try export.format(of: Tool.exportFormats, command: command, on: console) else {
                return
            }
            let model = try choice.model(chosen.name, root: place.runs, averaged: averaged)
            let exported = try exported(model, as: format)
            if export.json { return console.print(result: try JSON.text(exported, pretty: false)) }
            console.print(exported.text)
        }
    }

    private func exported(_ model: TrainedModel<Tool.Options>, as format: ExportFormat) throws
        -> any ExportedModel
    {
        switch format {
        case .onnx: return try ExportedONNX(Tool.onnxSource(of: model), export)
        case .html:
            let content = Array(try Tool.page(of: model).utf8)
            let path = try export.write(content, orTo: Tool.onnxSource(of: model).defaultPath(for: .html))
            return ExportedPage(path: path, bytes: content.count)
        case .hub: return try hub(of: model)
        }
    }

    private func hub(of model: TrainedModel<Tool.Options>) throws -> ExportedHub {
        let source = try Tool.onnxSource(of: model)
        let classNames = try Tool.exportedClasses(of: model)
        let purpose = try Tool.exportedPurpose(of: model)
        let inputs = ONNXExport(model.checkpoint.model).inputs.map(\.name)
        let card = ModelCard(
            model, purpose: purpose,
            call: source.call(path: "model.onnx", inputs: inputs).joined(separator: "\n"))
        return try ExportedHub(
            source, card: card, classNames: classNames,
            preparation: source.metadata[ONNXExport.MetadataKey.preparation],
            dataset: model.checkpoint.isImported ? nil : purpose.dataset.title,
            to: export.out)
    }
}

extension ExportingTool {
    /// Only a tool with the format ``ExportFormat/html`` has a page.
    package static func page(of model: TrainedModel<Options>) throws -> String {
        preconditionFailure("page: \(program.name) has none")
    }

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
