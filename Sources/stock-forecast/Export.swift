import ArgumentParser
import Commands
import Console
import Forecasting
import Interchange
import Platform
import Runs
import Training

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Export a network for other programs: ONNX.",
        discussion: """
            Example: stock-forecast export
                     stock-forecast export latest --to onnx --model lstm
                     stock-forecast export latest --to onnx --model gru --out gru.onnx

            Without --to, it lists the formats. The columns, and the scales of the input and the output, are in the file's \
            metadata.

            \(HelpText.exportExitCodes)
            """)

    @OptionGroup var chosen: ForecastRunArgument

    @OptionGroup var export: ExportArguments

    @Option(help: "Network of the run: rnn, lstm or gru (default: the only one)")
    var model: ForecastModel?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of the network (default: the first seed of the run)", valueName: "number"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Directory of the runs", valueName: "directory"),
        completion: .directory)
    var runs = ForecastTraining.Options().runs

    func run() throws {
        try explained { console in
            let command =
                ["stock-forecast", "export", chosen.name]
                + (listedModel.map { ["--model", $0.rawValue] } ?? [])
                + (seed.map { ["--seed", "\($0)"] } ?? [])
                + (runs == ForecastTraining.Options().runs ? [] : ["--runs", runs])
            guard try export.format(of: [.onnx], command: command, on: console) != nil else { return }
            let (trained, notices) = try TrainedForecast.one(
                of: chosen.name, root: runs, model: model, seed: seed)
            try warn(notices)
            let exported = try ExportedONNX(trained.onnxSource(), export)
            if export.json { return console.print(result: try JSON.text(exported, pretty: false)) }
            console.print(exported.text)
        }
    }
}

extension Export {
    /// The network for the command below the list of formats: of a run with several kinds, one must be chosen.
    private var listedModel: ForecastModel? {
        if let model { return model }
        let kinds = (try? TrainedForecast.kinds(of: chosen.name, root: runs)) ?? []
        return kinds.count > 1 ? kinds[0] : nil
    }
}

extension ForecastModel: ExpressibleByArgument {}

extension TrainedForecast {
    fileprivate func onnxSource() throws -> ONNXSource {
        let checkpoint = network.checkpoint
        guard checkpoint.parameters.allSatisfy(\.isFinite) else {
            throw CheckpointError(path: path, problem: .notFinite)
        }
        let preparation = network.preparation
        let input =
            "The columns are \(TextFormat.list(preparation.features)), scaled as in training; the output is "
            + "\(preparation.target), scaled. The scales are in the metadata, \"preparation\"."
        var metadata = checkpoint.onnxMetadata
        metadata[ONNXExport.MetadataKey.run] = directory.map { directory in
            FilePath.join(FilePath.name(of: FilePath.directory(of: directory.path)), directory.name)
        }
        metadata[ONNXExport.MetadataKey.input] = input
        return ONNXSource(
            checkpoint.model, parameters: checkpoint.parameters, metadata: metadata,
            title: "\(path), \(network.model.title), seed \(network.seed)", checkpoint: path, run: directory,
            input: input)
    }
}
