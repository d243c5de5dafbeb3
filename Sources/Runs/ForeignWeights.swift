import Console
import Interchange
import Platform
import Safetensors
import Training

/// The error that a file with weights of another program was given in place of a run or a checkpoint.
package struct ForeignWeightsError: ReportedError, Hashable {
    package enum Kind: String, Sendable {
        case safetensors = "a safetensors file of another program"
        case pytorch = "a file of PyTorch (torch.save)"
        case onnx = "an ONNX file"
    }

    package let path: String
    package let kind: Kind
    /// The name of the program, if it can import the file.
    let importer: String?

    package var description: String {
        let remedy =
            importer.map { "make a run of it: " + ShellWords.quoted([$0, "import", path]) }
            ?? "give a run or a checkpoint of this program"
        return
            "\(path.printableLine): expected a checkpoint of this program, found \(kind.rawValue); \(remedy)"
    }

    package var exitStatus: ExitStatus { .badData }

    /// - Returns: nil if the file is not recognised.
    init?(_ path: String, after error: any Error, importer: String?) {
        guard let kind = Self.kind(of: path, after: error) else { return nil }
        self.path = path
        self.kind = kind
        self.importer = importer
    }

    private static func kind(of path: String, after error: any Error) -> Kind? {
        if case .missing? = (error as? CheckpointError)?.problem {
            // A file with a digest is a damaged checkpoint of this package.
            return (try? SafetensorsFile(path: path))?.metadata["sha256"] == nil ? .safetensors : nil
        }
        guard error is SafetensorsError, let kind = try? ModelFileKind(ofFile: path) else { return nil }
        return switch kind {
        case .pytorch: .pytorch
        case .onnx: .onnx
        case .other: nil
        }
    }
}
