import Console
import Datasets
import Interchange
import NeuralNetworks
import Platform
import Runs
import Training

/// Makes a run of the weights of another program: `config.json`, one checkpoint and `summary.json`. All commands read it as
/// any other run, except that there is no training to resume.
package struct ModelImport {
    package let file: String
    package let options: ImageTraining.Options
    package let choices: WeightChoices

    /// - Parameters:
    ///   - file: The path of the file: safetensors, `torch.save` or ONNX.
    ///   - options: The name of the run, the directory of runs, and the data set of the model.
    ///   - choices: The facts about the model that its weights do not show.
    package init(file: String, options: ImageTraining.Options, choices: WeightChoices) {
        self.file = file
        self.options = options
        self.choices = choices
    }

    /// An imported model in its run.
    package struct Result: Sendable {
        package let run: RunDirectory
        package let model: SequenceModel
        package let origin: WeightOrigin
    }

    /// Reads the file, creates the run and writes its files. Nothing is created for an invalid file, and nothing is left of
    /// a run that cannot be written.
    ///
    /// - Throws: ``ImportError``, the errors of the file, ``OptionError``, ``RunNameError``, `FileError`.
    package func run(commandLine: [String] = CommandLine.arguments) throws -> Result {
        guard try POSIX.kind(at: file, followingLinks: true) != nil else {
            throw DatasetError.missing(names: [file], lookedFor: [file], remedy: "check the path")
        }
        let imported = try ImportedModel(file: file, choices)
        let model = imported.model
        var options = options
        options.take(model)
        if let misfit = ImageTraining.Options.misfit(of: model) ?? options.complaint {
            throw OptionError("\(file) cannot be a run of this program: \(misfit).")
        }
        let origin = WeightOrigin(
            path: file, sha256: try SHA256.hexDigest(ofFile: file), notes: imported.notes,
            arguments: choices.arguments)
        let latest = FilePath.join(options.runs, "latest")
        let previous = POSIX.target(ofLink: latest)
        let lock = try RunDirectory.create(root: options.runs, name: options.name)
        do {
            try write(imported, origin, options, to: lock.run, commandLine)
        } catch {
            // The error of writing is the one that is reported.
            try? Self.discard(lock.run, latest: latest, previous: previous)
            throw error
        }
        return Result(run: lock.run, model: model, origin: origin)
    }

    /// Removes a new run, which has only files of this process, and makes `latest` the link that it was before.
    private static func discard(_ run: RunDirectory, latest: String, previous: String?) throws {
        for path in [run.checkpoints, run.path] {
            let directory = try OpenDirectory(path, followsLink: false)
            for name in try directory.names() where try directory.kind(of: name) != .directory {
                try directory.discard(name)
            }
            try POSIX.removeDirectory(path)
        }
        guard POSIX.target(ofLink: latest) == FilePath.name(of: run.path) else { return }
        let root = try OpenDirectory(FilePath.directory(of: run.path))
        if let previous { try root.point("latest", to: previous) } else { try root.discard("latest") }
    }

    private func write(
        _ imported: ImportedModel, _ origin: WeightOrigin, _ options: ImageTraining.Options,
        to run: RunDirectory,
        _ commandLine: [String]
    ) throws {
        let checkpoint = Checkpoint(
            weights: imported.parameters, of: imported.model,
            details: .init(options: try options.decisiveText()))
        try CheckpointStore(run).save(checkpoint, isBest: false)
        let trainer = Trainer(model: imported.model, optimizer: options.chosenOptimizer, threads: 1)
        let configuration = ClassifierConfiguration(
            options: options, trainer: trainer, imported: origin, commandLine: commandLine)
        try AtomicFile.write(try JSON.text(configuration) + "\n", to: run.configuration)
        var summary = RunSummary()
        summary.state = .finished
        summary.reason = "imported from \(FilePath.name(of: origin.path))"
        try summary.write(to: run)
        try OpenDirectory(run.path).synchronize()
    }
}

extension WeightChoices {
    /// The choices as words of the command line of `import`.
    fileprivate var arguments: [String] {
        [
            ("--readout", readout?.rawValue), ("--activation", activation?.rawValue),
            ("--rows", steps.map { "\($0)" }),
        ].flatMap { name, value in value.map { [name, $0] } ?? [] }
    }
}
