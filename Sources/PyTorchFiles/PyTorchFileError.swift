import Platform

/// An error in a file that PyTorch wrote, or the reason why such a file is not read.
package struct PyTorchFileError: ReportedError, Hashable {
    /// A place in the file.
    package enum Place: Hashable, Sendable, CustomStringConvertible {
        /// An offset in bytes from the beginning of the file.
        case byte(Int)
        /// An offset in bytes from the beginning of `data.pkl`, the file of the archive with names and shapes.
        case pickle(Int)

        package var description: String {
            switch self {
            case .byte(let offset): "byte \(offset)"
            case .pickle(let offset): "byte \(offset) of data.pkl"
            }
        }
    }

    /// A kind of error.
    package struct Reason: Hashable, Sendable, CustomStringConvertible {
        package let description: String
        /// An instruction for the user.
        let remedy: String

        fileprivate init(_ description: String, _ remedy: String) {
            self.description = description
            self.remedy = remedy
        }
    }

    package let path: String
    package let place: Place
    package let reason: Reason
    package let expected: String
    package let found: String

    package var description: String {
        "\(path.printableLine): \(reason) at \(place): expected \(expected), found \(found); \(reason.remedy)"
    }

    package var exitStatus: ExitStatus { .badData }
}

extension PyTorchFileError.Reason {
    static let otherFile = Self(
        "not a PyTorch file", "give a file that torch.save wrote, or a safetensors file")
    static let legacy = Self("a file in the format of PyTorch before 1.6", "convert it in Python: \(convert)")
    static let tar = Self("a tar file, the format of PyTorch before 0.2", "convert it in Python: \(convert)")
    static let torchScript = Self("a TorchScript archive", "save its weights in Python: \(convertScript)")
    static let exported = Self("an archive of torch.export", "save the weights of the model itself: \(save)")
    static let noPickle = Self("an archive without weights", "give a file that torch.save wrote")
    static let compressed = Self("a compressed archive", "give the file as torch.save wrote it")
    static let bigEndian = Self("numbers in big-endian order", "save the weights as safetensors: \(save)")
    static let tooLarge = Self("too large a description of the content", "save the weights alone: \(save)")
    static let opcode = Self("a pickle instruction that is not read", "save the weights alone: \(save)")
    static let global = Self("a Python object that is not read", "save the weights alone: \(save)")
    static let wholeModule = Self("a Python class in place of weights", "save the weights alone: \(save)")
    static let truncated = Self("the pickle ends too early", damaged)
    static let pickle = Self("an invalid pickle", damaged)
    static let overlap = Self("files of the archive overlap", damaged)
    static let storage = Self("an invalid storage", damaged)
    static let tensor = Self("an invalid tensor", damaged)
    static let storageSize = Self("a storage of another size", damaged)
    static let repeated = Self(
        "tensors that repeat their numbers",
        #"save copies: torch.save({k: v.clone() for k, v in model.state_dict().items()}, "model.pt")"#)
    static let noWeights = Self("no dictionary of tensors", "save the weights alone: \(save)")
    static let severalWeights = Self("several dictionaries of tensors", "save the weights alone: \(save)")
    static let duplicateName = Self("a name occurs twice", damaged)
    static let elementType = Self("numbers of another type", "save the weights as float32: model.float()")

    private static let damaged = "copy or download the file again, because it is damaged"

    private static let save = #"safetensors.torch.save_file(model.state_dict(), "model.safetensors")"#

    private static let convert =
        "python3 -c 'import sys, torch, safetensors.torch as s; "
        + #"s.save_file(torch.load(sys.argv[1], map_location="cpu", weights_only=True), "model.safetensors")' FILE"#

    private static let convertScript =
        "python3 -c 'import sys, torch, safetensors.torch as s; "
        + #"s.save_file(torch.jit.load(sys.argv[1], map_location="cpu").state_dict(), "model.safetensors")' FILE"#
}
