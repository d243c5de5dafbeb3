import NeuralNetworks
import Platform
import Safetensors

/// A checkpoint: everything that is needed to resume training with the same results as without an interruption, and to
/// use the model.
///
/// ```swift
/// try Checkpoint(of: trainer).write(to: "model.safetensors")
/// let engine = try Checkpoint(path: "model.safetensors").engine()
/// ```
///
/// On disk it is a safetensors file. It contains the parameters under PyTorch's names, the buffers of the optimizer as
/// `optimizer.<buffer>.<parameter>`, averaged weights as `ema.<parameter>`, and kept weights of the best epoch as
/// `best.<parameter>`; in the middle of an epoch of a text also the carried states as `carried.hidden` and `carried.cell`,
/// (layers, N, H). Its metadata contain the progress of training and a SHA-256 of the file. The same training gives
/// the same bytes.
public struct Checkpoint: Sendable {
    /// The architecture of the model.
    public let model: SequenceModel
    /// The seed of the training.
    public let seed: UInt64
    /// The parameters, in the order of the model's layout.
    public let parameters: [Float]
    /// The buffers of the optimizer, each in the order of the parameters.
    package let optimizerBuffers: [(name: String, values: [Float])]
    /// The exponential moving average of the parameters, in their order; nil if there is none.
    public let average: [Float]?
    /// The parameters at the end of the best epoch, in their order; nil if the trainer does not keep them.
    package let bestParameters: [Float]?
    /// The states that training carries to the next step; nil unless the epoch of a text is not complete.
    package let carriedStates: Carried?
    /// The number of optimizer steps.
    public let stepCount: Int
    /// The progress of training.
    public let state: TrainingState
    /// The lengths of the run's logs.
    package let logs: LogPositions
    /// Information about the run.
    package let details: Details

    /// The states of the places of a batch, each (layers, N, H).
    package struct Carried: Hashable, Sendable {
        /// N, the number of places.
        package let places: Int
        package let hidden: [Float]
        /// The cell states; empty for cells without them.
        package let cell: [Float]
    }

    /// Information about the run, which is saved but not interpreted.
    package struct Details: Hashable, Sendable {
        /// The options that affect the weights and the logs, as JSON.
        package var options: String
        /// A description of the data.
        package var data: String
        /// The preparation of the data, such as scalers, as JSON; nil if there is none.
        package var preparation: String?

        package init(options: String = "{}", data: String = "", preparation: String? = nil) {
            self.options = options
            self.data = data
            self.preparation = preparation
        }
    }

    /// Creates a checkpoint of the current state of a trainer, which is copied.
    public init(of trainer: Trainer) { self.init(of: trainer, logs: .init(), details: .init()) }

    package init(of trainer: Trainer, logs: LogPositions = .init(), details: Details = .init()) {
        let engine = trainer.engine
        model = engine.model
        seed = trainer.seed
        parameters = engine.parameters.elements
        optimizerBuffers = engine.optimizerState.buffers.map { ($0.name, $0.values.elements) }
        average = engine.average?.values.elements
        bestParameters = trainer.keepsBestParameters ? trainer.bestParameters : nil
        carriedStates =
            trainer.state.stepInEpoch == 0
            ? nil : engine.carriedStates.map { Carried(places: $0.count, hidden: $0.hidden, cell: $0.cell) }
        stepCount = engine.optimizerState.stepCount
        state = trainer.state
        self.logs = logs
        self.details = details
    }

    /// Writes the file at `path`. An existing file is replaced atomically; after an error it is unchanged.
    ///
    /// - Throws: `FileError` if the file cannot be written.
    public func write(to path: String) throws { try AtomicFile.write(serialized(), to: path) }

    /// Returns the content of the whole file.
    package func serialized() throws -> [UInt8] {
        var metadata = [
            Key.format.rawValue: "pt", Key.packageVersion.rawValue: PackageVersion.current,
            Key.model.rawValue: try JSON.text(model, pretty: false), Key.seed.rawValue: String(seed),
            Key.step.rawValue: String(stepCount), Key.state.rawValue: try JSON.text(state, pretty: false),
            Key.logs.rawValue: try JSON.text(logs, pretty: false),
            Key.options.rawValue: details.options, Key.data.rawValue: details.data,
            FileDigest.key: FileDigest.placeholder,
        ]
        metadata[Key.preparation.rawValue] = details.preparation
        var writer = SafetensorsWriter(metadata: metadata)
        for parameter in model.layout.parameters {
            writer.add(parameter.name, shape: parameter.shape, Array(parameters[parameter.range]))
            for (name, values) in optimizerBuffers {
                writer.add(
                    Self.name(name, of: parameter), shape: parameter.shape, Array(values[parameter.range]))
            }
            for (mark, values) in [(Self.averageMark, average), (Self.bestMark, bestParameters)] {
                guard let values else { continue }
                writer.add(
                    mark + parameter.name, shape: parameter.shape, Array(values[parameter.range]))
            }
        }
        if let carriedStates {
            let shape = Self.carriedShape(of: model, places: carriedStates.places)
            writer.add(Self.carriedNames.hidden, shape: shape, carriedStates.hidden)
            if model.stack.cell.hasCellState {
                writer.add(Self.carriedNames.cell, shape: shape, carriedStates.cell)
            }
        }
        var bytes = writer.serialized()
        FileDigest.insert(into: &bytes)
        return bytes
    }

