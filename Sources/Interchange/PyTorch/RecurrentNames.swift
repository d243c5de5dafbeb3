import NeuralNetworks

/// The names of the tensors of a recurrent stack and a linear layer, in files with any prefixes.
struct RecurrentNames {
    /// The text before `weight_ih_l0`: "lstm.", "model.rnn.", "0.", or nothing.
    let stackPrefix: String
    /// The text before `weight` of the linear layer.
    let linearPrefix: String
    /// The tensors by their names.
    let tensors: [String: WeightFile.Tensor]

    /// A parameter of a recurrent layer: its place in the name.
    private struct Part {
        let prefix: String
        /// "weight_ih", "weight_hh", "weight_hr", "bias_ih" or "bias_hh".
        let kind: String
        let isCell: Bool

        private static let kinds: Set<String> = ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"]

        init?(_ name: String) {
            let (prefix, own) = RecurrentNames.split(name)
            var rest = own[...]
            if rest.hasSuffix("_reverse") { rest = rest.dropLast(8) }
            let digits = rest.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
            let stem = rest.dropLast(digits)
            isCell = digits == 0
            let kind = isCell ? String(rest) : stem.hasSuffix("_l") ? String(stem.dropLast(2)) : ""
            guard Self.kinds.contains(kind) else { return nil }
            self.prefix = prefix
            self.kind = kind
        }
    }

    /// Divides a name after its last dot.
    static func split(_ name: String) -> (prefix: String, own: String) {
        guard let dot = name.lastIndex(of: ".") else { return ("", name) }
        let start = name.index(after: dot)
        return (String(name[..<start]), String(name[start...]))
    }

    init(_ file: WeightFile) throws(ImportError) {
        func error(_ problem: ImportError.Problem) -> ImportError {
            ImportError(path: file.path, problem: problem)
        }
        let parts = file.tensors.map { (tensor: $0, part: Part($0.name)) }
        func names(_ condition: (Part) -> Bool) -> [String] {
            parts.filter { $0.part.map(condition) ?? false }.map(\.tensor.name)
        }
        let prefixes = Set(parts.compactMap { $0.part?.prefix }).sorted()
        guard let prefix = prefixes.first else {
            throw error(.noRecurrentLayers(found: WeightFile.list(file.tensors.map(\.name))))
        }
        let cells = names(\.isCell)
        guard cells.isEmpty else { throw error(.cells(WeightFile.list(cells))) }
        guard prefixes.count == 1 else {
            throw error(.severalRecurrentLayers(WeightFile.list(prefixes.map { $0 + "weight_ih_l0" })))
        }
        let projections = names { $0.kind == "weight_hr" }
        guard projections.isEmpty else { throw error(.projection(WeightFile.list(projections))) }

        let others = parts.filter { $0.part == nil }.map(\.tensor)
        let layers = Set(others.map { Self.split($0.name).prefix }).sorted()
        guard let linear = layers.first else { throw error(.noLinearLayer(found: "recurrent layers alone")) }
        guard layers.count == 1 else { throw error(.severalLayers(WeightFile.list(others.map(\.name)))) }
        guard others.contains(where: { $0.name == linear + "weight" && $0.shape.count == 2 }) else {
            throw error(.noLinearLayer(found: WeightFile.list(others.map { "\($0.name) \($0.shape)" })))
        }
        stackPrefix = prefix
        linearPrefix = linear
        tensors = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
    }

    /// Returns the tensor of a parameter of the stack.
    func stack(_ name: String) -> WeightFile.Tensor? { tensors[stackPrefix + name] }

    /// Returns the tensor of a parameter of the linear layer.
    func linear(_ name: String) -> WeightFile.Tensor? { tensors[linearPrefix + name] }

    /// Returns the name in the file of a parameter of a model, whose names begin with "lstm." and "fc.".
    func name(of parameter: Parameter) -> String {
        let (prefix, own) = Self.split(parameter.name)
        return (prefix == "fc." ? linearPrefix : stackPrefix) + own
    }
}
