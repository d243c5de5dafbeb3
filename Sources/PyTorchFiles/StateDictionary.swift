import Platform

/// The dictionary of tensors in the value of a pickle: the value itself, or one inside the dictionary of a checkpoint.
struct StateDictionary {
    private(set) var tensors: [(name: String, view: TensorView)] = []
    private(set) var notes: [String] = []

    private let objects: PickleObjects
    private let path: String

    /// The keys under which checkpoints have their weights, the usual one first.
    private static let usualKeys = [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights", "module",
    ]
    /// The greatest number of dictionaries inside each other.
    private static let mostNested = 8

    init(_ root: PickleValue, in objects: PickleObjects, path: String) throws(PyTorchFileError) {
        self.objects = objects
        self.path = path
        try descend(root, nested: 0)
    }

    private mutating func descend(_ value: PickleValue, nested: Int) throws(PyTorchFileError) {
        guard case .dictionary(let index) = value, nested < Self.mostNested else {
            throw error(.noWeights, 0, found: "another value")
        }
        let items = objects.dictionaries[index]
        guard !items.contains(where: { isTensor($0.value) }) else { return try take(items) }
        let inner = items.filter { item in
            if case .dictionary = item.value { objects.text(item.key) != nil } else { false }
        }
        let usual = Self.usualKeys.compactMap { key in
            inner.first { objects.text($0.key) == key }
        }.first
        let candidates = usual.map { [$0] } ?? dictionariesOfTensors(inner)
        guard let item = candidates.first, let name = objects.text(item.key) else {
            throw error(.noWeights, items.first?.offset ?? 0, found: "\(items.count) other values")
        }
        guard candidates.count == 1 else {
            let names = candidates.prefix(10).map { (objects.text($0.key) ?? "").cut(atMost: 50).quoted }
            throw error(
                .severalWeights, item.offset, found: "\(candidates.count): \(names.joined(separator: ", "))")
        }
        let others = items.filter { $0.offset != item.offset || $0.key != item.key }
        notes.append("The weights are read from \(name.quoted).")
        note(ignored: others)
        try descend(item.value, nested: nested + 1)
    }

    /// Takes the tensors of a dictionary.
    private mutating func take(_ items: [PickleObjects.Item]) throws(PyTorchFileError) {
        var names: Set<String> = []
        var others: [PickleObjects.Item] = []
        for item in items {
            guard case .tensor(let index) = item.value, let name = objects.text(item.key) else {
                others.append(item)
                continue
            }
            guard names.insert(name).inserted else {
                throw error(.duplicateName, item.offset, found: name.quoted)
            }
            tensors.append((name, objects.tensors[index]))
        }
        guard !tensors.isEmpty else { throw error(.noWeights, 0, found: "tensors without names") }
        note(ignored: others)
    }

    private func isTensor(_ value: PickleValue) -> Bool {
        if case .tensor = value { true } else { false }
    }

    /// Returns the items whose values are dictionaries with a named tensor. Several items can have one dictionary, which
    /// is searched once.
    private func dictionariesOfTensors(_ items: [PickleObjects.Item]) -> [PickleObjects.Item] {
        var searched: [Int: Bool] = [:]
        return items.filter { item in
            guard case .dictionary(let index) = item.value else { return false }
            if let found = searched[index] { return found }
            let found = objects.dictionaries[index].contains {
                objects.text($0.key) != nil && isTensor($0.value)
            }
            searched[index] = found
            return found
        }
    }

    /// Notes the names of values that are not read.
    private mutating func note(ignored items: [PickleObjects.Item]) {
        guard !items.isEmpty else { return }
        let names = items.prefix(8).map { (objects.text($0.key) ?? "?").cut(atMost: 50).quoted }
        notes.append(
            "These values of the file are not read: " + names.joined(separator: ", ")
                + (items.count > 8 ? " and \(items.count - 8) more." : "."))
    }

    private func error(
        _ reason: PyTorchFileError.Reason, _ offset: Int, found: String
    ) -> PyTorchFileError {
        PyTorchFileError(
            path: path, place: .pickle(offset), reason: reason,
            expected: "one dictionary of names and tensors, each name once", found: found)
    }
}
