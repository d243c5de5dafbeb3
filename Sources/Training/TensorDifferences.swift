import Platform

/// The differences between the parameters of a model and the tensors of a file, each as a name with its shape:
/// "fc.bias [10]".
package struct TensorDifferences: Hashable, Sendable {
    /// The parameters that the file does not have.
    package let missing: [String]
    /// The tensors that are no parameters.
    package let leftOver: [String]
    /// The tensors of another shape, each with both shapes.
    package let otherShape: [String]

    package typealias Tensor = (name: String, shape: [Int])

    /// - Parameters:
    ///   - expected: The parameters of the model.
    ///   - found: The tensors of the file; each name occurs once.
    package init(expected: [Tensor], found: [Tensor]) {
        let shapes = Dictionary(found.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        let names = Set(expected.map(\.name))
        func text(_ tensor: Tensor) -> String { "\(tensor.name) \(tensor.shape)" }
        missing = expected.filter { shapes[$0.name] == nil }.map(text)
        leftOver = found.filter { !names.contains($0.name) }.map(text)
        otherShape = expected.compactMap { parameter in
            guard let shape = shapes[parameter.name], shape != parameter.shape else { return nil }
            return "\(parameter.name) \(shape), not \(parameter.shape)"
        }
    }

    package var isEmpty: Bool { missing.isEmpty && leftOver.isEmpty && otherShape.isEmpty }

    /// The differences as lists, each of at most eight tensors.
    package var text: String {
        let lists = [("missing", missing), ("left over", leftOver), ("of another shape", otherShape)]
        return lists.filter { !$0.1.isEmpty }.map { title, names in
            "\(title): " + names.prefix(8).map { $0.cut(atMost: 100).printableLine }.joined(separator: ", ")
                + (names.count > 8 ? " and \(names.count - 8) more" : "")
        }.joined(separator: "; ")
    }
}
