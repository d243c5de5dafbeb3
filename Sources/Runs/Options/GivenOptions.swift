import Platform

/// The options given on a command line, by their keys.
package struct GivenOptions<Options: TrainingOptions> {
    private let values: [(field: OptionField<Options>, value: JSONValue)]

    /// - Parameter values: The values in any order.
    package init(_ values: [(key: String, value: JSONValue)]) {
        self.values = values.map { key, value in
            guard let field = Options.field(key) else {
                preconditionFailure(
                    "\(key): expected the key of a field, as every argument of a group has one")
            }
            return (field, value)
        }
    }

    package var keys: Set<String> { Set(values.map(\.field.key)) }

    /// The reason why a value is invalid, without a full stop; nil if all are valid.
    package var complaint: String? {
        values.lazy.compactMap { field, value in
            var options = Options()
            _ = field.set(&options, value)
            return field.complaint(options)
        }.first
    }

    /// Returns options with the given values.
    ///
    /// - Parameter base: The previous options, from a recipe or from the resumed run.
    package func applied(to base: Options) -> Options {
        var options = base
        for field in Options.fields where !field.isInherited { field.copy(&options, Options()) }
        for key in values.flatMap(\.field.replaced) { Options.field(key)?.copy(&options, Options()) }
        for (field, value) in values {
            let isSet = field.set(&options, value)
            precondition(isSet, "\(field.key): expected \(field.expectation), received \(value)")
        }
        options.follow(keys, from: base)
        return options
    }

    /// Returns the reason why the given options cannot be combined with the others, without a full stop; nil if they
    /// can.
    ///
    /// - Parameter options: All options.
    package func conflict(in options: Options) -> String? {
        for (field, _) in values {
            if let use = field.use, !use.isUsed(options) {
                return use.complaint(OptionDescription.name(ofKey: field.key))
            }
        }
        return options.conflict(among: keys.union(options.chosen))
    }
}
