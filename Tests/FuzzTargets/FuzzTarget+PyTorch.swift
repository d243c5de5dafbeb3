import ArchiveSamples
import Datasets
import PyTorchFiles

extension FuzzTarget {
    /// A file of `torch.save`, whose CRC-32 are corrected. An input that is no zip archive is the pickle of an archive with
    /// two storages, of 16 and 48 bytes.
    static let pytorchFile = FuzzTarget("pytorch-file") { input in
        var bytes = input.bytes
        if !bytes.starts(with: [0x50, 0x4B]) {
            bytes = StoredZip.torch(
                pickle: bytes,
                storages: ["0": Array(0..<16), "1": [UInt8](repeating: 0x3F, count: 48)])
        }
        for _ in 0..<8 {
            do {
                return try use(PyTorchFile(path: input.write(bytes)))
            } catch DatasetError.invalid(_, let problem, _, let expected, let found)
                where problem == .zipChecksum
            {
                bytes = try repaired(bytes, expected: expected, found: found)
            }
        }
    }

    private static func use(_ file: PyTorchFile) throws {
        try require(!file.tensors.isEmpty, "a file without tensors was read")
        try require(
            Set(file.tensors.map(\.name)).count == file.tensors.count, "a name occurs twice")
        for tensor in file.tensors where tensor.type.isFloatingPoint {
            let count = tensor.shape.reduce(1, *)
            try require(try file.values(of: tensor).count == count, "a tensor of another size")
        }
    }
}
