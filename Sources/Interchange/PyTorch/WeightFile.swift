import Platform
import PyTorchFiles
import Safetensors

/// The tensors of a safetensors file or of a file of `torch.save`.
struct WeightFile {
    /// The name, the type and the shape of a tensor.
    struct Tensor: Hashable, Sendable {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
    }

    let path: String
    /// The tensors of numbers with a fraction.
    let tensors: [Tensor]
    /// Sentences about content that is not read.
    let notes: [String]
    private let read: (_ name: String) throws -> [Float]

    /// Reads a file of either kind, whatever its name.
    ///
    /// - Throws: `SafetensorsError`, `PyTorchFileError`, `DatasetError`, `FileError`.
    init(path: String) throws {
        let all: [Tensor]
        var notes: [String]
        if try ModelFileKind(ofFile: path) == .pytorch {
            let file = try PyTorchFile(path: path)
            all = file.tensors.map { Tensor(name: $0.name, type: $0.type.safetensorsType, shape: $0.shape) }
            notes = file.notes
            let tensors = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
            read = { name in try tensors[name].map(file.values) ?? [] }
        } else {
            let file = try SafetensorsFile(path: path)
            let isCheckpoint = file.metadata["sha256"] != nil && file.metadata["model"] != nil
            let parameters = file.tensors.filter { !isCheckpoint || !Self.isOfTraining($0.name) }
            all = parameters.map { Tensor(name: $0.name, type: $0.type, shape: $0.shape) }
            notes =
                parameters.count < file.tensors.count
                ? ["The buffers of the optimizer and other copies of the weights are not read."] : []
            read = { name in try file.floats(of: name) }
        }
        self.path = path
        tensors = all.filter { SafetensorsType.floats.contains($0.type) }
        let others = all.filter { !SafetensorsType.floats.contains($0.type) }
        if !others.isEmpty {
            notes.append("Tensors of integers are not read: \(Self.list(others.map(\.name))).")
        }
        if tensors.contains(where: { $0.type == .float64 }) {
            notes.append("The weights of float64 are rounded to float32.")
        }
        self.notes = notes
    }

    /// Returns the numbers of a tensor in row-major order.
    func values(of name: String) throws -> [Float] { try read(name) }

    /// Whether a tensor of a checkpoint of this package is needed for training only.
    private static func isOfTraining(_ name: String) -> Bool {
        ["optimizer.", "ema.", "best.", "carried."].contains { name.hasPrefix($0) }
    }

    /// Returns names for a message: at most eight, in quotes.
    static func list(_ names: [String]) -> String {
        names.prefix(8).map { $0.quoted(atMost: 80) }.joined(separator: ", ")
            + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}
