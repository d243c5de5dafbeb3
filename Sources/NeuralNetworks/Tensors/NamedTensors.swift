/// Tensors with their names, for the text of a result: each below its name and shape.
struct NamedTensors: CustomStringConvertible {
    private let tensors: [(name: String, tensor: Tensor)]

    /// Creates a list. Tensors that are nil are left out.
    init(_ tensors: KeyValuePairs<String, Tensor?>) {
        self.tensors = tensors.compactMap { name, tensor in tensor.map { (name, $0) } }
    }

    /// Creates a list of the tensors of several lists.
    init(joining lists: [NamedTensors]) { tensors = lists.flatMap(\.tensors) }

    var description: String {
        tensors.map { name, tensor in "\(name) \(tensor.shape)\n\(tensor)" }.joined(separator: "\n")
    }
}
