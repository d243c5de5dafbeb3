import Platform
import Safetensors

/// The tensors of a file that `torch.save` wrote: a `state_dict`, alone or in the dictionary of a checkpoint.
///
/// The file is read without Python, and nothing in it is executed. Its pickle may only have the instructions that make
/// dictionaries, lists, texts, numbers and tensors, and name a few types of PyTorch; anything else is refused by name.
package final class PyTorchFile {
    /// A tensor of the file.
    package struct Tensor: Sendable {
        package let name: String
        package let type: PyTorchType
        package let shape: [Int]
        fileprivate let view: TensorView
    }

    package let path: String
    /// The tensors in the order of the dictionary.
    package let tensors: [Tensor]
    /// Sentences about the place of the weights, and about content that is not read.
    package let notes: [String]
    private let archive: PyTorchArchive
    /// The storages that have been read. They are together no larger than the file.
    private var storages: [String: [UInt8]] = [:]

    /// Reads names and shapes; numbers are read on request.
    ///
    /// - Throws: ``PyTorchFileError``; `DatasetError` for a damaged archive; `FileError`.
    package init(path: String) throws {
        self.path = path
        let archive = try PyTorchArchive(path: path)
        self.archive = archive
        var reader = try PickleReader(archive.pickle(), path: path, storageSize: archive.storageSize)
        let root = try reader.read()
        let weights = try StateDictionary(root, in: reader.objects, path: path)
        tensors = weights.tensors.map { name, view in
            Tensor(name: name, type: view.storage.type, shape: view.shape, view: view)
        }
        notes = weights.notes
        // Several names of one tensor are read several times.
        let (stored, named) = (
            reader.objects.storages.reduce(0) { $0 + $1.count }, tensors.reduce(0) { $0 + $1.view.count }
        )
        guard named <= 16 * (stored + 1) else {
            throw PyTorchFileError(
                path: path, place: .pickle(0), reason: .repeated,
                expected: "tensors of at most 16 times the \(stored) stored numbers", found: "\(named)")
        }
    }

    /// Returns the numbers of a tensor as `Float`, in row-major order.
    ///
    /// - Throws: ``PyTorchFileError`` for integers; `DatasetError` for a wrong CRC-32; `FileError`.
    package func values(of tensor: Tensor) throws -> [Float] {
        let view = tensor.view
        let content = try storages[view.storage.key] ?? archive.storage(view.storage.key)
        storages[view.storage.key] = content
        guard let numbers = tensor.type.safetensorsType.floats(from: view.bytes(of: content)) else {
            throw PyTorchFileError(
                path: path, place: .pickle(0), reason: .elementType,
                expected: "\(tensor.name.quoted) of float32, float16, bfloat16 or float64",
                found: "\(tensor.type)")
        }
        return numbers
    }

    /// Whether a file begins as one that PyTorch wrote, in this or an older format.
    package static func recognizes(_ beginning: some Collection<UInt8>) -> Bool {
        beginning.starts(with: PyTorchArchive.zipMark) || beginning.starts(with: PyTorchArchive.legacyMark)
    }
}