    /// A key of the metadata.
    private enum Key: String {
        case format, model, seed, step, state, logs, options, data, preparation
        case packageVersion = "package_version"
    }

    private static let averageMark = "ema."
    private static let bestMark = "best."

    private static let carriedNames = (hidden: "carried.hidden", cell: "carried.cell")

    private static func carriedShape(of model: SequenceModel, places: Int) -> [Int] {
        [model.stack.numLayers, places, model.stack.hiddenSize]
    }

    private static func name(_ buffer: String, of parameter: Parameter) -> String {
        "optimizer.\(buffer).\(parameter.name)"
    }

    /// Reads a file and checks all of it.
    ///
    /// - Throws: `FileError` if the file cannot be read; `SafetensorsError` if it is not a valid safetensors file;
    ///   ``CheckpointError`` if it is not a checkpoint, or is damaged.
    public init(path: String) throws {
        let file = try SafetensorsFile(path: path, copies: Self.copies) { metadata in
            try FileDigest.require(in: metadata, path: path)
        }
        try self.init(file)
    }

    /// Reads an open file and checks all of it.
    package init(_ file: OpenFile) throws {
        let path = file.path
        let file = try SafetensorsFile(file, copies: Self.copies) { metadata in
            try FileDigest.require(in: metadata, path: path)
        }
        try self.init(file)
    }

    /// The number of copies in memory: the file, the tensors, and arrays that grow.
    static let copies = 3

    package init(bytes: [UInt8], path: String) throws {
        try self.init(SafetensorsFile(bytes: bytes, path: path))
    }

    init(_ file: SafetensorsFile) throws {
        let path = file.path
        func text(_ key: Key) throws(CheckpointError) -> String {
            guard let text = file.metadata[key.rawValue] else {
                throw CheckpointError(path: path, problem: .missing(key.rawValue))
            }
            return text
        }
        func value<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws -> Value {
            do {
                return try JSON.value(from: text(key))
            } catch let error as DecodingError {
                throw CheckpointError(path: path, problem: .invalid(key.rawValue, JSON.reason(error)))
            }
        }
        func check(_ isPossible: Bool, _ key: Key) throws(CheckpointError) {
            guard isPossible else {
                throw CheckpointError(path: path, problem: .invalid(key.rawValue, "numbers out of range"))
            }
        }
        try FileDigest.check(file.bytes, claimed: file.metadata[FileDigest.key], path: path)
        guard file.metadata[Key.model.rawValue] != nil || file.metadata[ModuleCheckpoint.mark] == nil else {
            throw CheckpointError(path: path, problem: .ofModules)
        }
        model = try value(.model)
        seed = try value(.seed)
        stepCount = try value(.step)
        state = try value(.state)
        logs = try value(.logs)
        details = Details(
            options: try text(.options), data: try text(.data),
            preparation: file.metadata[Key.preparation.rawValue])
        try check(stepCount >= 0 && stepCount < 1 << 40, .step)
        // Every epoch has at least one step.
        try check(state.isPossible && state.epoch <= stepCount && state.stepInEpoch <= stepCount, .state)
        try check(logs.isPossible, .logs)

        let parameters = model.layout.parameters
        let buffers = Set(file.tensorNames.compactMap { Self.buffer(of: $0) }).sorted()
        let marks = [Self.averageMark, Self.bestMark].filter { mark in
            file.tensorNames.contains { $0.hasPrefix(mark) }
        }
        carriedStates = try Self.carriedStates(in: file, of: model, isNeeded: state.stepInEpoch > 0)
        let carried = carriedStates == nil ? 0 : model.stack.cell.hasCellState ? 2 : 1
        let count = parameters.count * (1 + buffers.count + marks.count) + carried
        guard file.tensors.count == count else {
            throw CheckpointError(
                path: path, problem: .tensors(expected: count, found: file.tensors.count))
        }
        self.parameters = try parameters.flatMap { try file.values(of: $0.name, shape: $0.shape) }
        func copy(_ mark: String) throws -> [Float]? {
            guard marks.contains(mark) else { return nil }
            return try parameters.flatMap { try file.values(of: mark + $0.name, shape: $0.shape) }
        }
        average = try copy(Self.averageMark)
        bestParameters = try copy(Self.bestMark)
        optimizerBuffers = try buffers.map { buffer in
            (
                buffer,
                try parameters.flatMap {
                    try file.values(of: Self.name(buffer, of: $0), shape: $0.shape, as: Float.self)
                }
            )
        }
    }

