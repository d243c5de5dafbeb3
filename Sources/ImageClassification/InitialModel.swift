import Datasets
import Interchange
import NeuralNetworks
import Platform
import Runs
import Training

/// The trained weights with which a run begins (fine-tuning): of a run, a checkpoint, or a file of another program. The run
/// keeps a copy of them, so that it can be resumed before its first checkpoint even if the original file changes.
package struct InitialModel: Sendable {
    package let checkpoint: Checkpoint
    package let origin: WeightOrigin

    /// Reads the copy of a run.
    init(copy: Checkpoint) throws {
        checkpoint = copy
        origin = try JSON.value(from: checkpoint.details.data)
    }

    /// Reads a run, a checkpoint, or a file of another program.
    ///
    /// - Parameters:
    ///   - name: The name or path.
    ///   - root: The directory of runs.
    ///   - choices: The facts about the model of another program that its weights do not show.
    package init(_ name: String, root: String, _ choices: WeightChoices = .init()) throws {
        let (path, imported) = try Self.read(name, root: root, choices)
        origin = WeightOrigin(path: path, sha256: try SHA256.hexDigest(ofFile: path), notes: imported.notes)
        checkpoint = Checkpoint(
            weights: imported.parameters, of: imported.model,
            details: .init(data: try JSON.text(origin, pretty: false)))
    }

    /// Returns the weights, and the path of their file.
    private static func read(
        _ name: String, root: String, _ choices: WeightChoices
    ) throws -> (path: String, ImportedModel) {
        do {
            let model = try ImageModel(name, root: root)
            return (model.path, ImportedModel(model.checkpoint, path: model.path))
        } catch let foreign as ForeignWeightsError {
            return (foreign.path, try ImportedModel(file: foreign.path, choices))
        }
    }

    /// Whether the linear layer of a model begins with the given weights; otherwise it is a new one.
    func keepsLinearLayer(of model: SequenceModel) -> Bool {
        model.output == checkpoint.model.output && model.readout == checkpoint.model.readout
            && model.layout["fc.weight"]?.shape == checkpoint.model.layout["fc.weight"]?.shape
    }

    /// Returns the parameters with which training of a model begins.
    ///
    /// - Parameter random: The initial parameters of the model, for a new linear layer.
    /// - Throws: ``OptionError`` if the recurrent layers differ.
    func parameters(for model: SequenceModel, random: [Float]) throws(OptionError) -> [Float] {
        var parameters = random
        let given = checkpoint.model
        let keepsLinear = keepsLinearLayer(of: model)
        guard given.stack.cell == model.stack.cell, given.stack.numLayers == model.stack.numLayers,
            given.stack.bidirectional == model.stack.bidirectional,
            given.stack.hiddenSize == model.stack.hiddenSize, given.stack.inputSize == model.stack.inputSize
        else {
            throw OptionError(
                "--init-from \(origin.path): expected \(Self.text(model.stack)), as the options and the data give, found "
                    + "\(Self.text(given.stack)); give the options of these weights, or other weights.")
        }
        for parameter in model.layout.parameters {
            if parameter.name.hasPrefix("fc."), !keepsLinear { continue }
            guard let source = given.layout[parameter.name] else {
                // A bias that the given model does not have is zero.
                for index in parameter.range { parameters[index] = 0 }
                continue
            }
            parameters.replaceSubrange(parameter.range, with: checkpoint.parameters[source.range])
        }
        return parameters
    }

    private static func text(_ stack: RecurrentStack) -> String {
        "\(stack.numLayers) \(stack.bidirectional ? "bidirectional " : "")\(stack.cell.rawValue) "
            + "\(stack.numLayers == 1 ? "layer" : "layers") of \(stack.hiddenSize) units for \(stack.inputSize) columns"
    }

    /// Returns sentences for the user about what begins with random weights.
    func notices(for model: SequenceModel) -> [String] {
        guard !keepsLinearLayer(of: model) else { return [] }
        func text(_ model: SequenceModel) -> String {
            "\(model.classCount) classes from \(model.layout["fc.weight"]?.shape.last ?? 0) features"
        }
        return [
            "the linear layer begins with random weights: \(origin.path) has \(text(checkpoint.model)), this run has "
                + "\(text(model))"
        ]
    }
}

extension ImageTraining.Options {
    /// The facts about a model of another program that these options give.
    package var weightChoices: WeightChoices {
        var choices = WeightChoices(
            readout: readout.readout,
            activation: common.cell == .rnnReLU ? .relu : common.cell == .rnnTanh ? .tanh : nil)
        choices.isForTraining = true
        return choices
    }

    /// Replaces the name of the initial weights by the path of their file, and takes from their model the options that a
    /// command line does not give: cell, sizes, directions and readout.
    ///
    /// - Parameter given: The keys of the options that the command line gives.
    /// - Returns: The weights; nil if training begins with random ones.
    /// - Throws: The errors of ``InitialModel``.
    package mutating func resolveInitialWeights(given: Set<String>) throws -> InitialModel? {
        guard let name = initFrom else { return nil }
        var choices = weightChoices
        if !given.contains("readout") { choices.readout = nil }
        if !given.contains("cell") { choices.activation = nil }
        let initial = try InitialModel(name, root: common.runs, choices)
        initFrom = initial.origin.path
        take(initial.checkpoint.model, except: given)
        return initial
    }

    /// Takes the options of a model: cell, sizes, directions and readout.
    ///
    /// - Parameter given: The keys of options that are kept.
    package mutating func take(_ model: SequenceModel, except given: Set<String> = []) {
        if !given.contains("cell") { common.cell = model.stack.cell }
        if !given.contains("hidden_size") { common.hiddenSize = model.stack.hiddenSize }
        if !given.contains("layers") { common.layers = model.stack.numLayers }
        if !given.contains("bidirectional") { common.bidirectional = model.stack.bidirectional }
        if !given.contains("readout"), let name = ImageTraining.ReadoutName(rawValue: model.readout.rawValue)
        {
            readout = name
        }
    }
}
