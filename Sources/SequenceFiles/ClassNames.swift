import Datasets

/// The names of classes and their labels.
struct ClassNames {
    /// The maximum length of a name, in bytes. Comparing names with many combining marks takes time that grows with the
    /// square of their length.
    static let longest = 256
    /// The name of a class that is not known, in files without classes.
    static let unknown = "?"

    let names: [String]
    private let labels: [String: Int]

    /// - Parameter names: Different names, in the order of the labels.
    init(_ names: [String]) {
        self.names = names
        labels = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    }

    /// Returns the label of a class, from 0; nil if it has none.
    subscript(name: String) -> Int? { labels[name] }

    /// Returns names in the order of their labels: whole numbers by value, other names by their bytes.
    static func sorted(_ names: some Sequence<String>) -> [String] {
        let byBytes = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let numbers = byBytes.map { $0.utf8.count <= 18 ? Int($0) : nil }
        guard numbers.allSatisfy({ $0 != nil }) else { return byBytes }
        return zip(byBytes, numbers).enumerated()
            .sorted { ($0.element.1!, $0.offset) < ($1.element.1!, $1.offset) }.map(\.element.0)
    }
}