    /// Returns the carried states of a model that reads texts.
    ///
    /// - Parameter isNeeded: Whether training continues in the middle of an epoch.
    private static func carriedStates(
        in file: SafetensorsFile, of model: SequenceModel, isNeeded: Bool
    ) throws -> Carried? {
        guard model.readsSymbols, !model.stack.bidirectional, isNeeded else { return nil }
        guard let tensor = file.tensors.first(where: { $0.name == carriedNames.hidden }) else {
            throw CheckpointError(path: file.path, problem: .missingTensor(carriedNames.hidden))
        }
        let places = tensor.shape.count == 3 ? max(tensor.shape[1], 1) : 1
        let shape = carriedShape(of: model, places: places)
        return Carried(
            places: places, hidden: try file.values(of: carriedNames.hidden, shape: shape),
            cell: model.stack.cell.hasCellState ? try file.values(of: carriedNames.cell, shape: shape) : [])
    }

    /// Returns the optimizer buffer to which a tensor belongs; nil for a parameter.
    private static func buffer(of tensor: String) -> String? {
        let parts = tensor.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 2 && parts[0] == "optimizer" ? String(parts[1]) : nil
    }

    /// Returns the model with its weights, for evaluation and prediction.
    ///
    /// - Parameters:
    ///   - threads: The number of compute threads; nil for the number of usable cores.
    ///   - averaged: Whether to use the averaged weights; without an ``average`` this traps.
    public func engine(threads: Int? = nil, averaged: Bool = false) -> SequenceEngine {
        precondition(!averaged || average != nil, "engine: expected averaged weights, found none")
        let buffer = FloatBuffer(count: parameters.count)
        buffer.assign(averaged ? average ?? [] : parameters)
        // The decay is never used, because no step follows.
        let engine = SequenceEngine(
            model: model, parameters: buffer, averageDecay: average == nil ? nil : 0,
            threads: threads ?? UsableCores.count)
        if let average { engine.average?.values.assign(average) }
        return engine
    }
}

/// The error that a safetensors file is not a checkpoint of this package, or a damaged one. The description says what
/// was expected and what was found.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        case digest(expected: String, found: String)
        case missing(String)
        case invalid(String, String)
        case tensors(expected: Int, found: Int)
        case missingTensor(String)
        case misfit(expected: String, found: String)
        /// The model has other parameters.
        case otherParameters(TensorDifferences)
        /// The file is a ``ModuleCheckpoint``.
        case ofModules
        case notFinite
        /// The weights are so large that the scores of an image overflow.
        case scoresNotFinite
    }

    /// The path of the file.
    public let path: String
    package let problem: Problem

    package init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }

    public var description: String { "\(fault); \(remedy)" }

    /// The description without the instruction at its end.
    package var fault: String {
        switch problem {
        case .digest(let expected, let found):
            "\(path.printableLine): damaged checkpoint: expected SHA-256 \(expected), stored in the file, found \(found)"
        case .missing(let key):
            "\(path.printableLine): not a checkpoint of this program: expected \(key.quoted) in the metadata, found none"
        case .invalid(let key, let reason):
            "\(path.printableLine): invalid \(key.quoted) in the metadata: \(reason)"
        case .tensors(let expected, let found):
            "\(path.printableLine): expected \(expected) tensors, as its model has, found \(found)"
        case .missingTensor(let name):
            "\(path.printableLine): expected the tensor \(name.quoted), found none"
        case .misfit(let expected, let found):
            "\(path.printableLine): a checkpoint of another model or optimizer: expected \(expected), found \(found)"
        case .otherParameters(let differences):
            "\(path.printableLine): a checkpoint of another model: \(differences.text)"
        case .ofModules:
            "\(path.printableLine): a checkpoint of modules: expected one of a SequenceModel"
        case .scoresNotFinite:
            "\(path.printableLine): expected finite scores, found NaN or infinity: the weights or the input are too large"
        case .notFinite:
            "\(path.printableLine): expected finite weights, found NaN or infinity"
        }
    }

    private var remedy: String {
        switch problem {
        case .missing: "use a checkpoint that a run has saved"
        case .invalid: "use another checkpoint"
        case .ofModules: "read it with ModuleCheckpoint"
        case .misfit, .otherParameters:
            "use a checkpoint of this model, or create the model and the optimizer as in its training"
        case .digest, .tensors, .missingTensor, .notFinite: "use another checkpoint of the run"
        case .scoresNotFinite: "use another checkpoint of the run, or check the values of the input"
        }
    }
}

extension Checkpoint {
    /// Returns the description of an error of reading a checkpoint, without the instruction at its end, which does not
    /// apply where another checkpoint is used anyway.
    package static func fault(of error: any Error) -> String {
        (error as? CheckpointError)?.fault ?? (error as? SafetensorsError)?.fault ?? "\(error)"
    }
}

extension CheckpointError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}
