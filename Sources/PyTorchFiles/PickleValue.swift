import Safetensors

/// A value on the stack of a pickle. Values that contain others are indices into ``PickleObjects``, so that neither
/// copies nor nesting cost memory or recursion.
enum PickleValue: Hashable, Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(Int)
    /// A tuple.
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case storage(Int)
    case tensor(Int)
    case global(PickleGlobal)
    /// A value that no tensor needs, such as a text of many lines.
    case other
}

/// The objects of a pickle that is read.
struct PickleObjects: Sendable {
    /// A pair of a dictionary, with the place at which it was set.
    struct Item: Sendable {
        let key: PickleValue
        let value: PickleValue
        let offset: Int
    }

    var texts: [String] = []
    /// The elements of tuples and lists.
    var sequences: [[PickleValue]] = []
    var dictionaries: [[Item]] = []
    var storages: [PyTorchStorage] = []
    var tensors: [TensorView] = []

    func text(_ value: PickleValue) -> String? {
        if case .text(let index) = value { texts[index] } else { nil }
    }

    func tuple(_ value: PickleValue) -> [PickleValue]? {
        if case .tuple(let index) = value { sequences[index] } else { nil }
    }

    /// Returns the numbers of a tuple of integers with as many elements as a tensor has dimensions at most; nil for any
    /// other value. A pickle can name one long tuple any number of times.
    func integers(_ value: PickleValue) -> [Int]? {
        guard let elements = tuple(value), elements.count <= TensorView.mostDimensions else { return nil }
        let numbers = elements.compactMap { if case .integer(let number) = $0 { number } else { nil } }
        return numbers.count == elements.count ? numbers : nil
    }
}

/// The functions, classes and types that a pickle may name. None is called or looked up; a few lines of this module do
/// the same as each of them.
enum PickleGlobal: Hashable, Sendable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    /// `torch.Size`, a tuple.
    case size
    /// A type of storages, such as `torch.FloatStorage`.
    case storage(PyTorchType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", _):
            guard let type = PyTorchType.allCases.first(where: { $0.storageName == name }) else { return nil }
            self = .storage(type)
        default: return nil
        }
    }
}
