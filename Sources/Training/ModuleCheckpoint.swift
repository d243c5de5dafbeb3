import NeuralNetworks
import Platform
import Safetensors

/// A checkpoint of a model made of modules: everything that is needed to resume training with the same results as
/// without an interruption, and to use the model.
///
/// ```swift
/// try ModuleCheckpoint(of: trainer).write(to: "model.safetensors")
/// try ModuleCheckpoint(path: "model.safetensors").load(into: model)
/// ```
///
/// On disk it is a safetensors file. It contains the parameters as `module.parameter`, such as `linear.weight`, as a
/// PyTorch `state_dict` does, the buffers of the optimizer as `optimizer.buffer.module.parameter`, averaged parameters as
/// `ema.module.parameter`, and kept parameters of the best epoch as `best.module.parameter`. Its metadata contain the
/// progress of training and a SHA-256 of the file. The same training gives the same bytes.
public struct ModuleCheckpoint: Sendable {
    /// The seed of the training.
    public let seed: UInt64
    /// The number of optimizer steps.
    public let stepCount: Int
    /// The progress of training.
    public let state: TrainingState
    /// The lengths of the run's logs.
    package let logs: LogPositions
    /// Information about the run.
    package let details: Checkpoint.Details
    /// The names of the optimizer's buffers, sorted.
    let bufferNames: [String]

    /// The path of the file, for errors; nil if the checkpoint was made from a trainer.
    private let path: String?
    /// Whether the parameters of the best epoch are kept.
    private let hasBest: Bool
    /// Whether the parameters have an exponential moving average.
    let hasAverage: Bool
    /// The parameters, in the order of the modules.
    private let parameters: [Shape]
    /// The numbers of each tensor by its name in the file.
    private let tensors: [String: [Float]]

    /// The name of a parameter in the file, and its shape.
    private struct Shape: Codable, Hashable, Sendable {
        var name: String
        var shape: [Int]
    }

    /// A key of the metadata.
    private enum Key: String {
        case format, modules, seed, step, state, logs, options, data, preparation
        case packageVersion = "package_version"
    }

    /// The key of the metadata that only a checkpoint of modules has.
    static let mark = Key.modules.rawValue

    private static func shapes(_ modules: [(name: String, module: any Module)]) -> [Shape] {
        modules.flatMap { module in
            module.module.layout.parameters.map { Shape(name: "\(module.name).\($0.name)", shape: $0.shape) }
        }
    }

    private static func buffer(_ buffer: String, of parameter: String) -> String {
        "optimizer.\(buffer).\(parameter)"
    }

    private static func average(_ parameter: String) -> String { "ema.\(parameter)" }

    private static func best(_ parameter: String) -> String { "best.\(parameter)" }

    /// The first parts of tensors' names that are not modules.
    static let reservedNames = ["optimizer", "best", "ema"]

    /// The names of all tensors of a parameter.
    private func names(_ parameter: String) -> [String] {
        [parameter] + bufferNames.map { Self.buffer($0, of: parameter) }
            + (hasAverage ? [Self.average(parameter)] : []) + (hasBest ? [Self.best(parameter)] : [])
    }

    /// Creates a checkpoint of the current state of a trainer, which is copied. A trainer of a `SequenceModel` traps: its
    /// checkpoint is a ``Checkpoint``.
    public init(of trainer: Trainer) { self.init(of: trainer, logs: .init(), details: .init()) }

    package init(of trainer: Trainer, logs: LogPositions = .init(), details: Checkpoint.Details = .init()) {
        let engine = trainer.moduleEngine(for: "ModuleCheckpoint")
        seed = trainer.seed
        stepCount = engine.stepCount
        state = trainer.state
        self.logs = logs
        self.details = details
        path = nil
        parameters = Self.shapes(engine.namedModules)
        bufferNames = engine.optimization.states[0].buffers.map(\.name).sorted()
        let best = trainer.keepsBestParameters ? trainer.bestParameters : nil
        hasBest = best != nil
        hasAverage = !engine.averages.isEmpty
        var tensors: [String: [Float]] = [:]
        var first = 0
        for (index, (module, state)) in zip(engine.namedModules, engine.optimization.states).enumerated() {
            for parameter in module.module.layout.parameters {
                let name = "\(module.name).\(parameter.name)"
                tensors[name] = Array(module.module.parameters.elements[parameter.range])
                if let best {
                    tensors[Self.best(name)] = Array(best[first..<first + parameter.count])
                    first += parameter.count
                }
                if hasAverage {
                    tensors[Self.average(name)] = Array(
                        engine.averages[index].values.elements[parameter.range])
                }
                for buffer in state.buffers {
                    tensors[Self.buffer(buffer.name, of: name)] = Array(
                        buffer.values.elements[parameter.range])
                }
            }
        }
        self.tensors = tensors
    }

