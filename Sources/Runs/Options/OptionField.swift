import Platform

/// The results that depend on an option.
package enum OptionScope: Sendable {
    /// The trained weights.
    case weights
    /// The logs or the checkpoints, but not the weights.
    case logs
    /// Neither. A resume may change it.
    case free
    /// As `free`, and of no interest once the run has ended.
    case passing
    /// As `free`: the place of the data on this machine.
    case place
    /// As `free`: what this machine can do.
    case machine
    /// As `free`: how the run is called, where it is kept, and what is shown of it.
    case display

    /// Whether a run with another value is another run.
    package var isDecisive: Bool { self == .weights || self == .logs }
    /// Whether a value other than the default says nothing about the recipe.
    package var isOfMachine: Bool { self == .place || self == .machine || self == .display }
    /// Whether the option belongs into a command that trains the same weights again.
    package var isReproduced: Bool { self != .passing && self != .machine && self != .display }
}

/// The source of an option's value in the trainings of a sweep.
package enum OptionInSweep: Sendable {
    /// The user, who may let it vary.
    case free
    /// The user, the same value for all trainings.
    case common
    /// The sweep itself.
    case decided
}

/// An option without its value's type.
package struct OptionDescription: Sendable {
    /// Its name in files: "learning_rate".
    package let key: String
    /// Where its value is in a file's object of options.
    let place: [String]
    package let scope: OptionScope
    package let inSweep: OptionInSweep
    /// The unit that a command line gives with the number: "s".
    let unit: String
    package let defaultValue: JSONValue

    /// Its name on the command line: "--learning-rate".
    package var name: String { Self.name(ofKey: key) }

    package static func name(ofKey key: String) -> String { "--" + key.replacing("_", with: "-") }
}

/// One option of a program: where its value is kept, what it may be, and what depends on it.
///
/// An option is declared in three places: the property of the options' type, its field, and its `@Option` in the tool.
/// Files, recipes, differences at a resume, sweeps and reports follow from the field.
package struct OptionField<Options: RunOptions>: Sendable {
    package let description: OptionDescription
    package var key: String { description.key }
    package var scope: OptionScope { description.scope }
    var place: [String] { description.place }
    /// Whether a resume keeps the run's value where the command line gives none.
    let isInherited: Bool
    /// Keys of options that have their defaults again when a command line gives this one.
    let replaced: [String]
    /// The kind of value, for a message about another one.
    let expectation: String
    /// With which options it has an effect, in words and as a condition; nil for all.
    let use: Use?

    package struct Use: Sendable {
        let others: String
        let isUsed: @Sendable (Options) -> Bool

        /// Says of an option that it has no effect.
        func complaint(_ name: String) -> String { "\(name) has an effect only with \(others)" }

        /// - Parameters:
        ///   - others: "--schedule cosine".
        ///   - isUsed: Whether the option has an effect beside these.
        package static func with(_ others: String, _ isUsed: @escaping @Sendable (Options) -> Bool) -> Use {
            Use(others: others, isUsed: isUsed)
        }
    }

    let json: @Sendable (Options) -> JSONValue
    /// False if the JSON is no value of the option.
    let set: @Sendable (inout Options, JSONValue) -> Bool
    /// Copies the value from other options.
    let copy: @Sendable (inout Options, Options) -> Void
    /// A sentence without its full stop; nil if the value is possible.
    let complaint: @Sendable (Options) -> String?

    /// - Parameters:
    ///   - key: The name in files: "learning_rate".
    ///   - path: Where the value is kept.
    ///   - bounds: The possible values.
    ///   - scope: What depends on it.
    ///   - place: Where it is in a file's object of options; under its key if nil.
    ///   - use: With which options it has an effect.
    ///   - replaced: Keys of options that have their defaults again when a command line gives this one.
    ///   - inSweep: Who chooses it for the trainings of a sweep.
    ///   - isInherited: Whether a resume keeps the run's value where the command line gives none.
    ///   - unit: The unit that a command line gives with the number.
    package init<Value: OptionValue>(
        _ key: String, _ path: any WritableKeyPath<Options, Value> & Sendable,
        _ bounds: OptionBounds<Value> = .any, _ scope: OptionScope = .weights, place: [String]? = nil,
        use: Use? = nil, replacing replaced: [String] = [], inSweep: OptionInSweep = .free,
        isInherited: Bool = true, unit: String = ""
    ) {
        description = OptionDescription(
            key: key, place: place ?? [key], scope: scope, inSweep: inSweep, unit: unit,
            defaultValue: Options()[keyPath: path].json)
        self.isInherited = isInherited
        self.replaced = replaced
        self.use = use
        expectation = Value.expectation
        json = { $0[keyPath: path].json }
        set = { options, json in
            guard let value = Value(json: json) else { return false }
            options[keyPath: path] = value
            return true
        }
        copy = { $0[keyPath: path] = $1[keyPath: path] }
        complaint = { bounds.complaint($0[keyPath: path]).map { OptionDescription.name(ofKey: key) + $0 } }
    }

    /// The same for an option that may be unset, whose bounds are those of its value.
    package init<Value: OptionValue>(
        _ key: String, _ path: any WritableKeyPath<Options, Value?> & Sendable,
        _ bounds: OptionBounds<Value>, _ scope: OptionScope = .weights, place: [String]? = nil,
        use: Use? = nil, replacing replaced: [String] = [], inSweep: OptionInSweep = .free,
        isInherited: Bool = true, unit: String = ""
    ) {
        self.init(
            key, path, bounds.optional, scope, place: place, use: use, replacing: replaced, inSweep: inSweep,
            isInherited: isInherited, unit: unit)
    }
}
