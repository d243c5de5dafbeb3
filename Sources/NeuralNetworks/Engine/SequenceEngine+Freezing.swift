extension SequenceEngine {
    /// Keeps the parameters whose names begin with a text, such as "lstm.", as they are in all steps. It replaces an earlier
    /// choice; an empty list freezes none.
    ///
    /// - Parameter prefixes: The beginnings of names.
    package func freeze(_ prefixes: [String]) {
        updater.freeze(
            model.layout.parameters.filter { parameter in prefixes.contains { parameter.name.hasPrefix($0) } }
                .map(\.range))
    }

    /// Copies parameters, from which training begins, also to their average.
    ///
    /// - Parameter values: The parameters in the order of the model's layout; another number traps.
    package func begin(with values: [Float]) {
        parameters.assign(values)
        average?.values.assign(values)
        parametersChanged()
    }
}