    /// Writes the file at `path`. An existing file is replaced atomically; after an error it is unchanged.
    ///
    /// - Throws: `FileError` if the file cannot be written.
    public func write(to path: String) throws { try AtomicFile.write(serialized(), to: path) }

    /// Returns the content of the whole file.
    package func serialized() throws -> [UInt8] {
        var metadata = [
            Key.format.rawValue: "pt", Key.packageVersion.rawValue: PackageVersion.current,
            Key.modules.rawValue: try JSON.text(parameters, pretty: false), Key.seed.rawValue: String(seed),
            Key.step.rawValue: String(stepCount), Key.state.rawValue: try JSON.text(state, pretty: false),
            FileDigest.key: FileDigest.placeholder,
        ]
        // A checkpoint that was not made in a run has no information about one.
        if logs != LogPositions() || details != Checkpoint.Details() {
            metadata[Key.logs.rawValue] = try JSON.text(logs, pretty: false)
            metadata[Key.options.rawValue] = details.options
            metadata[Key.data.rawValue] = details.data
            metadata[Key.preparation.rawValue] = details.preparation
        }
        var writer = SafetensorsWriter(metadata: metadata)
        for parameter in parameters {
            for name in names(parameter.name) {
                writer.add(name, shape: parameter.shape, tensors[name] ?? [])
            }
        }
        var bytes = writer.serialized()
        FileDigest.insert(into: &bytes)
        return bytes
    }

    /// Reads a file and checks all of it.
    ///
    /// - Throws: `FileError` if the file cannot be read; `SafetensorsError` if it is not a valid safetensors file;
    ///   ``CheckpointError`` if it is not a checkpoint of a model made of modules, or is damaged.
    public init(path: String) throws { try self.init(SafetensorsFile(path: path)) }

    package init(bytes: [UInt8], path: String) throws {
        try self.init(SafetensorsFile(bytes: bytes, path: path))
    }

    init(_ file: SafetensorsFile) throws {
        let path = file.path
        func value<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws -> Value {
            guard let text = file.metadata[key.rawValue] else {
                throw CheckpointError(path: path, problem: .missing(key.rawValue))
            }
            do {
                return try JSON.value(from: text)
            } catch let error as DecodingError {
                throw CheckpointError(path: path, problem: .invalid(key.rawValue, JSON.reason(error)))
            }
        }
        func check(_ isPossible: Bool, _ key: Key) throws {
            guard isPossible else {
                throw CheckpointError(path: path, problem: .invalid(key.rawValue, "numbers out of range"))
            }
        }
        let parameters: [Shape] = try value(.modules)
        try FileDigest.check(file.bytes, claimed: file.metadata[FileDigest.key], path: path)
        seed = try value(.seed)
        stepCount = try value(.step)
        state = try value(.state)
        try check(stepCount >= 0 && stepCount < 1 << 40, .step)
        // Every epoch has at least one step.
        try check(state.isPossible && state.epoch <= stepCount && state.stepInEpoch <= stepCount, .state)
        logs = file.metadata[Key.logs.rawValue] == nil ? LogPositions() : try value(.logs)
        try check(logs.isPossible, .logs)
        let none = Checkpoint.Details()
        details = Checkpoint.Details(
            options: file.metadata[Key.options.rawValue] ?? none.options,
            data: file.metadata[Key.data.rawValue] ?? none.data,
            preparation: file.metadata[Key.preparation.rawValue])
        let names = Set(parameters.map(\.name))
        let buffers = Set(
            file.tensorNames.filter { !names.contains($0) }.compactMap { name -> String? in
                let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
                return parts.count == 3 && parts[0] == "optimizer" ? String(parts[1]) : nil
            }
        ).sorted()
        self.path = path
        self.parameters = parameters
        bufferNames = buffers
        hasBest = file.tensorNames.contains { $0.hasPrefix(Self.best("")) }
        hasAverage = file.tensorNames.contains { $0.hasPrefix(Self.average("")) }
        let count = names.count * (1 + buffers.count + (hasBest ? 1 : 0) + (hasAverage ? 1 : 0))
        guard names.count == parameters.count, file.tensors.count == count else {
            throw CheckpointError(
                path: path, problem: .tensors(expected: count, found: file.tensors.count))
        }
        var tensors: [String: [Float]] = [:]
        for parameter in parameters {
            var names = [parameter.name] + buffers.map { Self.buffer($0, of: parameter.name) }
            if hasAverage { names.append(Self.average(parameter.name)) }
            if hasBest { names.append(Self.best(parameter.name)) }
            for name in names { tensors[name] = try file.values(of: name, shape: parameter.shape) }
        }
        self.tensors = tensors
    }

