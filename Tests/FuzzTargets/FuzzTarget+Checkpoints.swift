import Forecasting
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import Safetensors
import Training

extension FuzzTarget {
    /// A safetensors file. If an input begins with `{`, its first line is the header without the length. Content that
    /// is read must be the same when it is written again.
    static let safetensors = FuzzTarget("safetensors") { input in
        var bytes = input.bytes
        if bytes.first == UInt8(ascii: "{") {
            let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
            bytes = littleEndian(UInt64(header.count)) + header + bytes.dropFirst(header.count + 1)
        }
        let file = try SafetensorsFile(bytes: bytes, path: "file.safetensors")
        let fromDisk = try readBack { try SafetensorsFile(path: input.write(bytes)) }
        try require(fromDisk.tensors == file.tensors, "the file on the disk is another")
        var writer = SafetensorsWriter(metadata: file.metadata)
        var written: Set<String> = []
        for tensor in file.tensors {
            func add<Element: SafetensorsElement>(_: Element.Type) throws {
                let values: [Element] = try file.values(of: tensor.name, shape: tensor.shape)
                writer.add(tensor.name, shape: tensor.shape, values)
                written.insert(tensor.name)
            }
            switch tensor.type {
            case .float32: try add(Float.self)
            case .float64: try add(Double.self)
            case .uint8: try add(UInt8.self)
            case .int32: try add(Int32.self)
            case .int64: try add(Int64.self)
            default: break
            }
        }
        let again = try readBack { try SafetensorsFile(bytes: writer.serialized(), path: "written") }
        try require(again.metadata == file.metadata, "the metadata differ when they are written again")
        for tensor in file.tensors where written.contains(tensor.name) {
            guard let other = again[tensor.name] else { throw FuzzFailure("a tensor is missing") }
            try require(
                other.type == tensor.type && other.shape == tensor.shape
                    && again.bytes[other.bytes] == file.bytes[tensor.bytes],
                "a tensor differs when it is written again")
        }
    }

    /// A checkpoint, whose SHA-256 is corrected.
    static let checkpoint = FuzzTarget("checkpoint") { input in
        do {
            try use(Checkpoint(bytes: input.bytes, path: "checkpoint"))
        } catch let error as CheckpointError {
            guard case .digest(let wrong, let right) = error.problem else { throw error }
            let bytes = input.bytes.replacing(Array(wrong.utf8), with: Array(right.utf8), maxReplacements: 1)
            try use(Checkpoint(bytes: bytes, path: "checkpoint"))
        }
    }

    /// A checkpoint of a model made of modules, whose SHA-256 is corrected.
    static let moduleCheckpoint = FuzzTarget("module-checkpoint") { input in
        do {
            try use(ModuleCheckpoint(bytes: input.bytes, path: "checkpoint"))
        } catch let error as CheckpointError {
            guard case .digest(let wrong, let right) = error.problem else { throw error }
            let bytes = input.bytes.replacing(Array(wrong.utf8), with: Array(right.utf8), maxReplacements: 1)
            try use(ModuleCheckpoint(bytes: bytes, path: "checkpoint"))
        }
    }

    /// Writes and reads a checkpoint, and restores it if it is one of the model with which the inputs were made.
    private static func use(_ checkpoint: ModuleCheckpoint) throws {
        let bytes = try checkpoint.serialized()
        let again = try readBack { try ModuleCheckpoint(bytes: bytes, path: "written") }
        try require(try again.serialized() == bytes, "the checkpoint differs when it is written again")
        let model = Sequential(inputShape: [2, 1], [.simpleRNN(1), .dense(2)])
        let trainer = Trainer(model: model, loss: CrossEntropyLoss())
        try trainer.restore(checkpoint)
        try require(trainer.state == checkpoint.state, "the restored progress is another")
        let batch = SequenceBatch(Tensor(shape: [1, 2, 1]), targets: .labels([0]))
        try require(model.output(batch).shape == [1, 2], "the restored model has another output")
    }

    /// The metadata of a checkpoint, one per line. A model that they describe gets weights of zero.
    static let checkpointMetadata = FuzzTarget("checkpoint-metadata") { input in
        let lines = String(decoding: input.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let keys = ["model", "seed", "step", "state", "logs", "options", "data", "preparation", "buffers"]
        var metadata = Dictionary(uniqueKeysWithValues: zip(keys, lines.map(String.init)))
        let buffers = (metadata.removeValue(forKey: "buffers") ?? "").split(separator: " ").prefix(4)
        metadata["sha256"] = String(repeating: "0", count: 64)
        if metadata["preparation"] == "" { metadata["preparation"] = nil }
        var writer = SafetensorsWriter(metadata: metadata)
        if let text = metadata["model"], let model = try? JSON.value(SequenceModel.self, from: text),
            model.layout.count <= 4096
        {
            var names: Set<String> = []
            for parameter in model.layout.parameters {
                let others = buffers.map { $0 == "ema" ? "ema." : "optimizer.\($0)." }
                for name in ([""] + others).map({ $0 + parameter.name }) where names.insert(name).inserted {
                    let zeros = [Float](repeating: 0, count: parameter.range.count)
                    writer.add(name, shape: parameter.shape, zeros)
                }
            }
        }
        let bytes = writer.serialized()
        do {
            _ = try Checkpoint(bytes: bytes, path: "checkpoint")
            throw FuzzFailure("a SHA-256 of zeros was accepted")
        } catch let error as CheckpointError {
            guard case .digest(let wrong, let right) = error.problem else { throw error }
            let repaired = bytes.replacing(Array(wrong.utf8), with: Array(right.utf8), maxReplacements: 1)
            try use(Checkpoint(bytes: repaired, path: "checkpoint"))
        }
    }

    /// Writes and reads a checkpoint, and uses the model if it is small.
    private static func use(_ checkpoint: Checkpoint) throws {
        let bytes = try checkpoint.serialized()
        let again = try readBack { try Checkpoint(bytes: bytes, path: "written") }
        try require(try again.serialized() == bytes, "the checkpoint differs when it is written again")
        let model = checkpoint.model
        try require(
            checkpoint.parameters.count == model.layout.count, "parameters that are not those of the model")
        if let text = checkpoint.details.preparation {
            if let preparation = try? JSON.value(ForecastPreparation.self, from: text) {
                try require(preparation.floor <= .infinity || preparation.floor.isNaN, "no lowest value")
            }
        }
        if let options = try? ImageTraining.Options().with(decisive: checkpoint.details.options) {
            _ = options.complaint
            try require(
                options.changes(to: try readBack { try options.with(decisive: options.decisiveText()) })
                    .isEmpty,
                "the options differ when they are written again")
        }
        let steps = model.sequenceLength ?? 3
        let size = steps * max(model.stack.inputSize, model.stack.outputSize)
        guard model.layout.count <= 4096, size <= 4096, model.stack.numLayers <= 8 else { return }
        for averaged in [false, true] where !averaged || checkpoint.average != nil {
            let engine = checkpoint.engine(threads: 1, averaged: averaged)
            let predictor = SequencePredictor(
                model: engine.model, parameters: engine.parameters, instructionSet: engine.instructionSet)
            let zeros = [UInt8](repeating: 0, count: steps * model.stack.inputSize)
            let outputs = predictor.outputs(zeros).count
            try require(outputs == model.output.count, "another number of outputs")
        }
    }
}
