import Console
import NeuralNetworks
import Platform
import Training

/// The description of a classifier on a hub of models, the file `README.md` beside its weights: facts in YAML between two
/// lines `---`, which programs read, then text for people.
///
/// Source: the Hugging Face Hub's "Model Cards" and the class `ModelCardData` of its Python package.
package struct ModelCard {
    /// The use of a tool's models, in the words of hubs.
    package struct Purpose {
        /// The hub's name of the task, "image-classification", and its title.
        package var task: (name: String, title: String)
        /// Whether hubs list models under the name of the task.
        package var isListed = false
        /// The data set: its name on the hub if it is there, otherwise any name, and its title.
        package var dataset: (name: String, title: String)
        /// Whether the hub has the data set.
        package var hasDataset = false
        /// The meaning of the input's numbers, a whole sentence.
        package var input: String

        package init(
            task: (name: String, title: String), dataset: (name: String, title: String), input: String
        ) {
            self.task = task
            self.dataset = dataset
            self.input = input
        }
    }

    private let name: String
    private let model: SequenceModel
    private let purpose: Purpose
    private let record: RunRecord?
    private let checkpoint: Checkpoint
    private let isAveraged: Bool
    /// Whether the weights are those whose scores the run's summary has.
    private let areScored: Bool
    /// A call in Python that shows the output of the ONNX file, as lines.
    private let call: String

    /// - Parameters:
    ///   - trained: The model.
    ///   - purpose: The use of the model.
    ///   - call: Lines of Python that print the outputs of `model.onnx`.
    package init<Options: ClassifierOptions>(
        _ trained: TrainedModel<Options>, purpose: Purpose, call: String
    ) {
        model = trained.checkpoint.model
        record = trained.run.map { RunRecord($0, of: [Options.program]) }
        name = record?.name ?? FilePath.name(of: trained.path)
        checkpoint = trained.checkpoint
        isAveraged = trained.isAveraged
        areScored = trained.isScored(in: record?.summary)
        self.purpose = purpose
        self.call = call
    }

    package var text: String {
        [facts, introduction, results, use, training].compactMap(\.self).joined(separator: "\n\n") + "\n"
    }

    // MARK: Facts

    /// The final scores on the test set, by the hub's names of metrics. Fractions are in 0...1.
    private var scores: [(name: String, title: String, value: Double)] {
        guard areScored, let record, let summary = record.summary else { return [] }
        let split = isAveraged ? MetricSplit.averagedTest : .test
        return record.allMetrics.compactMap { metric in
            guard let value = summary[metric.name, split], value.isFinite else { return nil }
            return (metric.name, metric.title, metric == .accuracy ? value / 100 : value)
        }
    }

    private var facts: String {
        var lines = ["---", "library_name: recurrent-networks"]
        if purpose.isListed { lines.append("pipeline_tag: \(purpose.task.name)") }
        lines += ["tags:"] + tags.map { "- \($0)" }
        if purpose.hasDataset && !checkpoint.isImported {
            lines += ["datasets:", "- \(YAML.quoted(purpose.dataset.name))"]
        }
        if !scores.isEmpty {
            lines += ["metrics:"] + scores.map { "- \(YAML.quoted($0.name))" }
            lines += [
                "model-index:", "- name: \(YAML.quoted(name))", "  results:", "  - task:",
                "      type: \(purpose.task.name)", "      name: \(YAML.quoted(purpose.task.title))",
                "    dataset:", "      type: \(YAML.quoted(purpose.dataset.name))",
                "      name: \(YAML.quoted(purpose.dataset.title))", "      split: test", "    metrics:",
            ]
            for score in scores {
                lines += [
                    "    - type: \(YAML.quoted(score.name))", "      name: \(YAML.quoted(score.title))",
                    "      value: \(YAML.text(of: score.value))",
                ]
            }
        }
        return (lines + ["---"]).joined(separator: "\n")
    }

    private var tags: [String] {
        [model.stack.cell.family.lowercased(), "recurrent-network", "onnx", "safetensors"]
    }

    // MARK: Text

    private var introduction: String {
        let kind =
            "\(TextFormat.count(model.stack.numLayers, "layer")), "
            + "\(model.stack.bidirectional ? "bidirectional" : "one direction"), hidden size \(model.stack.hiddenSize)"
        let classes = model.classCount > 0 ? ", \(TextFormat.grouped(model.classCount)) classes" : ""
        return """
            # \(name.inMarkdown)

            A recurrent network (\(model.stack.cell.family): \(kind)\(classes), \(TextFormat.grouped(model.layout.count)) \
            parameters). \(trainingData) \(purpose.input)
            """
    }

    /// The sentence about the training data.
    private var trainingData: String {
        checkpoint.isImported
            ? "The training data is unknown, because the weights were imported from a file."
            : "Training data: \(purpose.dataset.title.inMarkdown)."
    }

    private var results: String? {
        guard !scores.isEmpty else { return nil }
        let rows =
            ["| Test set | Value |", "|---|--:|"] + scores.map { "| \($0.title.inMarkdown) | \($0.value) |" }
        return "## Results\n\n\(rows.joined(separator: "\n"))"
    }

    private var use: String {
        let pytorch = pythonNetwork.map { "\n\nIn PyTorch:\n\n```python\n\($0)\n```" } ?? ""
        return """
            ## Use

            In Python, after `pip install onnxruntime`:

            ```python
            \(call)
            ```\(pytorch)

            `config.json` has the sizes, the names of the classes and the preparation of the input.
            """
    }

    private var training: String? {
        guard let record, let configuration = record.configuration else { return nil }
        // Directories of this computer are nobody else's.
        let words = configuration.reproduceCommand.map { $0.contains("/") ? FilePath.name(of: $0) : $0 }
        let command = ShellWords.quoted(words).printableLine
        let heading = "## Training\n\n```sh\n\(command)\n```\n\n"
        if record.isImported {
            return heading + "The weights were trained by another program and imported by this command."
        }
        return heading + """
            \(TextFormat.count(record.epochs, "epoch")) in \(TextFormat.timeSpan(record.trainingSeconds)). The same command gives \
            the same weights, to the last bit. These are the weights after \
            \(TextFormat.count(checkpoint.state.epoch, "epoch")) (\(TextFormat.count(checkpoint.stepCount, "step")))\(isAveraged ? ", averaged" : "").
            """
    }
}

