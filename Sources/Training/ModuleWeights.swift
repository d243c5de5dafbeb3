import NeuralNetworks
import Platform
import Safetensors

extension Module {
    /// Reads the parameters from a safetensors file, such as weights saved in PyTorch.
    ///
    /// ```swift
    /// let lstm = LSTM(inputSize: 28, hiddenSize: 12)
    /// try lstm.load(from: SafetensorsFile(path: "model.safetensors"), prefix: "lstm.")
    /// ```
    ///
    /// - Parameters:
    ///   - file: The file. Elements of float16, bfloat16 and float64 are converted.
    ///   - prefix: The beginning of the tensors' names, before `weight_ih_l0`. Tensors without it are ignored.
    /// - Throws: ``WeightsError`` if a tensor is missing, left over or of another shape; `SafetensorsError` for integers.
    ///   The layer is then unchanged.
    public func load(from file: SafetensorsFile, prefix: String = "") throws {
        try ModuleWeights([(name: prefix, module: self)]).load(from: file, prefix: prefix)
    }

    /// Reads the parameters from a safetensors file at a path.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - prefix: The beginning of the tensors' names.
    /// - Throws: `FileError`, `SafetensorsError`; ``WeightsError`` if a tensor is missing, left over or of another shape.
    public func load(from path: String, prefix: String = "") throws {
        try load(from: SafetensorsFile(path: path), prefix: prefix)
    }

    /// Writes the parameters to a safetensors file under PyTorch's names. An existing file is replaced atomically.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - prefix: The beginning of the tensors' names: "lstm." for `lstm.weight_ih_l0`.
    /// - Throws: `FileError` if the file cannot be written.
    public func save(to path: String, prefix: String = "") throws {
        try ModuleWeights([(name: prefix, module: self)]).write(to: path)
    }
}

extension TrainableModel {
    /// Reads the parameters of all modules from a safetensors file: the parameter `weight` of the module "linear" is
    /// `linear.weight`.
    ///
    /// - Parameters:
    ///   - file: The file. Elements of float16, bfloat16 and float64 are converted.
    ///   - prefix: The beginning of the tensors' names, before the modules' names. Tensors without it are ignored.
    /// - Throws: ``WeightsError`` if a tensor is missing, left over or of another shape; `SafetensorsError` for integers.
    ///   The model is then unchanged.
    public func load(from file: SafetensorsFile, prefix: String = "") throws {
        try ModuleWeights(of: self, prefix: prefix).load(from: file, prefix: prefix)
    }

    /// Reads the parameters of all modules from a safetensors file at a path.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - prefix: The beginning of the tensors' names.
    /// - Throws: `FileError`, `SafetensorsError`; ``WeightsError`` if a tensor is missing, left over or of another shape.
    public func load(from path: String, prefix: String = "") throws {
        try load(from: SafetensorsFile(path: path), prefix: prefix)
    }

    /// Writes the parameters of all modules to a safetensors file, without the state of training, which a
    /// ``ModuleCheckpoint`` has. An existing file is replaced atomically.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - prefix: The beginning of the tensors' names.
    /// - Throws: `FileError` if the file cannot be written.
    public func save(to path: String, prefix: String = "") throws {
        try ModuleWeights(of: self, prefix: prefix).write(to: path)
    }
}

/// The parameters of modules as tensors of a file.
private struct ModuleWeights {
    /// A parameter with its name in the file.
    private struct Entry {
        let name: String
        let parameter: Parameter
        let module: any Module
    }

    private let entries: [Entry]

    /// - Parameter modules: The modules, each with the text before its parameters' names.
    init(_ modules: [(name: String, module: any Module)]) {
        entries = modules.flatMap { prefix, module in
            module.layout.parameters.map { Entry(name: prefix + $0.name, parameter: $0, module: module) }
        }
    }

    init(of model: some TrainableModel, prefix: String) {
        self.init(model.namedModules.map { (name: "\(prefix)\($0.name).", module: $0.module) })
    }

    func load(from file: SafetensorsFile, prefix: String) throws {
        let differences = TensorDifferences(
            expected: entries.map { ($0.name, $0.parameter.shape) },
            found: file.tensors.filter { $0.name.hasPrefix(prefix) }.map { ($0.name, $0.shape) })
        guard differences.isEmpty else { throw WeightsError(path: file.path, differences) }
        let values = try entries.map { try file.floats(of: $0.name, shape: $0.parameter.shape) }
        for (entry, numbers) in zip(entries, values) {
            for (index, number) in zip(entry.parameter.range, numbers) {
                entry.module.parameters.base[index] = number
            }
        }
    }

    func write(to path: String) throws {
        var writer = SafetensorsWriter(metadata: ["format": "pt"])
        for entry in entries {
            writer.add(
                entry.name, shape: entry.parameter.shape,
                Array(entry.module.parameters.elements[entry.parameter.range]))
        }
        try writer.write(to: path)
    }
}

/// The error that the tensors of a file are not the parameters of a layer or a model.
public struct WeightsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the file.
    public let path: String
    private let differences: TensorDifferences

    /// The parameters that the file does not have, each with its shape: "fc.bias [10]".
    public var missing: [String] { differences.missing }
    /// The tensors that are no parameters, each with its shape.
    public var leftOver: [String] { differences.leftOver }
    /// The tensors of another shape, each with both shapes.
    public var otherShape: [String] { differences.otherShape }

    init(path: String, _ differences: TensorDifferences) {
        self.path = path
        self.differences = differences
    }

    public var description: String {
        "\(path.printableLine): the tensors are not those of the model: \(differences.text); give the file of this "
            + "model, or another prefix"
    }
}

extension WeightsError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}
