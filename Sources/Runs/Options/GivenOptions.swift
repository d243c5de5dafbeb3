import Platform

/// The options that a command line gives, by their keys.
package struct GivenOptions<Options: RunOptions> {
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

    /// Why a value is impossible, without a full stop; nil if all are possible.
    package var complaint: String? {
        values.lazy.compactMap { field, value in
            var options = Options()
            _ = field.set(&options, value)
            return field.complaint(options)
        }.first
    }

    /// Options with those that are given.
    ///
    /// - Parameter base: The options before, of a recipe or of the run that is resumed.
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

    /// Why those that are given do not belong together with the rest, without a full stop; nil if they do.
    ///
    /// - Parameter options: All of them.
    package func conflict(in options: Options) -> String? {
        for (field, _) in values {
            if let use = field.use, !use.isUsed(options) {
                return use.complaint(OptionDescription.name(ofKey: field.key))
            }
        }
        return options.conflict(among: keys.union(options.chosen))
    }
}