extension ModelCard {
    /// The network as a class of PyTorch, as lines; nil if PyTorch has no such layer.
    private var pythonNetwork: String? {
        guard let features = pythonFeatures, let layer = pythonLayer else { return nil }
        let prefix = model.stack.cell.family.lowercased()
        return """
            import safetensors.torch
            import torch


            class Network(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.\(prefix) = \(layer)
                    self.fc = torch.nn.Linear(\(model.layout.parameters.first { $0.name == "fc.weight" }?.shape.last ?? 0), \(model.output.count))

                def forward(self, x):  # (N, L, \(model.stack.inputSize))
                    outputs, state = self.\(prefix)(x)
                    return self.fc(\(features))


            network = Network().eval()
            network.load_state_dict(safetensors.torch.load_file("model.safetensors"))
            """
    }

    /// The arguments of PyTorch's layer; nil if the layer has other equations or biases, or if the model computes
    /// something before or after its layers.
    private var pythonLayer: String? {
        let stack = model.stack
        guard stack.cell != .gruResetBefore, stack.bias != .keras, model.normalization == nil,
            !model.readsSymbols,
            model.classCount > 0
        else { return nil }
        let options = [
            stack.numLayers > 1 ? "num_layers=\(stack.numLayers)" : nil, "batch_first=True",
            stack.bidirectional ? "bidirectional=True" : nil, stack.bias == .none ? "bias=False" : nil,
            stack.cell == .rnnReLU ? "nonlinearity=\"relu\"" : nil,
        ]
        return "torch.nn.\(stack.cell.family)(\(stack.inputSize), \(stack.hiddenSize), "
            + options.compactMap(\.self).joined(separator: ", ") + ")"
    }

    /// The features that the linear layer reads, in Python.
    private var pythonFeatures: String? {
        let size = model.stack.hiddenSize
        return switch model.readout {
        case .all: "outputs.flatten(1)"
        case .last: "outputs[:, -1]"
        case .final:
            model.stack.bidirectional
                ? "torch.cat([outputs[:, -1, :\(size)], outputs[:, 0, \(size):]], 1)" : "outputs[:, -1]"
        case .mean: "outputs.mean(1)"
        case .each: "outputs"
        }
    }
}

extension String {
    /// The text in one line of Markdown, without markup.
    fileprivate var inMarkdown: String {
        printableLine.unicodeScalars.reduce(into: "") { text, scalar in
            if "\\`*_{}[]<>()#+!|~&".unicodeScalars.contains(scalar) { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
    }
}