    // MARK: Use

    /// The parameters in the order of the modules.
    package var namedParameters: [(name: String, shape: [Int], values: [Float])] {
        parameters.map { ($0.name, $0.shape, tensors[$0.name] ?? []) }
    }

    /// Copies the parameters into a model.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - averaged: Whether to use the averaged parameters.
    /// - Throws: ``CheckpointError`` if the model's modules have other names or shapes, or if there are no averaged
    ///   parameters; the model is then unchanged.
    public func load(into model: some TrainableModel, averaged: Bool = false) throws(CheckpointError) {
        try load(model.namedModules, averaged: averaged)
    }

    /// Copies the parameters into modules.
    func load(
        _ modules: [(name: String, module: any Module)], averaged: Bool = false
    ) throws(CheckpointError) {
        guard !averaged || hasAverage else {
            throw misfit(expected: "averaged parameters", found: "none")
        }
        let differences = TensorDifferences(
            expected: Self.shapes(modules).map { ($0.name, $0.shape) },
            found: parameters.map { ($0.name, $0.shape) })
        guard differences.isEmpty else {
            throw CheckpointError(path: place, problem: .otherParameters(differences))
        }
        for module in modules {
            fill(module.module.parameters, of: module) { averaged ? Self.average($0) : $0 }
        }
    }

    /// Copies the averaged parameters of a module.
    func loadAverage(_ average: WeightAverage, of module: (name: String, module: any Module)) {
        fill(average.values, of: module) { Self.average($0) }
    }

    /// Copies a buffer of the optimizer.
    func load(_ buffer: OptimizerState.Buffer, of module: (name: String, module: any Module)) {
        fill(buffer.values, of: module) { Self.buffer(buffer.name, of: $0) }
    }

    /// The parameters of the best epoch in the order of the modules; nil if they are not kept.
    func bestParameters(_ modules: [(name: String, module: any Module)]) -> [Float]? {
        guard hasBest else { return nil }
        return modules.flatMap { module in
            module.module.layout.parameters.flatMap {
                tensors[Self.best("\(module.name).\($0.name)")] ?? []
            }
        }
    }

    private func fill(
        _ buffer: FloatBuffer, of module: (name: String, module: any Module), _ name: (String) -> String
    ) {
        var numbers: [Float] = []
        for parameter in module.module.layout.parameters {
            numbers += tensors[name("\(module.name).\(parameter.name)")] ?? []
        }
        buffer.assign(numbers)
    }

    /// Returns the error that the checkpoint belongs to another model or optimizer.
    func misfit(expected: String, found: String) -> CheckpointError {
        CheckpointError(path: place, problem: .misfit(expected: expected, found: found))
    }

    /// The path of the file, for errors.
    private var place: String { path ?? "the checkpoint" }

    /// Returns buffers of an optimizer: `"exp_avg", "exp_avg_sq"`; at most three.
    static func text(_ buffers: [String]) -> String {
        guard !buffers.isEmpty else { return "no buffer" }
        return buffers.prefix(3).map(\.quoted).joined(separator: ", ")
            + (buffers.count > 3 ? " and \(buffers.count - 3) more" : "")
    }
}
